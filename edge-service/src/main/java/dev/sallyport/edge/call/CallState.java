package dev.sallyport.edge.call;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.rule.Verdict;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way: it only moves forward, and each state holds what is known by then. What may
 * follow on a state is a method of it.
 */
sealed interface CallState {

  /** As it came in. */
  record Received(CallId id, ToolCall call, long startedNanos) implements CallState {

    /** Sequence of this request's OPEN; its CLOSE has the next. */
    int firstSequence() {
      Resumption resumption = call.resumption();
      return resumption == null ? 0 : 2 * resumption.legs();
    }

    /** How many requests the call has had, this one included. */
    int legs() {
      Resumption resumption = call.resumption();
      return resumption == null ? 1 : resumption.legs() + 1;
    }

    Resolved resolved(ServerEntry server, Target target) {
      return new Resolved(this, server, target);
    }

    Refused refused(Failure failure, String rule) {
      return new Refused(this, failure, rule);
    }
  }

  /** What is meant is in the catalogue. Whether the caller may see it is still open. */
  record Resolved(Received received, ServerEntry server, Target target) implements CallState {

    Decided allowed(String rule) {
      return new Decided(this, rule, null);
    }

    Asked asks(Verdict.Ask ask) {
      return new Asked(this, ask);
    }

    Refused refused(Failure failure, String rule) {
      return new Refused(this, failure, rule);
    }
  }

  /** A person has to approve it first. */
  record Asked(Resolved resolved, Verdict.Ask ask) implements CallState {

    Decided approved(Approvals.Granted approval) {
      return new Decided(resolved, rule(approval.id()), approval);
    }

    Refused refused(Failure failure, String rule) {
      return new Refused(this, failure, rule);
    }

    /** Where there is no approval yet. */
    static final String RULE = "approval";

    /** What the record says of a call that an approval concerns. */
    static String rule(String approval) {
      return RULE + ':' + approval;
    }
  }

  /**
   * Allowed, and by what rule.
   *
   * @param approval what the call took; null where it needed none
   */
  record Decided(Resolved resolved, String rule, Approvals.@Nullable Granted approval)
      implements CallState {

    Reserved reserved(Reservations.Granted reservation) {
      return new Reserved(this, reservation);
    }

    Refused refused(Failure failure, String rule) {
      return new Refused(this, failure, rule);
    }
  }

  /** The only state from which a call is dispatched. */
  record Reserved(Decided decided, Reservations.Granted reservation) implements CallState {

    Parked parked(ByteString handle) {
      return new Parked(this, handle);
    }

    Finished finished(Outcome outcome, long upstreamMicros) {
      return new Finished(this, outcome, upstreamMicros);
    }

    OutcomeUnknown unknown(long upstreamMicros) {
      return new OutcomeUnknown(this, upstreamMicros);
    }
  }

  /** Waits in the executor for input that the client brings in a new request. */
  record Parked(Reserved reserved, ByteString handle) implements CallState {}

  /** Never dispatched. {@code from} is how far it came. */
  record Refused(CallState from, Failure failure, String rule) implements CallState {

    /** {@code ask}: it may run yet, when a person approves it. */
    String decision() {
      return failure.code() == ErrorCode.APPROVAL_REQUIRED ? "ask" : "deny";
    }

    Received received() {
      return switch (from) {
        case Received received -> received;
        case Resolved resolved -> resolved.received();
        case Asked asked -> asked.resolved().received();
        case Decided decided -> decided.resolved().received();
        default -> throw new IllegalStateException("refused after dispatch");
      };
    }

    /** Null where it was not known yet what is meant. */
    @Nullable Resolved resolved() {
      return switch (from) {
        case Resolved resolved -> resolved;
        case Asked asked -> asked.resolved();
        case Decided decided -> decided.resolved();
        default -> null;
      };
    }
  }

  /** Dispatched, and it is known how it ended. */
  record Finished(Reserved reserved, Outcome outcome, long upstreamMicros) implements CallState {}

  /** Dispatched, and nobody knows whether it took effect. */
  record OutcomeUnknown(Reserved reserved, long upstreamMicros) implements CallState {}
}
