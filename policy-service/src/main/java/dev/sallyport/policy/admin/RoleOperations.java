package dev.sallyport.policy.admin;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.admin.AdminStore.Writing;
import dev.sallyport.proto.policy.v1.ApplyRolesRequest;
import dev.sallyport.proto.policy.v1.ApplyRolesResponse;
import dev.sallyport.proto.policy.v1.DeleteRoleRequest;
import dev.sallyport.proto.policy.v1.DeleteRoleResponse;
import dev.sallyport.proto.policy.v1.ListRolesRequest;
import dev.sallyport.proto.policy.v1.ListRolesResponse;
import dev.sallyport.proto.policy.v1.PutRoleRequest;
import dev.sallyport.proto.policy.v1.PutRoleResponse;
import dev.sallyport.proto.policy.v1.Role;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads and changes roles, for gRPC and for direct callers alike. Only edge may ask. The tenant is
 * always that of the context.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service and for whoever would give what
 * they do not have, INVALID_PARAMS, NOT_FOUND, CONFLICT and READ_ONLY with a message that names the
 * fix, POLICY_UNAVAILABLE when the store does not answer within the deadline.
 */
@Singleton
public final class RoleOperations {

  private static final Duration PER_DECLARED_ROLE = Duration.ofMillis(10);
  private static final int MOST_NAMED = 3;

  private final AdminStore store;
  private final OperationGuard guard;
  private final InstantSource clock;

  @Inject
  RoleOperations(AdminStore store, PolicySettings settings) {
    this(store, settings, InstantSource.system());
  }

  RoleOperations(AdminStore store, PolicySettings settings, InstantSource clock) {
    this.store = store;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.clock = clock;
  }

  /** Those that are always there, then the tenant's own by name; or that of one name. */
  public Uni<ListRolesResponse> listRoles(CallContext context, ListRolesRequest request) {
    return guard.answer(
        context,
        () ->
            store
                .roles(context.tenant())
                .map(
                    own -> {
                      List<StoredRole> all = new ArrayList<>(StoredRole.builtIn(context.tenant()));
                      all.addAll(own);
                      return ListRolesResponse.newBuilder()
                          .addAllRoles(
                              all.stream()
                                  .filter(
                                      role ->
                                          request.getRole().isEmpty()
                                              || role.name().equals(request.getRole()))
                                  .map(StoredRole::toProto)
                                  .toList())
                          .build();
                    }));
  }

  /** Creates the role of this name, or puts this one in its place. */
  public Uni<PutRoleResponse> putRole(CallContext context, PutRoleRequest request) {
    return change(
        context,
        guard.longest(),
        () -> {
          StoredRole wanted =
              AdminRules.checked(context.tenant(), StoredRole.API, request.getRole());
          return store.write(
              writing ->
                  Standing.of(writing, context.tenant(), request.getGranter(), now())
                      .chain(standing -> put(writing, standing, wanted, request)));
        });
  }

  private static Uni<PutRoleResponse> put(
      Writing writing, Standing standing, StoredRole wanted, PutRoleRequest request) {
    StoredRole before = standing.role(wanted.name());
    if (before != null) {
      writable(before);
      if (request.getMustBeNew()) {
        throw Refusals.conflict(
            "A role named " + wanted.name() + " exists already; choose another name.");
      }
      Refusals.checkRevision(request.getExpectedRevision(), before.revision());
    } else {
      if (request.getExpectedRevision() != 0) {
        throw AdminRules.noRole(wanted.name());
      }
      room(standing.ownRoles() + 1);
    }
    standing.checkMayPut(wanted);
    StoredRole kept = before == null ? wanted : wanted.inPlaceOf(before);
    standing.put(kept);
    if (before != null) {
      standing.checkKept();
    }
    return writing
        .save(kept)
        .map(
            done ->
                PutRoleResponse.newBuilder()
                    .setRole(kept.toProto())
                    .setCreated(before == null)
                    .build());
  }

  /** A role that somebody holds stays. */
  public Uni<DeleteRoleResponse> deleteRole(CallContext context, DeleteRoleRequest request) {
    return change(
        context,
        guard.longest(),
        () -> {
          if (BuiltInRole.ofWireName(request.getRole()).isPresent()) {
            throw Refusals.conflict("The role " + request.getRole() + " is always there.");
          }
          return store.write(
              writing ->
                  writing
                      .roles(context.tenant())
                      .map(roles -> named(roles, request.getRole()))
                      .chain(
                          role -> {
                            writable(role);
                            Refusals.checkRevision(request.getExpectedRevision(), role.revision());
                            return writing
                                .present(context.tenant())
                                .invoke(
                                    present -> unused(role.name(), holders(present, role.name())))
                                .chain(() -> writing.remove(role));
                          })
                      .map(done -> DeleteRoleResponse.getDefaultInstance()));
        });
  }

