package dev.sallyport.edge.http;

import dev.sallyport.edge.caller.Callers;
import dev.sallyport.edge.catalog.Catalogues;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when there is a catalogue to serve and access can be decided. */
@Readiness
@ApplicationScoped
class EdgeReadiness implements HealthCheck {

  private final Catalogues catalogues;
  private final Callers callers;

  EdgeReadiness(Catalogues catalogues, Callers callers) {
    this.catalogues = catalogues;
    this.callers = callers;
  }

  @Override
  public HealthCheckResponse call() {
    boolean catalogue = catalogues.isReady();
    boolean access = callers.isReady();
    return HealthCheckResponse.named("edge")
        .withData("catalogue", catalogue)
        .withData("access", access)
        .status(catalogue && access)
        .build();
  }
}
