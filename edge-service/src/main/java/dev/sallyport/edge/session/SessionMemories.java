package dev.sallyport.edge.session;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;

/** Where sessions keep what they have set. Everything fails when the store cannot be reached. */
public interface SessionMemories {

  Future<SessionMemory> load(String tenant, UUID session);

  /**
   * @param keep after this the session will have expired
   */
  Future<Void> setLevel(String tenant, UUID session, String level, Duration keep);

  Future<Void> subscribe(
      String tenant, UUID session, SessionMemory.Subscription subscription, Duration keep);

  Future<Void> unsubscribe(String tenant, UUID session, SessionMemory.Subscription subscription);

  /**
   * Called with each session whose memory another edge changed, as long as the connection holds.
   */
  void onChanged(Consumer<UUID> listener);
}
