package dev.sallyport.executor.exchange;

import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.JsonRpcError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The declared edits of an answer on its way back: the client's own id, and for a modern client the
 * {@code resultType} that its era requires.
 */
sealed interface AnswerSplice {

  record Answer(byte[] frame, boolean isError, int errorCode) implements AnswerSplice {}

  record Failed(TransportFailure failure) implements AnswerSplice {}

  /**
   * @param clientId as the client wrote it
   */
  static AnswerSplice of(
      Frame.Response response, byte[] clientId, boolean modernClient, Era upstream) {
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
    if (upstream == Era.MODERN && response.resultType() != null) {
      switch (response.resultType()) {
        case "complete" -> {}
        case "input_required" -> {
          return new Failed(
              new TransportFailure(
                  ErrorCode.UPSTREAM_NEEDS_INPUT,
                  ErrorCode.UPSTREAM_NEEDS_INPUT.message(),
                  TransportFailure.Delivery.ANSWERED,
                  null));
        }
        default -> {
          // 2026-07-28 basic: unknown values are invalid; a task was not asked for.
          return new Failed(TransportFailure.garbage());
        }
      }
    }
    if (modernClient && !response.hasResultType() && response.data()[result.start()] == '{') {
      edit.setMember(result, "resultType", "\"complete\"".getBytes(StandardCharsets.US_ASCII));
    }
    return new Answer(edit.apply(), response.resultIsError(), 0);
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
    return new Answer(edit.apply(), false, code);
  }

  /** The bytes of a span, to keep. */
  static byte[] copy(byte[] data, Span span) {
    return Arrays.copyOfRange(data, span.start(), span.end());
  }
}
