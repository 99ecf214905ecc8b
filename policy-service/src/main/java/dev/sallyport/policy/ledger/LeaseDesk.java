package dev.sallyport.policy.ledger;

import dev.sallyport.policy.ledger.Ledger.Ask;
import dev.sallyport.policy.ledger.Ledger.Epoch;
import dev.sallyport.policy.ledger.Ledger.Settlement;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LedgerRecovers;
import dev.sallyport.proto.policy.v1.LimitReached;
import dev.sallyport.proto.policy.v1.UnitLease;
import dev.sallyport.proto.policy.v1.UnitsLeased;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Brings asks before the ledger, and brings the ledger what it lacks: the epoch of its memory, what
 * Postgres has allotted, the calendar window that its clock is in.
 *
 * <p>A ledger whose memory is lost (a restart, a failover, a flush) begins anew with everything
 * charged that Postgres has allotted. What Postgres does not allot, permits and rates over less
 * than ten minutes, is handed out again when every lease of before has expired.
 */
@Singleton
public final class LeaseDesk {

  private static final Logger LOG = Logger.getLogger(LeaseDesk.class);

  /**
   * More turns than a ledger that lost everything needs for one ask. Those in which others took
   * what this ask had allotted do not count: each of them is somebody's progress, and the time that
   * an operation may take ends them.
   */
  private static final int MOST_TURNS = 12;

