package dev.sallyport.standalone.peer;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.policy.access.PolicyOperations;
import dev.sallyport.policy.access.PreviewOperations;
import dev.sallyport.policy.approval.ApprovalOperations;
import dev.sallyport.policy.group.GroupOperations;
import dev.sallyport.policy.ledger.LedgerOperations;
import dev.sallyport.policy.limit.LimitOperations;
import dev.sallyport.policy.owner.OwnerOperations;
import dev.sallyport.policy.rule.RuleOperations;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.ApplyGroupsRequest;
import dev.sallyport.proto.policy.v1.ApplyGroupsResponse;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.ApplyOwnersRequest;
import dev.sallyport.proto.policy.v1.ApplyOwnersResponse;
import dev.sallyport.proto.policy.v1.ApplyRulesRequest;
import dev.sallyport.proto.policy.v1.ApplyRulesResponse;
import dev.sallyport.proto.policy.v1.ClaimApprovalRequest;
import dev.sallyport.proto.policy.v1.ClaimApprovalResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.CreateKeyResponse;
import dev.sallyport.proto.policy.v1.DecideApprovalRequest;
import dev.sallyport.proto.policy.v1.DecideApprovalResponse;
import dev.sallyport.proto.policy.v1.DeleteGroupRequest;
import dev.sallyport.proto.policy.v1.DeleteGroupResponse;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitResponse;
import dev.sallyport.proto.policy.v1.DeleteOwnerRequest;
import dev.sallyport.proto.policy.v1.DeleteOwnerResponse;
import dev.sallyport.proto.policy.v1.DeleteRuleRequest;
import dev.sallyport.proto.policy.v1.DeleteRuleResponse;
import dev.sallyport.proto.policy.v1.GetAccessRequest;
import dev.sallyport.proto.policy.v1.GetAccessResponse;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.ListApprovalsRequest;
import dev.sallyport.proto.policy.v1.ListApprovalsResponse;
import dev.sallyport.proto.policy.v1.ListGroupsRequest;
import dev.sallyport.proto.policy.v1.ListGroupsResponse;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.ListOwnersRequest;
import dev.sallyport.proto.policy.v1.ListOwnersResponse;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.ListRulesResponse;
import dev.sallyport.proto.policy.v1.PreviewAccessRequest;
import dev.sallyport.proto.policy.v1.PreviewAccessResponse;
import dev.sallyport.proto.policy.v1.PutGroupRequest;
import dev.sallyport.proto.policy.v1.PutGroupResponse;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import dev.sallyport.proto.policy.v1.PutOwnerRequest;
import dev.sallyport.proto.policy.v1.PutOwnerResponse;
import dev.sallyport.proto.policy.v1.PutRuleRequest;
import dev.sallyport.proto.policy.v1.PutRuleResponse;
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
  private final OwnerOperations owners;
  private final GroupOperations groups;
  private final LimitOperations limits;
  private final RuleOperations rules;
  private final LedgerOperations ledger;
  private final ApprovalOperations approvals;
  private final PreviewOperations previews;
  private final Direct direct = new Direct(Peer.EDGE);

  LocalPolicyPeer(
      PolicyOperations policy,
      OwnerOperations owners,
      GroupOperations groups,
      LimitOperations limits,
      RuleOperations rules,
      LedgerOperations ledger,
      ApprovalOperations approvals,
      PreviewOperations previews) {
    this.policy = policy;
    this.owners = owners;
    this.groups = groups;
    this.limits = limits;
    this.rules = rules;
    this.ledger = ledger;
    this.approvals = approvals;
    this.previews = previews;
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
  public Uni<ListOwnersResponse> listOwners(ListOwnersRequest request) {
    return direct.answer(request.getContext(), request, owners::listOwners);
  }

  @Override
  public Uni<PutOwnerResponse> putOwner(PutOwnerRequest request) {
    return direct.answer(request.getContext(), request, owners::putOwner);
  }

  @Override
  public Uni<DeleteOwnerResponse> deleteOwner(DeleteOwnerRequest request) {
    return direct.answer(request.getContext(), request, owners::deleteOwner);
  }

  @Override
  public Uni<ApplyOwnersResponse> applyOwners(ApplyOwnersRequest request) {
    return direct.answer(request.getContext(), request, owners::applyOwners);
  }

  @Override
  public Uni<ListGroupsResponse> listGroups(ListGroupsRequest request) {
    return direct.answer(request.getContext(), request, groups::listGroups);
  }

  @Override
  public Uni<PutGroupResponse> putGroup(PutGroupRequest request) {
    return direct.answer(request.getContext(), request, groups::putGroup);
  }

  @Override
  public Uni<DeleteGroupResponse> deleteGroup(DeleteGroupRequest request) {
    return direct.answer(request.getContext(), request, groups::deleteGroup);
  }

  @Override
  public Uni<ApplyGroupsResponse> applyGroups(ApplyGroupsRequest request) {
    return direct.answer(request.getContext(), request, groups::applyGroups);
  }

  @Override
  public Uni<GetAccessResponse> getAccess(GetAccessRequest request) {
    return direct.answer(request.getContext(), request, policy::getAccess);
  }

  @Override
  public Uni<PreviewAccessResponse> previewAccess(PreviewAccessRequest request) {
    return direct.answer(request.getContext(), request, previews::previewAccess);
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
  public Uni<ListRulesResponse> listRules(ListRulesRequest request) {
    return direct.answer(request.getContext(), request, rules::listRules);
  }

  @Override
  public Uni<PutRuleResponse> putRule(PutRuleRequest request) {
    return direct.answer(request.getContext(), request, rules::putRule);
  }

  @Override
  public Uni<DeleteRuleResponse> deleteRule(DeleteRuleRequest request) {
    return direct.answer(request.getContext(), request, rules::deleteRule);
  }

  @Override
  public Uni<ApplyRulesResponse> applyRules(ApplyRulesRequest request) {
    return direct.answer(request.getContext(), request, rules::applyRules);
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
