package dev.sallyport.edge.call;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.vertx.core.buffer.Buffer;

/**
 * What the person at a client is asked while a call waits for approval: whether to go on waiting.
 * Whatever is answered approves nothing (2026-07-28 client/elicitation, form mode; 2025-11-25 and
 * 2025-06-18 have the same request).
 */
final class ApprovalForm {

  /** Names the question in {@code inputRequests} and {@code inputResponses}. */
  static final String KEY = "approval";

  private static final Limits ANY_LENGTH = new Limits(Integer.MAX_VALUE, 512);
  private static final String CAPABILITY = "elicitation";
  private static final String WAIT = "wait";

  private ApprovalForm() {}

  /**
   * Whether the client can be shown a form. One that names modes has those that it names, and
   * without any it has this one.
   */
  static boolean isKnownTo(ToolCall call) {
    byte[] declared = call.clientCapabilities();
    JsonObject elicitation =
        declared.length == 0 ? null : JsonObject.of(declared).object(CAPABILITY);
    return elicitation != null && (elicitation.has("form") || !elicitation.has("url"));
  }

  /** As {@code inputRequests} of a modern client. */
  static byte[] inputRequests(String message) {
    JsonWriter json = new JsonWriter().beginObject().name(KEY);
    return request(json.beginObject(), message, true).endObject().endObject().toBytes();
  }

  /** As a request to a legacy client; its id is set by whoever sends it. */
  static Buffer serverRequest(ProtocolVersion version, String message) {
    JsonWriter json = new JsonWriter().beginObject().member("jsonrpc", "2.0").member("id", 0);
    // Modes are of 2025-11-25; a request without one asks for a form.
    boolean modes = version.compareTo(ProtocolVersion.V2025_11_25) >= 0;
    return HeapBytes.wrap(request(json, message, modes).endObject().toBytes());
  }

  private static JsonWriter request(JsonWriter json, String message, boolean modes) {
    json.member("method", Methods.ELICIT).name("params").beginObject();
    if (modes) {
      json.member("mode", "form");
    }
    return json.member("message", message)
        .name("requestedSchema")
        .beginObject()
        .member("type", "object")
        .name("properties")
        .beginObject()
        .name(WAIT)
        .beginObject()
        .member("type", "boolean")
        .member("title", "Check again")
        .member("description", "Yes: look whether it has been decided. No: stop waiting.")
        .member("default", true)
        .endObject()
        .endObject()
        .endObject()
        .endObject();
  }

  /** What a modern client says in its next request; one that says nothing goes on waiting. */
  static boolean goesOn(Frame.Request request) {
    JsonObject responses = JsonObject.at(request.data(), request.params().inputResponses());
    JsonObject answer = responses == null ? null : responses.object(KEY);
    return answer == null || goesOn(answer);
  }

  /** What a legacy client answers; an error or anything else that is no form stops the waiting. */
  static boolean goesOn(Buffer response) {
    HeapBytes bytes = HeapBytes.of(response);
    byte[] data = bytes.array();
    if (FrameScanner.scan(data, bytes.offset(), bytes.length(), ANY_LENGTH)
        instanceof ScanResult.Scanned(Frame.Response answer)) {
      JsonObject result = JsonObject.at(answer.data(), answer.result());
      return result != null && goesOn(result);
    }
    return false;
  }

  private static boolean goesOn(JsonObject answer) {
    JsonObject content = answer.object("content");
    return "accept".equals(answer.string("action"))
        && (content == null || !content.has(WAIT) || content.isTrue(WAIT));
  }

  /** The request as it would be without the question: what the gateway asked is not forwarded. */
  static Frame.Request withoutAnswer(Frame.Request request) {
    Span params = request.params().span();
    if (params == null) {
      return request;
    }
    byte[] bare =
        FrameEdit.of(request)
            .removeMember(params, "inputResponses")
            .removeMember(params, "requestState")
            .apply();
    return FrameScanner.scan(bare, 0, bare.length, ANY_LENGTH)
            instanceof ScanResult.Scanned(Frame.Request scanned)
        ? scanned
        : request;
  }
}
