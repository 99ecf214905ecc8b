package dev.sallyport.edge.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.kit.seal.Envelope;
import dev.sallyport.kit.seal.KeyRing;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two edges are two {@link FirstAnswers} over one Redis and one key ring. */
@QuarkusTest
@TestProfile(McpSurface.class)
@SuppressWarnings("NullAway.Init")
class FirstAnswersTest {

  private static final byte[] REQUEST = "POST /keys {}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "POST /keys {1}".getBytes(StandardCharsets.UTF_8);
  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final String CANARY = "sp-canary-77";

  @Inject AnswerStore store;
  @Inject RedisDataSource redis;

  private final Envelope envelope = new Envelope(KeyRing.random());
  private final IdempotencyKey key = new IdempotencyKey(UUID.randomUUID().toString());

  private FirstAnswers edge() {
    return new FirstAnswers(store, envelope);
  }

  private Claim claim(FirstAnswers edge) {
    return done(edge.claim("acme", "ada", key, REQUEST, MINUTE));
  }

  private Claim.First first(FirstAnswers edge) {
    return (Claim.First) claim(edge);
  }

  private static Answer created() {
    return new Answer(
        201, "application/json", "\"1\"", "/api/v1/keys/1", Set.of("keys:write"), CANARY);
  }

  private static <T> T done(Future<T> future) {
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(future::isComplete);
    assertThat(future.succeeded()).isTrue();
    return future.result();
  }

  @Test
  void anotherEdgeGivesTheFirstAnswerAgain() {
    assertThat(done(edge().keep(first(edge()), created()))).isTrue();

    assertThat(claim(edge())).isEqualTo(new Claim.Answered(created()));
    assertThat(((Claim.Answered) claim(edge())).answer().body()).isEqualTo(CANARY);
  }

  @Test
  void ofManyAtTheSameTimeOneIsTheFirst() {
    List<Future<Claim>> claims =
        IntStream.range(0, 32)
            .mapToObj(n -> edge().claim("acme", "ada", key, REQUEST, MINUTE))
            .toList();

    assertThat(claims.stream().map(FirstAnswersTest::done))
        .filteredOn(Claim.First.class::isInstance)
        .hasSize(1);
    assertThat(claims.stream().map(FirstAnswersTest::done))
        .filteredOn(Claim.Running.class::isInstance)
        .hasSize(31);
  }

  @Test
  void aKeyIsOfOneSenderInOneTenantAndForOneRequest() {
    first(edge());

    assertThat(done(edge().claim("globex", "ada", key, REQUEST, MINUTE)))
        .isInstanceOf(Claim.First.class);
    assertThat(done(edge().claim("acme", "eve", key, REQUEST, MINUTE)))
        .isInstanceOf(Claim.First.class);
    assertThat(done(edge().claim("acme", "ada", key, OTHER, MINUTE)))
        .isInstanceOf(Claim.Another.class);
  }

  @Test
  void whatFailedMayBeSentAgain() {
    done(edge().release(first(edge())));

    assertThat(claim(edge())).isInstanceOf(Claim.First.class);
  }

  /** Such as of an edge that was killed. */
  @Test
  void aClaimThatNothingComesOfRunsOut() {
    Claim.First cut =
        (Claim.First) done(edge().claim("acme", "ada", key, REQUEST, Duration.ofMillis(50)));

    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> claim(edge()) instanceof Claim.First);

    assertThat(done(edge().keep(cut, created()))).isFalse();
    done(edge().release(cut));
    assertThat(claim(edge())).isInstanceOf(Claim.Running.class);
  }

  @Test
  void anAnswerIsKeptForADayAndSealed() {
    Claim.First claim = first(edge());
    done(edge().keep(claim, created()));
    String name = "sallyport:{acme}:first-answer:" + claim.name();

    String kept = redis.value(String.class).get(name);

    assertThat(kept).isNotEmpty().doesNotContain(CANARY).doesNotContain(key.value());
    assertThat(name).doesNotContain(key.value());
    assertThat(redis.key().ttl(name)).isBetween(86_000L, 86_400L);
    assertThat(
            done(
                new FirstAnswers(store, new Envelope(KeyRing.random()))
                    .claim("acme", "ada", key, REQUEST, MINUTE)))
        .isInstanceOf(Claim.Unreadable.class);
  }

  /** An answer that is moved to another sender's name does not open there. */
  @Test
  void aKeptAnswerIsBoundToItsSender() {
    Claim.First adas = first(edge());
    done(edge().keep(adas, created()));
    Claim.First eves = (Claim.First) done(edge().claim("acme", "eve", key, REQUEST, MINUTE));
    String stolen = redis.value(String.class).get("sallyport:{acme}:first-answer:" + adas.name());

    redis.value(String.class).set("sallyport:{acme}:first-answer:" + eves.name(), stolen);

    assertThat(done(edge().claim("acme", "eve", key, REQUEST, MINUTE)))
        .isInstanceOf(Claim.Unreadable.class);
  }
}
