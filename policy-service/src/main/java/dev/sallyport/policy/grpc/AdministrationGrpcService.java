package dev.sallyport.policy.grpc;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.policy.admin.AdministratorOperations;
import dev.sallyport.policy.admin.RoleOperations;
import dev.sallyport.proto.policy.v1.Administration;
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
import dev.sallyport.proto.policy.v1.PutRoleRequest;
import dev.sallyport.proto.policy.v1.PutRoleResponse;
import dev.sallyport.proto.policy.v1.ResolveAdministratorRequest;
import dev.sallyport.proto.policy.v1.ResolveAdministratorResponse;
import dev.sallyport.proto.policy.v1.RevokeAdministratorRequest;
import dev.sallyport.proto.policy.v1.RevokeAdministratorResponse;
import dev.sallyport.proto.policy.v1.UpdateAdministratorRequest;
import dev.sallyport.proto.policy.v1.UpdateAdministratorResponse;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

@GrpcService
@Singleton
class AdministrationGrpcService implements Administration {

  private final RoleOperations roles;
  private final AdministratorOperations administrators;

  AdministrationGrpcService(RoleOperations roles, AdministratorOperations administrators) {
    this.roles = roles;
    this.administrators = administrators;
  }

  @Override
  public Uni<ResolveAdministratorResponse> resolveAdministrator(
      ResolveAdministratorRequest request) {
    return answer(request.getContext(), request, administrators::resolveAdministrator);
  }

  @Override
  public Uni<ListRolesResponse> listRoles(ListRolesRequest request) {
    return answer(request.getContext(), request, roles::listRoles);
  }

  @Override
  public Uni<PutRoleResponse> putRole(PutRoleRequest request) {
    return answer(request.getContext(), request, roles::putRole);
  }

  @Override
  public Uni<DeleteRoleResponse> deleteRole(DeleteRoleRequest request) {
    return answer(request.getContext(), request, roles::deleteRole);
  }

  @Override
  public Uni<ApplyRolesResponse> applyRoles(ApplyRolesRequest request) {
    return answer(request.getContext(), request, roles::applyRoles);
  }

  @Override
  public Uni<ListAdministratorsResponse> listAdministrators(ListAdministratorsRequest request) {
    return answer(request.getContext(), request, administrators::listAdministrators);
  }

  @Override
  public Uni<CreateAdministratorResponse> createAdministrator(CreateAdministratorRequest request) {
    return answer(request.getContext(), request, administrators::createAdministrator);
  }

  @Override
  public Uni<UpdateAdministratorResponse> updateAdministrator(UpdateAdministratorRequest request) {
    return answer(request.getContext(), request, administrators::updateAdministrator);
  }

  @Override
  public Uni<RevokeAdministratorResponse> revokeAdministrator(RevokeAdministratorRequest request) {
    return answer(request.getContext(), request, administrators::revokeAdministrator);
  }

  private static <Q, A> Uni<A> answer(
      dev.sallyport.proto.common.v1.CallContext context,
      Q request,
      BiFunction<CallContext, Q, Uni<A>> operation) {
    try {
      return operation
          .apply(CallContexts.of(context), request)
          .onFailure()
          .transform(GrpcErrors::toStatus);
    } catch (RuntimeException e) {
      return Uni.createFrom().failure(GrpcErrors.toStatus(e));
    }
  }
}
