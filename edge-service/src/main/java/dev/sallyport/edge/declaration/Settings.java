package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Tree;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The member {@code settings}.
 *
 * @param callTimeout of the servers of this file that say none
 * @param properties what is set when the gateway starts, by the name of the property
 */
record Settings(@Nullable Duration callTimeout, Map<String, String> properties) {

  static final Settings NONE = new Settings(null, Map.of());

  static final List<String> DURABILITIES = List.of("kernel", "fsync");
  static final List<String> WHEN_FULL = List.of("refuse", "gap");

  /**
   * @param folder that relative paths are relative to
   */
  static Settings read(Fields fields, Path folder) {
    Map<String, String> properties = new LinkedHashMap<>();
    size(fields, "maxFrame").ifPresent(v -> properties.put("sallyport.edge.http.max-body", v));
    Optional<Duration> callTimeout = ServerFields.duration(fields, "callTimeout");
    texts(fields, "allowedHosts", "[gateway.example.com]")
        .ifPresent(v -> properties.put("sallyport.edge.http.allowed-hosts", v));
    texts(fields, "allowedOrigins", "[\"https://app.example.com\"]")
        .ifPresent(v -> properties.put("sallyport.edge.http.allowed-origins", v));
    fields
        .truth("bareNames")
        .ifPresent(v -> properties.put("sallyport.edge.catalogue.bare-names", v.toString()));
    path(fields, "dialects", folder)
        .ifPresent(v -> properties.put("sallyport.edge.dialects.file", v));
    size(fields, "spoolSize").ifPresent(v -> properties.put("sallyport.edge.spool.max-size", v));
    ServerFields.oneOf(fields, "spoolDurability", DURABILITIES)
        .ifPresent(v -> properties.put("sallyport.edge.spool.durability", v));
    ServerFields.oneOf(fields, "spoolWhenFull", WHEN_FULL)
        .ifPresent(v -> properties.put("sallyport.edge.spool.when-full", v));
    fields.refuseRest();
    return new Settings(callTimeout.orElse(null), properties);
  }

  /** The server with the file's own default where it says nothing. */
  DeclaredServer complete(DeclaredServer server) {
    return callTimeout == null || server.callTimeout() != null
        ? server
        : new DeclaredServer(
            server.name(),
            server.enabled(),
            server.way(),
            server.protocolVersion(),
            server.isolation(),
            callTimeout,
            server.prefix(),
            server.tools(),
            server.prices(),
            server.approval(),
            server.codeMode());
  }

  private static Optional<String> size(Fields fields, String key) {
    if (!fields.has(key)) {
      return Optional.empty();
    }
    Optional<String> bytes =
        fields
            .tree(key)
            .filter(Tree.Scalar.class::isInstance)
            .flatMap(tree -> Durations.bytes(((Tree.Scalar) tree).text()))
            .filter(size -> size > 0)
            .map(String::valueOf);
    if (bytes.isEmpty()) {
      fields
          .report()
          .add(fields.at(key), fields.path(key), "must be a size with its unit, such as 32MiB");
    }
    return bytes;
  }

  private static Optional<String> path(Fields fields, String key, Path folder) {
    Optional<String> text = fields.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(folder.resolve(text.get()).normalize().toString());
    } catch (InvalidPathException e) {
      fields.report().add(fields.at(key), fields.path(key), "is not a path");
      return Optional.empty();
    }
  }

  private static Optional<String> texts(Fields fields, String key, String example) {
    Set<String> texts = new java.util.LinkedHashSet<>();
    for (Fields.Item item : fields.texts(key, example)) {
      if (item.text().isBlank() || item.text().contains(",")) {
        fields.report().add(item.at(), item.path(), "must be one name without commas");
      }
      texts.add(item.text());
    }
    return texts.isEmpty() ? Optional.empty() : Optional.of(String.join(",", texts));
  }
}
