package dev.sallyport.edge.mcp;

import dev.sallyport.edge.ErrorStatus;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.JsonRpcError;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What MCP says for each {@link ErrorCode}: the one place where they meet. What a model can act on
 * is a result with {@code isError}; what is wrong with the message is a JSON-RPC error.
 */
public sealed interface ErrorAnswer {

  /** Codes of the gateway's own, outside -32768 to -32000. */
  int ACCESS = -31001;

  int UNKNOWN_ENDPOINT = -31002;
  int UNKNOWN_SESSION = -31003;
  int TRANSPORT = -31004;
  int UNAVAILABLE = -31005;

  /** A result with {@code isError: true}. */
  record ToolError() implements ErrorAnswer {}

  /**
   * A JSON-RPC error.
   *
   * @param modernStatus HTTP status in the modern era
   * @param legacyStatus HTTP status in the legacy era
   */
  record RpcError(int code, int modernStatus, int legacyStatus) implements ErrorAnswer {

    /** A code that 2025-11-25 has and the modern era must not use. */
    int code(Era era) {
      return era == Era.MODERN && code == JsonRpcError.RESOURCE_NOT_FOUND
          ? JsonRpcError.INVALID_PARAMS
          : code;
    }

    int status(Era era) {
      return switch (era) {
        case MODERN -> modernStatus;
        case LEGACY -> legacyStatus;
      };
    }
  }

  static ErrorAnswer of(ErrorCode code) {
    return switch (code) {
      case MALFORMED_FRAME -> new RpcError(JsonRpcError.INVALID_REQUEST, 400, 400);
      case FRAME_TOO_LARGE -> new RpcError(JsonRpcError.INVALID_REQUEST, 413, 413);
      case HEADER_MISMATCH -> new RpcError(JsonRpcError.HEADER_MISMATCH, 400, 400);
      case UNSUPPORTED_VERSION -> new RpcError(JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION, 400, 400);
      case UNKNOWN_METHOD -> new RpcError(JsonRpcError.METHOD_NOT_FOUND, 404, 200);
      case INVALID_PARAMS -> new RpcError(JsonRpcError.INVALID_PARAMS, 400, 200);
      case UNKNOWN_RESOURCE -> new RpcError(JsonRpcError.RESOURCE_NOT_FOUND, 200, 200);
      case UNKNOWN_TOOL, UNKNOWN_PROMPT -> new RpcError(JsonRpcError.INVALID_PARAMS, 200, 200);
      case UNKNOWN_SERVER, NOT_FOUND -> new RpcError(UNKNOWN_ENDPOINT, 404, 404);
      case UNKNOWN_SESSION -> new RpcError(UNKNOWN_SESSION, 404, 404);
      case MISSING_CAPABILITY ->
          new RpcError(JsonRpcError.MISSING_REQUIRED_CLIENT_CAPABILITY, 400, 200);
      case UNAUTHENTICATED -> new RpcError(ACCESS, 401, 401);
      case POLICY_UNAVAILABLE -> new RpcError(UNAVAILABLE, 503, 503);
      case READ_ONLY, IDEMPOTENCY_MISMATCH, IDEMPOTENCY_RUNNING ->
          new RpcError(JsonRpcError.INVALID_REQUEST, 400, 400);
      case CANCELLED,
          CONFLICT,
          FORBIDDEN,
          RULE_DENIED,
          APPROVAL_REQUIRED,
          LOGIN_REQUIRED,
          THROTTLED,
          OVER_BUDGET,
          TOO_MANY_IN_FLIGHT,
          UPSTREAM_DOWN,
          UPSTREAM_TIMEOUT,
          UPSTREAM_GARBAGE,
          UPSTREAM_LOST,
          UPSTREAM_REFUSED,
          UPSTREAM_TOO_LARGE,
          UPSTREAM_NEEDS_INPUT,
          SCRIPT_FAILED,
          SANDBOX_UNAVAILABLE,
          SANDBOX_LOST,
          EVIDENCE_FULL,
          PEER_UNAVAILABLE,
          INTERNAL ->
          new ToolError();
    };
  }

  /** Answers a call that failed or was refused. */
  static void send(Reply reply, Era era, Frame.Request request, CallId call, Failure failure) {
    switch (of(failure.code())) {
      case ToolError ignored ->
          reply.answer(200, toolError(request, era, failure.message() + " [call " + call + "]"));
      case RpcError error -> {
        retryAfter(reply, failure);
        reply.answer(
            error.status(era),
            ResponseFrame.error(
                request.id().bytes(request.data()),
                error.code(era),
                failure.message(),
                data(request, failure)));
      }
    }
  }

  /** server/resources: an error about a resource says which. */
  private static byte @Nullable [] data(Frame.Request request, Failure failure) {
    Span uri = request.params().uriSpan();
    return failure.code() == ErrorCode.UNKNOWN_RESOURCE && uri != null
        ? new JsonWriter().beginObject().name("uri").raw(request.data(), uri).endObject().toBytes()
        : null;
  }

  /** Answers a request that is no call, and whatever is wrong before it is known to be one. */
  static void send(Reply reply, Era era, byte @Nullable [] id, Failure failure) {
    RpcError error =
        switch (of(failure.code())) {
          case RpcError rpc -> rpc;
          case ToolError ignored -> new RpcError(UNAVAILABLE, 500, 500);
        };
    retryAfter(reply, failure);
    reply.answer(
        error.status(era), ResponseFrame.error(id, error.code(era), failure.message(), null));
  }

  private static void retryAfter(Reply reply, Failure failure) {
    if (failure.code() == ErrorCode.POLICY_UNAVAILABLE) {
      reply.header("Retry-After", "1");
    } else if (failure.retryAfter() != null) {
      reply.header("Retry-After", ErrorStatus.seconds(failure.retryAfter()));
    }
  }

  private static Buffer toolError(Frame.Request request, Era era, String text) {
    JsonWriter json = new JsonWriter().beginObject();
    if (era == Era.MODERN) {
      json.member("resultType", "complete");
    }
    json.name("content")
        .beginArray()
        .beginObject()
        .member("type", "text")
        .member("text", text)
        .endObject()
        .endArray()
        .member("isError", true);
    if (era == Era.MODERN) {
      json.name("_meta").raw(Identity.META);
    }
    return ResponseFrame.result(request, json.endObject().toBytes());
  }
}
