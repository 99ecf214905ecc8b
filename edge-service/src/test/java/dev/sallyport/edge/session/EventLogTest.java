package dev.sallyport.edge.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.session.EventLog.Event;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** On a real Redis. */
@QuarkusTest
@TestProfile(McpSurface.class)
@SuppressWarnings("NullAway.Init")
class EventLogTest {

  @Inject EventLog log;
  @Inject EdgeMail mail;
  @Inject RedisDataSource redis;

  private final UUID session = UUID.randomUUID();

  @Test
  void whatCameAfterAnEventIsReplayedInItsOrder() {
    append(0, "begin");
    append(1, "{\"first\":1}");
    append(2, "{\"second\":2}");
    log.append("acme", session, "s", new Event(Integer.MAX_VALUE, new byte[0]));

    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> after(1).size() == 2);

    List<Event> missed = after(1);
    assertThat(new String(missed.getFirst().message(), UTF_8)).isEqualTo("{\"second\":2}");
    assertThat(missed.getLast().isEnd()).isTrue();
    assertThat(after(0)).hasSize(3);
  }

  @Test
  void anotherSessionOrTenantKnowsNothingOfIt() {
    append(1, "{\"first\":1}");
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> after(0).size() == 1);

    assertThat(failure(log.after("acme", UUID.randomUUID(), "s", 0)))
        .isInstanceOf(EventLog.Gone.class);
    assertThat(failure(log.after("globex", session, "s", 0))).isInstanceOf(EventLog.Gone.class);
    assertThat(failure(log.after("acme", session, "t", 0))).isInstanceOf(EventLog.Gone.class);
  }

  @Test
  void nothingThatWasSaidStandsInRedisInTheClearOrForEver() {
    append(1, "{\"secret\":\"hush\"}");
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> after(0).size() == 1);

    String key = redis.key().keys("*events:" + session + "*").getFirst();

    assertThat(redis.list(String.class).lrange(key, 0, -1).getFirst()).doesNotContain("hush");
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> redis.key().ttl(key) > 0);
    assertThat(redis.key().ttl(key)).isLessThanOrEqualTo(Duration.ofMinutes(5).toSeconds());
  }

  @Test
  void mailReachesTheEdgeItIsForAndSaysWhenThereIsNone() {
    List<EdgeMail.Letter> got = new CopyOnWriteArrayList<>();
    mail.onLetter(got::add);
    var answer = new EdgeMail.Answer("acme", session, "sp-1", "{\"result\":{}}".getBytes(UTF_8));

    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> wait(mail.send(mail.self(), answer)).result());
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !got.isEmpty());

    assertThat(got.getFirst())
        .isInstanceOfSatisfying(
            EdgeMail.Answer.class,
            letter -> {
              assertThat(letter.question()).isEqualTo("sp-1");
              assertThat(letter.session()).isEqualTo(session);
              assertThat(letter.tenant()).isEqualTo("acme");
              assertThat(new String(letter.frame(), UTF_8)).isEqualTo("{\"result\":{}}");
            });
    assertThat(wait(mail.send("nobody", answer)).result()).isFalse();
  }

  private void append(int number, String message) {
    log.append("acme", session, "s", new Event(number, message.getBytes(UTF_8)));
  }

  private List<Event> after(int number) {
    Future<List<Event>> events = wait(log.after("acme", session, "s", number));
    return events.succeeded() ? events.result() : List.of();
  }

  private static Throwable failure(Future<?> future) {
    return wait(future).cause();
  }

  private static <T> Future<T> wait(Future<T> future) {
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(future::isComplete);
    return future;
  }
}
