package dev.sallyport.kit.grpc;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Call contexts to and from the wire. */
public final class CallContexts {

  private CallContexts() {}

  /**
   * Reads the context of a request inside a gRPC method; the peer is the one that the token proved.
   *
   * @throws CallFailed UNAUTHENTICATED outside a checked call, INVALID_PARAMS for a context without
   *     tenant or with a malformed id
   */
  public static CallContext of(dev.sallyport.proto.common.v1.CallContext proto) {
    Peer peer = TokenCheck.PEER.get();
    if (peer == null) {
      throw new CallFailed(Failure.of(ErrorCode.UNAUTHENTICATED));
    }
    return of(proto, peer);
  }

  /** Reads the context of a request that {@code peer} sent. */
  public static CallContext of(dev.sallyport.proto.common.v1.CallContext proto, Peer peer) {
    if (proto.getTenant().isEmpty()) {
      throw new CallFailed(Failure.of(ErrorCode.INVALID_PARAMS, "The call context has no tenant."));
    }
    CallContext context =
        new CallContext(
            proto.getTenant(),
            proto.getCaller(),
            peer,
            id(proto.getCallId()),
            id(proto.getParentCallId()),
            Long.MAX_VALUE,
            text(proto.getTraceparent()),
            text(proto.getTracestate()));
    return proto.getRemainingMillis() == 0
        ? context
        : context.withDeadline(
            Duration.ofMillis(Integer.toUnsignedLong(proto.getRemainingMillis())));
  }

  public static dev.sallyport.proto.common.v1.CallContext toProto(CallContext context) {
    var proto =
        dev.sallyport.proto.common.v1.CallContext.newBuilder()
            .setTenant(context.tenant())
            .setCaller(context.caller());
    if (context.callId() != null) {
      proto.setCallId(context.callId().toString());
    }
    if (context.parent() != null) {
      proto.setParentCallId(context.parent().toString());
    }
    if (context.deadlineNanos() != Long.MAX_VALUE) {
      proto.setRemainingMillis((int) Math.clamp(context.remaining().toMillis(), 1, 0xffff_ffffL));
    }
    if (context.traceparent() != null) {
      proto.setTraceparent(context.traceparent());
    }
    if (context.tracestate() != null) {
      proto.setTracestate(context.tracestate());
    }
    return proto.build();
  }

  private static @Nullable String text(String value) {
    return value.isEmpty() ? null : value;
  }

  private static @Nullable CallId id(String value) {
    if (value.isEmpty()) {
      return null;
    }
    try {
      return CallId.parse(value);
    } catch (IllegalArgumentException e) {
      throw new CallFailed(Failure.of(ErrorCode.INVALID_PARAMS, "A call id is not a UUIDv7."), e);
    }
  }
}
