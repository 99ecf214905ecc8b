package dev.sallyport.edge.admin;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.declaration.KeyHash;
import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.policy.v1.Administrator;
import dev.sallyport.proto.policy.v1.AdministratorProfile;
import dev.sallyport.proto.policy.v1.ApplyRolesRequest;
import dev.sallyport.proto.policy.v1.ApplyRolesResponse;
import dev.sallyport.proto.policy.v1.CreateAdministratorRequest;
import dev.sallyport.proto.policy.v1.CreateAdministratorResponse;
import dev.sallyport.proto.policy.v1.DeleteRoleRequest;
import dev.sallyport.proto.policy.v1.DeleteRoleResponse;
import dev.sallyport.proto.policy.v1.Granter;
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
import dev.sallyport.proto.policy.v1.Role;
import dev.sallyport.proto.policy.v1.UpdateAdministratorRequest;
import dev.sallyport.proto.policy.v1.UpdateAdministratorResponse;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Roles and administrators in memory. Who may give what is for policy's own tests. */
@Alternative
@Singleton
public class FakeAdministration implements AdministratorPeer {

  public final List<Granter> granters = new CopyOnWriteArrayList<>();
  public final List<ByteString> resolved = new CopyOnWriteArrayList<>();
  public final List<ApplyRolesRequest> applied = new CopyOnWriteArrayList<>();
  public volatile @Nullable RuntimeException failure;
  public volatile boolean silent;
  private final Map<ByteString, AdministratorProfile> holders = new ConcurrentHashMap<>();
  private final Map<String, Role> roles = new TreeMap<>();
  private final Map<String, Administrator> administrators = new TreeMap<>();
  private int next;

  public synchronized void reset() {
    granters.clear();
    resolved.clear();
    applied.clear();
    holders.clear();
    roles.clear();
    administrators.clear();
    failure = null;
    silent = false;
  }

  /** Somebody with exactly these permissions. */
  public String holder(String tenant, String name, String role, Collection<Permission> may) {
    return holderOf(tenant, name, role, may.stream().map(Permission::wireName).toList());
  }

  /**
   * @param permissions by their names, whether this version knows them or not
   */
  public String holderOf(String tenant, String name, String role, List<String> permissions) {
    String credential = AdminCredential.mint();
    holders.put(
        KeyHash.of(credential).sha256(),
        AdministratorProfile.newBuilder()
            .setTenant(tenant)
            .setId("adm_" + name)
            .setName(name)
            .setRole(role)
            .addAllPermissions(permissions)
            .build());
    return credential;
  }

  /** Forgets whoever has this credential. */
  public void revoke(String credential) {
    holders.remove(KeyHash.of(credential).sha256());
  }

  public synchronized Role put(String tenant, Role role) {
    roles.put(tenant + "/" + role.getName(), role);
    return role;
  }

