package dev.sallyport.edge.session.redis;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Everything that edges tell each other over Redis, on one connection: each subscription of its own
 * would take one out of the pool for good. Listened to again and again when the connection is lost;
 * what was said meanwhile is lost, and whoever listens must be able to do without.
 */
@Singleton
class RedisChannels {

  static final String SESSION_ENDED = "sallyport:session-ended";
  static final String SESSION_CHANGED = "sallyport:session-changed";
  static final String LEASE_RECALL = "sallyport:lease-recall";
  static final String MAIL_TO_ALL = "sallyport:edge-mail";

  private static final Logger LOG = Logger.getLogger(RedisChannels.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private final ReactiveRedisDataSource redis;
  private final String self = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
  private @Nullable Cancellable subscription;

  RedisChannels(ReactiveRedisDataSource redis) {
    this.redis = redis;
  }

  /** Name of this edge, new with each start. */
  String self() {
    return self;
  }

  /** The channel on which one edge is told something. */
  static String mailTo(String edge) {
    return MAIL_TO_ALL + ':' + edge;
  }

  /**
   * Listens to a channel.
   *
   * @param channel one of the constants of this class, or {@link #mailTo} this edge
   */
  synchronized void listen(String channel, Consumer<String> listener) {
    listeners.computeIfAbsent(channel, name -> new CopyOnWriteArrayList<>()).add(listener);
    if (subscription == null) {
      subscription =
          redis
              .pubsub(String.class)
              .subscribeAsMessages(
                  SESSION_ENDED, SESSION_CHANGED, LEASE_RECALL, MAIL_TO_ALL, mailTo(self))
              .onFailure()
              .retry()
              .withBackOff(FIRST_BACK_OFF, LONGEST_BACK_OFF)
              .indefinitely()
              .subscribe()
              .with(
                  message ->
                      listeners
                          .getOrDefault(message.getChannel(), List.of())
                          .forEach(one -> one.accept(message.getPayload())),
                  failure -> LOG.warnf("other edges are not heard any more: %s", failure));
    }
  }

  @PreDestroy
  synchronized void stop() {
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
