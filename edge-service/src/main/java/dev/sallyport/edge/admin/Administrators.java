package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.KeyHash;
import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.policy.v1.AdministratorProfile;
import dev.sallyport.proto.policy.v1.ResolveAdministratorRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Administrators that policy knows. It is asked for each request, so a revocation or another role
 * holds from the next request on; where it does not answer, nobody is let in.
 */
@Singleton
class Administrators {

  private static final Logger LOG = Logger.getLogger(Administrators.class);

  /** At the same time: whoever makes credentials up must not keep policy busy. */
  static final int MOST_LOOK_UPS = 64;

  private final AdministratorPeer policy;
  private final Duration timeout;
  private final AtomicInteger running = new AtomicInteger();

  Administrators(AdministratorPeer policy, AdminConfig config) {
    this.policy = policy;
    this.timeout = config.timeout();
  }

  /**
   * Empty when nobody administers with this credential. Fails with {@link CallFailed}
   * POLICY_UNAVAILABLE, TOO_MANY_IN_FLIGHT.
   */
  Uni<Optional<AdminIdentity>> identify(String credential) {
    if (!AdminCredential.isOne(credential)) {
      return Uni.createFrom().item(Optional.empty());
    }
    if (running.incrementAndGet() > MOST_LOOK_UPS) {
      running.decrementAndGet();
      return Uni.createFrom()
          .failure(
              new CallFailed(
                  new Failure(
                      ErrorCode.TOO_MANY_IN_FLIGHT,
                      "Too many administrators are looked up at once; try again.",
                      Duration.ofSeconds(1))));
    }
    CallContext context = CallContext.ofService(Peer.EDGE, "default").withDeadline(timeout);
    return Uni.createFrom()
        .deferred(
            () ->
                policy.resolveAdministrator(
                    ResolveAdministratorRequest.newBuilder()
                        .setContext(CallContexts.toProto(context))
                        .setCredentialHash(KeyHash.of(credential).sha256())
                        .build()))
        .ifNoItem()
        .after(timeout)
        .fail()
        .onTermination()
        .invoke(running::decrementAndGet)
        .onFailure()
        .transform(Administrators::unavailable)
        .map(
            response ->
                response.hasProfile()
                    ? Optional.of(identity(response.getProfile()))
                    : Optional.empty());
  }

  /** What only a newer version knows is not allowed here. */
  private static AdminIdentity identity(AdministratorProfile profile) {
    return new AdminIdentity(
        profile.getTenant(),
        profile.getId(),
        profile.getName(),
        profile.getRole(),
        profile.getPermissionsList().stream()
            .flatMap(name -> Permission.ofWireName(name).stream())
            .collect(Collectors.toSet()));
  }

  private static CallFailed unavailable(Throwable cause) {
    LOG.debugf("policy did not resolve an administrator: %s", cause);
    return new CallFailed(Failure.of(ErrorCode.POLICY_UNAVAILABLE));
  }
}
