package dev.sallyport.edge.declaration;

import dev.sallyport.edge.Money;
import dev.sallyport.edge.declaration.DeclaredServer.Way;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.kit.secret.SecretReference;
import dev.sallyport.mcp.name.Nearest;
import dev.sallyport.mcp.name.ServerName;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one server definition. The same rules for files and for the admin API. */
public final class ServerFields {

  static final List<String> ISOLATIONS = List.of("shared", "caller", "session");
  static final List<String> TYPES = List.of("stdio", "http", "sse");

  /** Millionths. */
  private static final long MOST_PRICE = 1_000_000_000_000L;

  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MOST_TIMEOUT = Duration.ofHours(24);

  private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  // RFC 9110, section 5.6.2: token.
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Set<String> GATEWAY_HEADERS =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "transfer-encoding",
          "connection",
          "accept",
          "last-event-id",
          "mcp-session-id",
          "mcp-protocol-version",
          "mcp-method",
          "mcp-name");

  /** What a masked value looks like in answers of the admin API; it is never taken back. */
  public static final String MASK = "***";

  private final Fields fields;
  private final Report report;
  private final @Nullable Path folder;

  private ServerFields(Fields fields, @Nullable Path folder) {
    this.fields = fields;
    this.report = fields.report();
    this.folder = folder;
  }

  /**
   * Reads {@code tree} as the definition of {@code name}. Empty, with findings, when something is
   * wrong.
   *
   * @param folder what relative paths are relative to; null: they are refused
   */
  public static Optional<DeclaredServer> read(
      String name, Tree tree, String path, @Nullable Path folder, Report report) {
    int before = report.findings().size();
    Optional<DeclaredServer> server =
        Fields.of(tree, path, report).flatMap(f -> new ServerFields(f, folder).server(name));
    return report.findings().size() == before ? server : Optional.empty();
  }

  /** Reports a name that no server can have. */
  public static void checkName(
      String name, dev.sallyport.edge.declaration.tree.Position at, String path, Report report) {
    try {
      ServerName.check(name);
    } catch (IllegalArgumentException e) {
      report.add(at, path, String.valueOf(e.getMessage()));
    }
  }

  private Optional<DeclaredServer> server(String name) {
    Optional<String> type = oneOf(fields, "type", TYPES);
    boolean hasCommand = fields.has("command");
    boolean hasUrl = fields.has("url");
    Way way = null;
    if (hasCommand && hasUrl) {
      report.add(
          fields.at("url"),
          fields.path(),
          "both `command` and `url`: a server is started or reached; remove one");
      allWays();
    } else if (hasCommand) {
      way = command(type);
    } else if (hasUrl) {
      way = remote(type);
    } else {
      report.add(
          fields.at(),
          fields.path(),
          "needs `command` (a program to start) or `url` (where the server is)");
      allWays();
    }
    Optional<String> version = fields.text("protocolVersion");
    version
        .filter(text -> !text.equals("auto") && ProtocolVersion.of(text).isEmpty())
        .ifPresent(
            text ->
                report.add(
                    fields.at("protocolVersion"),
                    fields.path("protocolVersion"),
                    "`"
                        + text
                        + "` is not a known revision; use auto or one of "
                        + String.join(", ", ProtocolVersion.supported())));
    Optional<Boolean> enabled = fields.truth("enabled");
    Optional<String> isolation = oneOf(fields, "isolation", ISOLATIONS);
    Optional<Duration> timeout = duration(fields, "callTimeout");
    Optional<String> prefix = fields.text("prefix");
    prefix.ifPresent(text -> checkName(text, fields.at("prefix"), fields.path("prefix"), report));
    List<String> tools = fields.has("tools") ? patterns(name, "tools", "[\"read_*\"]") : null;
    DeclaredPrices prices = prices(name);
    List<String> approval =
        fields.has("approval") ? patterns(name, "approval", "[\"delete_*\"]") : List.of();
    Optional<Boolean> codeMode = fields.truth("codeMode");
    fields.refuseRest();
    if (way == null) {
      return Optional.empty();
    }
    return Optional.of(
        new DeclaredServer(
            name,
            enabled.orElse(true),
            way,
            version.orElse("auto"),
            isolation.orElse("shared"),
            timeout.orElse(null),
            prefix.orElse(null),
            tools,
            prices,
            approval,
            codeMode.orElse(false)));
  }

  private List<String> patterns(String server, String member, String example) {
    List<String> patterns = new ArrayList<>();
    for (Fields.Item item : fields.texts(member, example)) {
      try {
        ToolPattern.ofServer(server, item.text());
        patterns.add(item.text());
      } catch (IllegalArgumentException e) {
        report.add(item.at(), item.path(), String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(patterns);
  }

  private DeclaredPrices prices(String server) {
    long otherwise = 0;
    if (fields.has("price")) {
      otherwise =
          fields.tree("price").orElse(null) instanceof Tree.Scalar scalar
              ? price(scalar.text(), fields.at("price"), fields.path("price"))
              : price("", fields.at("price"), fields.path("price"));
    }
    Map<String, Long> byPattern = new LinkedHashMap<>();
    fields
        .textsByName("prices")
        .forEach(
            (pattern, item) -> {
              try {
                ToolPattern.ofServer(server, pattern);
              } catch (IllegalArgumentException e) {
                report.add(item.at(), item.path(), String.valueOf(e.getMessage()));
              }
              byPattern.put(pattern, price(item.text(), item.at(), item.path()));
            });
    return new DeclaredPrices(otherwise, byPattern);
  }

  /** In millionths; 0, with a finding, for what is no price. */
  private long price(String text, Position at, String path) {
    OptionalLong price = Money.parse(text);
    if (price.isEmpty() || price.getAsLong() > MOST_PRICE) {
      report.add(
          at,
          path,
          "must be an amount from 0 to 1000000 with at most 6 decimals, such as \"0.01\"");
      return 0;
    }
    return price.getAsLong();
  }

  /** Asks for the members of every way, so that they count as known. */
  private void allWays() {
    for (String key : List.of("args", "env", "cwd", "headers")) {
      fields.tree(key);
    }
  }

  private @Nullable Way command(Optional<String> type) {
    allWays();
    if (type.isPresent() && !type.get().equals("stdio")) {
      report.add(
          fields.at("type"), fields.path("type"), "`command` goes with type stdio; remove `type`");
    }
    refuse("headers", "goes with `url`; a program gets `env`");
    Optional<String> command = fields.text("command").map(text -> nonBlank("command", text));
    List<String> args =
        fields.texts("args", "[-y, some-package]").stream()
            .map(
                item -> {
                  checkPlain(item);
                  return item.text();
                })
            .toList();
    Map<String, String> env = new LinkedHashMap<>();
    fields
        .textsByName("env")
        .forEach(
            (name, item) -> {
              if (!ENVIRONMENT_NAME.matcher(name).matches()) {
                report.add(item.at(), item.path(), "is not a name of an environment variable");
              }
              env.put(name, secret(item));
            });
    Optional<String> directory = fields.text("cwd").map(text -> directory(text));
    return command
        .map(text -> (Way) new Way.Command(program(text), args, env, directory.orElse(null)))
        .orElse(null);
  }

  private @Nullable Way remote(Optional<String> type) {
    allWays();
    for (String key : List.of("args", "env", "cwd")) {
      refuse(key, "goes with `command`; a server behind a URL gets `headers`");
    }
    if (type.filter("stdio"::equals).isPresent()) {
      report.add(fields.at("type"), fields.path("type"), "`url` goes with type http or sse");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    fields
        .textsByName("headers")
        .forEach(
            (name, item) -> {
              if (!HEADER_NAME.matcher(name).matches()) {
                report.add(item.at(), item.path(), "is not a name of an HTTP header");
              } else if (GATEWAY_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                report.add(item.at(), item.path(), "is set by the gateway; remove it");
              }
              headers.put(name, secret(item));
            });
    return fields
        .text("url")
        .map(this::url)
        .map(
            url ->
                type.filter("sse"::equals).isPresent()
                    ? (Way) new Way.ServerSentEvents(url, headers)
                    : new Way.StreamableHttp(url, headers))
        .orElse(null);
  }

  private void refuse(String key, String why) {
    if (fields.has(key)) {
      report.add(fields.at(key), fields.path(key), why);
    }
  }

  private String url(String text) {
    String wrong = null;
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        wrong = "must begin with https:// or http://";
      } else if (uri.getHost() == null) {
        wrong = "has no valid host name";
      } else if (uri.getRawUserInfo() != null) {
        wrong = "must not carry a user name or password; put them into `headers`";
      } else if (uri.getRawFragment() != null) {
        wrong = "must not have a fragment (#…)";
      } else if (text.contains(MASK)) {
        wrong = "has a masked value (" + MASK + "); write the value";
      }
    } catch (URISyntaxException e) {
      wrong = "is not a valid URL";
    }
    if (wrong != null) {
      report.add(fields.at("url"), fields.path("url"), wrong);
    }
    return text;
  }

  private String nonBlank(String key, String text) {
    if (text.isBlank()) {
      report.add(fields.at(key), fields.path(key), "must not be empty");
    }
    return text;
  }

  private String program(String text) {
    if (!text.startsWith("./") && !text.startsWith("../")) {
      return text;
    }
    if (folder == null) {
      report.add(
          fields.at("command"),
          fields.path("command"),
          "must be an absolute path or a program name");
      return text;
    }
    return folder.resolve(text).normalize().toString();
  }

  private String directory(String text) {
    Path path = Path.of(text);
    if (path.isAbsolute()) {
      return text;
    }
    if (folder == null) {
      report.add(fields.at("cwd"), fields.path("cwd"), "must be an absolute path");
      return text;
    }
    return folder.resolve(path).normalize().toString();
  }

  private void checkPlain(Fields.Item item) {
    if (item.text().indexOf('\0') >= 0) {
      report.add(item.at(), item.path(), "must not contain a NUL character");
    }
  }

  /** A literal or a reference; a relative {@code file:} reference is made absolute. */
  private String secret(Fields.Item item) {
    String text = item.text();
    if (text.contains(MASK)) {
      report.add(
          item.at(), item.path(), "is masked (" + MASK + "); write the value or a reference");
      return text;
    }
    if (text.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
      report.add(item.at(), item.path(), "must be one line without control characters");
      return text;
    }
    try {
      SecretReference reference = SecretReference.parse(text);
      if (reference instanceof SecretReference.File file && !Path.of(file.path()).isAbsolute()) {
        if (folder == null) {
          report.add(item.at(), item.path(), "must name an absolute path after `file:`");
          return text;
        }
        return "file:" + folder.resolve(file.path()).normalize();
      }
    } catch (IllegalArgumentException e) {
      report.add(item.at(), item.path(), String.valueOf(e.getMessage()));
    }
    return text;
  }

  static Optional<String> oneOf(Fields fields, String key, List<String> choices) {
    Optional<String> text = fields.text(key);
    if (text.isPresent() && !choices.contains(text.get())) {
      String near =
          Nearest.of(text.get(), choices).map(word -> "; did you mean `" + word + "`?").orElse("");
      fields
          .report()
          .add(
              fields.at(key),
              fields.path(key),
              "must be one of " + String.join(", ", choices) + near);
      return Optional.empty();
    }
    return text;
  }

  static Optional<Duration> duration(Fields fields, String key) {
    if (!fields.has(key)) {
      return Optional.empty();
    }
    Optional<Duration> duration =
        fields
            .tree(key)
            .filter(Tree.Scalar.class::isInstance)
            .flatMap(tree -> Durations.parse(((Tree.Scalar) tree).text()));
    if (duration.isEmpty()
        || duration.get().compareTo(LEAST_TIMEOUT) < 0
        || duration.get().compareTo(MOST_TIMEOUT) > 0) {
      fields
          .report()
          .add(
              fields.at(key),
              fields.path(key),
              "must be a duration with its unit from 100ms to 24h, such as 60s");
      return Optional.empty();
    }
    return duration;
  }
}
