package dev.sallyport.edge.call;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.proto.executor.v1.Parked;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The {@code InputRequiredResult} that a modern client gets (2026-07-28 patterns/mrtr): the
 * upstream's own with its state sealed, or one that the gateway makes for a parked call or one that
 * waits for an approval.
 */
final class InputRequired {

  private static final Limits ANSWER_LIMITS = new Limits(Integer.MAX_VALUE, 512);

  /** Where a call waits. */
  record Waiting(Parked parked, String executor) {}

  private InputRequired() {}

  /** Null when there is nothing to answer with. */
  static Frame.@Nullable Response of(
      RunningCall call,
      RequestStates states,
      Frame.@Nullable Response answer,
      @Nullable Waiting waiting) {
    if (answer != null) {
      return sealed(call, states, answer);
    }
    return waiting == null ? null : made(call, states, waiting);
  }

  private static Frame.@Nullable Response sealed(
      RunningCall call, RequestStates states, Frame.Response answer) {
    JsonObject result = JsonObject.at(answer.data(), answer.result());
    Span state = result == null ? null : result.get("requestState");
    if (state == null) {
      return answer;
    }
    byte[] sealed = states.seal(call.call(), call.id(), call.legs(), state.bytes(answer.data()));
    return sealed == null ? null : scan(FrameEdit.of(answer).replace(state, sealed).apply());
  }

  private static Frame.@Nullable Response made(
      RunningCall call, RequestStates states, Waiting waiting) {
    Parked parked = waiting.parked();
    byte[] sealed =
        states.seal(
            call.call(),
            call.id(),
            call.legs(),
            waiting.executor(),
            parked.getHandle(),
            Duration.ofMillis(parked.getValidMillis()));
    return made(call.call(), parked.getInputRequests().toByteArray(), sealed);
  }

  /** The person at the client is asked to wait for an approval; null if it cannot be bound. */
  static Frame.@Nullable Response of(
      CallState.Asked asked, RequestStates states, Approvals.Pending pending) {
    CallState.Received received = asked.resolved().received();
    return made(
        received.call(),
        ApprovalForm.inputRequests(ApprovalTexts.question(asked, pending)),
        states.seal(received.call(), received.id(), received.legs(), pending));
  }

  private static Frame.@Nullable Response made(
      ToolCall call, byte[] inputRequests, byte @Nullable [] sealed) {
    if (sealed == null) {
      return null;
    }
    byte[] result =
        new JsonWriter()
            .beginObject()
            .member("resultType", "input_required")
            .member("inputRequests", inputRequests)
            .member("requestState", sealed)
            .endObject()
            .toBytes();
    Frame.Request request = call.frame();
    return scan(FrameBytes.result(request.id().bytes(request.data()), result));
  }

  private static Frame.@Nullable Response scan(byte[] frame) {
    return FrameScanner.scan(frame, 0, frame.length, ANSWER_LIMITS)
            instanceof ScanResult.Scanned(Frame.Response response)
        ? response
        : null;
  }
}
