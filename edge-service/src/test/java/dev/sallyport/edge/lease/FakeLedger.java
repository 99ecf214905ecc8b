package dev.sallyport.edge.lease;

import dev.sallyport.edge.fixture.UnaskedPolicy;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LedgerRecovers;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitReached;
import dev.sallyport.proto.policy.v1.SettleLeasesRequest;
import dev.sallyport.proto.policy.v1.SettleLeasesResponse;
import dev.sallyport.proto.policy.v1.UnitLease;
import dev.sallyport.proto.policy.v1.UnitsLeased;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in memory that keeps the contract of policy: charges before it gives, takes back totals,
 * asks for idle leases before it refuses. Windows never end.
 */
final class FakeLedger extends UnaskedPolicy implements LeaseRecalls {

  private final CopyOnWriteArrayList<BiConsumer<String, String>> recalls =
      new CopyOnWriteArrayList<>();
  private final Map<String, Long> limits = new HashMap<>();
  private final Map<String, Long> charged = new HashMap<>();
  private final Map<String, Lease> leases = new HashMap<>();

  Duration life = Duration.ofSeconds(5);
  long share = 8;
  int asked;
  int settled;
  boolean away;

  /** Of before tokens: does not say what its units are, and does not look at debts. */
  boolean old;

  int recovering;

  /** Answers come late and on another thread where this is set. */
  @Nullable ScheduledExecutorService later;

  private static final class Lease {
    final String limit;
    final long units;
    long returned;
    long overdrawn;
    boolean held = true;

    Lease(String limit, long units) {
      this.limit = limit;
      this.units = units;
    }
  }

  synchronized void limit(String id, long units) {
    limits.put(id, units);
  }

  synchronized long charged(String id) {
    return charged.getOrDefault(id, 0L);
  }

  synchronized int open() {
    return leases.size();
  }

  void recall(String tenant, String limitId) {
    recalls.forEach(listener -> listener.accept(tenant, limitId));
  }

  @Override
  public void onRecall(BiConsumer<String, String> listener) {
    recalls.add(listener);
  }

  @Override
  public Uni<LeaseUnitsResponse> leaseUnits(LeaseUnitsRequest request) {
    return answered(() -> lease(request));
  }

  private LeaseUnitsResponse lease(LeaseUnitsRequest request) {
    String recall = null;
    LeaseUnitsResponse response;
    synchronized (this) {
      asked++;
      if (!old) {
        settle(
            SettleLeasesRequest.newBuilder()
                .addAllSettlements(request.getSettlementsList())
                .build());
      }
      LeaseAsk ask = request.getAsks(0);
      if (recovering > 0) {
        recovering--;
        return LeaseUnitsResponse.newBuilder()
            .setRecovers(LedgerRecovers.newBuilder().setRetryAfterMillis(20))
            .build();
      }
      String id = ask.getLimitId();
      long free = limits.getOrDefault(id, 0L) - charged(id);
      if (ask.getNeeded() > free) {
        boolean held =
            leases.values().stream().anyMatch(lease -> lease.limit.equals(id) && lease.held);
        recall = held ? id : null;
        response =
            LeaseUnitsResponse.newBuilder()
                .setReached(
                    LimitReached.newBuilder()
                        .setLimitId(id)
                        .setRecalled(held)
                        .setResetsAtMillis(1_900_000_000_000L)
                        .setRetryAfterMillis(12_300))
                .build();
      } else {
        long units = Math.max(ask.getNeeded(), Math.min(ask.getWanted(), free / share));
        charged.merge(id, units, Long::sum);
        leases.put(ask.getLeaseId(), new Lease(id, units));
        response =
            LeaseUnitsResponse.newBuilder()
                .setLeased(
                    UnitsLeased.newBuilder()
                        .addLeases(
                            UnitLease.newBuilder()
                                .setLimitId(id)
                                .setLeaseId(ask.getLeaseId())
                                .setUnits(units)
                                .setKind(old ? LimitKind.LIMIT_KIND_UNSPECIFIED : ask.getKind())
                                .setValidMillis(life.toMillis())))
                .build();
      }
    }
    if (recall != null) {
      recall(request.getContext().getTenant(), recall);
    }
    return response;
  }

  @Override
  public Uni<SettleLeasesResponse> settleLeases(SettleLeasesRequest request) {
    return answered(
        () -> {
          SettleLeasesResponse response = settle(request);
          request.getSettlementsList().stream()
              .filter(one -> one.getOverdrawn() > 0 && isUsedUp(one.getLimitId()))
              .forEach(one -> recall(request.getContext().getTenant(), one.getLimitId()));
          return response;
        });
  }

  private synchronized boolean isUsedUp(String id) {
    return charged(id) >= limits.getOrDefault(id, 0L)
        && leases.values().stream().anyMatch(lease -> lease.limit.equals(id) && lease.held);
  }

  private synchronized SettleLeasesResponse settle(SettleLeasesRequest request) {
    SettleLeasesResponse.Builder response =
        SettleLeasesResponse.newBuilder().setValidMillis(life.toMillis()).setOverdrawnTaken(!old);
    for (LeaseSettlement one : request.getSettlementsList()) {
      settled++;
      Lease lease = leases.get(one.getLeaseId());
      if (lease == null) {
        response.addUnknown(one.getLeaseId());
        continue;
      }
      long returned = Math.max(lease.returned, Math.min(lease.units, one.getReturned()));
      charged.merge(lease.limit, lease.returned - returned, Long::sum);
      lease.returned = returned;
      if (!old && one.getOverdrawn() > lease.overdrawn) {
        charged.merge(lease.limit, one.getOverdrawn() - lease.overdrawn, Long::sum);
        lease.overdrawn = one.getOverdrawn();
      }
      lease.held = false;
      if (one.getClosed() && !old) {
        leases.remove(one.getLeaseId());
      }
    }
    return response.build();
  }

  private <T> Uni<T> answered(java.util.function.Supplier<T> answer) {
    if (away) {
      return Uni.createFrom().failure(new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE)));
    }
    Uni<T> now = Uni.createFrom().item(answer);
    ScheduledExecutorService elsewhere = later;
    return elsewhere == null
        ? now
        : now.onItem().delayIt().onExecutor(elsewhere).by(Duration.ofMillis(1));
  }

  @Override
  public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
    throw new UnsupportedOperationException();
  }
}
