package dev.sallyport.edge.peer;

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

/**
 * Policy as edge uses it. A peer that cannot be reached fails the returned Uni or Multi with {@link
 * dev.sallyport.kit.error.CallFailed}; callers of this port decide what that means, and where
 * access is concerned it means no.
 */
public interface PolicyPeer {

  Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request);

  Multi<AccessEvent> watchAccess(WatchAccessRequest request);

  Uni<CreateKeyResponse> createKey(CreateKeyRequest request);

  Uni<ListKeysResponse> listKeys(ListKeysRequest request);

  Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request);

  Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request);

  Uni<RotateKeyResponse> rotateKey(RotateKeyRequest request);

  Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request);

  Uni<ListOwnersResponse> listOwners(ListOwnersRequest request);

  Uni<PutOwnerResponse> putOwner(PutOwnerRequest request);

  Uni<DeleteOwnerResponse> deleteOwner(DeleteOwnerRequest request);

  Uni<ApplyOwnersResponse> applyOwners(ApplyOwnersRequest request);

  Uni<ListGroupsResponse> listGroups(ListGroupsRequest request);

  Uni<PutGroupResponse> putGroup(PutGroupRequest request);

  Uni<DeleteGroupResponse> deleteGroup(DeleteGroupRequest request);

  Uni<ApplyGroupsResponse> applyGroups(ApplyGroupsRequest request);

  Uni<GetAccessResponse> getAccess(GetAccessRequest request);

  Uni<PreviewAccessResponse> previewAccess(PreviewAccessRequest request);

  Uni<ListLimitsResponse> listLimits(ListLimitsRequest request);

  Uni<PutLimitResponse> putLimit(PutLimitRequest request);

  Uni<DeleteLimitResponse> deleteLimit(DeleteLimitRequest request);

  Uni<ApplyLimitsResponse> applyLimits(ApplyLimitsRequest request);

  Uni<ListRulesResponse> listRules(ListRulesRequest request);

  Uni<PutRuleResponse> putRule(PutRuleRequest request);

  Uni<DeleteRuleResponse> deleteRule(DeleteRuleRequest request);

  Uni<ApplyRulesResponse> applyRules(ApplyRulesRequest request);

  Uni<LeaseUnitsResponse> leaseUnits(LeaseUnitsRequest request);

  Uni<SettleLeasesResponse> settleLeases(SettleLeasesRequest request);

  Uni<ClaimApprovalResponse> claimApproval(ClaimApprovalRequest request);

  Uni<ReturnApprovalResponse> returnApproval(ReturnApprovalRequest request);

  Uni<ListApprovalsResponse> listApprovals(ListApprovalsRequest request);

  Uni<DecideApprovalResponse> decideApproval(DecideApprovalRequest request);
}
