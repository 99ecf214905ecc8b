package dev.sallyport.edge.call;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.Outcome;

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
      return new Decided(this, rule);
    }

    Refused refused(Failure failure, String rule) {
      return new Refused(this, failure, rule);
    }
  }

  /** Allowed, and by what rule. */
  record Decided(Resolved resolved, String rule) implements CallState {

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
  record Refused(CallState from, Failure failure, String rule) implements CallState {}

  /** Dispatched, and it is known how it ended. */
  record Finished(Reserved reserved, Outcome outcome, long upstreamMicros) implements CallState {}

  /** Dispatched, and nobody knows whether it took effect. */
  record OutcomeUnknown(Reserved reserved, long upstreamMicros) implements CallState {}
}
