package dev.sallyport.standalone.peer;

import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.policy.admin.AdministratorOperations;
import dev.sallyport.policy.admin.RoleOperations;
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
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Who administers, asked by edge. */
@Singleton
final class LocalAdministratorPeer implements AdministratorPeer {

  private final RoleOperations roles;
  private final AdministratorOperations administrators;
  private final Direct direct = new Direct(Peer.EDGE);

  LocalAdministratorPeer(RoleOperations roles, AdministratorOperations administrators) {
    this.roles = roles;
    this.administrators = administrators;
  }

  @Override
  public Uni<ResolveAdministratorResponse> resolveAdministrator(
      ResolveAdministratorRequest request) {
    return direct.answer(request.getContext(), request, administrators::resolveAdministrator);
  }

  @Override
  public Uni<ListRolesResponse> listRoles(ListRolesRequest request) {
    return direct.answer(request.getContext(), request, roles::listRoles);
  }

  @Override
  public Uni<PutRoleResponse> putRole(PutRoleRequest request) {
    return direct.answer(request.getContext(), request, roles::putRole);
  }

  @Override
  public Uni<DeleteRoleResponse> deleteRole(DeleteRoleRequest request) {
    return direct.answer(request.getContext(), request, roles::deleteRole);
  }

  @Override
  public Uni<ApplyRolesResponse> applyRoles(ApplyRolesRequest request) {
    return direct.answer(request.getContext(), request, roles::applyRoles);
  }

  @Override
  public Uni<ListAdministratorsResponse> listAdministrators(ListAdministratorsRequest request) {
    return direct.answer(request.getContext(), request, administrators::listAdministrators);
  }

  @Override
  public Uni<CreateAdministratorResponse> createAdministrator(CreateAdministratorRequest request) {
    return direct.answer(request.getContext(), request, administrators::createAdministrator);
  }

  @Override
  public Uni<UpdateAdministratorResponse> updateAdministrator(UpdateAdministratorRequest request) {
    return direct.answer(request.getContext(), request, administrators::updateAdministrator);
  }

  @Override
  public Uni<RevokeAdministratorResponse> revokeAdministrator(RevokeAdministratorRequest request) {
    return direct.answer(request.getContext(), request, administrators::revokeAdministrator);
  }
}
