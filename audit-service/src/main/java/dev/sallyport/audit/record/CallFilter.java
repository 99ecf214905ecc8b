package dev.sallyport.audit.record;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which calls are asked for. Always of one tenant; every other member only narrows.
 *
 * @param key id or name of a virtual key; empty for any, as is server
 * @param tool by its own name or by the one that the caller used; empty for any
 * @param outcome of the CLOSE; UNSPECIFIED for any
 * @param fromMicros when the call began, inclusive; 0 for any
 * @param toMicros when the call began, exclusive; 0 for any
 * @param before only calls with a lower id
 */
public record CallFilter(
    String tenant,
    @Nullable CallId callId,
    String key,
    String server,
    String tool,
    Outcome outcome,
    long fromMicros,
    long toMicros,
    @Nullable CallId before) {

  /**
   * The filter of a request, in the tenant of its context.
   *
   * @throws CallFailed INVALID_PARAMS naming the member that is malformed
   */
  static CallFilter of(CallContext context, QueryCallsRequest request) {
    if (request.getOutcome() == Outcome.UNRECOGNIZED) {
      throw invalid("The outcome is not known.");
    }
    return new CallFilter(
        context.tenant(),
        id(request.getCallId(), "call_id"),
        storable(request.getKey()),
        storable(request.getServer()),
        storable(request.getTool()),
        request.getOutcome(),
        request.getFromMicros(),
        request.getToMicros(),
        id(request.getBeforeCallId(), "before_call_id"));
  }

  /** No stored text has a NUL, so what asks for one finds nothing. */
  static String storable(String text) {
    return text.replace('\0', '\uFFFD');
  }

  private static @Nullable CallId id(String text, String member) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return CallId.parse(text);
    } catch (IllegalArgumentException e) {
      throw invalid(member + " is not a call id.");
    }
  }

  private static CallFailed invalid(String message) {
    return new CallFailed(Failure.of(ErrorCode.INVALID_PARAMS, message));
  }
}
