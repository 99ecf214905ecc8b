package dev.sallyport.edge.lease;

import static dev.sallyport.edge.lease.LeasedReservationsTest.soon;
import static dev.sallyport.edge.lease.LeasedReservationsTest.tokens;
import static dev.sallyport.edge.lease.LeasedReservationsTest.wanted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.edge.call.Reservations.Granted;
import dev.sallyport.edge.call.Reservations.Immediate;
import dev.sallyport.edge.call.Reservations.Settlement;
import dev.sallyport.edge.caller.Limit;
import dev.sallyport.edge.lease.LeaseSettings.Unavailable;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;

/** Tokens over two edges, against a ledger that keeps the contract of policy. */
class TokensPropertyTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Vertx VERTX = Vertx.vertx();

  @AfterContainer
  static void stop() throws Exception {
    VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Whatever calls return, in whatever order they end, over edges that come and go. */
  @Property(tries = 25)
  void whatIsUsedIsChargedAndWhatIsOverIsWhatRanWhenItWasUsedUp(
      @ForAll @LongRange(min = 20, max = 2_000) long limitOf,
      @ForAll @LongRange(min = 1, max = 20) long reserved,
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed)
      throws Exception {
    Random random = new Random(seed);
    FakeLedger ledger = new FakeLedger();
    ledger.limit("tokens", limitOf);
    ledger.share = 1 + random.nextInt(8);
    Limit tokens = tokens("tokens", limitOf, reserved);
    Path place = Files.createTempDirectory("edges");
    List<LeasedReservations> edges = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      edges.add(
          LeasedReservationsTest.edge(
              VERTX, ledger, place.resolve("edge-" + i), Unavailable.REFUSE));
    }
    record Running(int edge, Granted granted) {}
    List<Running> running = new ArrayList<>();
    long used = 0;
    long over = 0;
    for (int step = 0; step < 120; step++) {
      int at = random.nextInt(2);
      if (running.isEmpty() || random.nextInt(5) < 3) {
        boolean usedUp = used + reserved * running.size() >= limitOf;
        Immediate answer = soon(edges.get(at).reserve(wanted(0, tokens)));
        if (answer instanceof Granted granted) {
          assertThat(usedUp).as("nothing starts once all is used up").isFalse();
          running.add(new Running(at, granted));
        }
      } else {
        Running ends = running.remove(random.nextInt(running.size()));
        boolean doubt = random.nextInt(6) == 0;
        long came =
            random.nextInt(3) == 0 ? random.nextLong(4 * reserved) : random.nextLong(reserved + 1);
        edges
            .get(ends.edge())
            .settle(ends.granted(), doubt ? Settlement.IN_DOUBT : Settlement.CHARGED, came);
        used += doubt ? reserved : came;
        over += doubt ? 0 : Math.max(0, came - reserved);
      }
    }
    for (Running ends : running) {
      edges.get(ends.edge()).settle(ends.granted(), Settlement.RETURNED, 0);
    }
    edges.forEach(one -> one.onStop(new ShutdownEvent()));

    await().atMost(PATIENCE).until(() -> ledger.open() == 0);
    assertThat(ledger.charged("tokens")).isEqualTo(used).isLessThanOrEqualTo(limitOf + over);
  }
}
