package dev.sallyport.edge.http;

import dev.sallyport.edge.catalog.Catalogues;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Edge is of no use before it has a catalogue to serve, if only the one from its disk. */
@Readiness
@Singleton
class CatalogueReadiness implements HealthCheck {

  private final Catalogues catalogues;

  CatalogueReadiness(Catalogues catalogues) {
    this.catalogues = catalogues;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("catalogue").status(catalogues.isReady()).build();
  }
}
