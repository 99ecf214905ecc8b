package dev.sallyport.edge.dialect;

import dev.sallyport.edge.declaration.DeclarationFile;
import dev.sallyport.edge.declaration.Findings;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Limits;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.edge.declaration.tree.YamlTree;
import dev.sallyport.mcp.name.ExposedNames;
import dev.sallyport.mcp.name.Glob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file of known clients. The format is in docs/configuration.md. */
final class DialectFile {

  /** The longest name that a tool may be given anyway; a larger limit would mean nothing. */
  private static final int LARGEST_LIMIT = 512;

  private static final int LONGEST_PATTERN = 128;

  private DialectFile() {}

  /** What became of reading a file. */
  sealed interface Read {}

  /**
   * @param clients in the order of the file; of two that match a client the first counts
   */
  record Known(List<KnownClient> clients) implements Read {}

  record Refused(Findings findings) implements Read {}

  /** What comes with the gateway. */
  static List<KnownClient> builtIn() {
    try (InputStream in = DialectFile.class.getResourceAsStream("dialects.yaml")) {
      byte[] bytes = Objects.requireNonNull(in, "dialects.yaml is missing").readAllBytes();
      return switch (parse("dialects.yaml", bytes)) {
        case Known(List<KnownClient> clients) -> clients;
        case Refused(Findings findings) -> throw new IllegalStateException(findings.text());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file. Never throws for what the file is or says. */
  static Read read(Path file) {
    Report report = new Report(file.toString());
    return DeclarationFile.bytes(file, report)
        .map(bytes -> parse(file.toString(), bytes))
        .orElseGet(() -> new Refused(new Findings(report.findings())));
  }

  /**
   * @param file what findings call it
   */
  static Read parse(String file, byte[] bytes) {
    Report report = new Report(file);
    List<KnownClient> clients = new ArrayList<>();
    YamlTree.read(bytes, Limits.DOCUMENT, report)
        .flatMap(tree -> Fields.of(tree, "", report))
        .ifPresent(
            root -> {
              for (Tree.Member entry : root.all()) {
                Fields.of(entry.value(), entry.key(), report)
                    .ifPresent(fields -> clients.add(client(entry.key(), fields)));
              }
            });
    return report.isClean()
        ? new Known(List.copyOf(clients))
        : new Refused(new Findings(report.findings()));
  }

  /** The additions first, then what is built in and not replaced by one of the same name. */
  static List<KnownClient> merged(List<KnownClient> added, List<KnownClient> builtIn) {
    Set<String> replaced = new HashSet<>();
    added.forEach(client -> replaced.add(client.label()));
    List<KnownClient> all = new ArrayList<>(added);
    builtIn.stream().filter(client -> !replaced.contains(client.label())).forEach(all::add);
    return List.copyOf(all);
  }

  private static KnownClient client(String label, Fields fields) {
    List<Glob> names = patterns(fields, "names", "[my-client, \"my-client-*\"]");
    List<Glob> userAgents = patterns(fields, "userAgents", "[\"MyClient/*\"]");
    if (!fields.has("names") && !fields.has("userAgents")) {
      fields
          .report()
          .add(fields.at(), fields.path(), "says no client; give `names`, `userAgents` or both");
    }
    VersionRange versions = versions(fields);
    Dialect dialect =
        new Dialect(
            fields
                .whole("maxToolNameLength", ExposedNames.SHORTEST_LONGEST, LARGEST_LIMIT)
                .orElse(Dialect.ANY_LENGTH),
            fields.truth("inlineRefs").orElse(false),
            fields.truth("wrapTopLevelUnion").orElse(false),
            fields.truth("flattenPages").orElse(false),
            fields.truth("tolerateMissingMethodHeader").orElse(false));
    fields.refuseRest();
    return new KnownClient(label, names, userAgents, versions, dialect);
  }

  private static List<Glob> patterns(Fields fields, String key, String example) {
    List<Glob> patterns = new ArrayList<>();
    for (Fields.Item item : fields.texts(key, example)) {
      if (item.text().isBlank() || item.text().length() > LONGEST_PATTERN) {
        fields
            .report()
            .add(
                item.at(),
                item.path(),
                "must have 1 to " + LONGEST_PATTERN + " characters; `*` stands for any run");
      } else {
        patterns.add(new Glob(item.text().toLowerCase(Locale.ROOT)));
      }
    }
    return List.copyOf(patterns);
  }

  private static @Nullable VersionRange versions(Fields fields) {
    Optional<String> text = fields.text("versions");
    if (text.isEmpty()) {
      return null;
    }
    Optional<VersionRange> range = VersionRange.parse(text.get());
    if (range.isEmpty()) {
      fields
          .report()
          .add(
              fields.at("versions"),
              fields.path("versions"),
              "must be conditions such as \">=1.2 <2\", with >=, >, <=, < or =");
    }
    return range.orElse(null);
  }
}
