package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
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
    Target target = Targets.resource(catalogues.current(profile.tenant()), profile, server, uri);
    return target == null || !Targets.isAllowed(profile, target) ? null : target;
  }
}
