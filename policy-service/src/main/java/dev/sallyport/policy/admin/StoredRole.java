package dev.sallyport.policy.admin;

import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.policy.v1.Role;
import java.util.Arrays;
import java.util.List;

/**
 * A role.
 *
 * @param permissions wire names, sorted, each once; also those that only a newer version knows
 * @param source {@code built-in}, {@code api} or {@code file:<name>}
 * @param revision grows by one with every change; 0 for a role that is always there
 */
public record StoredRole(
    String tenant, String name, List<String> permissions, String source, long revision) {

  static final String API = "api";
  private static final String BUILT_IN = "built-in";

  public StoredRole {
    permissions = List.copyOf(permissions);
  }

  static StoredRole builtIn(String tenant, BuiltInRole role) {
    return new StoredRole(
        tenant,
        role.wireName(),
        role.permissions().stream().map(Permission::wireName).sorted().toList(),
        BUILT_IN,
        0);
  }

  static List<StoredRole> builtIn(String tenant) {
    return Arrays.stream(BuiltInRole.values()).map(role -> builtIn(tenant, role)).toList();
  }

  boolean isDeclaredInFile() {
    return !source.equals(API);
  }

  boolean allows(Permission permission) {
    return permissions.contains(permission.wireName());
  }

  StoredRole inPlaceOf(StoredRole before) {
    return new StoredRole(tenant, name, permissions, source, before.revision + 1);
  }

  Role toProto() {
    return Role.newBuilder()
        .setTenant(tenant)
        .setName(name)
        .addAllPermissions(permissions)
        .setSource(source)
        .setRevision(revision)
        .build();
  }
}
