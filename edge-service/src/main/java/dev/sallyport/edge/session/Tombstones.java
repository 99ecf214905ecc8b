package dev.sallyport.edge.session;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;

/** The sessions that were ended, known to all edges. */
public interface Tombstones {

  /**
   * Remembers that the session ended, and tells the other edges.
   *
   * @param keep after this the session would have expired anyway
   * @return fails when the store cannot be reached
   */
  Future<Void> put(String tenant, UUID session, Duration keep);

  /** Fails when the store cannot be reached. */
  Future<Boolean> exists(String tenant, UUID session);

  /** Called with each session that another edge ends, as long as the connection holds. */
  void onEnded(Consumer<UUID> listener);
}
