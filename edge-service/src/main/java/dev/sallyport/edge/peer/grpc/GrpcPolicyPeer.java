package dev.sallyport.edge.peer.grpc;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.PeerChannels;
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
import dev.sallyport.proto.policy.v1.MutinyPolicyGrpc;
import dev.sallyport.proto.policy.v1.MutinyPolicyGrpc.MutinyPolicyStub;
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
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

@DefaultBean
@Singleton
class GrpcPolicyPeer implements PolicyPeer {

  private final PeerChannels channels;

  GrpcPolicyPeer(PeerChannels channels) {
    this.channels = channels;
  }

  private MutinyPolicyStub stub() {
    return MutinyPolicyGrpc.newMutinyStub(channels.to(Peer.POLICY));
  }

  @Override
  public Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.resolveAccess(request));
  }

  @Override
  public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
    return GrpcCalls.stream(this::stub, stub -> stub.watchAccess(request));
  }

  @Override
  public Uni<CreateKeyResponse> createKey(CreateKeyRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.createKey(request));
  }

  @Override
  public Uni<ListKeysResponse> listKeys(ListKeysRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listKeys(request));
  }

  @Override
  public Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.updateKey(request));
  }

  @Override
  public Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.revokeKey(request));
  }

  @Override
  public Uni<RotateKeyResponse> rotateKey(RotateKeyRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.rotateKey(request));
  }

  @Override
  public Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.applyKeys(request));
  }

  @Override
  public Uni<ListOwnersResponse> listOwners(ListOwnersRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listOwners(request));
  }

  @Override
  public Uni<PutOwnerResponse> putOwner(PutOwnerRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.putOwner(request));
  }

  @Override
  public Uni<DeleteOwnerResponse> deleteOwner(DeleteOwnerRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.deleteOwner(request));
  }

  @Override
  public Uni<ApplyOwnersResponse> applyOwners(ApplyOwnersRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.applyOwners(request));
  }

  @Override
  public Uni<ListGroupsResponse> listGroups(ListGroupsRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listGroups(request));
  }

  @Override
  public Uni<PutGroupResponse> putGroup(PutGroupRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.putGroup(request));
  }

  @Override
  public Uni<DeleteGroupResponse> deleteGroup(DeleteGroupRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.deleteGroup(request));
  }

  @Override
  public Uni<ApplyGroupsResponse> applyGroups(ApplyGroupsRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.applyGroups(request));
  }

  @Override
  public Uni<PreviewAccessResponse> previewAccess(PreviewAccessRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.previewAccess(request));
  }

  @Override
  public Uni<GetAccessResponse> getAccess(GetAccessRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.getAccess(request));
  }

  @Override
  public Uni<ListLimitsResponse> listLimits(ListLimitsRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listLimits(request));
  }

  @Override
  public Uni<PutLimitResponse> putLimit(PutLimitRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.putLimit(request));
  }

  @Override
  public Uni<DeleteLimitResponse> deleteLimit(DeleteLimitRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.deleteLimit(request));
  }

  @Override
  public Uni<ApplyLimitsResponse> applyLimits(ApplyLimitsRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.applyLimits(request));
  }

  @Override
  public Uni<ListRulesResponse> listRules(ListRulesRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listRules(request));
  }

  @Override
  public Uni<PutRuleResponse> putRule(PutRuleRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.putRule(request));
  }

  @Override
  public Uni<DeleteRuleResponse> deleteRule(DeleteRuleRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.deleteRule(request));
  }

  @Override
  public Uni<ApplyRulesResponse> applyRules(ApplyRulesRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.applyRules(request));
  }

  @Override
  public Uni<LeaseUnitsResponse> leaseUnits(LeaseUnitsRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.leaseUnits(request));
  }

  @Override
  public Uni<SettleLeasesResponse> settleLeases(SettleLeasesRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.settleLeases(request));
  }

  @Override
  public Uni<ClaimApprovalResponse> claimApproval(ClaimApprovalRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.claimApproval(request));
  }

  @Override
  public Uni<ReturnApprovalResponse> returnApproval(ReturnApprovalRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.returnApproval(request));
  }

  @Override
  public Uni<ListApprovalsResponse> listApprovals(ListApprovalsRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listApprovals(request));
  }

  @Override
  public Uni<DecideApprovalResponse> decideApproval(DecideApprovalRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.decideApproval(request));
  }
}
