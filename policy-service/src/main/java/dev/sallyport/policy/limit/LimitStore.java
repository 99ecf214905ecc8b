package dev.sallyport.policy.limit;

import dev.sallyport.policy.kept.KeptStore;
import dev.sallyport.policy.owner.Ref;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;

/** Where limits are kept. */
public interface LimitStore extends KeptStore<StoredLimit, LimitStore.Writing> {

  /** Those of the tenant with these ids, in any order; what is missing does not exist. */
  Uni<List<StoredLimit>> ofIds(String tenant, Collection<String> ids);

  /** A writing transaction. */
  interface Writing extends KeptStore.Writing<StoredLimit> {

    /** Which of these keys (that are not revoked), customers, teams and users there are. */
    Uni<List<Ref>> known(String tenant, Collection<Ref> refs);
  }
}
