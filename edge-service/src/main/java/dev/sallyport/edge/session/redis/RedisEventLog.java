package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.session.EventLog;
import dev.sallyport.edge.session.SessionSettings;
import dev.sallyport.kit.seal.Envelope;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.list.ReactiveListCommands;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** A list for each stream, gone some minutes after its last event. */
@Singleton
class RedisEventLog implements EventLog {

  private static final Logger LOG = Logger.getLogger(RedisEventLog.class);
  private static final String PURPOSE = "events";

  private final ReactiveRedisDataSource redis;
  private final ReactiveListCommands<String, String> lists;
  private final Envelope envelope;
  private final Duration keep;

  RedisEventLog(ReactiveRedisDataSource redis, Envelope envelope, SessionSettings settings) {
    this.redis = redis;
    this.lists = redis.list(String.class);
    this.envelope = envelope;
    this.keep = settings.keepEvents();
  }

  @Override
  public void append(String tenant, UUID session, String stream, Event event) {
    String key = key(tenant, session, stream);
    byte[] plain =
        ByteBuffer.allocate(Integer.BYTES + event.message().length)
            .putInt(event.number())
            .put(event.message())
            .array();
    // Asked for one after the other on one connection, so they arrive in their order.
    Redis.toFuture(
            lists
                .rpush(key, envelope.sealText(PURPOSE, binding(tenant, session, stream), plain))
                .chain(() -> redis.key().pexpire(key, keep.toMillis())))
        .onFailure(failure -> LOG.debugf("an event of a stream is not kept: %s", failure));
  }

  @Override
  public Future<List<Event>> after(String tenant, UUID session, String stream, int number) {
    return Redis.toFuture(lists.lrange(key(tenant, session, stream), 0, -1))
        .compose(
            values -> {
              if (values.isEmpty()) {
                return Future.failedFuture(new Gone());
              }
              List<Event> events = new ArrayList<>();
              for (String value : values) {
                envelope
                    .openText(PURPOSE, binding(tenant, session, stream), value)
                    .map(RedisEventLog::read)
                    .filter(event -> event.number() > number)
                    .ifPresent(events::add);
              }
              events.sort((one, other) -> Integer.compare(one.number(), other.number()));
              return Future.succeededFuture(events);
            });
  }

  private static Event read(byte[] plain) {
    ByteBuffer read = ByteBuffer.wrap(plain);
    int number = read.getInt();
    byte[] message = new byte[read.remaining()];
    read.get(message);
    return new Event(number, message);
  }

  private static String binding(String tenant, UUID session, String stream) {
    return tenant + '\n' + session + '\n' + stream;
  }

  private static String key(String tenant, UUID session, String stream) {
    return "sallyport:{" + tenant + "}:events:" + session + ':' + stream;
  }
}
