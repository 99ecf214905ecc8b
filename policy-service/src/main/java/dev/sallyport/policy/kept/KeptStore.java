package dev.sallyport.policy.kept;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where things of a kind are kept. Any thread; nothing blocks.
 *
 * @param <T> what is kept
 * @param <W> its writing transactions
 */
public interface KeptStore<T extends Kept<T>, W extends KeptStore.Writing<T>> {

  /** All of the tenant, by name. */
  Uni<List<T>> list(String tenant);

  /** The next of these after the one of this name; empty: from the first. */
  Uni<List<T>> page(String tenant, String after, int limit);

  /** Those of the tenant with this id or this name. */
  Uni<List<T>> named(String tenant, String nameOrId);

  /**
   * Runs {@code work} in one transaction, alone among all writers of all replicas. If the returned
   * Uni fails, nothing has changed.
   */
  <R> Uni<R> write(Function<W, Uni<R>> work);

  /** One writing transaction. Operations are asked one after the other, never side by side. */
  interface Writing<T> {

    /** That of the tenant with this id or this name. */
    Uni<@Nullable T> find(String tenant, String nameOrId);

    /** Those of the tenant that this source declares or that have one of these names, by name. */
    Uni<List<T>> concerned(String tenant, String source, Collection<String> names);

    /** How many the tenant has. */
    Uni<Long> count(String tenant);

    /**
     * Writes them, new or changed. What gives up a name that one of them takes is removed before.
     */
    Uni<Void> save(List<T> kept);

    Uni<Void> remove(T kept);

    /** Tells all watchers, once the transaction is committed, that these changed in the tenant. */
    Uni<Void> announce(String tenant);

    /** The last sequence so far, announcements of this transaction included. */
    long sequence();
  }
}
