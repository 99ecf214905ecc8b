package dev.sallyport.edge.evidence;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready when the spool is nearly full: calls would soon be refused or go unrecorded. */
@Readiness
@ApplicationScoped
class SpoolReadiness implements HealthCheck {

  private final SpooledEvidence evidence;

  SpoolReadiness(SpooledEvidence evidence) {
    this.evidence = evidence;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("audit spool")
        .status(!evidence.isNearlyFull())
        .withData("filledPercent", Math.round(evidence.fill() * 100))
        .withData("waitingBytes", evidence.depthBytes())
        .withData("oldestSeconds", evidence.oldestSeconds())
        .build();
  }
}