  private static final int MOST_REMEMBERED = 10_000;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);
  private static final Duration UNLIMITED_LIFE = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final BlockStore blocks;
  private final InstantSource clock;
  private final Map<String, Epoch> epochs = new ConcurrentHashMap<>();

  /** What this replica had Postgres allot, and may give back when it stops. */
  private final Set<Allotted> allotted = ConcurrentHashMap.newKeySet();

  /** How far the clock of Redis is ahead of that of this replica. */
  private volatile Duration skew = Duration.ZERO;

  private record Allotted(String tenant, String limitId, String shape) {}

  @Inject
  public LeaseDesk(Ledger ledger, BlockStore blocks) {
    this(ledger, blocks, InstantSource.system());
  }

  LeaseDesk(Ledger ledger, BlockStore blocks, InstantSource clock) {
    this.ledger = ledger;
    this.blocks = blocks;
    this.clock = clock;
  }

  /** An ask for a limit that there is not is granted without being counted. */
  Uni<LeaseUnitsResponse> lease(
      String tenant, Map<String, StoredLimit> limits, List<LeaseAsk> asks) {
    List<LeaseAsk> counted =
        asks.stream().filter(ask -> limits.containsKey(ask.getLimitId())).toList();
    return counted.isEmpty()
        ? Uni.createFrom().item(leased(limits, asks, counted, List.of()))
        : turn(new Request(tenant, limits, asks, counted), 0);
  }

  private record Request(
      String tenant,
      Map<String, StoredLimit> limits,
      List<LeaseAsk> asks,
      List<LeaseAsk> counted) {}

  private Uni<LeaseUnitsResponse> turn(Request request, int turn) {
    if (turn == MOST_TURNS) {
      return Uni.createFrom()
          .failure(new IllegalStateException("the ledger does not come to an answer"));
    }
    String tenant = request.tenant;
    Instant now = clock.instant().plus(skew);
    List<Ask> asks = request.counted.stream().map(ask -> ask(request.limits, ask, now)).toList();
    Epoch epoch = epochs.getOrDefault(tenant, Epoch.UNKNOWN);
    return ledger
        .grant(tenant, epoch, asks)
        .chain(
            granting ->
                switch (granting) {
                  case Ledger.Granted(List<Ledger.Grant> grants) ->
                      Uni.createFrom()
                          .item(leased(request.limits, request.asks, request.counted, grants));
                  case Ledger.Reached reached ->
                      Uni.createFrom().item(reached(asks.get(reached.ask()), reached));
                  case Ledger.Recovers(long millis) ->
                      Uni.createFrom()
                          .item(
                              LeaseUnitsResponse.newBuilder()
                                  .setRecovers(
                                      LedgerRecovers.newBuilder().setRetryAfterMillis(millis))
                                  .build());
                  case Ledger.OtherTime(long millis) -> {
                    skew = Duration.between(clock.instant(), Instant.ofEpochMilli(millis));
                    yield turn(request, turn + 1);
                  }
                  case Ledger.OtherEpoch(String run, long millis) ->
                      renew(tenant, run, millis).chain(() -> turn(request, turn + 1));
                  case Ledger.NotBuilt(int ask) ->
                      rebuild(tenant, epoch, asks.get(ask)).chain(() -> turn(request, turn + 1));
                  case Ledger.NotAllotted missing ->
                      allot(tenant, epoch, asks.get(missing.ask()), missing, now)
                          .chain(() -> turn(request, turn));
                });
  }

  private static Ask ask(Map<String, StoredLimit> limits, LeaseAsk ask, Instant now) {
    Ledger.Counted limit = counted(limits, ask.getLimitId(), now);
    return new Ask(
        limit.limitId(),
        ask.getLeaseId(),
        ask.getNeeded(),
        Math.min(Math.max(ask.getNeeded(), ask.getWanted()), StoredLimit.MOST_UNITS),
        limit.shape());
  }

  /** Another replica may have come first: the epoch is then as it left it. */
  private Uni<Void> renew(String tenant, String run, long redisMillis) {
    return blocks
        .epoch(
            tenant,
            before ->
                ledger
                    .marker(tenant)
                    .chain(
                        marker -> {
                          String mine = run + ':';
                          if (before.name().startsWith(mine) && before.name().equals(marker)) {
                            return Uni.createFrom().item(before);
                          }
                          Epoch next =
                              new Epoch(
                                  mine + UUID.randomUUID(),
                                  before.name().isEmpty()
                                      ? 0
                                      : redisMillis + LedgerShape.LONGEST_LIFE.toMillis());
                          if (!before.name().isEmpty()) {
                            LOG.warnf(
                                "The ledger of tenant %s has lost its memory: what Postgres has"
                                    + " allotted counts as used",
                                tenant);
                          }
                          return ledger.mark(tenant, next.name()).replaceWith(next);
                        }))
        .invoke(epoch -> epochs.put(tenant, epoch))
        .replaceWithVoid();
  }

  private Uni<Void> rebuild(String tenant, Epoch epoch, Ask ask) {
    return blocks
        .blocks(tenant, ask.limitId(), ask.shape().name())
        .chain(known -> ledger.rebuild(tenant, epoch, ask, known));
  }

  /** Takes what is said of leases of limits that there are; for each whether the lease is known. */
  Uni<List<Boolean>> settle(
      String tenant, Map<String, StoredLimit> limits, List<LeaseSettlement> settlements) {
    Instant now = clock.instant().plus(skew);
    List<Settlement> all =
        settlements.stream()
            .map(
                one ->
                    new Settlement(
                        counted(limits, one.getLimitId(), now),
                        one.getLeaseId(),
                        one.getReturned(),
                        one.getOverdrawn(),
                        one.getClosed()))
            .toList();
    return ledger
        .settle(tenant, all)
        .chain(
            settled -> {
              Uni<Void> done = Uni.createFrom().voidItem();
              for (int i = 0; i < settled.size(); i++) {
                Ledger.Settled one = settled.get(i);
                Ledger.Counted limit = all.get(i).limit();
                if (one.used() > 0) {
                  // What was used stays used when Redis forgets it. Whoever told it hears that it
                  // is taken when that is so, and tells it again until then.
                  done =
                      done.chain(
                          () ->
                              allot(
                                  tenant,
                                  epochs.getOrDefault(tenant, Epoch.UNKNOWN),
                                  limit,
                                  one.slice(),
                                  one.used(),
                                  now));
                }
              }
              return done.replaceWith(settled.stream().map(Ledger.Settled::known).toList());
            });
  }

  private static Ledger.Counted counted(Map<String, StoredLimit> limits, String id, Instant now) {
    StoredLimit limit = limits.get(id);
    if (limit == null) {
      throw new IllegalStateException("only known limits are counted");
    }
    return new Ledger.Counted(id, LedgerShape.of(limit, now));
  }

  private Uni<Void> allot(
      String tenant, Epoch epoch, Ask ask, Ledger.NotAllotted missing, Instant now) {
    long upTo = ask.shape().block(missing.used(), ask.needed(), missing.free());
    return allot(
        tenant, epoch, new Ledger.Counted(ask.limitId(), ask.shape()), missing.slice(), upTo, now);
  }

  private Uni<Void> allot(
      String tenant, Epoch epoch, Ledger.Counted limit, long slice, long upTo, Instant now) {
    LedgerShape shape = limit.shape();
    long oldest =
        switch (shape.type()) {
          case ROLLING -> now.toEpochMilli() - shape.retention();
          case CALENDAR -> shape.start();
          case ENDLESS, PERMITS -> 0;
        };
    if (allotted.size() < MOST_REMEMBERED) {
      allotted.add(new Allotted(tenant, limit.limitId(), shape.name()));
    }
    return blocks
        .allot(tenant, limit.limitId(), shape.name(), slice, upTo, oldest)
        .chain(() -> ledger.allot(tenant, epoch, limit, slice, upTo));
  }

  /** Gives back what was allotted and not handed out: a stop leaves nothing in doubt. */
  void onStop(@Observes ShutdownEvent event) {
    List<Uni<Void>> work = new ArrayList<>();
    for (Allotted one : allotted) {
      Epoch epoch = epochs.getOrDefault(one.tenant(), Epoch.UNKNOWN);
      work.add(
          ledger
              .trim(one.tenant(), epoch, one.limitId(), one.shape())
              .chain(trimmed -> blocks.trim(one.tenant(), one.limitId(), one.shape(), trimmed)));
    }
    if (work.isEmpty()) {
      return;
    }
    try {
      Uni.join().all(work).andCollectFailures().await().atMost(STOP_PATIENCE);
    } catch (RuntimeException e) {
      LOG.warnf("What was allotted of limits was not all given back: %s", e.getMessage());
    }
  }

  private static LeaseUnitsResponse reached(Ask ask, Ledger.Reached reached) {
    return LeaseUnitsResponse.newBuilder()
        .setReached(
            LimitReached.newBuilder()
                .setLimitId(ask.limitId())
                .setResetsAtMillis(reached.resetsAtMillis())
                .setRetryAfterMillis(Math.max(0, reached.resetsAtMillis() - reached.nowMillis()))
                .setRecalled(reached.recalled()))
        .build();
  }

  private static LeaseUnitsResponse leased(
      Map<String, StoredLimit> limits,
      List<LeaseAsk> asks,
      List<LeaseAsk> counted,
      List<Ledger.Grant> grants) {
    UnitsLeased.Builder leased = UnitsLeased.newBuilder();
    int next = 0;
    for (LeaseAsk ask : asks) {
      UnitLease.Builder lease =
          UnitLease.newBuilder().setLimitId(ask.getLimitId()).setLeaseId(ask.getLeaseId());
      StoredLimit limit = limits.get(ask.getLimitId());
      lease.setKind(limit == null ? ask.getKind() : limit.kind());
      if (next < counted.size() && counted.get(next) == ask) {
        lease.setUnits(grants.get(next).units()).setValidMillis(grants.get(next).lifeMillis());
        next++;
      } else {
        lease
            .setUnits(Math.max(ask.getNeeded(), ask.getWanted()))
            .setValidMillis(UNLIMITED_LIFE.toMillis());
      }
      leased.addLeases(lease);
    }
    return LeaseUnitsResponse.newBuilder().setLeased(leased).build();
  }
}
