package dev.sallyport.sandbox;

import dev.sallyport.kit.call.Isolations;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.sandbox.pool.StartingWorkers;
import dev.sallyport.sandbox.pool.Workers;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Not ready where scripts are refused, or workers do not start that somebody needs. */
@Readiness
@ApplicationScoped
class SandboxReadiness implements HealthCheck {

  private final StartingWorkers starting;

  SandboxReadiness(StartingWorkers starting) {
    this.starting = starting;
  }

  @Override
  public HealthCheckResponse call() {
    Workers workers = starting.get().orElse(null);
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("sandbox");
    if (!starting.hasBegun()) {
      return answer.up().withData("state", "not needed").build();
    }
    if (workers == null) {
      return answer.down().withData("state", "starting").build();
    }
    Failure refusal = workers.refusal();
    answer
        .status(refusal == null && workers.pool().isStarting())
        .withData("isolation", Isolations.wireName(workers.isolation()))
        .withData("workersIdle", workers.pool().idle())
        .withData("workersBusy", workers.pool().busy());
    return (refusal == null ? answer : answer.withData("refused", refusal.message())).build();
  }
}
