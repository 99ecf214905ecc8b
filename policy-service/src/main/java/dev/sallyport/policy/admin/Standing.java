package dev.sallyport.policy.admin;

import dev.sallyport.kit.permission.Permission;
import dev.sallyport.policy.Refusals;
import dev.sallyport.proto.policy.v1.Granter;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who administers one tenant, as it stands within a writing transaction, and what that allows whom
 * to change. Changes are made here first; {@link #checkKept} then says whether they may be.
 */
final class Standing {

  private final String granterId;
  private final Instant now;
  private final Set<String> own;
  private final Map<String, StoredRole> roles;
  private final Map<String, StoredAdministrator> present;

  private Standing(
      String granterId,
      Instant now,
      Set<String> own,
      Map<String, StoredRole> roles,
      Map<String, StoredAdministrator> present) {
    this.granterId = granterId;
    this.now = now;
    this.own = own;
    this.roles = roles;
    this.present = present;
  }

  /** Fails with FORBIDDEN when whoever asks administers no more. */
  static Uni<Standing> of(AdminStore.Writing writing, String tenant, Granter granter, Instant now) {
    return writing
        .roles(tenant)
        .chain(
            roles ->
                writing.present(tenant).map(present -> of(tenant, granter, now, roles, present)));
  }

  static Standing of(
      String tenant,
      Granter granter,
      Instant now,
      List<StoredRole> ownRoles,
      List<StoredAdministrator> administrators) {
    Map<String, StoredRole> roles = new HashMap<>();
    ownRoles.forEach(role -> roles.put(role.name(), role));
    // Last, so that no row in the database is ever taken for one of them.
    StoredRole.builtIn(tenant).forEach(role -> roles.put(role.name(), role));
    Map<String, StoredAdministrator> present = new LinkedHashMap<>();
    administrators.forEach(one -> present.put(one.id(), one));
    Set<String> own;
    if (granter.getAdministratorId().isEmpty()) {
      own = Set.copyOf(granter.getPermissionsList());
    } else {
      StoredAdministrator asking = present.get(granter.getAdministratorId());
      if (asking == null || !asking.isLive(now)) {
        throw AdminRules.forbidden("Whoever asks for this is no longer an administrator.");
      }
      own = permissions(roles, asking.role());
    }
    if (!own.contains(Permission.ROLES_WRITE.wireName())) {
      throw AdminRules.forbidden(
          "This needs the permission " + Permission.ROLES_WRITE.wireName() + ".");
    }
    return new Standing(granter.getAdministratorId(), now, own, roles, present);
  }

  /** A role that is gone allows nothing. */
  private static Set<String> permissions(Map<String, StoredRole> roles, String name) {
    StoredRole role = roles.get(name);
    return role == null ? Set.of() : Set.copyOf(role.permissions());
  }

  @Nullable StoredRole role(String name) {
    return roles.get(name);
  }

  /** How many the tenant has made itself. */
  long ownRoles() {
    return roles.values().stream().filter(role -> role.revision() > 0).count();
  }

  int administrators() {
    return present.size();
  }

  boolean isNamed(String name) {
    return present.values().stream().anyMatch(one -> one.name().equals(name));
  }

  /** Fails with FORBIDDEN, naming the first of these that whoever asks does not have. */
  void checkMayGive(Collection<String> permissions) {
    permissions.stream()
        .filter(permission -> !own.contains(permission))
        .sorted()
        .findFirst()
        .ifPresent(
            missing -> {
              throw AdminRules.forbidden(
                  "Nobody gives a permission that they do not have: this would give "
                      + missing
                      + ".");
            });
  }

  /**
   * Fails with FORBIDDEN when this role would give its holders what whoever asks does not have.
   * What they have of it already is not given to them.
   */
  void checkMayPut(StoredRole wanted) {
    Set<String> given = new HashSet<>(wanted.permissions());
    StoredRole before = roles.get(wanted.name());
    if (before != null) {
      before.permissions().forEach(given::remove);
    }
    checkMayGive(given);
  }

  void put(StoredRole role) {
    roles.put(role.name(), role);
  }

  void put(StoredAdministrator administrator) {
    if (administrator.revokedAt() == null) {
      present.put(administrator.id(), administrator);
    } else {
      present.remove(administrator.id());
    }
  }

  /**
   * Fails with CONFLICT when an administrator would leave the tenant without one who may change
   * roles. A key of the configuration may: it stays, and makes new ones.
   */
  void checkKept() {
    if (!granterId.isEmpty()
        && present.values().stream()
            .filter(one -> one.isLive(now))
            .noneMatch(
                one ->
                    permissions(roles, one.role()).contains(Permission.ROLES_WRITE.wireName()))) {
      throw Refusals.conflict(
          "This would leave nobody who may change roles; give another administrator a role with "
              + Permission.ROLES_WRITE.wireName()
              + " first.");
    }
  }
}
