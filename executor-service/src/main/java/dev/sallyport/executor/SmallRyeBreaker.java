package dev.sallyport.executor;

import dev.sallyport.executor.upstream.Breaker;
import io.smallrye.faulttolerance.api.TypedGuard;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/** A circuit breaker for one upstream. Timeouts do not count: a caller could bring them about. */
final class SmallRyeBreaker implements Breaker {

  private final TypedGuard<CompletionStage<Void>> guard;

  /**
   * @param calls how many of the last calls are looked at
   * @param rest how long the upstream is left alone
   */
  SmallRyeBreaker(int calls, double failureRatio, Duration rest) {
    this.guard =
        TypedGuard.create(new TypeLiteral<CompletionStage<Void>>() {})
            .withCircuitBreaker()
            .requestVolumeThreshold(calls)
            .failureRatio(failureRatio)
            .delay(rest.toMillis(), ChronoUnit.MILLIS)
            .successThreshold(1)
            .failOn(Unwell.class)
            .done()
            .build();
  }

  @Override
  public void guard(Supplier<CompletionStage<Void>> dispatch, Runnable whenOpen) {
    CompletionStage<Void> guarded = guard.get(dispatch);
    guarded.whenComplete(
        (nothing, failure) -> {
          if (failure instanceof CircuitBreakerOpenException) {
            whenOpen.run();
          }
        });
  }
}
