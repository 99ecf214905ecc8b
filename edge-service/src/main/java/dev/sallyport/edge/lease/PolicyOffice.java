package dev.sallyport.edge.lease;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitReached;
import dev.sallyport.proto.policy.v1.UnitLease;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Balances' questions and settlements, brought to policy and written into the journal. */
final class PolicyOffice implements LeaseOffice {

  private static final Logger LOG = Logger.getLogger(PolicyOffice.class);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final PolicyPeer policy;
  private final LeaseSettings settings;
  private final Settlements settlements;
  private final Path folder;
  private final String edge = "edge-" + UUID.randomUUID();
  private final AtomicLong leaseIds = new AtomicLong();
  private final Counter asked;
  private @Nullable LeaseJournal journal;

  /**
   * @param folder for the journal; of this process only
   */
  PolicyOffice(
      Vertx vertx, PolicyPeer policy, LeaseSettings settings, MeterRegistry meters, Path folder) {
    this.vertx = vertx;
    this.policy = policy;
    this.settings = settings;
    this.settlements = new Settlements(policy, edge, settings.timeout());
    this.folder = folder;
    asked =
        Counter.builder("sallyport.edge.limits.asked")
            .description("Questions to policy for units of limits")
            .register(meters);
  }

  /**
   * Opens the journal and gives back what a process before this one left in it.
   *
   * @throws IllegalStateException if the journal cannot be written, with the fix
   */
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
                .setOverdrawn(left.overdrawn())
                .setClosed(true)
                .build(),
            System.nanoTime(),
            (told, heard) -> opened.release(left.slot())));
  }

  private LeaseJournal journal() {
    return Objects.requireNonNull(journal, "started");
  }

  /** Tells policy what is to be told; returns at once. */
  void flush() {
    settlements.flush();
  }

  /** Tells policy the last of everything, if it answers in time. */
  void stop() {
    if (settlements.isEmpty()) {
      return;
    }
    try {
      settlements.flushNow().await().atMost(STOP_PATIENCE);
    } catch (RuntimeException e) {
      LOG.warnf("Leases were not given back, and stay charged: %s", e.getMessage());
    }
  }

  @Override
  public void ask(Balance balance, long needed, long wanted, Consumer<Answer> then) {
    asked.increment();
    long askedNanos = System.nanoTime();
    String id = edge.substring("edge-".length()) + '-' + leaseIds.incrementAndGet();
    String limitId = balance.limit().id();
    CallContext context =
        CallContext.ofService(Peer.EDGE, balance.tenant()).withDeadline(settings.timeout());
    LeaseUnitsRequest request =
        LeaseUnitsRequest.newBuilder()
            .setContext(CallContexts.toProto(context))
            .setEdge(edge)
            .addAsks(
                LeaseAsk.newBuilder()
                    .setLimitId(limitId)
                    .setLeaseId(id)
                    .setNeeded(needed)
                    .setWanted(wanted)
                    .setKind(kind(balance)))
            .addAllSettlements(
                balance.debts().stream()
                    .map(
                        debt ->
                            LeaseSettlement.newBuilder()
                                .setLimitId(limitId)
                                .setLeaseId(debt.leaseId())
                                .setReturned(debt.returned())
                                .setOverdrawn(debt.overdrawn())
                                .build())
                    .toList())
            .build();
    // Deferred: whatever is thrown on the way is an answer too, or calls would wait for ever.
    Uni.createFrom()
        .deferred(() -> policy.leaseUnits(request))
        .ifNoItem()
        .after(settings.timeout())
        .fail()
        .map(response -> toAnswer(balance, response, askedNanos))
        .subscribe()
        .with(
            then::accept,
            failure -> {
              LOG.debugf("Policy leased nothing: %s", failure.getMessage());
              // It may have: then nothing of that lease was used.
              later(
                  2 * settings.timeout().toMillis(),
                  () -> tell(balance, id, Long.MAX_VALUE, 0, true, false, null));
              then.accept(new Answer.Failed());
            });
  }

  private Answer toAnswer(Balance balance, LeaseUnitsResponse response, long askedNanos) {
    return switch (response.getAnswerCase()) {
      case LEASED -> {
        UnitLease lease = response.getLeased().getLeases(0);
        if (!isOf(kind(balance), lease)) {
          // Units of something else, or of a policy that counts calls in place of tokens.
          tell(balance, lease.getLeaseId(), lease.getUnits(), 0, true, false, null);
          yield new Answer.Failed();
        }
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

  private static LimitKind kind(Balance balance) {
    return switch (balance.limit().kind()) {
      case RATE -> LimitKind.LIMIT_KIND_RATE;
      case CONCURRENCY -> LimitKind.LIMIT_KIND_CONCURRENCY;
      case BUDGET -> LimitKind.LIMIT_KIND_BUDGET;
      case TOKENS -> LimitKind.LIMIT_KIND_TOKENS;
    };
  }

  /** A policy of before tokens does not say what its units are. */
  private static boolean isOf(LimitKind kind, UnitLease lease) {
    return lease.getKind() == LimitKind.LIMIT_KIND_UNSPECIFIED
        ? kind != LimitKind.LIMIT_KIND_TOKENS
        : lease.getKind() == kind;
  }

  @Override
  public void settle(Balance balance, HeldLease lease, boolean closed) {
    tell(balance, lease.id, lease.returned, lease.overdrawn, closed, false, lease);
  }

  @Override
  public void renew(Balance balance, HeldLease lease) {
    tell(balance, lease.id, lease.returned, 0, false, true, lease);
  }

  private void tell(
      Balance balance,
      String leaseId,
      long returned,
      long overdrawn,
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
                .setOverdrawn(overdrawn)
                .setClosed(closed)
                .build(),
            System.nanoTime(),
            (told, heard) -> {
              if (lease != null && renewal) {
                balance.renewed(lease, told.saidNanos(), heard.known(), heard.lifeNanos());
              } else if (lease != null) {
                balance.heard(lease, overdrawn);
                if (closed) {
                  lease.settled();
                }
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
