package dev.sallyport.edge.caller;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Edge is of no use while it must refuse everybody. */
@Readiness
@ApplicationScoped
class AccessReadiness implements HealthCheck {

  private final CachedCallers callers;

  AccessReadiness(CachedCallers callers) {
    this.callers = callers;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("access stream").status(callers.isReady()).build();
  }
}
