package dev.sallyport.edge.http;

import dev.sallyport.edge.mcp.EraSelector;
import dev.sallyport.edge.mcp.ErrorAnswer;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.McpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks that need neither the caller nor the body. */
@Singleton
class FirstLook {

  private final Visitors visitors;
  private final long maxBody;

  FirstLook(Visitors visitors, HttpSettings settings) {
    this.visitors = visitors;
    this.maxBody = settings.maxBody().asLongValue();
  }

  /**
   * Why a request is turned away.
   *
   * @param code of the JSON-RPC error in the body
   * @param allow value of the Allow header, for 405
   */
  record Refusal(int status, int code, String message, @Nullable String allow) {

    static Refusal of(int status, String message) {
      return new Refusal(status, ErrorAnswer.TRANSPORT, message, null);
    }
  }

  /** GET of HTTP+SSE. Null when the request may go on. */
  @Nullable Refusal checkStream(HttpServerRequest request) {
    Refusal visitor = checkVisitor(request);
    if (visitor != null) {
      return visitor;
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return new Refusal(
          405,
          ErrorAnswer.TRANSPORT,
          "This is the event stream of HTTP+SSE (2024-11-05); GET it, or use /mcp for newer clients.",
          "GET");
    }
    return MediaTypes.acceptsStream(request.headers().getAll("Accept"))
        ? null
        : Refusal.of(406, "Send the header Accept: text/event-stream.");
  }

  /** A POST of JSON that is answered with JSON or with nothing. Null when it may go on. */
  @Nullable Refusal checkMessage(HttpServerRequest request) {
    Refusal visitor = checkVisitor(request);
    if (visitor != null) {
      return visitor;
    }
    return checkJson(request);
  }

  /** A GET that is answered with JSON. Null when the request may go on. */
  @Nullable Refusal checkGet(HttpServerRequest request) {
    Refusal visitor = checkVisitor(request);
    return visitor != null || request.method().equals(HttpMethod.GET)
        ? visitor
        : new Refusal(405, ErrorAnswer.TRANSPORT, "GET this address.", "GET");
  }

  private @Nullable Refusal checkJson(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      return new Refusal(405, ErrorAnswer.TRANSPORT, "POST messages to this address.", "POST");
    }
    if (!MediaTypes.isJson(request.getHeader("Content-Type"))) {
      return Refusal.of(415, "Send the message with the header Content-Type: application/json.");
    }
    return BodyReader.announced(request) > maxBody ? tooLarge(maxBody) : null;
  }

  /** Null when the request may go on. */
  @Nullable Refusal check(HttpServerRequest request) {
    Refusal visitor = checkVisitor(request);
    if (visitor != null) {
      return visitor;
    }
    String version = request.getHeader(McpHeaders.PROTOCOL_VERSION);
    boolean streams = version == null || EraSelector.hasStreams(version);
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.POST)) {
      return checkPost(request);
    }
    if (streams && method.equals(HttpMethod.DELETE)) {
      return null;
    }
    if (streams && method.equals(HttpMethod.GET)) {
      return MediaTypes.acceptsStream(request.headers().getAll("Accept"))
          ? null
          : Refusal.of(406, "Send the header Accept: text/event-stream.");
    }
    return new Refusal(
        405,
        ErrorAnswer.TRANSPORT,
        "This HTTP method is not allowed here; use POST.",
        streams ? "GET, POST, DELETE" : "POST");
  }

  private @Nullable Refusal checkVisitor(HttpServerRequest request) {
    if (!visitors.allowsHost(hostOf(request))) {
      return Refusal.of(403, "This Host is not served here; call the gateway by its own name.");
    }
    if (!request.headers().getAll("Origin").stream().allMatch(visitors::allowsOrigin)) {
      return Refusal.of(
          403,
          "This Origin is not allowed; sallyport.edge.http.allowed-origins lists those that are.");
    }
    return null;
  }

  /** Null when there is none, or more than one to choose from (RFC 9112 section 3.2). */
  private static @Nullable String hostOf(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll("Host");
    if (hosts.isEmpty() && request.version() == HttpVersion.HTTP_2) {
      HostAndPort authority = request.authority();
      return authority == null ? null : authority.host();
    }
    return hosts.size() == 1 ? hosts.getFirst() : null;
  }

  private @Nullable Refusal checkPost(HttpServerRequest request) {
    if (!MediaTypes.isJson(request.getHeader("Content-Type"))) {
      return Refusal.of(415, "Send the message with the header Content-Type: application/json.");
    }
    if (!MediaTypes.acceptsBoth(request.headers().getAll("Accept"))) {
      return Refusal.of(406, "Send the header Accept: application/json, text/event-stream.");
    }
    return BodyReader.announced(request) > maxBody ? tooLarge(maxBody) : null;
  }

  static Refusal tooLarge(long maxBody) {
    return new Refusal(
        413,
        JsonRpcError.INVALID_REQUEST,
        "The message is larger than " + maxBody + " bytes; send less at once.",
        null);
  }
}
