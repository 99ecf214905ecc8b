package dev.sallyport.policy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.limit.Window;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse.AnswerCase;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitReached;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import dev.sallyport.testkit.stores.EmbeddedRedisResource;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Leases of limits: the scripts, a real Redis, a real Postgres. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(EmbeddedRedisResource.class)
class LeaseDeskTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Window HOUR = new Window.Rolling(Duration.ofHours(1));
  private static final Window SECOND = new Window.Rolling(Duration.ofSeconds(1));
  private static final Window MONTH =
      new Window.Calendar(CalendarUnit.CALENDAR_UNIT_MONTH, ZoneId.of("Europe/Berlin"));

  @Inject Ledger ledger;
  @Inject BlockStore blocks;
  @Inject ReactiveRedisDataSource redis;

  private final String acme = "acme-" + UUID.randomUUID();
  @Inject LeaseDesk desk;

  @Test
  void sixtyFourAtOnceGetExactlyTheTenThatThereAre() {
    StoredLimit limit = rate(10, HOUR);
    List<LeaseDesk> replicas = List.of(desk, new LeaseDesk(ledger, blocks));

    List<Uni<LeaseUnitsResponse>> asks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      asks.add(ask(replicas.get(i % 2), limit, 1, 1));
    }
    List<LeaseUnitsResponse> answers = Uni.join().all(asks).andFailFast().await().atMost(PATIENCE);

    assertThat(answers).filteredOn(answer -> answer.hasLeased()).hasSize(10);
    assertThat(answers).filteredOn(answer -> answer.hasReached()).hasSize(54);
    assertThat(charged(limit)).isEqualTo(10);
  }

  @Test
  void whoeverLosesEveryRaceForABlockComesToAnAnswerAllTheSame() {
    // Given a limit near which every unit is a block of its own
    StoredLimit limit = rate(60, HOUR);
    List<LeaseDesk> replicas = List.of(desk, new LeaseDesk(ledger, blocks));

    List<Uni<LeaseUnitsResponse>> asks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      asks.add(ask(replicas.get(i % 2), limit, 1, 1));
    }
    List<LeaseUnitsResponse> answers = Uni.join().all(asks).andFailFast().await().atMost(PATIENCE);

    assertThat(answers).filteredOn(answer -> answer.hasLeased()).hasSize(60);
    assertThat(answers).filteredOn(answer -> answer.hasReached()).hasSize(140);
    assertThat(charged(limit)).isEqualTo(60);
  }

  @Test
  void givesManyFarFromTheLimitAndOneNearIt() {
    StoredLimit limit = rate(1_000, new Window.Rolling(Duration.ofMinutes(1)));

    assertThat(units(ask(desk, limit, 1, 10_000))).isEqualTo(125);
    assertThat(units(ask(desk, limit, 1, 10))).isEqualTo(10);
    assertThat(units(ask(desk, limit, 860, 900))).isEqualTo(860);
    assertThat(units(ask(desk, limit, 1, 10_000))).isEqualTo(1);
    assertThat(charged(limit)).isEqualTo(996);
  }

  @Test
  void whatIsReturnedCanBeLeasedAgainAndReturnsOnce() {
    StoredLimit limit = budget(10, MONTH);
    ask(desk, limit, "a", 10, 10).await().atMost(PATIENCE);
    assertThat(reached(ask(desk, limit, 1, 1)).getResetsAtMillis())
        .isEqualTo(((Window.Calendar) MONTH).end(Instant.now()).toEpochMilli());

    settle(limit, "a", 4, false);
    settle(limit, "a", 4, false);
    settle(limit, "a", 4, true);
    settle(limit, "a", 10, true);

    assertThat(charged(limit)).isEqualTo(6);
    assertThat(reached(ask(desk, limit, 5, 5)).getRecalled()).isFalse();
    assertThat(units(ask(desk, limit, 4, 4))).isEqualTo(4);
  }

  @Test
  void returnsNoMoreThanWasLeased() {
    StoredLimit limit = budget(100, new Window.Endless());
    ask(desk, limit, "a", 10, 10).await().atMost(PATIENCE);

    settle(limit, "a", Long.MAX_VALUE, true);

    assertThat(charged(limit)).isZero();
  }

  @Test
  void aRollingWindowFreesWhatHasLeftItAndNotBefore() {
    StoredLimit limit = rate(3, SECOND);
    long start = System.nanoTime();
    assertThat(units(ask(desk, limit, 3, 3))).isEqualTo(3);
    LimitReached reached = reached(ask(desk, limit, 1, 1));
    assertThat(reached.getRetryAfterMillis()).isBetween(800L, 1_150L);

    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(() -> answer(ask(desk, limit, 1, 1)).hasLeased());

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(charged(limit)).isEqualTo(1);
  }

  @Test
  void theClockOfRedisDecidesInWhichCalendarWindowACallIs() {
    StoredLimit limit = budget(10, MONTH);
    LeaseDesk ahead =
        new LeaseDesk(
            ledger, blocks, InstantSource.offset(InstantSource.system(), Duration.ofDays(40)));
    LeaseDesk behind =
        new LeaseDesk(
            ledger, blocks, InstantSource.offset(InstantSource.system(), Duration.ofDays(-40)));

    assertThat(units(ask(ahead, limit, 6, 6))).isEqualTo(6);
    assertThat(units(ask(behind, limit, 3, 3))).isEqualTo(3);

    assertThat(reached(ask(ahead, limit, 2, 2)).getLimitId()).isEqualTo(limit.id());
    assertThat(charged(limit)).isEqualTo(9);
  }

  @Test
  void permitsAreFreeAgainWhenTheirEdgeIsNotHeardOfAndHeldWhileItRenews() {
    StoredLimit limit = permits(2);
    ask(desk, limit, "dead", 1, 1).await().atMost(PATIENCE);
    ask(desk, limit, "alive", 1, 1).await().atMost(PATIENCE);
    assertThat(reached(ask(desk, limit, 1, 1)).getResetsAtMillis()).isZero();

    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(PATIENCE)
        .until(
            () -> {
              settle(limit, "alive", 0, false);
              return answer(ask(desk, limit, "next", 1, 1)).hasLeased();
            });

    assertThat(answer(ask(desk, limit, 1, 1)).hasReached()).isTrue();
    settle(limit, "alive", 1, true);
    assertThat(answer(ask(desk, limit, 1, 1)).hasLeased()).isTrue();
  }

  @Test
  void othersAreAskedToGiveBackBeforeACallIsRefused() {
    StoredLimit limit = rate(8, HOUR);
    List<String> recalls = new CopyOnWriteArrayList<>();
    Cancellable listening =
        redis
            .pubsub(String.class)
            .subscribe("sallyport:lease-recall")
            .subscribe()
            .with(recalls::add);
    ask(desk, limit, "held", 8, 8).await().atMost(PATIENCE);

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                reached(ask(desk, limit, 1, 1)).getRecalled()
                    && recalls.contains(acme + "\n" + limit.id()));
    settle(limit, "held", 5, false);

    assertThat(units(ask(desk, limit, 5, 5))).isEqualTo(5);
    listening.cancel();
  }

  @Test
  void whatACallUsedBeyondWhatItTookIsADebtAndNothingIsGivenUntilItHasLeftTheWindow() {
    StoredLimit limit = tokens(1_000, HOUR);
    LeaseDesk other = new LeaseDesk(ledger, blocks);
    ask(desk, limit, "a", 100, 100).await().atMost(PATIENCE);
    ask(other, limit, "b", 100, 100).await().atMost(PATIENCE);

    // Told twice, at two replicas
    settle(desk, limit, "a", 0, 5_000, false);
    settle(other, limit, "a", 0, 5_000, true);
    assertThat(settle(other, limit, "a", 0, 5_000, true)).isFalse();
    settle(other, limit, "b", 60, 0, true);

    assertThat(charged(limit)).isEqualTo(100 + 5_000 + 40);
    LimitReached reached = reached(ask(other, limit, 1, 1));
    assertThat(Duration.ofMillis(reached.getRetryAfterMillis()))
        .isBetween(Duration.ofMinutes(55), Duration.ofMinutes(70));
  }

  @Test
  void whoHoldsUnitsIsAskedForThemWhenAllIsUsedUp() {
    StoredLimit limit = tokens(1_000, HOUR);
    List<String> recalls = new CopyOnWriteArrayList<>();
    Cancellable listening =
        redis
            .pubsub(String.class)
            .subscribe("sallyport:lease-recall")
            .subscribe()
            .with(recalls::add);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              redis
                  .pubsub(String.class)
                  .publish("sallyport:lease-recall", "ready")
                  .await()
                  .atMost(PATIENCE);
              return recalls.contains("ready");
            });
    ask(desk, limit, "mine", 100, 100).await().atMost(PATIENCE);
    ask(desk, limit, "theirs", 100, 100).await().atMost(PATIENCE);

    settle(desk, limit, "mine", 0, 700, false);
    assertThat(recalls).doesNotContain(acme + "\n" + limit.id());
    settle(desk, limit, "mine", 0, 800, false);

    await().atMost(PATIENCE).until(() -> recalls.contains(acme + "\n" + limit.id()));
    listening.cancel();
  }

  @Test
  void aDebtIsNotForgottenWithRedis() {
    StoredLimit limit = tokens(1_000, MONTH);
    ask(desk, limit, "a", 10, 10).await().atMost(PATIENCE);
    settle(desk, limit, "a", 0, 2_000, true);

    flush();

    reached(ask(desk, limit, 1, 1));
    assertThat(charged(limit)).isEqualTo(2_010);
  }

  @Test
  void whatALongCallUsedCountsWhenItEndsAndNotWhenItBegan() {
    StoredLimit limit = tokens(1_000, SECOND);
    ask(desk, limit, "long", 100, 100).await().atMost(PATIENCE);
    await().atMost(PATIENCE).until(() -> charged(limit) == 0);
    // Whoever asks meanwhile tidies up
    ask(desk, limit, "other", 100, 100).await().atMost(PATIENCE);
    settle(desk, limit, "other", 100, 0, true);

    assertThat(settle(desk, limit, "long", 50, 1_500, true)).isTrue();

    assertThat(charged(limit)).isEqualTo(1_500);
    assertThat(reached(ask(desk, limit, 1, 1)).getRetryAfterMillis()).isBetween(500L, 1_300L);
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(PATIENCE)
        .until(() -> answer(ask(desk, limit, 1, 1)).hasLeased());
  }

  @Test
  void aPermitIsNeverOverdrawn() {
    StoredLimit limit = permits(2);
    ask(desk, limit, "a", 1, 1).await().atMost(PATIENCE);

    settle(desk, limit, "a", 0, 50, false);

    assertThat(charged(limit)).isEqualTo(1);
  }

  @Test
  void moneyThatWasSpentIsNotForgottenWithRedis() {
    StoredLimit limit = budget(1_000, MONTH);
    ask(desk, limit, "a", 400, 400).await().atMost(PATIENCE);
    settle(limit, "a", 0, true);

    flush();

    assertThat(reached(ask(desk, limit, 700, 700)).getLimitId()).isEqualTo(limit.id());
    assertThat(charged(limit)).isBetween(400L, 400L + 1_000 / 32);
    assertThat(units(ask(desk, limit, 500, 500))).isEqualTo(500);
  }

  @Test
  void aStopLeavesNothingInDoubt() {
    StoredLimit limit = budget(1_000, MONTH);
    ask(desk, limit, "a", 400, 400).await().atMost(PATIENCE);
    settle(limit, "a", 100, true);
    desk.onStop(new ShutdownEvent());

    flush();

    LeaseDesk restarted = new LeaseDesk(ledger, blocks);
    assertThat(units(ask(restarted, limit, 700, 700))).isEqualTo(700);
    assertThat(charged(limit)).isEqualTo(1_000);
  }

  @Test
  void permitsOfALostMemoryAreWaitedFor() {
    StoredLimit limit = permits(1);
    ask(desk, limit, "running", 1, 1).await().atMost(PATIENCE);

    flush();

    LeaseUnitsResponse answer = answer(ask(desk, limit, 1, 1));
    assertThat(answer.getRecovers().getRetryAfterMillis()).isBetween(3_000L, 5_000L);
    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(PATIENCE)
        .until(() -> answer(ask(desk, limit, 1, 1)).hasLeased());
  }

  @Test
  void twoReplicasBeginOneEpoch() {
    StoredLimit limit = budget(1_000, MONTH);
    ask(desk, limit, 100, 100).await().atMost(PATIENCE);
    LeaseDesk other = new LeaseDesk(ledger, blocks);
    ask(other, limit, 100, 100).await().atMost(PATIENCE);
    flush();

    List<LeaseUnitsResponse> both =
        Uni.join()
            .all(ask(desk, limit, 100, 100), ask(other, limit, 100, 100))
            .andFailFast()
            .await()
            .atMost(PATIENCE);

    assertThat(both).allMatch(LeaseUnitsResponse::hasLeased);
    assertThat(charged(limit)).isBetween(400L, 400L + 2 * (1_000 / 32));
  }

  @Test
  void aLoweredLimitHoldsAtOnceAndARaisedOneGivesMore() {
    StoredLimit ten = budget(10, MONTH);
    ask(desk, ten, 8, 8).await().atMost(PATIENCE);

    assertThat(answer(ask(desk, with(ten, 5), 1, 1)).hasReached()).isTrue();
    assertThat(units(ask(desk, with(ten, 20), 12, 12))).isEqualTo(12);
    assertThat(charged(ten)).isEqualTo(20);
  }

  @Test
  void askingForMoreThanThereEverIsResetsNever() {
    LimitReached reached = reached(ask(desk, budget(10, MONTH), 11, 11));

    assertThat(reached.getResetsAtMillis()).isZero();
    assertThat(reached.getRecalled()).isFalse();
  }

  @Test
  void allOrNothingOfSeveralLimits() {
    StoredLimit wide = rate(100, HOUR);
    StoredLimit narrow = rate(1, HOUR);
    ask(desk, narrow, 1, 1).await().atMost(PATIENCE);

    LeaseUnitsResponse answer =
        desk.lease(
                acme,
                Map.of(wide.id(), wide, narrow.id(), narrow),
                List.of(leaseAsk(wide, "w", 1, 1), leaseAsk(narrow, "n", 1, 1)))
            .await()
            .atMost(PATIENCE);

    assertThat(answer.getReached().getLimitId()).isEqualTo(narrow.id());
    assertThat(charged(wide)).isZero();
  }

  @Test
  void aLimitThatIsGoneCountsNothing() {
    StoredLimit gone = rate(1, HOUR);

    LeaseUnitsResponse answer =
        desk.lease(acme, Map.of(), List.of(leaseAsk(gone, "x", 2, 3))).await().atMost(PATIENCE);

    assertThat(answer.getLeased().getLeases(0).getUnits()).isEqualTo(3);
    assertThat(charged(gone)).isZero();
  }

  @Test
  void anotherTenantsLimitOfTheSameIdIsAnother() {
    StoredLimit limit = rate(1, HOUR);
    ask(desk, limit, 1, 1).await().atMost(PATIENCE);

    LeaseUnitsResponse other =
        desk.lease(
                "globex-" + UUID.randomUUID(),
                Map.of(limit.id(), limit),
                List.of(leaseAsk(limit, "g", 1, 1)))
            .await()
            .atMost(PATIENCE);

    assertThat(other.getAnswerCase()).isEqualTo(AnswerCase.LEASED);
  }

  private void flush() {
    redis.flushall().await().atMost(PATIENCE);
  }

  private Uni<LeaseUnitsResponse> ask(LeaseDesk at, StoredLimit limit, long needed, long wanted) {
    return ask(at, limit, UUID.randomUUID().toString(), needed, wanted);
  }

  private Uni<LeaseUnitsResponse> ask(
      LeaseDesk at, StoredLimit limit, String lease, long needed, long wanted) {
    return at.lease(
        acme, Map.of(limit.id(), limit), List.of(leaseAsk(limit, lease, needed, wanted)));
  }

  private static LeaseAsk leaseAsk(StoredLimit limit, String lease, long needed, long wanted) {
    return LeaseAsk.newBuilder()
        .setLimitId(limit.id())
        .setLeaseId(lease)
        .setNeeded(needed)
        .setWanted(wanted)
        .build();
  }

  private static LeaseUnitsResponse answer(Uni<LeaseUnitsResponse> asked) {
    return asked.await().atMost(PATIENCE);
  }

  private static long units(Uni<LeaseUnitsResponse> asked) {
    return answer(asked).getLeased().getLeases(0).getUnits();
  }

  private static LimitReached reached(Uni<LeaseUnitsResponse> asked) {
    LeaseUnitsResponse answer = answer(asked);
    assertThat(answer.getAnswerCase()).isEqualTo(AnswerCase.REACHED);
    return answer.getReached();
  }

  private void settle(StoredLimit limit, String lease, long returned, boolean closed) {
    settle(desk, limit, lease, returned, 0, closed);
  }

  private boolean settle(
      LeaseDesk at,
      StoredLimit limit,
      String lease,
      long returned,
      long overdrawn,
      boolean closed) {
    return at.settle(
            acme,
            Map.of(limit.id(), limit),
            List.of(
                LeaseSettlement.newBuilder()
                    .setLimitId(limit.id())
                    .setLeaseId(lease)
                    .setReturned(returned)
                    .setOverdrawn(overdrawn)
                    .setClosed(closed)
                    .build()))
        .await()
        .atMost(PATIENCE)
        .getFirst();
  }

  private long charged(StoredLimit limit) {
    return ledger
        .standings(
            acme, List.of(new Ledger.Counted(limit.id(), LedgerShape.of(limit, Instant.now()))))
        .await()
        .atMost(PATIENCE)
        .getFirst()
        .charged();
  }

  private StoredLimit rate(long units, Window window) {
    return limit(LimitKind.LIMIT_KIND_RATE, units, window);
  }

  private StoredLimit budget(long units, Window window) {
    return limit(LimitKind.LIMIT_KIND_BUDGET, units, window);
  }

  private StoredLimit tokens(long units, Window window) {
    return limit(LimitKind.LIMIT_KIND_TOKENS, units, window);
  }

  private StoredLimit permits(long units) {
    return limit(LimitKind.LIMIT_KIND_CONCURRENCY, units, new Window.Endless());
  }

  private StoredLimit limit(LimitKind kind, long units, Window window) {
    return new StoredLimit(
        acme,
        "lim_" + UUID.randomUUID(),
        "a-limit",
        OwnerKind.OWNER_KIND_TENANT,
        "",
        List.of(),
        kind,
        units,
        0,
        window,
        "api",
        1);
  }

  private static StoredLimit with(StoredLimit limit, long units) {
    return new StoredLimit(
        limit.tenant(),
        limit.id(),
        limit.name(),
        limit.ownerKind(),
        limit.owner(),
        limit.tools(),
        limit.kind(),
        units,
        limit.reserved(),
        limit.window(),
        limit.source(),
        limit.revision() + 1);
  }
}
