package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Finds the server of a resource that a caller names outside of a call. */
@Singleton
public class ResourceTargets {

  private final Catalogues catalogues;

  ResourceTargets(Catalogues catalogues) {
    this.catalogues = catalogues;
  }

  /** Null when there is no such resource for this caller. */
  public @Nullable Target find(AccessProfile profile, @Nullable String server, String uri) {
    TenantCatalogue catalogue = catalogues.current(profile.tenant());
    Target target = Targets.resource(catalogue, profile, server, uri);
    ServerEntry behind = target == null ? null : catalogue.server(target.server());
    return target == null || behind == null || !Targets.isAllowed(profile, behind, target)
        ? null
        : target;
  }
}
