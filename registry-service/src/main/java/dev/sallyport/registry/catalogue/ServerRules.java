package dev.sallyport.registry.catalogue;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.secret.SecretReference;
import dev.sallyport.mcp.name.ServerName;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.Stdio;
import dev.sallyport.proto.registry.v1.ToolPrice;
import dev.sallyport.proto.registry.v1.ToolPrices;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a server definition may look like. Every refusal names the server and the fix. */
final class ServerRules {

  static final int DEFAULT_CALL_TIMEOUT_MILLIS = 60_000;
  private static final int SHORTEST_TIMEOUT_MILLIS = 100;
  private static final int LONGEST_TIMEOUT_MILLIS = 3_600_000;
  private static final int MOST_IN_FLIGHT = 10_000;
  private static final long MOST_PRICE_MICROS = 1_000_000_000_000L;
  private static final int MOST_PATTERNS = 1_000;
  private static final Set<String> ISOLATIONS = Set.of("shared", "caller", "session");
  private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern SOURCE = Pattern.compile("file:\\S{1,200}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  /** Set by the gateway on every request; see the transport section of the MCP specification. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "transfer-encoding",
          "connection",
          "accept",
          "mcp-session-id",
          "mcp-protocol-version",
          "mcp-method",
          "mcp-name",
          "last-event-id");

  private ServerRules() {}

  static void checkTenant(String tenant) {
    if (!TENANT.matcher(tenant).matches()) {
      throw invalid("A tenant name has 1 to 63 of a-z, 0-9 and '-'.");
    }
  }

  static void checkSource(String source) {
    if (!SOURCE.matcher(source).matches()) {
      throw invalid("The source of declared servers is file:<name>.");
    }
  }

  /** The definition with its defaults, as it is kept; its revision is not set. */
  static ServerDefinition checked(ServerDefinition given, String tenant, String source) {
    String problem = ServerName.problem(given.getName());
    if (problem != null) {
      throw invalid(problem);
    }
    ServerDefinition.Builder definition =
        given.toBuilder().setTenant(tenant).setSource(source).clearRevision();
    checkTransport(given);
    checkPrefix(given);
    checkToolsOffered(given);
    checkPrices(given);
    checkApproval(given);
    if (given.getIsolation().isEmpty()) {
      definition.setIsolation("shared");
    } else if (!ISOLATIONS.contains(given.getIsolation())) {
      throw invalid(given, "isolation is shared, caller or session");
    }
    checkProtocolVersion(given, definition);
    int timeout = given.getCallTimeoutMillis();
    if (timeout == 0) {
      definition.setCallTimeoutMillis(DEFAULT_CALL_TIMEOUT_MILLIS);
    } else if (timeout < SHORTEST_TIMEOUT_MILLIS || timeout > LONGEST_TIMEOUT_MILLIS) {
      throw invalid(given, "the call timeout is between 100 ms and 1 h");
    }
    if (given.getMaxInFlight() < 0 || given.getMaxInFlight() > MOST_IN_FLIGHT) {
      throw invalid(given, "the number of calls in flight is at most 10000; 0 is the default");
    }
    return definition.build();
  }

  /** Names and prefixes of one tenant stand in one name space: exposed names begin with them. */
  static void checkDistinct(List<ServerDefinition> all) {
    Map<String, String> owners = new HashMap<>();
    for (ServerDefinition server : all) {
      owners.put(server.getName(), server.getName());
    }
    for (ServerDefinition server : all) {
      String prefix = server.getPrefix();
      if (prefix.isEmpty() || prefix.equals(server.getName())) {
        continue;
      }
      String owner = owners.putIfAbsent(prefix, server.getName());
      if (owner != null) {
        throw new CallFailed(
            Failure.of(
                ErrorCode.CONFLICT,
                "Server "
                    + server.getName()
                    + ": the prefix "
                    + prefix
                    + " is the name or prefix of server "
                    + owner
                    + "; choose another."));
      }
    }
  }

  private static void checkToolsOffered(ServerDefinition given) {
    checkPatterns(given, given.getToolsOffered().getPatternsList(), "say which tools are offered");
  }

  private static void checkApproval(ServerDefinition given) {
    checkPatterns(given, given.getApproval().getPatternsList(), "say which tools need an approval");
  }

  private static void checkPatterns(ServerDefinition given, List<String> patterns, String what) {
    if (patterns.size() > MOST_PATTERNS) {
      throw invalid(given, "at most " + MOST_PATTERNS + " patterns " + what);
    }
    for (String pattern : patterns) {
      try {
        ToolPattern.ofServer(given.getName(), pattern);
      } catch (IllegalArgumentException e) {
        throw invalid(given, String.valueOf(e.getMessage()));
      }
    }
  }

