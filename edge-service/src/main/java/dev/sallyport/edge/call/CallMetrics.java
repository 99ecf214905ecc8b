package dev.sallyport.edge.call;

import dev.sallyport.edge.call.CallState.Reserved;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.audit.v1.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts and times calls. Tags are the outcome and the error code: both from closed lists. */
@Singleton
class CallMetrics {

  private final Map<Outcome, Timer> calls = new EnumMap<>(Outcome.class);
  private final Map<ErrorCode, Counter> refusals = new EnumMap<>(ErrorCode.class);
  private final Counter tokens;

  CallMetrics(MeterRegistry meters) {
    for (Outcome outcome : Outcome.values()) {
      calls.put(
          outcome,
          Timer.builder("sallyport.edge.calls")
              .description("Dispatched tool calls, from the frame to the answer")
              .tag(
                  "outcome", outcome.name().substring("OUTCOME_".length()).toLowerCase(Locale.ROOT))
              .register(meters));
    }
    tokens =
        Counter.builder("sallyport.edge.calls.tokens")
            .description("Estimated tokens of answers that went back to agents")
            .register(meters);
    for (ErrorCode code : ErrorCode.values()) {
      refusals.put(
          code,
          Counter.builder("sallyport.edge.calls.refused")
              .description("Tool calls that were not dispatched")
              .tag("code", code.wireName())
              .register(meters));
    }
  }

  void finished(Outcome outcome, Reserved reserved) {
    Timer timer = calls.get(outcome);
    if (timer != null) {
      timer.record(
          System.nanoTime() - reserved.decided().resolved().received().startedNanos(),
          TimeUnit.NANOSECONDS);
    }
  }

  void returned(long estimated) {
    tokens.increment(estimated);
  }

  void refused(ErrorCode code) {
    Counter counter = refusals.get(code);
    if (counter != null) {
      counter.increment();
    }
  }
}
