package dev.sallyport.registry.catalogue;

import dev.sallyport.proto.registry.v1.ServerDefinition;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where servers and catalogues are kept. Any thread; nothing blocks. */
public interface ServerStore {

  /** Servers of one tenant by name. */
  Uni<List<KnownServer>> list(String tenant);

  /** All servers of all tenants, and a sequence of which they are not older. */
  Uni<Everything> everything();

  /** Those of the servers that exist, as they are now. */
  Uni<List<KnownServer>> find(Collection<ServerKey> keys);

  /**
   * Runs {@code work} in one transaction, alone among all writers of all replicas. If the returned
   * Uni fails, nothing has changed.
   */
  <T> Uni<T> write(Function<Writing, Uni<T>> work);

  /** Notes that an executor is present now, by the clock of the store. */
  Uni<Void> seen(String executor, long epoch);

  /** Notes that it is not. */
  Uni<Void> gone(String executor, long epoch);

  record Everything(List<KnownServer> servers, long sequence) {}

  /** One writing transaction. Operations are asked one after the other, never side by side. */
  interface Writing {

    Uni<@Nullable KnownServer> find(ServerKey key);

    /** Definitions of one tenant by name. */
    Uni<List<ServerDefinition>> definitions(String tenant);

    /**
     * Keeps the definition under the next revision of its name, which is higher than any that the
     * name ever had.
     *
     * @return the definition with its revision
     */
    Uni<ServerDefinition> save(ServerDefinition definition, String changedBy);

    /** Removes the server and all that is known of its upstream; its revisions stay. */
    Uni<Void> remove(ServerKey key, String changedBy);

    /**
     * @param toolsChanged false: the tools are those that are kept
     */
    Uni<Void> report(ServerKey key, Reported reported, boolean toolsChanged);

    /** Whether the executor was {@link ServerStore#seen seen} lately enough. */
    Uni<Boolean> isPresent(String executor, long epoch);

    /** Tells all watchers, once the transaction is committed. */
    Uni<Void> announce(ServerKey key);
  }
}
