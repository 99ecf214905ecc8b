package dev.sallyport.edge.admin;

import dev.sallyport.kit.permission.Permission;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;

/**
 * One operation of the admin API with the permissions that it takes, in the order in which they are
 * asked for.
 *
 * @param path as the OpenAPI document writes it
 * @param body one that is taken; empty for none
 */
record AdminOperation(
    String method, String path, String example, String body, List<Permission> needs) {

  /** Every operation that there is. {@link PermissionsTest} fails for one that is missing here. */
  static final List<AdminOperation> ALL =
      List.of(
          of("GET", "/api/v1/access/explain", Permission.ACCESS_EXPLAIN)
              .at("/api/v1/access/explain?key=dev&tool=fs__read"),
          of("POST", "/api/v1/access/simulate", Permission.ACCESS_EXPLAIN, Permission.CALLS_READ)
              .with("{\"proposal\":{}}"),
          of("GET", "/api/v1/administrators", Permission.ROLES_READ),
          of("POST", "/api/v1/administrators", Permission.ROLES_WRITE)
              .with("{\"name\":\"eve\",\"role\":\"auditor\"}"),
          of("GET", "/api/v1/administrators/{administrator}", Permission.ROLES_READ),
          of("PATCH", "/api/v1/administrators/{administrator}", Permission.ROLES_WRITE)
              .with("{\"role\":\"auditor\"}"),
          of("DELETE", "/api/v1/administrators/{administrator}", Permission.ROLES_WRITE),
          of("POST", "/api/v1/administrators/{administrator}/revoke", Permission.ROLES_WRITE),
          of("GET", "/api/v1/approvals", Permission.APPROVALS_READ),
          of("GET", "/api/v1/approvals/{approval}", Permission.APPROVALS_READ),
          of("POST", "/api/v1/approvals/{approval}/approve", Permission.APPROVALS_DECIDE)
              .with("{}"),
          of("POST", "/api/v1/approvals/{approval}/deny", Permission.APPROVALS_DECIDE).with("{}"),
          of("GET", "/api/v1/calls", Permission.CALLS_READ),
          of("GET", "/api/v1/calls/{callId}", Permission.CALLS_READ)
              .at("/api/v1/calls/01890000-0000-7000-8000-000000000000"),
          of("GET", "/api/v1/groups", Permission.GROUPS_READ),
          of("GET", "/api/v1/groups/{group}", Permission.GROUPS_READ),
          of("PUT", "/api/v1/groups/{group}", Permission.GROUPS_WRITE).with("{}"),
          of("DELETE", "/api/v1/groups/{group}", Permission.GROUPS_WRITE),
          of("GET", "/api/v1/keys", Permission.KEYS_READ),
          of("POST", "/api/v1/keys", Permission.KEYS_WRITE).with("{\"name\":\"new\"}"),
          of("GET", "/api/v1/keys/{key}", Permission.KEYS_READ),
          of("PATCH", "/api/v1/keys/{key}", Permission.KEYS_WRITE).with("{\"tools\":[]}"),
          of("DELETE", "/api/v1/keys/{key}", Permission.KEYS_WRITE),
          of("POST", "/api/v1/keys/{key}/revoke", Permission.KEYS_WRITE),
          of("POST", "/api/v1/keys/{key}/rotate", Permission.KEYS_WRITE).with("{}"),
          of("GET", "/api/v1/limits", Permission.LIMITS_READ),
          of("GET", "/api/v1/limits/{limit}", Permission.LIMITS_READ),
          of("PUT", "/api/v1/limits/{limit}", Permission.LIMITS_WRITE).with("{\"concurrent\":1}"),
          of("DELETE", "/api/v1/limits/{limit}", Permission.LIMITS_WRITE),
          of("GET", "/api/v1/owners", Permission.OWNERS_READ),
          of("GET", "/api/v1/owners/{owner}", Permission.OWNERS_READ).at("/api/v1/owners/team:dev"),
          of("PUT", "/api/v1/owners/{owner}", Permission.OWNERS_WRITE)
              .at("/api/v1/owners/team:dev")
              .with("{}"),
          of("DELETE", "/api/v1/owners/{owner}", Permission.OWNERS_WRITE)
              .at("/api/v1/owners/team:dev"),
          of("GET", "/api/v1/rules", Permission.RULES_READ),
          of("GET", "/api/v1/rules/{rule}", Permission.RULES_READ),
          of("PUT", "/api/v1/rules/{rule}", Permission.RULES_WRITE).with("{\"effect\":\"deny\"}"),
          of("DELETE", "/api/v1/rules/{rule}", Permission.RULES_WRITE),
          of("GET", "/api/v1/roles", Permission.ROLES_READ),
          of("GET", "/api/v1/roles/{role}", Permission.ROLES_READ),
          of("PUT", "/api/v1/roles/{role}", Permission.ROLES_WRITE).with("{\"permissions\":[]}"),
          of("DELETE", "/api/v1/roles/{role}", Permission.ROLES_WRITE),
          of("GET", "/api/v1/servers", Permission.SERVERS_READ),
          of("GET", "/api/v1/servers/{server}", Permission.SERVERS_READ),
          of("PUT", "/api/v1/servers/{server}", Permission.SERVERS_WRITE)
              .with("{\"url\":\"https://x.example/mcp\"}"),
          of(
                  "PUT",
                  "/api/v1/servers/{server}",
                  Permission.SERVERS_WRITE,
                  Permission.SERVERS_COMMAND)
              .with("{\"command\":\"fs\"}"),
          of("DELETE", "/api/v1/servers/{server}", Permission.SERVERS_WRITE),
          of("GET", "/api/v1/status", Permission.STATUS_READ),
          of("GET", "/api/v1/tools", Permission.TOOLS_READ),
          of("GET", "/api/v1/tools", Permission.TOOLS_READ, Permission.KEYS_READ)
              .at("/api/v1/tools?key=dev"),
          of("GET", "/api/v1/usage", Permission.USAGE_READ));

  private static AdminOperation of(String method, String path, Permission... needs) {
    return new AdminOperation(
        method, path, path.replaceAll("\\{[^}]*}", "dev"), "", List.of(needs));
  }

  private AdminOperation at(String url) {
    return new AdminOperation(method, path, url, body, needs);
  }

  private AdminOperation with(String json) {
    return new AdminOperation(method, path, example, json, needs);
  }

  String name() {
    return method + " " + path;
  }

  /** Does it. */
  Response by(RequestSpecification admin) {
    return (body.isEmpty() ? admin : admin.contentType("application/json").body(body))
        .urlEncodingEnabled(false)
        .request(method, example);
  }

  @Override
  public String toString() {
    return method + " " + example + (body.isEmpty() ? "" : " " + body);
  }
}
