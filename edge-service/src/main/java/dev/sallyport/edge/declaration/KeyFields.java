package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.kit.secret.SecretReference;
import dev.sallyport.kit.secret.SecretUnavailable;
import dev.sallyport.kit.secret.Secrets;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads virtual keys. The same rules for files and for the admin API. */
public final class KeyFields {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int MOST_PATTERNS = 1000;
  private static final Duration USUAL_GRACE = Duration.ofHours(24);
  private static final Duration LONGEST_GRACE = Duration.ofDays(90);

  private KeyFields() {}

  /** Reports a name that no key can have. {@code vk_…} is kept for ids. */
  public static void checkName(String name, Position at, String path, Report report) {
    if (!NAME.matcher(name).matches()) {
      report.add(
          at,
          path,
          "a key name has 1 to 64 letters, digits, `.`, `_` or `-` and begins with a letter or digit");
    } else if (name.startsWith("vk_")) {
      report.add(at, path, "a key name must not begin with `vk_`: ids look like that");
    }
  }

  /** The member {@code tools}; empty when absent, which allows nothing. */
  public static List<String> tools(Fields fields) {
    List<String> tools = new ArrayList<>();
    for (Fields.Item item : fields.texts("tools", "[\"fs__*\"]")) {
      try {
        ToolPattern.parse(item.text());
        tools.add(item.text());
      } catch (IllegalArgumentException e) {
        fields.report().add(item.at(), item.path(), String.valueOf(e.getMessage()));
      }
    }
    if (tools.size() > MOST_PATTERNS) {
      fields
          .report()
          .add(
              fields.at("tools"),
              fields.path("tools"),
              "has more than " + MOST_PATTERNS + " patterns");
    }
    return List.copyOf(tools);
  }

  /** A member that is a day (its beginning in UTC) or a moment. */
  public static Optional<Instant> moment(Fields fields, String key) {
    Optional<Tree> tree = fields.tree(key);
    if (tree.isEmpty()) {
      return Optional.empty();
    }
    if (tree.get() instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.TEXT) {
      try {
        return Optional.of(
            scalar.text().length() <= 10
                ? LocalDate.parse(scalar.text()).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(scalar.text()).toInstant());
      } catch (DateTimeParseException e) {
        // Reported below with every other value that is neither.
      }
    }
    fields
        .report()
        .add(
            tree.get().at(),
            fields.path(key),
            "must be a day such as 2027-01-01 or a moment such as 2027-01-01T12:00:00Z");
    return Optional.empty();
  }

  /** How long a credential that is replaced goes on; a day when the member is not there. */
  public static Duration grace(Fields fields) {
    if (!fields.has("grace")) {
      return USUAL_GRACE;
    }
    Optional<Duration> grace =
        fields
            .text("grace")
            .flatMap(Durations::parse)
            .filter(length -> length.compareTo(LONGEST_GRACE) <= 0);
    if (grace.isEmpty()) {
      fields
          .report()
          .add(
              fields.at("grace"),
              fields.path("grace"),
              "must be a duration with its unit, such as 24h or 7d, at most 90d; 0s ends the key of"
                  + " before at once");
    }
    return grace.orElse(USUAL_GRACE);
  }

  static Optional<DeclaredKey> read(
      Tree.Member member, String path, Path folder, Secrets secrets, Report report) {
    checkName(member.key(), member.at(), path, report);
    return Fields.of(member.value(), path, report)
        .map(
            fields -> {
              List<String> tools = tools(fields);
              Optional<OwnerRef> owner = OwnerFields.ref(fields, "owner");
              Optional<Instant> expires = moment(fields, "expires");
              DeclaredKey.Credential credential = credential(fields, folder, secrets);
              fields.refuseRest();
              return new DeclaredKey(
                  member.key(),
                  tools,
                  owner.orElse(null),
                  expires.orElse(null),
                  credential,
                  member.at());
            });
  }

  private static DeclaredKey.Credential credential(Fields fields, Path folder, Secrets secrets) {
    Optional<String> value = fields.text("value");
    Optional<String> hash = fields.text("hash");
    Report report = fields.report();
    if (value.isPresent() && hash.isPresent()) {
      report.add(fields.at("hash"), fields.path(), "both `value` and `hash`; keep one");
    } else if (hash.isPresent()) {
      try {
        return new DeclaredKey.Credential.Known(KeyHash.parse(hash.get()));
      } catch (IllegalArgumentException e) {
        report.add(fields.at("hash"), fields.path("hash"), String.valueOf(e.getMessage()));
      }
    } else if (value.isPresent()) {
      Optional<KeyHash> resolved = resolve(value.get(), fields, folder, secrets);
      if (resolved.isPresent()) {
        return new DeclaredKey.Credential.Known(resolved.get());
      }
    }
    return new DeclaredKey.Credential.Minted();
  }

  private static Optional<KeyHash> resolve(
      String value, Fields fields, Path folder, Secrets secrets) {
    Position at = fields.at("value");
    String path = fields.path("value");
    try {
      String reference =
          switch (SecretReference.parse(value)) {
            case SecretReference.Literal _, SecretReference.Template _ -> {
              fields
                  .report()
                  .add(
                      at,
                      path,
                      "a key does not stand in a file; write env:NAME or file:PATH, or its `hash`");
              yield null;
            }
            case SecretReference.File file -> "file:" + folder.resolve(file.path()).normalize();
            case SecretReference.Environment _ -> value;
          };
      if (reference == null) {
        return Optional.empty();
      }
      String key = secrets.resolve(reference).reveal();
      if (KeyHash.isKey(key)) {
        return Optional.of(KeyHash.of(key));
      }
      fields
          .report()
          .add(
              at,
              path,
              "does not refer to a virtual key: `sp-` and 43 letters, digits, `_` or `-` (32 random bytes)");
    } catch (IllegalArgumentException | SecretUnavailable e) {
      fields.report().add(at, path, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }
}
