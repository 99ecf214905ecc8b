package dev.sallyport.standalone.peer;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.policy.access.PolicyOperations;
import dev.sallyport.policy.approval.ApprovalOperations;
import dev.sallyport.policy.ledger.LedgerOperations;
import dev.sallyport.policy.limit.LimitOperations;
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
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
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
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyResponse;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Policy, asked by edge. */
@Singleton
final class LocalPolicyPeer implements PolicyPeer {

  private final PolicyOperations policy;
  private final LimitOperations limits;
  private final LedgerOperations ledger;
  private final ApprovalOperations approvals;
  private final Direct direct = new Direct(Peer.EDGE);

  LocalPolicyPeer(
      PolicyOperations policy,
      LimitOperations limits,
      LedgerOperations ledger,
      ApprovalOperations approvals) {
    this.policy = policy;
    this.limits = limits;
    this.ledger = ledger;
    this.approvals = approvals;
  }

  @Override
  public Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request) {
    return direct.answer(request.getContext(), request, policy::resolveAccess);
  }

  @Override
  public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
    return direct.stream(request.getContext(), request, policy::watchAccess);
  }

  @Override
  public Uni<CreateKeyResponse> createKey(CreateKeyRequest request) {
    return direct.answer(request.getContext(), request, policy::createKey);
  }

  @Override
  public Uni<ListKeysResponse> listKeys(ListKeysRequest request) {
    return direct.answer(request.getContext(), request, policy::listKeys);
  }

  @Override
  public Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request) {
    return direct.answer(request.getContext(), request, policy::updateKey);
  }

  @Override
  public Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request) {
    return direct.answer(request.getContext(), request, policy::revokeKey);
  }

  @Override
  public Uni<RotateKeyResponse> rotateKey(RotateKeyRequest request) {
    return direct.answer(request.getContext(), request, policy::rotateKey);
  }

  @Override
  public Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request) {
    return direct.answer(request.getContext(), request, policy::applyKeys);
  }

  @Override
  public Uni<ListLimitsResponse> listLimits(ListLimitsRequest request) {
    return direct.answer(request.getContext(), request, limits::listLimits);
  }

  @Override
  public Uni<PutLimitResponse> putLimit(PutLimitRequest request) {
    return direct.answer(request.getContext(), request, limits::putLimit);
  }

  @Override
  public Uni<DeleteLimitResponse> deleteLimit(DeleteLimitRequest request) {
    return direct.answer(request.getContext(), request, limits::deleteLimit);
  }

  @Override
  public Uni<ApplyLimitsResponse> applyLimits(ApplyLimitsRequest request) {
    return direct.answer(request.getContext(), request, limits::applyLimits);
  }

  @Override
  public Uni<LeaseUnitsResponse> leaseUnits(LeaseUnitsRequest request) {
    return direct.answer(request.getContext(), request, ledger::leaseUnits);
  }

  @Override
  public Uni<SettleLeasesResponse> settleLeases(SettleLeasesRequest request) {
    return direct.answer(request.getContext(), request, ledger::settleLeases);
  }

  @Override
  public Uni<ClaimApprovalResponse> claimApproval(ClaimApprovalRequest request) {
    return direct.answer(request.getContext(), request, approvals::claimApproval);
  }

  @Override
  public Uni<ReturnApprovalResponse> returnApproval(ReturnApprovalRequest request) {
    return direct.answer(request.getContext(), request, approvals::returnApproval);
  }

  @Override
  public Uni<ListApprovalsResponse> listApprovals(ListApprovalsRequest request) {
    return direct.answer(request.getContext(), request, approvals::listApprovals);
  }

  @Override
  public Uni<DecideApprovalResponse> decideApproval(DecideApprovalRequest request) {
    return direct.answer(request.getContext(), request, approvals::decideApproval);
  }
}
