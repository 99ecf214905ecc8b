package dev.sallyport.edge.peer.grpc;

import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.PeerChannels;
import dev.sallyport.proto.policy.v1.ApplyRolesRequest;
import dev.sallyport.proto.policy.v1.ApplyRolesResponse;
import dev.sallyport.proto.policy.v1.CreateAdministratorRequest;
import dev.sallyport.proto.policy.v1.CreateAdministratorResponse;
import dev.sallyport.proto.policy.v1.DeleteRoleRequest;
import dev.sallyport.proto.policy.v1.DeleteRoleResponse;
import dev.sallyport.proto.policy.v1.ListAdministratorsRequest;
import dev.sallyport.proto.policy.v1.ListAdministratorsResponse;
import dev.sallyport.proto.policy.v1.ListRolesRequest;
import dev.sallyport.proto.policy.v1.ListRolesResponse;
import dev.sallyport.proto.policy.v1.MutinyAdministrationGrpc;
import dev.sallyport.proto.policy.v1.MutinyAdministrationGrpc.MutinyAdministrationStub;
import dev.sallyport.proto.policy.v1.PutRoleRequest;
import dev.sallyport.proto.policy.v1.PutRoleResponse;
import dev.sallyport.proto.policy.v1.ResolveAdministratorRequest;
import dev.sallyport.proto.policy.v1.ResolveAdministratorResponse;
import dev.sallyport.proto.policy.v1.RevokeAdministratorRequest;
import dev.sallyport.proto.policy.v1.RevokeAdministratorResponse;
import dev.sallyport.proto.policy.v1.UpdateAdministratorRequest;
import dev.sallyport.proto.policy.v1.UpdateAdministratorResponse;
import io.grpc.Status;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

@DefaultBean
@Singleton
class GrpcAdministratorPeer implements AdministratorPeer {

  private final PeerChannels channels;

  GrpcAdministratorPeer(PeerChannels channels) {
    this.channels = channels;
  }

  private MutinyAdministrationStub stub() {
    return MutinyAdministrationGrpc.newMutinyStub(channels.to(Peer.POLICY));
  }

  @Override
  public Uni<ResolveAdministratorResponse> resolveAdministrator(
      ResolveAdministratorRequest request) {
    return GrpcCalls.unary(
        this::stub, request.getContext(), stub -> stub.resolveAdministrator(request));
  }

  @Override
  public Uni<ListRolesResponse> listRoles(ListRolesRequest request) {
    return known(
        GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listRoles(request)));
  }

  @Override
  public Uni<PutRoleResponse> putRole(PutRoleRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.putRole(request));
  }

  @Override
  public Uni<DeleteRoleResponse> deleteRole(DeleteRoleRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.deleteRole(request));
  }

  @Override
  public Uni<ApplyRolesResponse> applyRoles(ApplyRolesRequest request) {
    return known(
        GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.applyRoles(request)));
  }

  @Override
  public Uni<ListAdministratorsResponse> listAdministrators(ListAdministratorsRequest request) {
    return GrpcCalls.unary(
        this::stub, request.getContext(), stub -> stub.listAdministrators(request));
  }

  @Override
  public Uni<CreateAdministratorResponse> createAdministrator(CreateAdministratorRequest request) {
    return GrpcCalls.unary(
        this::stub, request.getContext(), stub -> stub.createAdministrator(request));
  }

  @Override
  public Uni<UpdateAdministratorResponse> updateAdministrator(UpdateAdministratorRequest request) {
    return GrpcCalls.unary(
        this::stub, request.getContext(), stub -> stub.updateAdministrator(request));
  }

  @Override
  public Uni<RevokeAdministratorResponse> revokeAdministrator(RevokeAdministratorRequest request) {
    return GrpcCalls.unary(
        this::stub, request.getContext(), stub -> stub.revokeAdministrator(request));
  }

  /** UNKNOWN_METHOD where policy is older than this edge, as it may be during an upgrade. */
  private static <T> Uni<T> known(Uni<T> answer) {
    return answer
        .onFailure(
            failure ->
                failure.getCause() != null
                    && Status.fromThrowable(failure.getCause()).getCode()
                        == Status.Code.UNIMPLEMENTED)
        .transform(failure -> new CallFailed(Failure.of(ErrorCode.UNKNOWN_METHOD), failure));
  }
}
