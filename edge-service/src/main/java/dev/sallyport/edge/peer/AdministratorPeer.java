package dev.sallyport.edge.peer;

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

/**
 * Who administers, as edge asks policy. A peer that cannot be reached fails the returned Uni with
 * {@link dev.sallyport.kit.error.CallFailed}; for whoever comes with a credential that means no.
 */
public interface AdministratorPeer {

  Uni<ResolveAdministratorResponse> resolveAdministrator(ResolveAdministratorRequest request);

  Uni<ListRolesResponse> listRoles(ListRolesRequest request);

  Uni<PutRoleResponse> putRole(PutRoleRequest request);

  Uni<DeleteRoleResponse> deleteRole(DeleteRoleRequest request);

  Uni<ApplyRolesResponse> applyRoles(ApplyRolesRequest request);

  Uni<ListAdministratorsResponse> listAdministrators(ListAdministratorsRequest request);

  Uni<CreateAdministratorResponse> createAdministrator(CreateAdministratorRequest request);

  Uni<UpdateAdministratorResponse> updateAdministrator(UpdateAdministratorRequest request);

  Uni<RevokeAdministratorResponse> revokeAdministrator(RevokeAdministratorRequest request);
}
