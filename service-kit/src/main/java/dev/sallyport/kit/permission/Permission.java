package dev.sallyport.kit.permission;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One thing that an administrator may be allowed to do: a verb on a resource of the admin API. The
 * wire name is stable: it is in roles that are kept, in records and in answers.
 */
public enum Permission {
  ACCESS_EXPLAIN("access", "explain", Kind.READ),
  APPROVALS_READ("approvals", "read", Kind.READ),
  APPROVALS_DECIDE("approvals", "decide", Kind.CHANGE),
  CALLS_READ("calls", "read", Kind.READ),
  GROUPS_READ("groups", "read", Kind.READ),
  GROUPS_WRITE("groups", "write", Kind.CHANGE),
  KEYS_READ("keys", "read", Kind.READ),
  KEYS_WRITE("keys", "write", Kind.CHANGE),
  LIMITS_READ("limits", "read", Kind.READ),
  LIMITS_WRITE("limits", "write", Kind.CHANGE),
  /** Customers, teams and users. */
  OWNERS_READ("owners", "read", Kind.READ),
  OWNERS_WRITE("owners", "write", Kind.CHANGE),
  /** Roles, and who holds them: administrators. */
  ROLES_READ("roles", "read", Kind.READ),
  ROLES_WRITE("roles", "write", Kind.CHANGE),
  RULES_READ("rules", "read", Kind.READ),
  RULES_WRITE("rules", "write", Kind.CHANGE),
  SERVERS_READ("servers", "read", Kind.READ),
  SERVERS_WRITE("servers", "write", Kind.CHANGE),
  /** Besides {@link #SERVERS_WRITE}: servers that run a command on the gateway's machine. */
  SERVERS_COMMAND("servers", "command", Kind.COMMAND),
  STATUS_READ("status", "read", Kind.READ),
  TOOLS_READ("tools", "read", Kind.READ),
  USAGE_READ("usage", "read", Kind.READ);

  /** What a permission lets happen. A resource has one that reads, and at most one that changes. */
  public enum Kind {
    READ,
    CHANGE,
    /** Code execution on the gateway's machine. */
    COMMAND
  }

  private static final Map<String, Permission> BY_WIRE_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(Permission::wireName, Function.identity()));

  private final String resource;
  private final String wireName;
  private final Kind kind;

  Permission(String resource, String verb, Kind kind) {
    this.resource = resource;
    this.wireName = resource + ":" + verb;
    this.kind = kind;
  }

  /** Such as {@code keys}. */
  public String resource() {
    return resource;
  }

  /** Such as {@code keys:write}. */
  public String wireName() {
    return wireName;
  }

  public Kind kind() {
    return kind;
  }

  /** The permission of this name; empty for one that this version does not know. */
  public static Optional<Permission> ofWireName(String wireName) {
    return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
  }

  /** The one permission of this kind on this resource, if there is one. */
  public static Optional<Permission> on(String resource, Kind kind) {
    return Arrays.stream(values())
        .filter(permission -> permission.resource.equals(resource) && permission.kind == kind)
        .findFirst();
  }
}
