package dev.sallyport.policy.owner;

import dev.sallyport.policy.kept.KeptStore;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Where customers, teams and users are kept. */
public interface OwnerStore extends KeptStore<StoredOwner, OwnerStore.Writing> {

  /** A writing transaction. */
  interface Writing extends KeptStore.Writing<StoredOwner> {

    /**
     * Something that is of this owner, in words: a key that is not revoked, an owner, a limit or a
     * group. Null when there is nothing.
     */
    Uni<@Nullable String> userOf(String tenant, Ref owner);
  }
}
