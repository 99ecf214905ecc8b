package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.protocol.ProtocolVersion;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server definition that was checked. Secrets in it are references still: they are resolved when
 * a connection is made, so that this can be logged and compared.
 *
 * @param pinned the only revision to speak; null: whichever the server is found to speak
 * @param callTimeout zero: the default
 * @param maxInFlight zero: the default
 * @param isolation with whom callers share a connection
 */
public record ServerSpec(
    UpstreamKey key,
    long revision,
    Wire wire,
    @Nullable ProtocolVersion pinned,
    Duration callTimeout,
    int maxInFlight,
    Isolation isolation) {

  /** How the server is reached. */
  public sealed interface Wire {}

  public record Stdio(
      List<String> command, Map<String, String> environment, @Nullable Path directory)
      implements Wire {}

  public record Http(URI url, Map<String, String> headers) implements Wire {}

  public record Sse(URI url, Map<String, String> headers) implements Wire {}

  /** A definition was read: into a spec, or not. */
  public sealed interface Read {}

  public record Usable(ServerSpec spec) implements Read {}

  /**
   * @param reason one sentence that names the fix
   */
  public record Unusable(String reason) implements Read {}

  /** Checks a definition. */
  public static Read of(ServerDefinition definition) {
    try {
      return new Usable(
          new ServerSpec(
              new UpstreamKey(definition.getTenant(), definition.getName()),
              definition.getRevision(),
              wire(definition),
              pin(definition.getProtocolVersion()),
              Duration.ofMillis(Integer.toUnsignedLong(definition.getCallTimeoutMillis())),
              definition.getMaxInFlight(),
              Isolation.of(definition.getIsolation())));
    } catch (IllegalArgumentException e) {
      return new Unusable(String.valueOf(e.getMessage()));
    }
  }

  private static Wire wire(ServerDefinition definition) {
    return switch (definition.getTransportCase()) {
      case STDIO -> {
        var stdio = definition.getStdio();
        if (stdio.getCommand().isBlank() || stdio.getCommand().startsWith("-")) {
          throw new IllegalArgumentException("The command is missing; name a program.");
        }
        var command = new java.util.ArrayList<String>();
        command.add(stdio.getCommand());
        command.addAll(stdio.getArgsList());
        yield new Stdio(
            List.copyOf(command),
            Map.copyOf(stdio.getEnvMap()),
            stdio.getWorkingDirectory().isEmpty() ? null : Path.of(stdio.getWorkingDirectory()));
      }
      case HTTP ->
          new Http(
              url(definition.getHttp().getUrl()), Map.copyOf(definition.getHttp().getHeadersMap()));
      case SSE ->
          new Sse(
              url(definition.getSse().getUrl()), Map.copyOf(definition.getSse().getHeadersMap()));
      case TRANSPORT_NOT_SET ->
          throw new IllegalArgumentException("The server has no command and no URL; give it one.");
    };
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme();
      if (url.getHost() == null
          || scheme == null
          || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
          || url.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "The URL must be http(s)://host/path without user name; put credentials into headers.");
      }
      return url;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("The URL is not valid; write http(s)://host/path.", e);
    }
  }

  private static @Nullable ProtocolVersion pin(String text) {
    if (text.isEmpty() || text.equals("auto")) {
      return null;
    }
    return ProtocolVersion.of(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The protocolVersion is unknown; use auto or one of "
                        + String.join(", ", ProtocolVersion.supported())
                        + "."));
  }
}
