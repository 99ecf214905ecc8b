package dev.sallyport.kit.permission;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The roles that every tenant has. They cannot be changed, and no other role has their names. */
public enum BuiltInRole {
  /** Everything within the tenant, but for commands on the gateway's machine. */
  ADMINISTRATOR(
      "administrator", permission -> permission.kind() != Permission.Kind.COMMAND, Set.of()),
  /** Reads everything, changes nothing. */
  AUDITOR("auditor", permission -> permission.kind() == Permission.Kind.READ, Set.of()),
  /** Keeps servers running, and reads everything. */
  OPERATOR(
      "operator",
      permission -> permission.kind() == Permission.Kind.READ,
      Set.of(Permission.SERVERS_WRITE)),
  /** Decides what waits for a person. */
  APPROVER(
      "approver",
      permission -> false,
      Set.of(
          Permission.APPROVALS_READ,
          Permission.APPROVALS_DECIDE,
          Permission.TOOLS_READ,
          Permission.STATUS_READ));

  private final String wireName;
  private final Set<Permission> permissions;

  BuiltInRole(String wireName, Predicate<Permission> every, Set<Permission> besides) {
    this.wireName = wireName;
    EnumSet<Permission> all =
        Arrays.stream(Permission.values())
            .filter(every)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
    all.addAll(besides);
    this.permissions = Set.copyOf(all);
  }

  public String wireName() {
    return wireName;
  }

  public Set<Permission> permissions() {
    return permissions;
  }

  public static Optional<BuiltInRole> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(role -> role.wireName.equals(wireName)).findFirst();
  }
}
