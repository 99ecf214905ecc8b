package dev.sallyport.kit.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, on whose behalf, and until when. Field 1 of every request between services, first
 * parameter of every feature operation that acts for someone.
 *
 * @param tenant never empty
 * @param caller id of the virtual key or user, or {@code service:<name>} for control-plane work
 * @param peer the service that sent the request, as its token proved it; in one process, the
 *     service that called
 * @param callId the call this belongs to, or null outside a call
 * @param parent the call that this one is nested in
 * @param deadlineNanos {@link System#nanoTime()} at which the work is no longer wanted; {@link
 *     Long#MAX_VALUE} for none
 */
public record CallContext(
    String tenant,
    String caller,
    Peer peer,
    @Nullable CallId callId,
    @Nullable CallId parent,
    long deadlineNanos,
    @Nullable String traceparent,
    @Nullable String tracestate) {

  public CallContext {
    if (tenant.isEmpty()) {
      throw new IllegalArgumentException("a call context needs a tenant");
    }
  }

  /** Control-plane work of a service itself, within {@code tenant}. */
  public static CallContext ofService(Peer peer, String tenant) {
    return new CallContext(
        tenant, "service:" + peer.wireName(), peer, null, null, Long.MAX_VALUE, null, null);
  }

  public CallContext withDeadline(Duration remaining) {
    return new CallContext(
        tenant,
        caller,
        peer,
        callId,
        parent,
        System.nanoTime() + remaining.toNanos(),
        traceparent,
        tracestate);
  }

  /** What is left of the deadline; negative when it has passed. */
  public Duration remaining() {
    return deadlineNanos == Long.MAX_VALUE
        ? Duration.ofNanos(Long.MAX_VALUE)
        : Duration.ofNanos(deadlineNanos - System.nanoTime());
  }
}
