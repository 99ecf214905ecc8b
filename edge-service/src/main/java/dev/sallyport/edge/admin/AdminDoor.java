package dev.sallyport.edge.admin;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * What every request of the admin API passes, known path or not: the name it was called by, a page
 * that sent it, its size, its credential. A request that reaches a resource some other way has no
 * identity and is refused there.
 */
@Singleton
class AdminDoor {

  private static final Logger LOG = Logger.getLogger(AdminDoor.class);
  private static final long MOST_BYTES = 1024 * 1024;
  private static final long LOG_EVERY_NANOS = 1_000_000_000L;

  static final String KEY_HEADER = "x-sallyport-admin-key";

  private final Provider<AdminKeys> keys;
  private final Provider<Administrators> administrators;
  private final Provider<Authority> authority;
  private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

  /** Filters are made while the application is built, before there is a configuration to read. */
  @Inject
  AdminDoor(
      Provider<AdminKeys> keys,
      Provider<Administrators> administrators,
      Provider<Authority> authority) {
    this.keys = keys;
    this.administrators = administrators;
    this.authority = authority;
  }

  /** Fails with {@link CallFailed} when the request may not pass. */
  @ServerRequestFilter(preMatching = true)
  public Uni<Void> pass(ContainerRequestContext request, HttpServerRequest http) {
    String host = host(http);
    if (!authority.get().allowsHost(host)) {
      throw refused(
          "This host name is not one of the gateway's; add it to sallyport.edge.http.allowed-hosts.");
    }
    if (!authority.get().allowsOrigin(request.getHeaderString("Origin"), host)) {
      throw refused("The admin API cannot be called from a page of another origin.");
    }
    String credential = credential(http);
    Uni<Optional<AdminIdentity>> identified =
        keys.get()
            .identify(credential)
            .map(known -> Uni.createFrom().item(Optional.of(known)))
            // Only for whoever is none of the configuration: those get in whatever else is down.
            .orElseGet(() -> administrators.get().identify(credential));
    return identified
        .invoke(
            found -> {
              AdminIdentity identity = found.orElseThrow(() -> nobody(request, http));
              checkLength(request, http);
              request.setSecurityContext(new AdminSecurity(identity, http.isSSL()));
            })
        .replaceWithVoid();
  }

  private static String host(HttpServerRequest http) {
    HostAndPort authority = http.authority();
    String header = http.getHeader(HttpHeaders.HOST);
    if (header != null) {
      return header;
    }
    return authority == null ? "" : authority.toString();
  }

  private static String credential(HttpServerRequest http) {
    List<String> authorizations = http.headers().getAll(HttpHeaders.AUTHORIZATION);
    List<String> own = http.headers().getAll(KEY_HEADER);
    Set<String> credentials = new HashSet<>(own);
    for (String authorization : authorizations) {
      credentials.add(bearer(authorization).orElse(""));
    }
    if (credentials.size() > 1) {
      throw new CallFailed(
          Failure.of(
              ErrorCode.INVALID_PARAMS, "The request has two different credentials; send one."));
    }
    return credentials.stream().findFirst().orElse("");
  }

  private CallFailed nobody(ContainerRequestContext request, HttpServerRequest http) {
    logRefusal(request, http);
    return new CallFailed(
        Failure.of(
            ErrorCode.UNAUTHENTICATED,
            "The admin API needs the admin key in Authorization: Bearer or " + KEY_HEADER + "."));
  }

  private static Optional<String> bearer(String authorization) {
    return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        ? Optional.of(authorization.substring(7).strip())
        : Optional.empty();
  }

  private static void checkLength(ContainerRequestContext request, HttpServerRequest http) {
    String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    if (length == null && http.getHeader("Transfer-Encoding") != null) {
      throw new CallFailed(
          Failure.of(
              ErrorCode.FRAME_TOO_LARGE,
              "The admin API takes no chunked bodies; send a Content-Length."));
    }
    if (length != null && (length.length() > 10 || Long.parseLong(length) > MOST_BYTES)) {
      throw new CallFailed(
          Failure.of(ErrorCode.FRAME_TOO_LARGE, "A body of the admin API has at most 1 MiB."));
    }
  }

  private static CallFailed refused(String message) {
    return new CallFailed(Failure.of(ErrorCode.FORBIDDEN, message));
  }

  /** Not into the evidence: whoever has no key must not be able to fill it. */
  private synchronized void logRefusal(ContainerRequestContext request, HttpServerRequest http) {
    long now = System.nanoTime();
    if (now - loggedAt >= LOG_EVERY_NANOS) {
      loggedAt = now;
      LOG.warnf(
          "admin API: %s from %s without a valid admin key",
          request.getMethod(),
          http.remoteAddress() == null ? "somewhere" : http.remoteAddress().hostAddress());
    }
  }

  private record AdminSecurity(AdminIdentity identity, boolean isSecure)
      implements SecurityContext {

    @Override
    public Principal getUserPrincipal() {
      return identity;
    }

    @Override
    public boolean isUserInRole(String role) {
      return identity.role().equals(role);
    }

    @Override
    public @Nullable String getAuthenticationScheme() {
      return null;
    }
  }
}
