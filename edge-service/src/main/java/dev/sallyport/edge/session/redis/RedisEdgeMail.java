package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.session.EdgeMail;
import dev.sallyport.kit.seal.Envelope;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** A channel for each edge and one for all. */
@Singleton
class RedisEdgeMail implements EdgeMail {

  private static final Logger LOG = Logger.getLogger(RedisEdgeMail.class);
  private static final String PURPOSE = "edge-mail";
  private static final byte CANCEL = 0;
  private static final byte ANSWER = 1;
  private static final byte POST = 2;

  private final ReactiveRedisDataSource redis;
  private final Envelope envelope;
  private final RedisChannels channels;

  RedisEdgeMail(ReactiveRedisDataSource redis, RedisChannels channels, Envelope envelope) {
    this.channels = channels;
    this.redis = redis;
    this.envelope = envelope;
  }

  @Override
  public String self() {
    return channels.self();
  }

  @Override
  public Future<Boolean> send(String edge, Letter letter) {
    return Redis.toFuture(redis.execute("PUBLISH", RedisChannels.mailTo(edge), seal(edge, letter)))
        .map(heard -> heard != null && heard.toLong() > 0);
  }

  @Override
  public void broadcast(Letter letter) {
    Redis.toFuture(
            redis
                .pubsub(String.class)
                .publish(RedisChannels.MAIL_TO_ALL, self() + '.' + seal("", letter)))
        .onFailure(failure -> LOG.debugf("other edges are not told: %s", failure));
  }

  @Override
  public void onLetter(Consumer<Letter> listener) {
    channels.listen(RedisChannels.mailTo(self()), text -> read(self(), text, listener));
    channels.listen(
        RedisChannels.MAIL_TO_ALL,
        text -> {
          if (!text.startsWith(self() + '.')) {
            read("", text.substring(text.indexOf('.') + 1), listener);
          }
        });
  }

  private String seal(String to, Letter letter) {
    byte[] tenant = letter.tenant().getBytes(StandardCharsets.UTF_8);
    byte[] name;
    byte[] body;
    byte kind;
    switch (letter) {
      case Cancel cancel -> {
        kind = CANCEL;
        name = cancel.requestId().getBytes(StandardCharsets.UTF_8);
        body = new byte[0];
      }
      case Answer answer -> {
        kind = ANSWER;
        name = answer.question().getBytes(StandardCharsets.UTF_8);
        body = answer.frame();
      }
      case Post post -> {
        kind = POST;
        name = post.keyId().getBytes(StandardCharsets.UTF_8);
        body = post.frame();
      }
    }
    byte[] plain =
        ByteBuffer.allocate(
                1 + 2 * Long.BYTES + 2 * Integer.BYTES + tenant.length + name.length + body.length)
            .put(kind)
            .putLong(letter.session().getMostSignificantBits())
            .putLong(letter.session().getLeastSignificantBits())
            .putInt(tenant.length)
            .put(tenant)
            .putInt(name.length)
            .put(name)
            .put(body)
            .array();
    return envelope.sealText(PURPOSE, to, plain);
  }

  private void read(String to, String text, Consumer<Letter> listener) {
    envelope
        .openText(PURPOSE, to, text)
        .ifPresentOrElse(
            plain -> listener.accept(letter(ByteBuffer.wrap(plain))),
            () -> LOG.warn("a message of another edge cannot be read; do all have one key ring?"));
  }

  private static Letter letter(ByteBuffer read) {
    byte kind = read.get();
    UUID session = new UUID(read.getLong(), read.getLong());
    String tenant = text(read);
    String name = text(read);
    if (kind == CANCEL) {
      return new Cancel(tenant, session, name);
    }
    byte[] frame = new byte[read.remaining()];
    read.get(frame);
    return kind == POST
        ? new Post(tenant, session, name, frame)
        : new Answer(tenant, session, name, frame);
  }

  private static String text(ByteBuffer read) {
    byte[] bytes = new byte[read.getInt()];
    read.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
