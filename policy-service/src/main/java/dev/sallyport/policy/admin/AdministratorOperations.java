package dev.sallyport.policy.admin;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.RandomId;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.admin.AdminStore.Writing;
import dev.sallyport.proto.policy.v1.AdministratorProfile;
import dev.sallyport.proto.policy.v1.CreateAdministratorRequest;
import dev.sallyport.proto.policy.v1.CreateAdministratorResponse;
import dev.sallyport.proto.policy.v1.ListAdministratorsRequest;
import dev.sallyport.proto.policy.v1.ListAdministratorsResponse;
import dev.sallyport.proto.policy.v1.ResolveAdministratorRequest;
import dev.sallyport.proto.policy.v1.ResolveAdministratorResponse;
import dev.sallyport.proto.policy.v1.RevokeAdministratorRequest;
import dev.sallyport.proto.policy.v1.RevokeAdministratorResponse;
import dev.sallyport.proto.policy.v1.UpdateAdministratorRequest;
import dev.sallyport.proto.policy.v1.UpdateAdministratorResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes administrators, for gRPC and for direct callers alike. Only edge may ask. The
 * tenant is always that of the context, but for {@link #resolveAdministrator}, which is about a
 * credential whose tenant the asker does not know yet.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service and for whoever would give what
 * they do not have, INVALID_PARAMS, NOT_FOUND and CONFLICT with a message that names the fix,
 * POLICY_UNAVAILABLE when the store does not answer within the deadline.
 */
@Singleton
public final class AdministratorOperations {

  private static final int MOST_ON_A_PAGE = 1_000;

  private final AdminStore store;
  private final OperationGuard guard;
  private final InstantSource clock;

  @Inject
  AdministratorOperations(AdminStore store, PolicySettings settings) {
    this(store, settings, InstantSource.system());
  }

  AdministratorOperations(AdminStore store, PolicySettings settings, InstantSource clock) {
    this.store = store;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.clock = clock;
  }

  /** Refusals are answers: the Uni fails only when policy cannot say. */
  public Uni<ResolveAdministratorResponse> resolveAdministrator(
      CallContext context, ResolveAdministratorRequest request) {
    return guard.answer(
        context,
        () ->
            store
                .look(request.getCredentialHash())
                .map(
                    looked ->
                        looked == null || !looked.administrator().isLive(now())
                            ? ResolveAdministratorResponse.getDefaultInstance()
                            : ResolveAdministratorResponse.newBuilder()
                                .setProfile(profile(looked))
                                .build()));
  }

  private static AdministratorProfile profile(AdminStore.Looked looked) {
    StoredAdministrator administrator = looked.administrator();
    return AdministratorProfile.newBuilder()
        .setTenant(administrator.tenant())
        .setId(administrator.id())
        .setName(administrator.name())
        .setRole(administrator.role())
        .addAllPermissions(permissions(looked))
        .setExpiresAtMillis(StoredAdministrator.millis(administrator.expiresAt()))
        .build();
  }

  private static List<String> permissions(AdminStore.Looked looked) {
    Optional<BuiltInRole> builtIn = BuiltInRole.ofWireName(looked.administrator().role());
    if (builtIn.isPresent()) {
      return StoredRole.builtIn(looked.administrator().tenant(), builtIn.get()).permissions();
    }
    return looked.role() == null ? List.of() : looked.role().permissions();
  }

  /** A page of the tenant's, oldest first, revoked ones too; or those of one name or id. */
  public Uni<ListAdministratorsResponse> listAdministrators(
      CallContext context, ListAdministratorsRequest request) {
    return guard.answer(
        context,
        () -> {
          if (!request.getAdministrator().isEmpty()) {
            return store
                .named(context.tenant(), request.getAdministrator())
                .map(found -> page(found, Integer.MAX_VALUE));
          }
          int limit = request.getLimit() == 0 ? MOST_ON_A_PAGE : request.getLimit();
          if (limit < 0 || limit > MOST_ON_A_PAGE) {
            throw Refusals.invalid("A page has 1 to " + MOST_ON_A_PAGE + " administrators.");
          }
          return store
              .page(context.tenant(), request.getAfter(), limit + 1)
              .map(found -> page(found, limit));
        });
  }

  private static ListAdministratorsResponse page(List<StoredAdministrator> found, int limit) {
    return ListAdministratorsResponse.newBuilder()
        .addAllAdministrators(
            found.stream().limit(limit).map(StoredAdministrator::toProto).toList())
        .setMore(found.size() > limit)
        .build();
  }

  public Uni<CreateAdministratorResponse> createAdministrator(
      CallContext context, CreateAdministratorRequest request) {
    return change(
        context,
        () -> {
          Instant now = now();
          AdminRules.checkName(request.getName());
          KeyRules.checkCredential(request.getCredentialHash(), request.getPrefix());
          StoredAdministrator administrator =
              new StoredAdministrator(
                  context.tenant(),
                  RandomId.of("adm_"),
                  request.getName(),
                  request.getRole(),
                  request.getCredentialHash(),
                  request.getPrefix(),
                  now,
                  KeyRules.futureExpiry(request.getExpiresAtMillis(), now),
                  null,
                  1);
          return store.write(
              writing ->
                  Standing.of(writing, context.tenant(), request.getGranter(), now)
                      .chain(standing -> create(writing, standing, administrator)));
        });
  }

  private static Uni<CreateAdministratorResponse> create(
      Writing writing, Standing standing, StoredAdministrator administrator) {
    if (standing.isNamed(administrator.name())) {
      throw Refusals.conflict(
          "An administrator named "
              + administrator.name()
              + " exists already; choose another name or revoke that one.");
    }
    if (standing.administrators() >= AdminRules.MOST_ADMINISTRATORS) {
      throw Refusals.invalid(
          "A tenant has at most "
              + AdminRules.MOST_ADMINISTRATORS
              + " administrators; revoke some.");
    }
    standing.checkMayGive(role(standing, administrator.role()).permissions());
    return writing
        .isTaken(administrator.credentialHash())
        .chain(
            taken -> {
              if (taken) {
                throw Refusals.conflict("This credential exists already; mint a new one.");
              }
              return writing.save(administrator);
            })
        .map(
            done ->
                CreateAdministratorResponse.newBuilder()
                    .setAdministrator(administrator.toProto())
                    .build());
  }

  /** Another role, another expiry, or both. */
  public Uni<UpdateAdministratorResponse> updateAdministrator(
      CallContext context, UpdateAdministratorRequest request) {
    return change(
        context,
        () -> {
          Instant now = now();
          Instant expiry =
              request.getSetExpiry()
                  ? KeyRules.futureExpiry(request.getExpiresAtMillis(), now)
                  : null;
          return store.write(
              writing ->
                  Standing.of(writing, context.tenant(), request.getGranter(), now)
                      .chain(
                          standing ->
                              writing
                                  .named(context.tenant(), request.getAdministrator())
                                  .map(AdministratorOperations::current)
                                  .chain(
                                      before ->
                                          update(writing, standing, before, expiry, request))));
        });
  }

  private static Uni<UpdateAdministratorResponse> update(
      Writing writing,
      Standing standing,
      StoredAdministrator before,
      @Nullable Instant expiry,
      UpdateAdministratorRequest request) {
    if (before.revokedAt() != null) {
      throw Refusals.conflict("The administrator is revoked; create a new one.");
    }
    Refusals.checkRevision(request.getExpectedRevision(), before.revision());
    StoredAdministrator after =
        before.with(
            request.getRole().isEmpty() ? before.role() : request.getRole(),
            request.getSetExpiry() ? expiry : before.expiresAt());
    // A longer life gives what the role has for longer.
    standing.checkMayGive(role(standing, after.role()).permissions());
    standing.put(after);
    standing.checkKept();
    return writing
        .save(after)
        .map(
            done ->
                UpdateAdministratorResponse.newBuilder().setAdministrator(after.toProto()).build());
  }

  /** Revoking a revoked one changes nothing and succeeds. */
  public Uni<RevokeAdministratorResponse> revokeAdministrator(
      CallContext context, RevokeAdministratorRequest request) {
    return change(
        context,
        () ->
            store.write(
                writing ->
                    Standing.of(writing, context.tenant(), request.getGranter(), now())
                        .chain(
                            standing ->
                                writing
                                    .named(context.tenant(), request.getAdministrator())
                                    .map(AdministratorOperations::current)
                                    .chain(before -> revoke(writing, standing, before)))
                        .map(
                            after ->
                                RevokeAdministratorResponse.newBuilder()
                                    .setAdministrator(after.toProto())
                                    .build())));
  }

  private Uni<StoredAdministrator> revoke(
      Writing writing, Standing standing, StoredAdministrator before) {
    if (before.revokedAt() != null) {
      return Uni.createFrom().item(before);
    }
    StoredAdministrator after = before.revoked(now());
    standing.put(after);
    standing.checkKept();
    return writing.save(after).replaceWith(after);
  }

  private static StoredRole role(Standing standing, String name) {
    StoredRole role = standing.role(name);
    if (role == null) {
      throw Refusals.invalid("There is no role " + name + "; list the roles to see them.");
    }
    return role;
  }

  /** Of those that had a name, the one that has it now, else the latest. */
  private static StoredAdministrator current(List<StoredAdministrator> found) {
    StoredAdministrator latest = null;
    for (StoredAdministrator one : found) {
      if (one.revokedAt() == null) {
        return one;
      }
      latest = one;
    }
    if (latest == null) {
      throw new CallFailed(
          Failure.of(
              ErrorCode.NOT_FOUND,
              "No such administrator; list the administrators to see their names."));
    }
    return latest;
  }

  private <T> Uni<T> change(CallContext context, Supplier<Uni<T>> work) {
    return guard.answer(
        context,
        () -> {
          KeyRules.checkTenant(context.tenant());
          return work.get();
        });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
