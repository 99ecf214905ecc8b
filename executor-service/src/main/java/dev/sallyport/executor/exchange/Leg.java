package dev.sallyport.executor.exchange;

import dev.sallyport.executor.upstream.ClientSide;
import dev.sallyport.executor.upstream.LogLevels;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.proto.common.v1.Era;
import dev.sallyport.proto.executor.v1.Open;
import org.jspecify.annotations.Nullable;

/**
 * One request of the client on behalf of a call. A call has one, and one more each time that a
 * modern client brings input.
 *
 * @param hardDeadline {@link System#nanoTime()} after which there is no answer
 */
record Leg(CallContext context, Open header, Frame.Request request, Sink sink, long hardDeadline) {

  boolean isModern() {
    return header.getClientEra() == Era.ERA_MODERN;
  }

  byte[] clientId() {
    return AnswerSplice.copy(request.data(), request.id());
  }

  ClientSide client() {
    return new ClientSide(
        context.caller(),
        header.getIsolationKey(),
        ClientSide.relayed(header.getClientCapabilities().toByteArray()),
        !header.getLogLevel().isEmpty());
  }

  boolean declares(String capability) {
    byte[] declared = header.getClientCapabilities().toByteArray();
    try {
      return declared.length > 0 && JsonObject.of(declared).object(capability) != null;
    } catch (MalformedJson e) {
      return false;
    }
  }

  /** A legacy client that set no level leaves it to the server (2025-11-25 utilities/logging). */
  boolean wantsLog(@Nullable String level) {
    return header.getLogLevel().isEmpty()
        ? !isModern()
        : LogLevels.passes(header.getLogLevel(), level);
  }
}
