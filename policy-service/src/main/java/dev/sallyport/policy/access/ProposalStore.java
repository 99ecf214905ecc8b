package dev.sallyport.policy.access;

import dev.sallyport.policy.access.KeyStore.Surroundings;
import dev.sallyport.policy.group.GroupStore;
import dev.sallyport.policy.limit.LimitStore;
import dev.sallyport.policy.owner.OwnerStore;
import dev.sallyport.policy.rule.RuleStore;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;

/** Where changes are tried. Any thread; nothing blocks. */
public interface ProposalStore {

  /**
   * Runs {@code work} in one transaction, alone among all writers of all replicas, and takes back
   * all that it did: no row, no sequence and no announcement is left.
   */
  <T> Uni<T> tried(Function<Trial, Uni<T>> work);

  /** One such transaction. Operations are asked one after the other, never side by side. */
  interface Trial {

    OwnerStore.Writing owners();

    KeyStore.Writing keys();

    GroupStore.Writing groups();

    LimitStore.Writing limits();

    RuleStore.Writing rules();

    /** Owners of a key and the groups that reach it, as they are in this transaction. */
    Uni<Surroundings> reaching(StoredKey key);
  }
}
