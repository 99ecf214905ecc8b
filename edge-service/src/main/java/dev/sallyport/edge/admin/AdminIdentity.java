package dev.sallyport.edge.admin;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.common.v1.CallContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Duration;

/**
 * Who administers. The one place that a request's tenant comes from.
 *
 * @param mayRegisterCommands a stdio server is code execution on the gateway's machine, so it is a
 *     permission of its own
 */
record AdminIdentity(String tenant, AdminRole role, boolean mayRegisterCommands)
    implements Principal {

  /** As callers are named in contexts and records. */
  @Override
  public String getName() {
    return "admin:" + tenant;
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

  boolean mayChange() {
    return role == AdminRole.ADMINISTRATOR;
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
