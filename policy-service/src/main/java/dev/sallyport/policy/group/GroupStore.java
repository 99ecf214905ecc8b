package dev.sallyport.policy.group;

import dev.sallyport.policy.kept.KeptStore;
import dev.sallyport.policy.owner.Ref;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;

/** Where tool groups are kept. */
public interface GroupStore extends KeptStore<StoredGroup, GroupStore.Writing> {

  /** A writing transaction. */
  interface Writing extends KeptStore.Writing<StoredGroup> {

    /** Which of these keys (that are not revoked), customers, teams and users there are. */
    Uni<List<Ref>> known(String tenant, Collection<Ref> refs);
  }
}
