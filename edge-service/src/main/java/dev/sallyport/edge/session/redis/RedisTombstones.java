package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.session.Tombstones;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.keys.ReactiveKeyCommands;
import io.quarkus.redis.datasource.value.ReactiveValueCommands;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One key per ended session, gone when the session would have expired; and a channel on which the
 * edges tell each other.
 */
@Singleton
class RedisTombstones implements Tombstones {

  private static final Logger LOG = Logger.getLogger(RedisTombstones.class);
  private static final String CHANNEL = "sallyport:session-ended";
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private final ReactiveRedisDataSource redis;
  private final ReactiveValueCommands<String, String> values;
  private final ReactiveKeyCommands<String> keys;
  private @Nullable Cancellable subscription;

  RedisTombstones(ReactiveRedisDataSource redis) {
    this.redis = redis;
    this.values = redis.value(String.class);
    this.keys = redis.key();
  }

  @Override
  public Future<Void> put(String tenant, UUID session, Duration keep) {
    return toFuture(
        values
            .setex(key(tenant, session), Math.max(1, keep.toSeconds()), "1")
            .chain(() -> redis.pubsub(String.class).publish(CHANNEL, session.toString())));
  }

  @Override
  public Future<Boolean> exists(String tenant, UUID session) {
    return toFuture(keys.exists(key(tenant, session)));
  }

  @Override
  public void onEnded(Consumer<UUID> listener) {
    subscription =
        redis
            .pubsub(String.class)
            .subscribe(CHANNEL)
            .onFailure()
            .retry()
            .withBackOff(Duration.ofMillis(200), LONGEST_BACK_OFF)
            .indefinitely()
            .subscribe()
            .with(
                text -> read(text, listener),
                failure -> LOG.warnf("ended sessions are asked for only: %s", failure));
  }

  @PreDestroy
  void stop() {
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private static void read(String text, Consumer<UUID> listener) {
    UUID session;
    try {
      session = UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      LOG.warnf("the channel %s carries something that is not a session", CHANNEL);
      return;
    }
    listener.accept(session);
  }

  private static String key(String tenant, UUID session) {
    return "sallyport:{" + tenant + "}:session-ended:" + session;
  }

  private static <T> Future<T> toFuture(Uni<T> uni) {
    Promise<T> promise = Promise.promise();
    uni.ifNoItem().after(PATIENCE).fail().subscribe().with(promise::complete, promise::fail);
    return promise.future();
  }
}