  /** All or nothing. A dry run answers the same and changes nothing. What a file says counts. */
  public Uni<ApplyRolesResponse> applyRoles(CallContext context, ApplyRolesRequest request) {
    return change(
        context,
        guard.longest().plus(PER_DECLARED_ROLE.multipliedBy(request.getRolesCount())),
        () -> {
          KeyRules.checkSource(request.getSource());
          Map<String, StoredRole> declared = new LinkedHashMap<>();
          for (Role role : request.getRolesList()) {
            StoredRole checked = AdminRules.checked(context.tenant(), request.getSource(), role);
            if (declared.put(checked.name(), checked) != null) {
              throw Refusals.invalid("Role " + checked.name() + " is declared twice.");
            }
          }
          return store.write(
              writing ->
                  writing
                      .roles(context.tenant())
                      .chain(
                          roles ->
                              writing
                                  .present(context.tenant())
                                  .chain(
                                      present ->
                                          apply(writing, request, declared, roles, present))));
        });
  }

  private static Uni<ApplyRolesResponse> apply(
      Writing writing,
      ApplyRolesRequest request,
      Map<String, StoredRole> declared,
      List<StoredRole> roles,
      List<StoredAdministrator> present) {
    ApplyRolesResponse.Builder response = ApplyRolesResponse.newBuilder();
    Map<String, StoredRole> there = new HashMap<>();
    List<StoredRole> saved = new ArrayList<>();
    List<StoredRole> removed = new ArrayList<>();
    for (StoredRole role : roles) {
      there.put(role.name(), role);
      if (role.source().equals(request.getSource()) && !declared.containsKey(role.name())) {
        unused(role.name(), holders(present, role.name()));
        removed.add(role);
        response.addRemoved(role.name());
      }
    }
    for (StoredRole role : declared.values()) {
      StoredRole before = there.get(role.name());
      if (before == null) {
        saved.add(role);
        response.addAdded(role.name());
      } else if (!before.source().equals(role.source())) {
        throw Refusals.conflict(
            "Role "
                + role.name()
                + " exists already and is of "
                + before.source()
                + "; choose another name or remove that one.");
      } else if (!before.permissions().equals(role.permissions())) {
        saved.add(role.inPlaceOf(before));
        response.addChanged(role.name());
      }
    }
    room(roles.size() + response.getAddedCount() - removed.size());
    if (request.getDryRun()) {
      return Uni.createFrom().item(response.build());
    }
    Uni<Void> done = Uni.createFrom().voidItem();
    for (StoredRole role : removed) {
      done = done.chain(() -> writing.remove(role));
    }
    for (StoredRole role : saved) {
      done = done.chain(() -> writing.save(role));
    }
    return done.map(nothing -> response.build());
  }

  private static StoredRole named(List<StoredRole> roles, String name) {
    return roles.stream()
        .filter(role -> role.name().equals(name))
        .findFirst()
        .orElseThrow(() -> AdminRules.noRole(name));
  }

  private static List<String> holders(List<StoredAdministrator> present, String role) {
    return present.stream()
        .filter(one -> one.role().equals(role))
        .map(StoredAdministrator::name)
        .sorted()
        .toList();
  }

  private static void unused(String role, List<String> holders) {
    if (!holders.isEmpty()) {
      throw Refusals.conflict(
          "The role "
              + role
              + " is held by "
              + String.join(", ", holders.subList(0, Math.min(MOST_NAMED, holders.size())))
              + (holders.size() > MOST_NAMED
                  ? " and " + (holders.size() - MOST_NAMED) + " more"
                  : "")
              + "; give them another role first.");
    }
  }

  private static void room(long roles) {
    if (roles > AdminRules.MOST_ROLES) {
      throw Refusals.invalid(
          "A tenant has at most " + AdminRules.MOST_ROLES + " roles of its own; remove some.");
    }
  }

  private static void writable(StoredRole role) {
    if (role.isDeclaredInFile()) {
      throw Refusals.readOnly();
    }
  }

  private <T> Uni<T> change(CallContext context, Duration longest, Supplier<Uni<T>> work) {
    return guard.answer(
        context,
        () -> {
          KeyRules.checkTenant(context.tenant());
          return work.get();
        },
        longest);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
