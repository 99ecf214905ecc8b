package dev.sallyport.edge.lease;

import dev.sallyport.edge.call.Reservations;
import dev.sallyport.edge.caller.Limit;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LimitReached;
import dev.sallyport.proto.policy.v1.UnitLease;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reserves what every limit of a call's profile says, from leases that this edge holds. A call that
 * no limit counts costs nothing here; one whose leases last costs a few map look-ups.
 */
@Singleton
class LeasedReservations implements Reservations {

  private static final Logger LOG = Logger.getLogger(LeasedReservations.class);
  private static final Duration UNCOUNTED_FOR = Duration.ofMinutes(5);
  private static final long TICK_MILLIS = 50;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final PolicyPeer policy;
  private final LeaseSettings settings;
  private final Settlements settlements;
  private final LeaseOffice office = new Office();
  private final String edge = "edge-" + UUID.randomUUID();
  private final AtomicLong leaseIds = new AtomicLong();
  private final Map<Of, Balance> balances = new ConcurrentHashMap<>();
  private final Path folder;
  private final Counter asked;
  private final Counter uncounted;
  private @Nullable LeaseJournal journal;
  private long timer;

  private record Of(String tenant, String limitId) {}

  private record Need(Limit limit, long units) {}

  LeasedReservations(
      Vertx vertx,
      PolicyPeer policy,
      LeaseSettings settings,
      LeaseRecalls recalls,
      MeterRegistry meters,
      @ConfigProperty(name = "sallyport.edge.data", defaultValue = "data") Path data) {
    this.vertx = vertx;
    this.policy = policy;
    this.settings = settings;
    this.settlements = new Settlements(policy, edge, settings.timeout());
    this.folder = data.resolve("limits");
    recalls.onRecall(this::recall);
    asked =
        Counter.builder("sallyport.edge.limits.asked")
            .description("Questions to policy for units of limits")
            .register(meters);
    uncounted =
        Counter.builder("sallyport.edge.limits.uncounted")
            .description("Calls let through because limits could not be asked for")
            .register(meters);
  }

  void onStart(@Observes StartupEvent event) {
    start();
  }

  void start() {
    try {
      LeaseJournal opened = LeaseJournal.open(folder);
      journal = opened;
      opened.left().forEach(left -> giveBack(opened, left));
    } catch (IOException e) {
      throw new IllegalStateException(
          "the leases of limits cannot be written to "
              + folder
              + "; make the folder sallyport.edge.data writable",
          e);
    }
    timer = vertx.setPeriodic(TICK_MILLIS, ignored -> tick());
  }

  /** What a process before this one held and no call took. */
  private void giveBack(LeaseJournal opened, LeaseJournal.Left left) {
    settlements.tell(
        left.tenant(),
        new Settlements.Told(
            LeaseSettlement.newBuilder()
                .setLimitId(left.limitId())
                .setLeaseId(left.leaseId())
                .setReturned(left.returnable())
                .setClosed(true)
                .build(),
            System.nanoTime(),
            (told, heard) -> opened.release(left.slot())));
  }

  private LeaseJournal journal() {
    return Objects.requireNonNull(journal, "started");
  }

