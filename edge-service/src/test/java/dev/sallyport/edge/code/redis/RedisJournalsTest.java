package dev.sallyport.edge.code.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.code.Journals;
import dev.sallyport.edge.code.Journals.Kept;
import dev.sallyport.edge.code.Journals.Of;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.proto.edge.v1.JournalHead;
import dev.sallyport.proto.edge.v1.JournalStep;
import dev.sallyport.proto.edge.v1.StepStarted;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Journals in a real Redis. */
@QuarkusTest
@TestProfile(McpSurface.class)
@SuppressWarnings("NullAway.Init")
class RedisJournalsTest {

  private static final Duration LIFE = Duration.ofMinutes(1);
  private static final JournalHead HEAD =
      JournalHead.newBuilder()
          .setClockMicros(7)
          .setScriptDigest(ByteString.copyFromUtf8("digest"))
          .build();

  @Inject Journals journals;
  @Inject RedisDataSource redis;
  @Inject Vertx vertx;

  private final Of of = new Of("acme", "vk_ada", UUID.randomUUID().toString());
  private final String script = UUID.randomUUID().toString();

  @Test
  void aRunIsFoundByItsScriptAndTakenWithAllItsSteps() throws Exception {
    suspend(List.of(step("0", "one"), step("1.0", "two")));

    String found = get(journals.waiting("acme", "vk_ada", script)).orElseThrow();
    Kept kept = get(journals.take(of, LIFE)).orElseThrow();

    assertThat(found).isEqualTo(of.run());
    assertThat(kept.head()).isEqualTo(HEAD);
    assertThat(kept.steps()).containsExactlyInAnyOrder(step("0", "one"), step("1.0", "two"));
    assertThat(get(journals.waiting("acme", "vk_bob", script))).isEmpty();
    assertThat(get(journals.waiting("globex", "vk_ada", script))).isEmpty();
  }

  @Test
  void ofTwoWhoTakeARunOneHasIt() throws Exception {
    suspend(List.of(step("0", "one")));

    Kept first = get(journals.take(of, LIFE)).orElseThrow();
    assertThatThrownBy(() -> get(journals.take(of, LIFE)))
        .hasCauseInstanceOf(Journals.StillRuns.class);

    get(journals.write(of, first.hold(), step("1", "two")));
    get(journals.suspend(of, first.hold(), script, HEAD, List.of(step("9", "all")), LIFE));
    Kept second = get(journals.take(of, LIFE)).orElseThrow();
    assertThat(second.steps()).containsExactly(step("9", "all"));
    assertThatThrownBy(() -> get(journals.write(of, first.hold(), step("1", "late"))))
        .as("whoever stood still meanwhile")
        .hasCauseInstanceOf(Journals.StillRuns.class);
    assertThatThrownBy(() -> get(journals.suspend(of, first.hold(), script, HEAD, List.of(), LIFE)))
        .hasCauseInstanceOf(Journals.StillRuns.class);
  }

  @Test
  void whatIsWrittenAfterItWasTakenIsThereForTheNext() throws Exception {
    suspend(List.of(step("0", "one")));
    Kept first = get(journals.take(of, Duration.ofMillis(50))).orElseThrow();
    get(journals.write(of, first.hold(), step("0", "changed")));
    get(journals.write(of, first.hold(), step("1", "more")));

    // Its edge dies.
    Kept next =
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .ignoreExceptionsMatching(e -> e.getCause() instanceof Journals.StillRuns)
            .until(() -> get(journals.take(of, LIFE)), Optional::isPresent)
            .orElseThrow();

    assertThat(next.steps()).containsExactlyInAnyOrder(step("0", "changed"), step("1", "more"));
  }

  @Test
  void aRunThatIsReleasedCanBeTakenAtOnce() throws Exception {
    suspend(List.of(step("0", "one")));
    Kept kept = get(journals.take(of, LIFE)).orElseThrow();
    get(journals.write(of, kept.hold(), step("1", "two")));

    get(journals.release(of, "another"));
    assertThatThrownBy(() -> get(journals.take(of, LIFE)))
        .hasCauseInstanceOf(Journals.StillRuns.class);
    get(journals.release(of, kept.hold()));

    assertThat(get(journals.take(of, LIFE)).orElseThrow().steps()).hasSize(2);
  }

  @Test
  void anEndedRunIsForgottenByWhoeverHasIt() throws Exception {
    suspend(List.of(step("0", "one")));
    Kept kept = get(journals.take(of, LIFE)).orElseThrow();

    get(journals.remove(of, "another", script));
    assertThat(get(journals.waiting("acme", "vk_ada", script))).isPresent();
    get(journals.remove(of, kept.hold(), script));

    assertThat(get(journals.waiting("acme", "vk_ada", script))).isEmpty();
    assertThat(get(journals.take(of, LIFE))).isEmpty();
    assertThatThrownBy(() -> get(journals.write(of, kept.hold(), step("1", "late"))))
        .hasCauseInstanceOf(Journals.StillRuns.class);
    assertThat(redis.key().keys("*" + of.run() + "*")).isEmpty();
  }

  @Test
  void aRunIsForgottenWhenItHasWaitedTooLong() throws Exception {
    get(journals.suspend(of, "", script, HEAD, List.of(), Duration.ofMillis(50)));

    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                get(journals.take(of, LIFE)).isEmpty()
                    && get(journals.waiting("acme", "vk_ada", script)).isEmpty());
  }

  @Test
  void answersComeWhereTheyWereAskedFor() throws Exception {
    Context loop = vertx.getOrCreateContext();
    Promise<Context> there = Promise.promise();

    loop.runOnContext(
        ignored ->
            journals
                .waiting("acme", "vk_ada", script)
                .onComplete(answer -> there.complete(Vertx.currentContext())));

    assertThat(get(there.future())).isSameAs(loop);
  }

  @Test
  void whatIsKeptSaysNothingAndFitsNobodyElse() throws Exception {
    suspend(List.of(step("0", "secret-argument")));
    String key = "sallyport:{acme}:run:" + of.run();
    String sealed = redis.hash(String.class).hget(key, "step:0");
    Of other = new Of("acme", "vk_bob", of.run());

    assertThat(sealed).doesNotContain("secret-argument");
    assertThat(get(journals.take(other, Duration.ofMillis(1)))).as("another caller").isEmpty();

    redis.hash(String.class).hset(key, "step:1", sealed);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .ignoreExceptionsMatching(e -> e.getCause() instanceof Journals.StillRuns)
        .untilAsserted(() -> assertThat(get(journals.take(of, LIFE))).as("another step").isEmpty());
  }

  private void suspend(List<JournalStep> steps) throws Exception {
    get(journals.suspend(of, "", script, HEAD, steps, LIFE));
  }

  private static JournalStep step(String name, String arguments) {
    return JournalStep.newBuilder()
        .setStep(name)
        .setServer("files")
        .setTool("read")
        .setArguments(ByteString.copyFromUtf8(arguments))
        .setStarted(StepStarted.getDefaultInstance())
        .build();
  }

  private static <T> T get(Future<T> future) throws ExecutionException, Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}
