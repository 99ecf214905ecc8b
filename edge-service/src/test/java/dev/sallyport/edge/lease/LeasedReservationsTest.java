package dev.sallyport.edge.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.edge.call.Reservations.Answer;
import dev.sallyport.edge.call.Reservations.Awaited;
import dev.sallyport.edge.call.Reservations.Granted;
import dev.sallyport.edge.call.Reservations.Immediate;
import dev.sallyport.edge.call.Reservations.Refused;
import dev.sallyport.edge.call.Reservations.Settlement;
import dev.sallyport.edge.call.Reservations.Wanted;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.Limit;
import dev.sallyport.edge.caller.Limit.Counted;
import dev.sallyport.edge.caller.Limit.Kind;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.lease.LeaseSettings.Unavailable;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.name.ToolPattern;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasedReservationsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long SEED = 20261127;

  private final Vertx vertx = Vertx.vertx();
  private final FakeLedger ledger = new FakeLedger();
  private final List<LeasedReservations> started = new ArrayList<>();
  @TempDir private Path folder;

  @AfterEach
  void stop() throws Exception {
    started.forEach(one -> one.onStop(new ShutdownEvent()));
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aCallThatNoLimitCountsAsksNobody() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    Limit other =
        limit("other", Kind.RATE, 1, new Counted(List.of(), List.of(ToolPattern.parse("x__*"))));

    assertThat(edge.reserve(wanted(0))).isInstanceOf(Granted.class);
    assertThat(edge.reserve(wanted(0, other))).isInstanceOf(Granted.class);
    // What costs nothing needs no money.
    assertThat(edge.reserve(wanted(0, limit("money", Kind.BUDGET, 1)))).isInstanceOf(Granted.class);
    assertThat(ledger.asked).isZero();
  }

  @Test
  void manyCallsAskOnce() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("calls", 1_000_000);
    Limit calls = limit("calls", Kind.RATE, 1_000_000);

    for (int i = 0; i < 1_000; i++) {
      edge.settle(granted(edge.reserve(wanted(0, calls))), Settlement.CHARGED, 0);
    }

    // Leases of 8, 16, 32 … calls
    assertThat(ledger.asked).isLessThanOrEqualTo(9);
  }

  @Test
  void aRefusalSaysWhichLimitWhoseAndUntilWhen() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);

    Failure rate = refused(edge.reserve(wanted(0, limit("calls", Kind.RATE, 5))));
    Failure money = refused(edge.reserve(wanted(3, limit("money", Kind.BUDGET, 5))));
    Failure places = refused(edge.reserve(wanted(0, limit("places", Kind.CONCURRENCY, 5))));
    Failure never =
        refused(edge.reserve(wanted(2_500_000, limit("purse", Kind.BUDGET, 1_000_000))));

    assertThat(rate.code()).isEqualTo(ErrorCode.THROTTLED);
    assertThat(rate.message())
        .isEqualTo(
            "The rate limit 'calls' of key dev (5 in words) is reached; it resets at"
                + " 2030-03-17T17:46:40Z, in 13 s.");
    assertThat(rate.retryAfter()).isEqualTo(Duration.ofMillis(12_300));
    assertThat(money.code()).isEqualTo(ErrorCode.OVER_BUDGET);
    assertThat(money.message()).startsWith("The budget 'money' of key dev (5 in words) is spent;");
    assertThat(places.code()).isEqualTo(ErrorCode.TOO_MANY_IN_FLIGHT);
    assertThat(places.message()).endsWith("is reached; try again when a call has ended.");
    assertThat(never.message()).contains("is less than one call of this tool takes (2.50)");
  }

  @Test
  void whatCostsMoreThanTheWholeBudgetIsToldSoAlsoRightAfterAnotherRefusal() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    Limit money = limit("money", Kind.BUDGET, 5);
    assertThat(refused(edge.reserve(wanted(3, money))).message()).contains("is spent");
    int asked = ledger.asked;

    Failure never = refused(edge.reserve(wanted(9, money)));

    assertThat(never.message()).contains("is less than one call of this tool takes");
    assertThat(ledger.asked).isEqualTo(asked);
  }

  @Test
  void whatTheUpstreamNeverHadComesBack() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("calls", 1);
    Limit calls = limit("calls", Kind.RATE, 1);

    edge.settle(granted(edge.reserve(wanted(0, calls))), Settlement.RETURNED, 0);
    edge.settle(granted(edge.reserve(wanted(0, calls))), Settlement.CHARGED, 0);

    assertThat(refused(edge.reserve(wanted(0, calls))).code()).isEqualTo(ErrorCode.THROTTLED);
  }

  @Test
  void aCallThatWaitsForInputCountsForRateAndNotForMoney() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("calls", 10);
    ledger.limit("money", 10);
    Limit calls = limit("calls", Kind.RATE, 10);
    Limit money = limit("money", Kind.BUDGET, 10);

    edge.settle(granted(edge.reserve(wanted(7, calls, money))), Settlement.WAITING, 0);
    edge.settle(granted(edge.reserve(wanted(7, calls, money))), Settlement.IN_DOUBT, 0);
    edge.onStop(new ShutdownEvent());

    assertThat(ledger.charged("calls")).isEqualTo(2);
    assertThat(ledger.charged("money")).isEqualTo(7);
  }

  @Test
  void whatAnEarlierLimitGaveGoesBackWhenALaterOneRefuses() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("a-wide", 1);
    Limit wide = limit("a-wide", Kind.RATE, 1);
    Limit narrow = limit("narrow", Kind.RATE, 1);

    assertThat(refused(edge.reserve(wanted(0, wide, narrow))).message()).contains("'narrow'");

    assertThat(edge.reserve(wanted(0, wide))).isInstanceOf(Granted.class);
  }

  @Test
  void nothingOfALeaseIsHandedOutAfterItsTimeAndTheRestIsGivenBack() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.life = Duration.ofMillis(400);
    ledger.limit("calls", 800);
    Limit calls = limit("calls", Kind.RATE, 800);
    Granted first = granted(edge.reserve(wanted(0, calls)));
    assertThat(first.validFor()).isBetween(Duration.ofMillis(1), Duration.ofMillis(360));
    assertThat(ledger.charged("calls")).isEqualTo(8);

    await().atMost(PATIENCE).until(() -> ledger.charged("calls") == 1);

    // The call that took one ends later, and then nothing is left of the lease
    edge.settle(first, Settlement.RETURNED, 0);
    await().atMost(PATIENCE).until(() -> ledger.charged("calls") == 0 && ledger.open() == 0);
  }

  @Test
  void givesBackWhatOthersNeed() {
    LeasedReservations one = edge("a", Unavailable.REFUSE);
    LeasedReservations other = edge("b", Unavailable.REFUSE);
    ledger.share = 1;
    ledger.limit("calls", 8);
    Limit calls = limit("calls", Kind.RATE, 8);
    Granted first = granted(one.reserve(wanted(0, calls)));
    assertThat(ledger.charged("calls")).isEqualTo(8);

    for (int i = 0; i < 7; i++) {
      granted(other.reserve(wanted(0, calls)));
    }

    assertThat(refused(other.reserve(wanted(0, calls))).code()).isEqualTo(ErrorCode.THROTTLED);
    one.settle(first, Settlement.RETURNED, 0);
    await().atMost(PATIENCE).until(() -> soon(other.reserve(wanted(0, calls))) instanceof Granted);
  }

  @Test
  void placesAreTakenAgainAndKeptWhileTheyAreInUse() throws InterruptedException {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.life = Duration.ofMillis(300);
    ledger.limit("places", 1);
    Limit places = limit("places", Kind.CONCURRENCY, 1);

    Granted running = granted(edge.reserve(wanted(0, places)));
    assertThat(refused(edge.reserve(wanted(0, places))).code())
        .isEqualTo(ErrorCode.TOO_MANY_IN_FLIGHT);
    // Longer than the life of a lease: it is renewed
    await().atMost(PATIENCE).until(() -> ledger.settled >= 5);
    assertThat(ledger.charged("places")).isEqualTo(1);
    edge.settle(running, Settlement.CHARGED, 0);

    assertThat(soon(edge.reserve(wanted(0, places)))).isInstanceOf(Granted.class);
  }

  @Test
  void permitsInUseAreRenewedEvenWhenTheClockIsLookedAtTooLate() {
    FakeOffice office = new FakeOffice();
    Balance balance = new Balance("acme", limit("places", Kind.CONCURRENCY, 1), office);
    long now = System.nanoTime();
    Promise<Acquired> acquired = Promise.promise();
    balance.acquire(1, acquired);
    Part part = ((Acquired.Got) acquired.future().result()).part();

    // When the process stood still for longer than the lease lasts
    balance.tick(now + Duration.ofSeconds(9).toNanos());

    // Then policy hears that the permit is held, nothing is handed out, and the end is told
    assertThat(office.told).containsExactly("renewed");
    assertThat(balance.take(1, now + Duration.ofSeconds(9).toNanos())).isNull();
    balance.ended(part, Settlement.CHARGED, 0);
    balance.close();
    assertThat(office.told).containsExactly("renewed", "closed 1");
  }

  /** Leases what is asked for, for five seconds, and writes down what it is told. */
  private final class FakeOffice implements LeaseOffice {

    private final List<String> told = new ArrayList<>();

    @Override
    public void ask(Balance balance, long needed, long wanted, Consumer<LeaseOffice.Answer> then) {
      try (LeaseJournal journal = LeaseJournal.open(folder.resolve("office"))) {
        then.accept(
            new LeaseOffice.Answer.Leased(
                new HeldLease(
                    "l1",
                    needed,
                    System.nanoTime(),
                    Duration.ofSeconds(5).toNanos(),
                    journal,
                    LeaseJournal.NO_SLOT)));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void settle(Balance balance, HeldLease lease, boolean closed) {
      told.add((closed ? "closed " : "settled ") + lease.returned);
    }

    @Override
    public void renew(Balance balance, HeldLease lease) {
      told.add("renewed");
    }

    @Override
    public void later(long millis, Runnable action) {}

    @Override
    public Duration patience() {
      return Duration.ofSeconds(6);
    }
  }

  @Test
  void ofWhatIsReservedForTokensWhatDidNotComeGoesBackAndWhatMoreCameIsCharged() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("tokens", 1_000);
    Limit tokens = tokens("tokens", 1_000, 10);

    edge.settle(granted(edge.reserve(wanted(0, tokens))), Settlement.CHARGED, 3);
    edge.settle(granted(edge.reserve(wanted(0, tokens))), Settlement.CHARGED, 25);
    edge.settle(granted(edge.reserve(wanted(0, tokens))), Settlement.RETURNED, 0);
    edge.settle(granted(edge.reserve(wanted(0, tokens))), Settlement.WAITING, 0);
    edge.settle(granted(edge.reserve(wanted(0, tokens))), Settlement.IN_DOUBT, 0);
    edge.onStop(new ShutdownEvent());

    await().atMost(PATIENCE).until(() -> ledger.open() == 0);
    assertThat(ledger.charged("tokens")).isEqualTo(3 + 25 + 10);
  }

  @Test
  void noCallStartsOnceTheTokensAreUsedUpAndWhatIsOverIsWhatRanThen() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    LeasedReservations other = edge("b", Unavailable.REFUSE);
    ledger.limit("tokens", 1_000);
    Limit tokens = tokens("tokens", 1_000, 10);
    Granted one = granted(edge.reserve(wanted(0, tokens)));
    Granted two = granted(edge.reserve(wanted(0, tokens)));
    granted(other.reserve(wanted(0, tokens)));

    edge.settle(one, Settlement.CHARGED, 5_000);

    // At once, though policy may not have heard of it yet
    Failure refused = refused(edge.reserve(wanted(0, tokens)));
    assertThat(refused.code()).isEqualTo(ErrorCode.THROTTLED);
    assertThat(refused.message())
        .isEqualTo(
            "The token limit 'tokens' of key dev (1000 in words) is used up; it resets at"
                + " 2030-03-17T17:46:40Z, in 13 s.");
    // The other edge was asked for what it held
    assertThat(refused(other.reserve(wanted(0, tokens))).code()).isEqualTo(ErrorCode.THROTTLED);
    edge.settle(two, Settlement.CHARGED, 700);
    edge.onStop(new ShutdownEvent());
    await().atMost(PATIENCE).until(() -> ledger.charged("tokens") == 5_000 + 700 + 10);
  }

  @Test
  void aDebtIsToldUntilPolicyHasHeardItAndOnlyOnce() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("tokens", 10_000);
    Limit tokens = tokens("tokens", 10_000, 10);
    Granted granted = granted(edge.reserve(wanted(0, tokens)));

    ledger.away = true;
    edge.settle(granted, Settlement.CHARGED, 9_000);
    assertThat(refused(edge.reserve(wanted(0, tokens))).code())
        .isEqualTo(ErrorCode.POLICY_UNAVAILABLE);
    ledger.away = false;

    await().atMost(PATIENCE).until(() -> ledger.charged("tokens") == 9_000);
    granted(edge.reserve(wanted(0, tokens)));
  }

  @Test
  void aPolicyThatKnowsNoDebtsIsNotTheOneThatHasHeardIt() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("tokens", 10_000);
    Limit tokens = tokens("tokens", 10_000, 10);
    Granted granted = granted(edge.reserve(wanted(0, tokens)));
    ledger.old = true;

    // Nor is what it gives taken for tokens
    edge.settle(granted, Settlement.CHARGED, 9_000);
    assertThat(refused(edge.reserve(wanted(0, tokens))).code())
        .isEqualTo(ErrorCode.POLICY_UNAVAILABLE);
    int told = ledger.settled;
    await().atMost(PATIENCE).until(() -> ledger.settled > told);
    ledger.old = false;

    await().atMost(PATIENCE).until(() -> ledger.charged("tokens") == 9_000);
  }

  @Test
  void aProcessThatDiedWithADebtLeavesItToTheNext() {
    LeasedReservations crashed = edge("a", Unavailable.REFUSE);
    ledger.limit("tokens", 10_000);
    Limit tokens = tokens("tokens", 10_000, 10);
    Granted one = granted(crashed.reserve(wanted(0, tokens)));
    granted(crashed.reserve(wanted(0, tokens)));
    ledger.away = true;
    crashed.settle(one, Settlement.CHARGED, 3_000);
    crashed.dropWithoutAWord();
    started.remove(crashed);
    ledger.away = false;

    edge("a", Unavailable.REFUSE);

    // What the other call had taken stays charged
    await().atMost(PATIENCE).until(() -> ledger.charged("tokens") == 3_010 && ledger.open() == 0);
  }

  @Test
  void whatAsksHowATaskStandsReservesTokensAndNothingElse() {
    LeasedReservations edge = edge("a", Unavailable.REFUSE);
    ledger.limit("tokens", 1_000);
    Wanted call = wanted(5, tokens("tokens", 1_000, 10), limit("calls", Kind.RATE, 5));
    Wanted task =
        new Wanted(call.call(), call.profile(), "files", "read", false, call.costMicros(), true);
    Wanted list =
        new Wanted(call.call(), call.profile(), "files", "read", false, call.costMicros(), false);

    granted(edge.reserve(list));
    assertThat(ledger.asked).isZero();
    edge.settle(granted(edge.reserve(task)), Settlement.CHARGED, 40);
    edge.onStop(new ShutdownEvent());

    assertThat(ledger.charged("tokens")).isEqualTo(40);
    assertThat(ledger.charged("calls")).isZero();
  }

  @Test
  void whenPolicyIsAwayTheConfiguredChoiceHolds() {
    ledger.away = true;
    Limit calls = limit("calls", Kind.RATE, 5);

    Failure refused = refused(edge("a", Unavailable.REFUSE).reserve(wanted(0, calls)));
    assertThat(refused.code()).isEqualTo(ErrorCode.POLICY_UNAVAILABLE);
    assertThat(refused.message()).contains("Limits cannot be checked");
    assertThat(soon(edge("b", Unavailable.ALLOW).reserve(wanted(0, calls))))
        .isInstanceOf(Granted.class);
  }

  @Test
  void waitsForALedgerThatRecovers() {
    ledger.recovering = 3;
    ledger.limit("calls", 5);

    granted(edge("a", Unavailable.REFUSE).reserve(wanted(0, limit("calls", Kind.RATE, 5))));

    assertThat(ledger.asked).isEqualTo(4);
  }

  @Test
  void theNextProcessGivesBackWhatNoCallTook() {
    // Given an edge that held eight and handed three, of which one came back
    LeasedReservations crashed = edge("a", Unavailable.REFUSE);
    ledger.limit("calls", 800);
    Limit calls = limit("calls", Kind.RATE, 800);
    granted(crashed.reserve(wanted(0, calls)));
    granted(crashed.reserve(wanted(0, calls)));
    crashed.settle(granted(crashed.reserve(wanted(0, calls))), Settlement.RETURNED, 0);
    assertThat(ledger.charged("calls")).isEqualTo(8);
    crashed.dropWithoutAWord();
    started.remove(crashed);

    // When the next one starts on its folder
    edge("a", Unavailable.REFUSE);

    // Then two stay charged
    await().atMost(PATIENCE).until(() -> ledger.charged("calls") == 2 && ledger.open() == 0);
  }

  @Test
  void threeEdgesAndManyThreadsNeverHandOutMoreThanThereIs() throws Exception {
    ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
    ledger.later = later;
    ledger.life = Duration.ofMillis(120);
    long limitOf = 500;
    ledger.limit("money", limitOf);
    Limit money = limit("money", Kind.BUDGET, limitOf);
    List<LeasedReservations> edges =
        List.of(
            edge("a", Unavailable.REFUSE),
            edge("b", Unavailable.REFUSE),
            edge("c", Unavailable.REFUSE));
    AtomicInteger spent = new AtomicInteger();
    int callers = 24;
    CountDownLatch done = new CountDownLatch(callers);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < callers; caller++) {
        Random random = new Random(SEED + caller);
        LeasedReservations edge = edges.get(caller % edges.size());
        threads.submit(
            () -> {
              try {
                for (int i = 0; i < 100; i++) {
                  int cost = 1 + random.nextInt(3);
                  if (soon(edge.reserve(wanted(cost, money))) instanceof Granted granted) {
                    Settlement settlement =
                        Settlement.values()[random.nextInt(Settlement.values().length)];
                    if (settlement == Settlement.CHARGED || settlement == Settlement.IN_DOUBT) {
                      assertThat(spent.addAndGet(cost)).isLessThanOrEqualTo((int) limitOf);
                    }
                    edge.settle(granted, settlement, 0);
                  }
                }
              } finally {
                done.countDown();
              }
              return null;
            });
      }
    }
    assertThat(done.await(1, TimeUnit.SECONDS)).isTrue();

    // Everything that was not spent comes back, and all of it can be spent
    edges.forEach(one -> one.onStop(new ShutdownEvent()));
    await().atMost(PATIENCE).until(() -> ledger.open() == 0);
    assertThat(ledger.charged("money")).isEqualTo(spent.get());
    assertThat(spent.get()).isGreaterThan((int) limitOf - 3);
    later.shutdownNow();
  }

  private LeasedReservations edge(String name, Unavailable choice) {
    LeasedReservations edge = edge(vertx, ledger, folder.resolve(name), choice);
    started.add(edge);
    return edge;
  }

  static LeasedReservations edge(Vertx vertx, FakeLedger ledger, Path data, Unavailable choice) {
    LeasedReservations edge =
        new LeasedReservations(
            vertx,
            ledger,
            new LeaseSettings() {
              @Override
              public Unavailable whenUnavailable() {
                return choice;
              }

              @Override
              public Duration timeout() {
                return Duration.ofSeconds(2);
              }

              @Override
              public Duration patience() {
                return Duration.ofSeconds(6);
              }
            },
            ledger,
            new SimpleMeterRegistry(),
            data);
    edge.start();
    return edge;
  }

  static Wanted wanted(long cost, Limit... limits) {
    AccessProfile profile = Fixture.profile("acme", "vk_dev", "*").withLimits(List.of(limits));
    return new Wanted(CallId.next(), profile, "files", "read", true, cost, true);
  }

  static Limit tokens(String name, long units, long reserved) {
    return new Limit(
        name, name, "key dev", Kind.TOKENS, Counted.ALL, units, units + " in words", reserved);
  }

  private static Limit limit(String name, Kind kind, long units) {
    return limit(name, kind, units, Counted.ALL);
  }

  private static Limit limit(String name, Kind kind, long units, Counted tools) {
    return new Limit(name, name, "key dev", kind, tools, units, units + " in words", 0);
  }

  static Immediate soon(Answer answer) {
    return switch (answer) {
      case Immediate immediate -> immediate;
      case Awaited(Future<Immediate> later) -> {
        try {
          yield later
              .toCompletionStage()
              .toCompletableFuture()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
          throw new AssertionError("no answer in time", e);
        }
      }
    };
  }

  private static Granted granted(Answer answer) {
    assertThat(soon(answer)).isInstanceOf(Granted.class);
    return (Granted) soon(answer);
  }

  private static Failure refused(Answer answer) {
    assertThat(soon(answer)).isInstanceOf(Refused.class);
    return ((Refused) soon(answer)).failure();
  }
}
