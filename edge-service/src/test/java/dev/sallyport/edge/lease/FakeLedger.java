package dev.sallyport.edge.lease;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.ClaimApprovalRequest;
import dev.sallyport.proto.policy.v1.ClaimApprovalResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.CreateKeyResponse;
import dev.sallyport.proto.policy.v1.DecideApprovalRequest;
import dev.sallyport.proto.policy.v1.DecideApprovalResponse;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitResponse;
import dev.sallyport.proto.policy.v1.LeaseAsk;
import dev.sallyport.proto.policy.v1.LeaseSettlement;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LedgerRecovers;
import dev.sallyport.proto.policy.v1.LimitReached;
import dev.sallyport.proto.policy.v1.ListApprovalsRequest;
import dev.sallyport.proto.policy.v1.ListApprovalsResponse;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.ReturnApprovalRequest;
import dev.sallyport.proto.policy.v1.ReturnApprovalResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyResponse;
import dev.sallyport.proto.policy.v1.RotateKeyRequest;
import dev.sallyport.proto.policy.v1.RotateKeyResponse;
import dev.sallyport.proto.policy.v1.SettleLeasesRequest;
import dev.sallyport.proto.policy.v1.SettleLeasesResponse;
import dev.sallyport.proto.policy.v1.UnitLease;
import dev.sallyport.proto.policy.v1.UnitsLeased;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyResponse;
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
final class FakeLedger implements PolicyPeer, LeaseRecalls {

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
  int recovering;

  /** Answers come late and on another thread where this is set. */
  @Nullable ScheduledExecutorService later;

  private static final class Lease {
    final String limit;
    final long units;
    long returned;
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
    return answered(() -> settle(request));
  }

  private synchronized SettleLeasesResponse settle(SettleLeasesRequest request) {
    SettleLeasesResponse.Builder response =
        SettleLeasesResponse.newBuilder().setValidMillis(life.toMillis());
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
      lease.held = false;
      if (one.getClosed()) {
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
  public Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<CreateKeyResponse> createKey(CreateKeyRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ListKeysResponse> listKeys(ListKeysRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<RotateKeyResponse> rotateKey(RotateKeyRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ListLimitsResponse> listLimits(ListLimitsRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<PutLimitResponse> putLimit(PutLimitRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<DeleteLimitResponse> deleteLimit(DeleteLimitRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ApplyLimitsResponse> applyLimits(ApplyLimitsRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ClaimApprovalResponse> claimApproval(ClaimApprovalRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ReturnApprovalResponse> returnApproval(ReturnApprovalRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ListApprovalsResponse> listApprovals(ListApprovalsRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<DecideApprovalResponse> decideApproval(DecideApprovalRequest request) {
    throw new UnsupportedOperationException();
  }
}
