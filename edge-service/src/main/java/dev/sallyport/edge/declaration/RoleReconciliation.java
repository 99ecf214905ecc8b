package dev.sallyport.edge.declaration;

import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.common.v1.CallContext;
import dev.sallyport.proto.policy.v1.ApplyRolesRequest;
import dev.sallyport.proto.policy.v1.ApplyRolesResponse;
import dev.sallyport.proto.policy.v1.ListRolesRequest;
import dev.sallyport.proto.policy.v1.Role;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the roles of a source exactly those of a declaration. Blocks: for a virtual thread.
 *
 * <p>During an upgrade policy may be older than edge and know no roles. A file without roles is
 * then applied all the same.
 */
final class RoleReconciliation {

  private final AdministratorPeer policy;

  RoleReconciliation(AdministratorPeer policy) {
    this.policy = policy;
  }

  /**
   * @throws CallFailed what policy said
   */
  ApplyRolesResponse apply(
      CallContext context,
      String source,
      List<DeclaredRole> roles,
      boolean dryRun,
      Duration patience) {
    ApplyRolesRequest request =
        ApplyRolesRequest.newBuilder()
            .setContext(context)
            .setSource(source)
            .addAllRoles(roles.stream().map(DeclaredRole::toProto).toList())
            .setDryRun(dryRun)
            .build();
    try {
      return policy.applyRoles(request).await().atMost(patience);
    } catch (CallFailed e) {
      if (roles.isEmpty() && e.failure().code() == ErrorCode.UNKNOWN_METHOD) {
        return ApplyRolesResponse.getDefaultInstance();
      }
      throw e;
    }
  }

  /** Sources that have roles. */
  Set<String> sources(CallContext context, Duration patience) {
    try {
      return policy
          .listRoles(ListRolesRequest.newBuilder().setContext(context).build())
          .await()
          .atMost(patience)
          .getRolesList()
          .stream()
          .map(Role::getSource)
          .collect(Collectors.toSet());
    } catch (CallFailed e) {
      if (e.failure().code() == ErrorCode.UNKNOWN_METHOD) {
        return Set.of();
      }
      throw e;
    }
  }
}
