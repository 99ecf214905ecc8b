package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.session.SessionMemories;
import dev.sallyport.edge.session.SessionMemory;
import dev.sallyport.edge.session.SessionMemory.Subscription;
import dev.sallyport.kit.seal.Envelope;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.hash.ReactiveHashCommands;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** A hash for each session that has set something; its values are sealed. */
@Singleton
class RedisSessionMemories implements SessionMemories {

  private static final Logger LOG = Logger.getLogger(RedisSessionMemories.class);
  private static final String PURPOSE = "session-memory";
  private static final String LEVEL = "level";
  private static final String SUBSCRIPTION = "s:";

  private final ReactiveRedisDataSource redis;
  private final ReactiveHashCommands<String, String, String> hashes;
  private final Envelope envelope;
  private final RedisChannels channels;

  RedisSessionMemories(ReactiveRedisDataSource redis, RedisChannels channels, Envelope envelope) {
    this.channels = channels;
    this.redis = redis;
    this.hashes = redis.hash(String.class);
    this.envelope = envelope;
  }

  @Override
  public Future<SessionMemory> load(String tenant, UUID session) {
    return Redis.toFuture(hashes.hgetall(key(tenant, session)))
        .map(values -> read(tenant, session, values));
  }

  private SessionMemory read(String tenant, UUID session, Map<String, String> values) {
    if (values.isEmpty()) {
      return SessionMemory.EMPTY;
    }
    Set<Subscription> subscriptions = new HashSet<>();
    String level = "";
    for (Map.Entry<String, String> value : values.entrySet()) {
      Optional<String> text =
          envelope
              .openText(PURPOSE, binding(tenant, session), value.getValue())
              .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
      if (text.isEmpty()) {
        LOG.warn("something that a session has set cannot be read; was the key ring changed?");
      } else if (value.getKey().equals(LEVEL)) {
        level = text.get();
      } else {
        int cut = text.get().indexOf('\n');
        subscriptions.add(
            new Subscription(text.get().substring(0, cut), text.get().substring(cut + 1)));
      }
    }
    return new SessionMemory(level, Set.copyOf(subscriptions));
  }

  @Override
  public Future<Void> setLevel(String tenant, UUID session, String level, Duration keep) {
    return set(tenant, session, LEVEL, level, keep);
  }

  @Override
  public Future<Void> subscribe(
      String tenant, UUID session, Subscription subscription, Duration keep) {
    return set(tenant, session, field(subscription), text(subscription), keep);
  }

  @Override
  public Future<Void> unsubscribe(String tenant, UUID session, Subscription subscription) {
    return Redis.toFuture(
        hashes.hdel(key(tenant, session), field(subscription)).chain(() -> tell(session)));
  }

  private Future<Void> set(String tenant, UUID session, String field, String value, Duration keep) {
    String key = key(tenant, session);
    String sealed =
        envelope.sealText(
            PURPOSE, binding(tenant, session), value.getBytes(StandardCharsets.UTF_8));
    return Redis.toFuture(
        hashes
            .hset(key, field, sealed)
            .chain(() -> redis.key().pexpire(key, Math.max(1, keep.toMillis())))
            .chain(() -> tell(session)));
  }

  private Uni<Void> tell(UUID session) {
    return redis.pubsub(String.class).publish(RedisChannels.SESSION_CHANGED, session.toString());
  }

  @Override
  public void onChanged(Consumer<UUID> listener) {
    channels.listen(
        RedisChannels.SESSION_CHANGED,
        text -> {
          try {
            listener.accept(UUID.fromString(text));
          } catch (IllegalArgumentException e) {
            LOG.warn("a channel carries something that is not a session");
          }
        });
  }

  private static String text(Subscription subscription) {
    return subscription.server() + '\n' + subscription.uri();
  }

  /** Says nothing about what is subscribed to. */
  private static String field(Subscription subscription) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text(subscription).getBytes(StandardCharsets.UTF_8));
      return SUBSCRIPTION + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String binding(String tenant, UUID session) {
    return tenant + '\n' + session;
  }

  private static String key(String tenant, UUID session) {
    return "sallyport:{" + tenant + "}:session:" + session;
  }
}
