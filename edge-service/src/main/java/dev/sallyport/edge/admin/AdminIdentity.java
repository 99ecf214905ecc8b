package dev.sallyport.edge.admin;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.common.v1.CallContext;
import dev.sallyport.proto.policy.v1.Granter;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who administers. The one place that a request's tenant comes from.
 *
 * @param id of the administrator; empty for a key of the configuration
 * @param administrator name of the administrator; empty for a key of the configuration
 * @param role name of the role, as it is recorded
 * @param permissions what the role allows; nothing else is allowed
 */
record AdminIdentity(
    String tenant, String id, String administrator, String role, Set<Permission> permissions)
    implements Principal {

  AdminIdentity {
    permissions = Set.copyOf(permissions);
  }

  /**
   * Whoever has a key of the configuration.
   *
   * @param commands a stdio server is code execution on the gateway's machine, so it is a
   *     permission of its own
   */
  static AdminIdentity ofConfiguration(String tenant, BuiltInRole role, boolean commands) {
    EnumSet<Permission> permissions = EnumSet.noneOf(Permission.class);
    permissions.addAll(role.permissions());
    if (commands) {
      permissions.add(Permission.SERVERS_COMMAND);
    }
    return new AdminIdentity(tenant, "", "", role.wireName(), permissions);
  }

  /** As callers are named in contexts and records. */
  @Override
  public String getName() {
    return administrator.isEmpty() ? "admin:" + tenant : "admin:" + tenant + "/" + administrator;
  }

  /** Who it is for good: nobody else will ever be the same subject. */
  String subject() {
    return id.isEmpty() ? getName() : id;
  }

  /**
   * The identity that {@link AdminDoor} established.
   *
   * @throws CallFailed UNAUTHENTICATED if there is none
   */
  static AdminIdentity of(SecurityContext security) {
    if (security.getUserPrincipal() instanceof AdminIdentity identity) {
      return identity;
    }
    throw new CallFailed(Failure.of(ErrorCode.UNAUTHENTICATED));
  }

  /** The first permission that the action takes and this identity does not have. */
  Optional<Permission> missing(AdminAction action) {
    return action.needs().stream().filter(needed -> !permissions.contains(needed)).findFirst();
  }

  /** As policy has to know whoever changes roles or administrators. */
  Granter granter() {
    return Granter.newBuilder()
        .setAdministratorId(id)
        .addAllPermissions(permissions.stream().map(Permission::wireName).sorted().toList())
        .build();
  }

  /** The context of a request to another service. */
  CallContext context(Duration timeout) {
    return CallContext.newBuilder()
        .setTenant(tenant)
        .setCaller(getName())
        .setRemainingMillis((int) timeout.toMillis())
        .build();
  }
}
