package dev.sallyport.edge.declaration;

import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.policy.v1.Role;
import java.util.Set;

/**
 * A role of administrators as a person defines it, in a file or through the admin API.
 *
 * @param permissions empty: allows nothing
 */
public record DeclaredRole(String name, Set<Permission> permissions) {

  public DeclaredRole {
    permissions = Set.copyOf(permissions);
  }

  public Role toProto() {
    return Role.newBuilder()
        .setName(name)
        .addAllPermissions(permissions.stream().map(Permission::wireName).sorted().toList())
        .build();
  }
}