  public synchronized List<Role> rolesOf(String tenant) {
    return roles.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(tenant + "/"))
        .map(Map.Entry::getValue)
        .toList();
  }

  private <T> Uni<T> answer(Supplier<T> work) {
    if (silent) {
      return Uni.createFrom().nothing();
    }
    RuntimeException planned = failure;
    return planned != null
        ? Uni.createFrom().failure(planned)
        : Uni.createFrom()
            .item(
                () -> {
                  synchronized (this) {
                    return work.get();
                  }
                });
  }

  @Override
  public Uni<ResolveAdministratorResponse> resolveAdministrator(
      ResolveAdministratorRequest request) {
    resolved.add(request.getCredentialHash());
    return answer(
        () -> {
          AdministratorProfile profile = holders.get(request.getCredentialHash());
          return profile == null
              ? ResolveAdministratorResponse.getDefaultInstance()
              : ResolveAdministratorResponse.newBuilder().setProfile(profile).build();
        });
  }

  @Override
  public Uni<ListRolesResponse> listRoles(ListRolesRequest request) {
    return answer(
        () -> {
          ListRolesResponse.Builder response = ListRolesResponse.newBuilder();
          for (BuiltInRole role : BuiltInRole.values()) {
            response.addRoles(
                Role.newBuilder()
                    .setName(role.wireName())
                    .addAllPermissions(
                        role.permissions().stream().map(Permission::wireName).sorted().toList())
                    .setSource("built-in"));
          }
          rolesOf(request.getContext().getTenant()).forEach(response::addRoles);
          List<Role> found =
              response.getRolesList().stream()
                  .filter(
                      role ->
                          request.getRole().isEmpty() || role.getName().equals(request.getRole()))
                  .toList();
          return ListRolesResponse.newBuilder().addAllRoles(found).build();
        });
  }

  @Override
  public Uni<PutRoleResponse> putRole(PutRoleRequest request) {
    granters.add(request.getGranter());
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          Role before = roles.get(tenant + "/" + request.getRole().getName());
          long revision = before == null ? 0 : before.getRevision();
          if (request.getExpectedRevision() != 0 && request.getExpectedRevision() != revision
              || request.getMustBeNew() && before != null) {
            throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
          }
          return PutRoleResponse.newBuilder()
              .setRole(
                  put(
                      tenant,
                      request.getRole().toBuilder()
                          .setSource("api")
                          .setRevision(revision + 1)
                          .build()))
              .setCreated(before == null)
              .build();
        });
  }

  @Override
  public Uni<DeleteRoleResponse> deleteRole(DeleteRoleRequest request) {
    return answer(
        () -> {
          if (roles.remove(request.getContext().getTenant() + "/" + request.getRole()) == null) {
            throw new CallFailed(Failure.of(ErrorCode.NOT_FOUND));
          }
          return DeleteRoleResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ApplyRolesResponse> applyRoles(ApplyRolesRequest request) {
    return answer(
        () -> {
          ApplyRolesResponse.Builder response = ApplyRolesResponse.newBuilder();
          if (!request.getDryRun()) {
            applied.add(request);
            String tenant = request.getContext().getTenant();
            List<String> names = request.getRolesList().stream().map(Role::getName).toList();
            for (Role role : rolesOf(tenant)) {
              if (role.getSource().equals(request.getSource()) && !names.contains(role.getName())) {
                roles.remove(tenant + "/" + role.getName());
                response.addRemoved(role.getName());
              }
            }
            for (Role role : request.getRolesList()) {
              put(tenant, role.toBuilder().setSource(request.getSource()).build());
              response.addAdded(role.getName());
            }
          }
          return response.build();
        });
  }

  @Override
  public Uni<ListAdministratorsResponse> listAdministrators(ListAdministratorsRequest request) {
    return answer(
        () -> {
          List<Administrator> found =
              administrators.values().stream()
                  .filter(one -> one.getTenant().equals(request.getContext().getTenant()))
                  .filter(
                      one ->
                          request.getAdministrator().isEmpty()
                              || one.getId().equals(request.getAdministrator())
                              || one.getName().equals(request.getAdministrator()))
                  .filter(one -> one.getId().compareTo(request.getAfter()) > 0)
                  .toList();
          int limit = request.getLimit() == 0 ? found.size() : request.getLimit();
          return ListAdministratorsResponse.newBuilder()
              .addAllAdministrators(found.stream().limit(limit).toList())
              .setMore(found.size() > limit)
              .build();
        });
  }

  @Override
  public Uni<CreateAdministratorResponse> createAdministrator(CreateAdministratorRequest request) {
    granters.add(request.getGranter());
    return answer(
        () -> {
          Administrator made =
              Administrator.newBuilder()
                  .setTenant(request.getContext().getTenant())
                  .setId("adm_%022d".formatted(++next))
                  .setName(request.getName())
                  .setRole(request.getRole())
                  .setPrefix(request.getPrefix())
                  .setCreatedAtMillis(1_700_000_000_000L)
                  .setExpiresAtMillis(request.getExpiresAtMillis())
                  .setRevision(1)
                  .build();
          administrators.put(made.getId(), made);
          holders.put(
              request.getCredentialHash(),
              AdministratorProfile.newBuilder()
                  .setTenant(made.getTenant())
                  .setId(made.getId())
                  .setName(made.getName())
                  .setRole(made.getRole())
                  .addAllPermissions(
                      BuiltInRole.ofWireName(made.getRole())
                          .map(role -> role.permissions().stream())
                          .orElseThrow()
                          .map(Permission::wireName)
                          .toList())
                  .build());
          return CreateAdministratorResponse.newBuilder().setAdministrator(made).build();
        });
  }

  @Override
  public Uni<UpdateAdministratorResponse> updateAdministrator(UpdateAdministratorRequest request) {
    granters.add(request.getGranter());
    return answer(
        () -> {
          Administrator before = find(request.getContext().getTenant(), request.getAdministrator());
          if (request.getExpectedRevision() != 0
              && request.getExpectedRevision() != before.getRevision()) {
            throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
          }
          Administrator.Builder after = before.toBuilder().setRevision(before.getRevision() + 1);
          if (!request.getRole().isEmpty()) {
            after.setRole(request.getRole());
          }
          if (request.getSetExpiry()) {
            after.setExpiresAtMillis(request.getExpiresAtMillis());
          }
          administrators.put(before.getId(), after.build());
          return UpdateAdministratorResponse.newBuilder().setAdministrator(after).build();
        });
  }

  @Override
  public Uni<RevokeAdministratorResponse> revokeAdministrator(RevokeAdministratorRequest request) {
    granters.add(request.getGranter());
    return answer(
        () -> {
          Administrator before = find(request.getContext().getTenant(), request.getAdministrator());
          Administrator after =
              before.toBuilder()
                  .setRevokedAtMillis(1_700_000_001_000L)
                  .setRevision(before.getRevision() + 1)
                  .build();
          administrators.put(before.getId(), after);
          holders.values().removeIf(profile -> profile.getId().equals(before.getId()));
          return RevokeAdministratorResponse.newBuilder().setAdministrator(after).build();
        });
  }

  private Administrator find(String tenant, String nameOrId) {
    return administrators.values().stream()
        .filter(one -> one.getTenant().equals(tenant))
        .filter(one -> one.getId().equals(nameOrId) || one.getName().equals(nameOrId))
        .findFirst()
        .orElseThrow(() -> new CallFailed(Failure.of(ErrorCode.NOT_FOUND)));
  }
}