  private static void checkPrices(ServerDefinition given) {
    ToolPrices prices = given.getPrices();
    if (prices.getPricesCount() > MOST_PATTERNS) {
      throw invalid(given, "at most " + MOST_PATTERNS + " patterns say what tools cost");
    }
    checkPrice(given, prices.getDefaultMicros());
    for (ToolPrice price : prices.getPricesList()) {
      checkPrice(given, price.getMicros());
      try {
        ToolPattern.ofServer(given.getName(), price.getPattern());
      } catch (IllegalArgumentException e) {
        throw invalid(given, String.valueOf(e.getMessage()));
      }
    }
  }

  private static void checkPrice(ServerDefinition given, long micros) {
    // Unsigned on the wire: what is negative there is too large.
    if (micros < 0 || micros > MOST_PRICE_MICROS) {
      throw invalid(given, "a price is from 0 to 1000000");
    }
  }

  private static void checkPrefix(ServerDefinition given) {
    if (!given.getPrefix().isEmpty() && ServerName.problem(given.getPrefix()) != null) {
      throw invalid(
          given, "the prefix follows the rule for server names: a-z, 0-9 and '-', at most 30");
    }
  }

  private static void checkProtocolVersion(
      ServerDefinition given, ServerDefinition.Builder definition) {
    String version = given.getProtocolVersion();
    if (version.isEmpty() || version.equals("auto")) {
      definition.setProtocolVersion("auto");
    } else if (ProtocolVersion.of(version).isEmpty()) {
      throw invalid(given, "the protocol version is auto or a revision such as 2025-11-25");
    }
  }

  private static void checkTransport(ServerDefinition given) {
    switch (given.getTransportCase()) {
      case STDIO -> checkStdio(given, given.getStdio());
      case HTTP -> {
        checkUrl(given, given.getHttp().getUrl());
        checkHeaders(given, given.getHttp().getHeadersMap());
      }
      case SSE -> {
        checkUrl(given, given.getSse().getUrl());
        checkHeaders(given, given.getSse().getHeadersMap());
      }
      case TRANSPORT_NOT_SET ->
          throw invalid(given, "give it a command (stdio) or a URL (http or sse)");
    }
  }

  private static void checkStdio(ServerDefinition given, Stdio stdio) {
    if (stdio.getCommand().isBlank()) {
      throw invalid(given, "give the command that starts it");
    }
    if (stdio.getCommand().indexOf(0) >= 0
        || stdio.getArgsList().stream().anyMatch(argument -> argument.indexOf(0) >= 0)) {
      throw invalid(given, "command and arguments hold no NUL character");
    }
    stdio
        .getEnvMap()
        .forEach(
            (name, value) -> {
              if (!VARIABLE.matcher(name).matches() || value.indexOf(0) >= 0) {
                throw invalid(
                    given,
                    "an environment variable has a name of letters, digits and '_' and no NUL");
              }
              checkReference(given, name, value);
            });
  }

  private static void checkUrl(ServerDefinition given, String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw invalid(given, "the URL is not valid; write it as https://host/path");
    }
    boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null) {
      throw invalid(given, "the URL begins with http:// or https:// and a host");
    }
    if (uri.getRawUserInfo() != null) {
      throw invalid(given, "the URL holds no credentials; put them into a header");
    }
    if (uri.getRawFragment() != null) {
      throw invalid(given, "the URL has no #fragment; remove it");
    }
  }

  private static void checkHeaders(ServerDefinition given, Map<String, String> headers) {
    headers.forEach(
        (name, value) -> {
          if (!HEADER.matcher(name).matches()) {
            throw invalid(given, "a header name has letters, digits and '-'");
          }
          if (OWN_HEADERS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            throw invalid(given, "the header " + name + " is set by the gateway; remove it");
          }
          if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
            throw invalid(given, "the value of header " + name + " holds no control characters");
          }
          checkReference(given, name, value);
        });
  }

  private static void checkReference(ServerDefinition given, String name, String value) {
    try {
      SecretReference.parse(value);
    } catch (IllegalArgumentException e) {
      // The message could repeat the value, and the value could be a secret.
      throw invalid(
          given,
          "the value of "
              + name
              + " is not a secret reference that can be resolved; use env:NAME or file:PATH");
    }
  }

  static CallFailed invalid(String message) {
    return new CallFailed(Failure.of(ErrorCode.INVALID_PARAMS, message));
  }

  private static CallFailed invalid(ServerDefinition definition, String fix) {
    return invalid("Server " + definition.getName() + ": " + fix + ".");
  }
}
