package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.session.Tombstones;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.keys.ReactiveKeyCommands;
import io.quarkus.redis.datasource.value.ReactiveValueCommands;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One key per ended session, gone when the session would have expired; and a channel on which the
 * edges tell each other.
 */
@Singleton
class RedisTombstones implements Tombstones {

  private static final Logger LOG = Logger.getLogger(RedisTombstones.class);

  private final ReactiveRedisDataSource redis;
  private final ReactiveValueCommands<String, String> values;
  private final ReactiveKeyCommands<String> keys;
  private final RedisChannels channels;

  RedisTombstones(ReactiveRedisDataSource redis, RedisChannels channels) {
    this.channels = channels;
    this.redis = redis;
    this.values = redis.value(String.class);
    this.keys = redis.key();
  }

  @Override
  public Future<Void> put(String tenant, UUID session, Duration keep) {
    return Redis.toFuture(
        values
            .setex(key(tenant, session), Math.max(1, keep.toSeconds()), "1")
            .chain(
                () ->
                    redis
                        .pubsub(String.class)
                        .publish(RedisChannels.SESSION_ENDED, session.toString())));
  }

  @Override
  public Future<Boolean> exists(String tenant, UUID session) {
    return Redis.toFuture(keys.exists(key(tenant, session)));
  }

  @Override
  public void onEnded(Consumer<UUID> listener) {
    channels.listen(RedisChannels.SESSION_ENDED, text -> read(text, listener));
  }

  private static void read(String text, Consumer<UUID> listener) {
    UUID session;
    try {
      session = UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      LOG.warnf(
          "the channel %s carries something that is not a session", RedisChannels.SESSION_ENDED);
      return;
    }
    listener.accept(session);
  }

  private static String key(String tenant, UUID session) {
    return "sallyport:{" + tenant + "}:session-ended:" + session;
  }
}
