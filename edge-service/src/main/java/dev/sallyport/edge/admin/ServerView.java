package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.Money;
import dev.sallyport.edge.declaration.Durations;
import dev.sallyport.edge.declaration.ServerFields;
import dev.sallyport.kit.secret.SecretReference;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.ToolPrice;
import dev.sallyport.proto.registry.v1.ToolPrices;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A server as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Server", description = "An upstream server: what was defined, and how it is.")
record ServerView(
    @Schema(examples = "fs") String name,
    @Schema(description = "connecting, ready, degraded, down, quarantined or disabled")
        String health,
    @Schema(description = "Why it is not ready, and the remedy where known.") String reason,
    @Schema(description = "Since when the health is so.") @Nullable Instant since,
    @Schema(description = "Tools that are served.") int toolCount,
    @Schema(description = "Tools that are kept out of every list.") int quarantinedCount,
    @Schema(description = "The tools are the last known ones; the server is not there now.")
        boolean stale,
    @Schema(description = "`api`, or `file:<name>`: then it is changed in that file only.")
        String source,
    @Schema(description = "Grows with every change; also the ETag.") long revision,
    @Schema(description = "Changes exactly when the list of tools does.") String catalogueVersion,
    @Schema(description = "Revision of MCP that was agreed with the server.")
        String protocolVersion,
    Definition definition) {

  /** The part that PUT takes. Secrets are masked; references to secrets are shown. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "ServerDefinition",
      description =
          "Either `command` (stdio) or `url` (http or sse). Values of `env` and `headers` may be secret references:"
              + " `env:NAME`, `file:PATH`, or `${env:NAME}` inside a text. In answers literal values are `***`.")
  record Definition(
      @Schema(description = "stdio, http or sse; by default stdio for a command, http for a url")
          @Nullable String type,
      @Nullable String command,
      @Nullable List<String> args,
      @Nullable Map<String, String> env,
      @Schema(description = "Working directory, absolute.") @Nullable String cwd,
      @Nullable String url,
      @Nullable Map<String, String> headers,
      @Schema(description = "`auto` or a revision of MCP") @Nullable String protocolVersion,
      @Nullable Boolean enabled,
      @Schema(description = "shared, caller or session") @Nullable String isolation,
      @Schema(description = "Duration with its unit, 100ms to 24h", examples = "60s")
          @Nullable String callTimeout,
      @Schema(description = "Stands in exposed tool names instead of the server's name.")
          @Nullable String prefix,
      @Schema(
              description =
                  "Names of the tools that are offered, `*` for any run of characters. Absent: all, and everything else of the server.")
          @Nullable List<String> tools,
      @Schema(description = "What a call costs, an exact decimal.", examples = "0.001")
          @Nullable String price,
      @Schema(
              description =
                  "What a call of these tools costs instead: names with `*`, the first that matches counts.")
          @Nullable Map<String, String> prices,
      @Schema(
              description =
                  "Names of tools of which every call needs that a person approves it, with `*`.",
              examples = "[\"delete_*\"]")
          @Nullable List<String> approval,
      @Schema(
              description =
                  "Scripts call its tools (Code Mode), and lists that join servers do not have them.")
          @Nullable Boolean codeMode) {

    static Definition of(ServerDefinition definition) {
      String type;
      String command = null;
      List<String> args = null;
      Map<String, String> env = null;
      String directory = null;
      String url = null;
      Map<String, String> headers = null;
      switch (definition.getTransportCase()) {
        case STDIO -> {
          type = "stdio";
          command = definition.getStdio().getCommand();
          args = List.copyOf(definition.getStdio().getArgsList());
          env = masked(definition.getStdio().getEnvMap());
          directory = emptyToNull(definition.getStdio().getWorkingDirectory());
        }
        case HTTP -> {
          type = "http";
          url = maskedQuery(definition.getHttp().getUrl());
          headers = masked(definition.getHttp().getHeadersMap());
        }
        case SSE -> {
          type = "sse";
          url = maskedQuery(definition.getSse().getUrl());
          headers = masked(definition.getSse().getHeadersMap());
        }
        default -> type = null;
      }
      return new Definition(
          type,
          command,
          args,
          env,
          directory,
          url,
          headers,
          emptyToNull(definition.getProtocolVersion()),
          definition.getEnabled(),
          emptyToNull(definition.getIsolation()),
          definition.getCallTimeoutMillis() == 0
              ? null
              : Durations.text(Duration.ofMillis(definition.getCallTimeoutMillis())),
          emptyToNull(definition.getPrefix()),
          definition.hasToolsOffered()
              ? List.copyOf(definition.getToolsOffered().getPatternsList())
              : null,
          definition.getPrices().getDefaultMicros() == 0
              ? null
              : Money.text(definition.getPrices().getDefaultMicros()),
          prices(definition.getPrices()),
          definition.getApproval().getPatternsCount() == 0
              ? null
              : List.copyOf(definition.getApproval().getPatternsList()),
          definition.getCodeMode() ? Boolean.TRUE : null);
    }

    private static @Nullable Map<String, String> prices(ToolPrices prices) {
      if (prices.getPricesCount() == 0) {
        return null;
      }
      Map<String, String> shown = new LinkedHashMap<>();
      for (ToolPrice price : prices.getPricesList()) {
        shown.put(price.getPattern(), Money.text(price.getMicros()));
      }
      return shown;
    }
  }

  static ServerView of(dev.sallyport.proto.registry.v1.ServerView server) {
    ServerDefinition definition = server.getDefinition();
    ServerCatalogue catalogue = server.getCatalogue();
    ServerStatus status = catalogue.getStatus();
    int quarantined =
        (int)
            catalogue.getToolsList().stream()
                .filter(tool -> !tool.getQuarantineReason().isEmpty())
                .count();
    return new ServerView(
        definition.getName(),
        health(definition, status),
        status.getReason(),
        Times.ofMillis(status.getSinceMillis()),
        catalogue.getToolsCount() - quarantined,
        quarantined,
        catalogue.getStale(),
        definition.getSource(),
        definition.getRevision(),
        catalogue.getCatalogueVersion(),
        status.getProtocolVersion(),
        Definition.of(definition));
  }

  /** Before the first report of an executor a server is connecting. */
  private static String health(ServerDefinition definition, ServerStatus status) {
    if (!definition.getEnabled()) {
      return "disabled";
    }
    return switch (status.getHealth()) {
      case HEALTH_UNSPECIFIED, UNRECOGNIZED -> "connecting";
      default -> status.getHealth().name().substring("HEALTH_".length()).toLowerCase(Locale.ROOT);
    };
  }

  /** References are shown, everything else is masked. */
  static Map<String, String> masked(Map<String, String> values) {
    Map<String, String> shown = new TreeMap<>();
    values.forEach((name, value) -> shown.put(name, masked(value)));
    return shown;
  }

  private static String masked(String value) {
    try {
      return switch (SecretReference.parse(value)) {
        case SecretReference.Environment _, SecretReference.File _ -> value;
        case SecretReference.Template template -> template.masked(ServerFields.MASK);
        case SecretReference.Literal _ -> ServerFields.MASK;
      };
    } catch (IllegalArgumentException e) {
      return ServerFields.MASK;
    }
  }

  /** Keys are often put into the query of a URL. */
  static String maskedQuery(String url) {
    int query = url.indexOf('?');
    return query < 0
        ? url
        : url.substring(0, query + 1)
            + url.substring(query + 1).replaceAll("=[^&]*", "=" + ServerFields.MASK);
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** All servers of the tenant. */
  @Schema(name = "Servers")
  record Page(List<ServerView> servers) {}
}
