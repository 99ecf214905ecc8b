package dev.sallyport.policy.rule;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;

/** Where rules are kept. Any thread; nothing blocks. */
public interface RuleStore {

  /** All of the tenant, by name. */
  Uni<List<StoredRule>> list(String tenant);

  /** The next of these after the one of this name; empty: from the first. */
  Uni<List<StoredRule>> page(String tenant, String after, int limit);

  /** Those of the tenant with this id or this name. */
  Uni<List<StoredRule>> named(String tenant, String nameOrId);

  /**
   * Runs {@code work} in one transaction, alone among all writers of all replicas. If the returned
   * Uni fails, nothing has changed.
   */
  <T> Uni<T> write(Function<Writing, Uni<T>> work);

  /** One writing transaction. Operations are asked one after the other, never side by side. */
  interface Writing {

    /** All rules of the tenant, by name. */
    Uni<List<StoredRule>> list(String tenant);

    /**
     * Writes rules, new or changed. What gives up a name that one of them takes is removed before.
     */
    Uni<Void> save(List<StoredRule> rules);

    Uni<Void> remove(StoredRule rule);

    /** Tells all watchers, once the transaction is committed, that the tenant's access changed. */
    Uni<Void> announceAccess(String tenant);

    /** The last sequence so far, announcements of this transaction included. */
    long sequence();
  }
}
