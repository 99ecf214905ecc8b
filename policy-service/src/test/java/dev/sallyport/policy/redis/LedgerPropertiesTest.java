package dev.sallyport.policy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.ledger.Ledger;
import dev.sallyport.policy.ledger.Ledger.Ask;
import dev.sallyport.policy.ledger.Ledger.Counted;
import dev.sallyport.policy.ledger.Ledger.Epoch;
import dev.sallyport.policy.ledger.Ledger.Granted;
import dev.sallyport.policy.ledger.Ledger.Granting;
import dev.sallyport.policy.ledger.Ledger.OtherEpoch;
import dev.sallyport.policy.ledger.Ledger.Reached;
import dev.sallyport.policy.ledger.Ledger.Settlement;
import dev.sallyport.policy.ledger.LedgerShape;
import dev.sallyport.policy.ledger.LedgerShape.Type;
import dev.sallyport.testkit.stores.RedisForTests;
import io.quarkus.redis.runtime.datasource.ReactiveRedisDataSourceImpl;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.RedisAPI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/** The scripts against a model: whatever is asked and returned, charged + free = the limit. */
class LedgerPropertiesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Vertx VERTX = Vertx.vertx();
  private static final Redis REDIS = Redis.createClient(VERTX, RedisForTests.shared().url());
  private static final Ledger LEDGER =
      new RedisLedger(new ReactiveRedisDataSourceImpl(VERTX, REDIS, RedisAPI.api(REDIS)));

  @AfterContainer
  static void disconnect() {
    REDIS.close();
    VERTX.close().await().atMost(PATIENCE);
  }

  /** A lease as the model has it. */
  private static final class Lease {
    final String id;
    final long units;
    long returned;
    long overdrawn;

    Lease(String id, long units) {
      this.id = id;
      this.units = units;
    }
  }

  @Property(tries = 60)
  void whatIsChargedIsWhatIsLeasedAndNotReturned(
      @ForAll @LongRange(min = 1, max = 5_000) long units,
      @ForAll @IntRange(min = 0, max = 1_000_000) int seed) {
    String tenant = "t-" + UUID.randomUUID();
    LedgerShape shape =
        new LedgerShape(
            Type.ROLLING, "r", units, 600_000, 6_000_000, 0, 0, false, Duration.ofSeconds(5), 0);
    Epoch epoch = epoch(tenant, shape);
    Random random = new Random(seed);
    List<Lease> leases = new ArrayList<>();
    long charged = 0;
    for (int step = 0; step < 40; step++) {
      if (leases.isEmpty() || random.nextInt(3) > 0) {
        long needed = 1 + random.nextLong(1 + units / 3);
        long wanted = needed + random.nextLong(units + 1);
        Lease lease =
            grant(tenant, epoch, new Ask("lim", "l" + step, needed, wanted, shape), units, charged);
        if (lease != null) {
          leases.add(lease);
          charged += lease.units;
        }
      } else {
        // Totals, more than once, backwards and too large: only what is new and there counts.
        Lease lease = leases.get(random.nextInt(leases.size()));
        long said = random.nextLong(lease.units + 3);
        boolean closed = random.nextInt(4) == 0;
        long now = Math.max(lease.returned, Math.min(said, lease.units));
        settle(tenant, shape, lease, said, closed);
        charged -= now - lease.returned;
        lease.returned = now;
        if (closed) {
          settle(tenant, shape, lease, lease.units, true);
          leases.remove(lease);
        }
      }
      long stands = charged(tenant, shape);
      assertThat(stands).isEqualTo(charged).isBetween(0L, units);
    }
  }

  @Property(tries = 60)
  void whatCallsUsedBeyondTheirLeasesIsChargedAndNothingIsGivenOnceAllIsUsed(
      @ForAll @LongRange(min = 1, max = 5_000) long units,
      @ForAll @IntRange(min = 0, max = 1_000_000) int seed) {
    String tenant = "t-" + UUID.randomUUID();
    LedgerShape shape =
        new LedgerShape(
            Type.ROLLING,
            "r",
            units,
            600_000,
            6_000_000,
            0,
            0,
            false,
            Duration.ofSeconds(5),
            60_000);
    Epoch epoch = epoch(tenant, shape);
    Random random = new Random(seed);
    List<Lease> leases = new ArrayList<>();
    long spent = 0;
    for (int step = 0; step < 40; step++) {
      long reserved = leases.stream().mapToLong(lease -> lease.units - lease.returned).sum();
      if (leases.isEmpty() || random.nextInt(3) > 0) {
        long needed = 1 + random.nextLong(1 + units / 4);
        // A part of it that is free, or nothing: also while there is a debt
        Lease lease =
            grant(
                tenant,
                epoch,
                new Ask("lim", "l" + step, needed, needed + random.nextLong(units + 1), shape),
                units,
                spent + reserved);
        if (lease != null) {
          leases.add(lease);
        }
      } else {
        // A call ends: less than it took comes back, more is a debt; told twice, and an old word
        // after
        Lease lease = leases.get(random.nextInt(leases.size()));
        long before = lease.overdrawn;
        if (random.nextBoolean()) {
          lease.returned = Math.min(lease.units, lease.returned + random.nextLong(lease.units + 1));
        } else {
          lease.overdrawn += random.nextLong(2 * units);
        }
        boolean closed = random.nextInt(3) == 0;
        settle(tenant, shape, lease, lease.returned, lease.overdrawn, false);
        settle(tenant, shape, lease, lease.returned, lease.overdrawn, closed);
        settle(tenant, shape, lease, 0, before, closed);
        spent += lease.overdrawn - before;
        if (closed) {
          spent += lease.units - lease.returned;
          leases.remove(lease);
        }
      }
      reserved = leases.stream().mapToLong(lease -> lease.units - lease.returned).sum();
      long free = units - charged(tenant, shape);
      assertThat(spent + reserved + free).isEqualTo(units);
    }
  }

  private static @Nullable Lease grant(
      String tenant, Epoch epoch, Ask ask, long units, long charged) {
    Granting answer = LEDGER.grant(tenant, epoch, List.of(ask)).await().atMost(PATIENCE);
    long free = units - charged;
    if (ask.needed() > free) {
      assertThat(answer).isInstanceOf(Reached.class);
      return null;
    }
    long given = ((Granted) answer).grants().getFirst().units();
    assertThat(given).isBetween(ask.needed(), Math.max(ask.needed(), ask.wanted()));
    assertThat(given).isLessThanOrEqualTo(Math.max(ask.needed(), free / 8));
    return new Lease(ask.leaseId(), given);
  }

  private static void settle(
      String tenant, LedgerShape shape, Lease lease, long returned, boolean closed) {
    settle(tenant, shape, lease, returned, 0, closed);
  }

  private static void settle(
      String tenant,
      LedgerShape shape,
      Lease lease,
      long returned,
      long overdrawn,
      boolean closed) {
    LEDGER
        .settle(
            tenant,
            List.of(
                new Settlement(new Counted("lim", shape), lease.id, returned, overdrawn, closed)))
        .await()
        .atMost(PATIENCE);
  }

  private static long charged(String tenant, LedgerShape shape) {
    return LEDGER
        .standings(tenant, List.of(new Counted("lim", shape)))
        .await()
        .atMost(PATIENCE)
        .getFirst()
        .charged();
  }

  private static Epoch epoch(String tenant, LedgerShape shape) {
    OtherEpoch other =
        (OtherEpoch)
            LEDGER
                .grant(tenant, new Epoch("", 0), List.of(new Ask("lim", "x", 1, 1, shape)))
                .await()
                .atMost(PATIENCE);
    Epoch epoch = new Epoch(other.run() + ":" + UUID.randomUUID(), 0);
    LEDGER.mark(tenant, epoch.name()).await().atMost(PATIENCE);
    return epoch;
  }
}
