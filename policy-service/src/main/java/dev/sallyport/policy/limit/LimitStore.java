package dev.sallyport.policy.limit;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;

/** Where limits are kept. Any thread; nothing blocks. */
public interface LimitStore {

  /** Those of the tenant with these ids, in any order; what is missing does not exist. */
  Uni<List<StoredLimit>> ofIds(String tenant, Collection<String> ids);

  /** All of the tenant, by name. */
  Uni<List<StoredLimit>> list(String tenant);
}