  /** Before policy stops, where it is in the same process. */
  void onStop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event) {
    vertx.cancelTimer(timer);
    balances.values().forEach(Balance::close);
    if (settlements.isEmpty()) {
      return;
    }
    try {
      settlements.flushNow().await().atMost(STOP_PATIENCE);
    } catch (RuntimeException e) {
      LOG.warnf("Leases were not given back, and stay charged: %s", e.getMessage());
    }
  }

  /** As a crash would end it: for tests. */
  void dropWithoutAWord() {
    vertx.cancelTimer(timer);
  }

  @Override
  public Answer reserve(Wanted wanted) {
    List<Limit> limits = wanted.profile().limits();
    if (limits.isEmpty() || !wanted.counted()) {
      return granted(wanted, List.of());
    }
    List<Need> needs = needs(wanted, limits);
    if (needs.isEmpty()) {
      return granted(wanted, List.of());
    }
    String tenant = wanted.profile().tenant();
    long now = System.nanoTime();
    List<Part> parts = new ArrayList<>(needs.size());
    for (Need need : needs) {
      Part part = balance(tenant, need.limit()).take(need.units(), now);
      if (part == null) {
        return later(wanted, needs, parts);
      }
      parts.add(part);
    }
    return granted(wanted, parts);
  }

  /** In one order for all calls, so that two of them never wait for each other. */
  private static List<Need> needs(Wanted wanted, List<Limit> limits) {
    List<Need> needs = new ArrayList<>(limits.size());
    for (Limit limit : limits) {
      long units = limit.kind() == Limit.Kind.BUDGET ? wanted.costMicros() : 1;
      if (units > 0 && limit.counts(wanted.server(), wanted.tool())) {
        needs.add(new Need(limit, units));
      }
    }
    needs.sort(Comparator.comparing(need -> need.limit().id()));
    return needs;
  }

  private Balance balance(String tenant, Limit limit) {
    Balance balance =
        balances.computeIfAbsent(
            new Of(tenant, limit.id()), of -> new Balance(tenant, limit, office));
    balance.limit(limit);
    return balance;
  }

  private static Granted granted(Wanted wanted, List<Part> parts) {
    Duration validFor = UNCOUNTED_FOR;
    long now = System.nanoTime();
    for (Part part : parts) {
      if (part.balance().limit().kind() != Limit.Kind.CONCURRENCY) {
        Duration lasts = Duration.ofNanos(Math.max(1_000_000, part.lease().stopAtNanos - now));
        validFor = lasts.compareTo(validFor) < 0 ? lasts : validFor;
      }
    }
    return new Granted(
        wanted.call().toString(), validFor, parts.isEmpty() ? null : new CallHold(parts));
  }

  private Awaited later(Wanted wanted, List<Need> needs, List<Part> had) {
    Context caller = Vertx.currentContext();
    Promise<Immediate> promise =
        caller == null ? Promise.promise() : ((ContextInternal) caller).promise();
    acquire(wanted, needs, had, promise);
    return new Awaited(promise.future());
  }

  /** One limit after the other; what was taken before goes back when one refuses. */
  private void acquire(
      Wanted wanted, List<Need> needs, List<Part> parts, Promise<Immediate> promise) {
    if (parts.size() == needs.size()) {
      promise.complete(granted(wanted, parts));
      return;
    }
    Need need = needs.get(parts.size());
    Promise<Acquired> acquired = Promise.promise();
    acquired
        .future()
        .onSuccess(
            answer -> {
              switch (answer) {
                case Acquired.Got(Part part) -> {
                  parts.add(part);
                  acquire(wanted, needs, parts, promise);
                }
                case Acquired.Reached(Failure failure) -> {
                  giveBack(parts);
                  promise.complete(new Refused(failure));
                }
                case Acquired.Unavailable() -> {
                  giveBack(parts);
                  promise.complete(unavailable(wanted));
                }
              }
            });
    String tenant = wanted.profile().tenant();
    while (!balance(tenant, need.limit()).acquire(need.units(), acquired)) {
      Thread.onSpinWait();
    }
  }

  private static void giveBack(List<Part> parts) {
    parts.forEach(part -> part.balance().untake(part));
  }

  private Immediate unavailable(Wanted wanted) {
    return switch (settings.whenUnavailable()) {
      case REFUSE ->
          new Refused(
              new Failure(
                  ErrorCode.POLICY_UNAVAILABLE,
                  "Limits cannot be checked right now; try again shortly.",
                  Duration.ofSeconds(1)));
      case ALLOW -> {
        uncounted.increment();
        yield granted(wanted, List.of());
      }
    };
  }

  @Override
  public void settle(Granted reservation, Settlement settlement) {
    if (reservation.hold() instanceof CallHold(List<Part> parts)) {
      parts.forEach(part -> part.balance().ended(part, settlement));
    }
  }

  private void recall(String tenant, String limitId) {
    Balance balance = balances.get(new Of(tenant, limitId));
    if (balance != null) {
      balance.recall();
      settlements.flush();
    }
  }

  private void tick() {
    long now = System.nanoTime();
    // Atomic with whoever would begin to use it again.
    balances
        .keySet()
        .forEach(
            of ->
                balances.computeIfPresent(
                    of, (key, balance) -> balance.tick(now) ? null : balance));
    settlements.flush();
  }

  private final class Office implements LeaseOffice {

    @Override
    public void ask(Balance balance, long needed, long wanted, Consumer<Answer> then) {
      asked.increment();
      long askedNanos = System.nanoTime();
      String id = edge.substring("edge-".length()) + '-' + leaseIds.incrementAndGet();
      String limitId = balance.limit().id();
      CallContext context =
          CallContext.ofService(Peer.EDGE, balance.tenant()).withDeadline(settings.timeout());
      policy
          .leaseUnits(
              LeaseUnitsRequest.newBuilder()
                  .setContext(CallContexts.toProto(context))
                  .setEdge(edge)
                  .addAsks(
                      LeaseAsk.newBuilder()
                          .setLimitId(limitId)
                          .setLeaseId(id)
                          .setNeeded(needed)
                          .setWanted(wanted))
                  .build())
          .ifNoItem()
          .after(settings.timeout())
          .fail()
          .subscribe()
          .with(
              response -> then.accept(toAnswer(balance, response, askedNanos)),
              failure -> {
                LOG.debugf("Policy leased nothing: %s", failure.getMessage());
                // It may have: then nothing of that lease was used.
                later(
                    2 * settings.timeout().toMillis(),
                    () -> tell(balance, id, Long.MAX_VALUE, true, false, null));
                then.accept(new Answer.Failed());
              });
    }

    private Answer toAnswer(Balance balance, LeaseUnitsResponse response, long askedNanos) {
      return switch (response.getAnswerCase()) {
        case LEASED -> {
          UnitLease lease = response.getLeased().getLeases(0);
          yield new Answer.Leased(
              new HeldLease(
                  lease.getLeaseId(),
                  lease.getUnits(),
                  askedNanos,
                  Duration.ofMillis(lease.getValidMillis()).toNanos(),
                  journal(),
                  journal()
                      .write(
                          balance.tenant(),
                          lease.getLimitId(),
                          lease.getLeaseId(),
                          lease.getUnits())));
        }
        case REACHED -> {
          LimitReached reached = response.getReached();
          yield new Answer.Reached(
              reached.getResetsAtMillis(), reached.getRetryAfterMillis(), reached.getRecalled());
        }
        case RECOVERS -> new Answer.Recovers(response.getRecovers().getRetryAfterMillis());
        case ANSWER_NOT_SET -> new Answer.Failed();
      };
    }

    @Override
    public void settle(Balance balance, HeldLease lease, boolean closed) {
      tell(balance, lease.id, lease.returned, closed, false, lease);
    }

    @Override
    public void renew(Balance balance, HeldLease lease) {
      tell(balance, lease.id, lease.returned, false, true, lease);
    }

    private void tell(
        Balance balance,
        String leaseId,
        long returned,
        boolean closed,
        boolean renewal,
        @Nullable HeldLease lease) {
      settlements.tell(
          balance.tenant(),
          new Settlements.Told(
              LeaseSettlement.newBuilder()
                  .setLimitId(balance.limit().id())
                  .setLeaseId(leaseId)
                  .setReturned(returned)
                  .setClosed(closed)
                  .build(),
              System.nanoTime(),
              (told, heard) -> {
                if (lease != null && renewal) {
                  balance.renewed(lease, told.saidNanos(), heard.known(), heard.lifeNanos());
                } else if (lease != null && closed) {
                  lease.settled();
                }
              }));
    }

    @Override
    public void later(long millis, Runnable action) {
      vertx.setTimer(Math.max(1, millis), ignored -> action.run());
    }

    @Override
    public Duration patience() {
      return settings.patience();
    }
  }
}
