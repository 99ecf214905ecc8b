package dev.sallyport.policy.limit;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where limits are kept. Any thread; nothing blocks. */
public interface LimitStore {

  /** Those of the tenant with these ids, in any order; what is missing does not exist. */
  Uni<List<StoredLimit>> ofIds(String tenant, Collection<String> ids);

  /** All of the tenant, by name. */
  Uni<List<StoredLimit>> list(String tenant);

  /** The next of these after the one of this name; empty: from the first. */
  Uni<List<StoredLimit>> page(String tenant, String after, int limit);

  /** Those of the tenant with this id or this name. */
  Uni<List<StoredLimit>> named(String tenant, String nameOrId);

  /**
   * Runs {@code work} in one transaction, alone among all writers of all replicas. If the returned
   * Uni fails, nothing has changed.
   */
  <T> Uni<T> write(Function<Writing, Uni<T>> work);

  /** One writing transaction. Operations are asked one after the other, never side by side. */
  interface Writing {

    /** The limit of the tenant with this id or this name. */
    Uni<@Nullable StoredLimit> find(String tenant, String nameOrId);

    /** Limits of the tenant that this source declares or that have one of these names, by name. */
    Uni<List<StoredLimit>> concerned(String tenant, String source, Collection<String> names);

    /** How many the tenant has. */
    Uni<Long> count(String tenant);

    /** Which of these names are those of keys of the tenant that are not revoked. */
    Uni<List<String>> keysNamed(String tenant, Collection<String> names);

    Uni<Void> save(StoredLimit limit);

    Uni<Void> remove(StoredLimit limit);

    /** Tells all watchers, once the transaction is committed, that limits of the tenant changed. */
    Uni<Void> announce(String tenant);

    /** The last sequence so far, announcements of this transaction included. */
    long sequence();
  }
}
