package dev.sallyport.edge.admin;

import dev.sallyport.kit.permission.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an admin does, as it is recorded.
 *
 * @param method such as {@code keys.create}: the resource, and what is done with it
 * @param needs every permission that it takes, at least one
 * @param server name of the server concerned, or empty
 * @param key name or id of the virtual key concerned, or empty
 * @param detail what was asked, without secrets, as JSON; empty for none
 */
record AdminAction(
    String method, List<Permission> needs, String server, String key, String detail) {

  /** Resources that another one's permissions are about. */
  private static final Map<String, String> PART_OF =
      Map.of(
          "administrators", "roles",
          "customers", "owners",
          "teams", "owners",
          "users", "owners");

  AdminAction {
    needs = List.copyOf(needs);
  }

  /** An action that takes the permission to read its resource. */
  static AdminAction read(String method) {
    return of(method, Permission.Kind.READ);
  }

  /** An action that takes the permission to change its resource. */
  static AdminAction change(String method) {
    return of(method, Permission.Kind.CHANGE);
  }

  /** A resource without such a permission is a mistake in this code, and nobody may use it. */
  private static AdminAction of(String method, Permission.Kind kind) {
    String name = method.substring(0, method.indexOf('.'));
    String resource = PART_OF.getOrDefault(name, name);
    Permission needed =
        Permission.on(resource, kind)
            .orElseThrow(() -> new IllegalStateException(method + " has no permission"));
    return new AdminAction(method, List.of(needed), "", "", "");
  }

  /**
   * The first answer to a request is given again: that takes what was permitted when it was given.
   */
  static AdminAction replay(List<Permission> then) {
    return new AdminAction("idempotency.replay", then, "", "", "");
  }

  AdminAction onServer(String name) {
    return new AdminAction(method, needs, name, key, detail);
  }

  AdminAction onKey(String nameOrId) {
    return new AdminAction(method, needs, server, nameOrId, detail);
  }

  AdminAction with(String json) {
    return new AdminAction(method, needs, server, key, json);
  }

  /** The same, but it takes this permission too. */
  AdminAction needing(Permission permission) {
    List<Permission> all = new ArrayList<>(needs);
    all.add(permission);
    return new AdminAction(method, all, server, key, detail);
  }
}
