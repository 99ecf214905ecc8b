package dev.sallyport.edge.declaration;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once every declared file was decided on: applied, or refused with what was before in force.
 */
@Readiness
@Singleton
class DeclarationReadiness implements HealthCheck {

  private final DeclarationWatch watch;

  DeclarationReadiness(DeclarationWatch watch) {
    this.watch = watch;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("declared files");
    boolean decided = true;
    for (FileStatus status : watch.status()) {
      response.withData(status.source(), status.state().name().toLowerCase(java.util.Locale.ROOT));
      decided &= status.state() != FileStatus.State.PENDING;
    }
    return response.status(decided).build();
  }
}
