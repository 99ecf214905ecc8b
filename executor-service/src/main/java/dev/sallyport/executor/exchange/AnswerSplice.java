package dev.sallyport.executor.exchange;

import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.Methods;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The declared edits of an answer on its way back: the client's own id, and for a modern client
 * what its era requires of a result and an older server does not say.
 */
sealed interface AnswerSplice {

  byte[] COMPLETE = "\"complete\"".getBytes(StandardCharsets.US_ASCII);
  byte[] PRIVATE = "\"private\"".getBytes(StandardCharsets.US_ASCII);
  byte[] ZERO = {'0'};

  /**
   * @param inputRequired the upstream waits for input, which a modern client brings by itself
   */
  record Answer(byte[] frame, boolean isError, int errorCode, boolean inputRequired)
      implements AnswerSplice {}

  record Failed(TransportFailure failure) implements AnswerSplice {}

  /** The upstream waits for input that a legacy client has to be asked for. */
  record AskClient(JsonObject result) implements AnswerSplice {}

  /**
   * @param clientId as the client wrote it
   */
  static AnswerSplice of(
      Frame.Response response, byte[] clientId, String method, boolean modernClient, Era upstream) {
    Span id = response.id();
    if (id == null) {
      return new Failed(
          TransportFailure.refused(
              "The tool's server refused the gateway's request with error "
                  + response.errorCode()
                  + "."));
    }
    FrameEdit edit = FrameEdit.of(response).replace(id, clientId);
    Span result = response.result();
    if (result == null) {
      return error(response, edit, modernClient);
    }
    boolean inputRequired = false;
    if (upstream == Era.MODERN && response.resultType() != null) {
      switch (response.resultType()) {
        case "complete" -> {}
        case "task" -> {
          if (!modernClient) {
            // Tasks extension: only who declared it is given one, and no legacy client can.
            return new Failed(TransportFailure.garbage());
          }
        }
        case "input_required" -> {
          if (!modernClient) {
            return new AskClient(new JsonObject(response.data(), result));
          }
          inputRequired = true;
        }
        default -> {
          // 2026-07-28 basic: unknown values are invalid.
          return new Failed(TransportFailure.garbage());
        }
      }
    }
    if (modernClient) {
      modernise(response, result, method, upstream, inputRequired, edit);
    }
    return new Answer(edit.apply(), response.resultIsError(), 0, inputRequired);
  }

  /** 2026-07-28 basic ("resultType") and server/utilities/caching. */
  private static void modernise(
      Frame.Response response,
      Span result,
      String method,
      Era upstream,
      boolean inputRequired,
      FrameEdit edit) {
    if (response.data()[result.start()] != '{') {
      return;
    }
    if (!response.hasResultType()) {
      edit.setMember(result, "resultType", COMPLETE);
    }
    if (method.equals(Methods.RESOURCES_READ) && !inputRequired) {
      if (upstream == Era.LEGACY) {
        edit.setMember(result, "ttlMs", ZERO);
      }
      // What one caller may read, another may not: nobody in between may share it.
      edit.setMember(result, "cacheScope", PRIVATE);
    }
  }

  private static AnswerSplice error(Frame.Response response, FrameEdit edit, boolean modernClient) {
    int code = response.errorCode();
    if (modernClient && code == JsonRpcError.URL_ELICITATION_REQUIRED) {
      // That code does not exist in the modern era, and what it asks for cannot be brought.
      return new Failed(
          new TransportFailure(
              ErrorCode.UPSTREAM_NEEDS_INPUT,
              ErrorCode.UPSTREAM_NEEDS_INPUT.message(),
              TransportFailure.Delivery.ANSWERED,
              null));
    }
    if (modernClient && code == JsonRpcError.RESOURCE_NOT_FOUND) {
      JsonObject error = JsonObject.at(response.data(), response.error());
      Span at = error == null ? null : error.get("code");
      if (at != null) {
        code = JsonRpcError.INVALID_PARAMS;
        edit.replace(at, Integer.toString(code).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return new Answer(edit.apply(), false, code, false);
  }

  /** The bytes of a span, to keep. */
  static byte[] copy(byte[] data, Span span) {
    return Arrays.copyOfRange(data, span.start(), span.end());
  }
}
