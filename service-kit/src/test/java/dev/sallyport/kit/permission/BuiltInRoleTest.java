package dev.sallyport.kit.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BuiltInRoleTest {

  /** They are in roles that are kept: a name that changes takes a permission away. */
  @Test
  void theNamesOfPermissionsStayWhatTheyAre() {
    assertThat(Permission.values())
        .extracting(Permission::wireName)
        .containsExactly(
            "access:explain",
            "approvals:read",
            "approvals:decide",
            "calls:read",
            "groups:read",
            "groups:write",
            "keys:read",
            "keys:write",
            "limits:read",
            "limits:write",
            "owners:read",
            "owners:write",
            "roles:read",
            "roles:write",
            "rules:read",
            "rules:write",
            "servers:read",
            "servers:write",
            "servers:command",
            "status:read",
            "tools:read",
            "usage:read");
  }

  @Test
  void aResourceHasOnePermissionThatReadsAndAtMostOneThatChanges() {
    assertThat(
            Arrays.stream(Permission.values())
                .collect(
                    Collectors.groupingBy(
                        Permission::resource,
                        Collectors.groupingBy(Permission::kind, Collectors.counting()))))
        .allSatisfy(
            (resource, kinds) -> {
              assertThat(kinds).containsEntry(Permission.Kind.READ, 1L);
              assertThat(kinds.values()).containsOnly(1L);
            });
  }

  @Test
  void onlyWhoeverIsGivenItMayRunCommands() {
    assertThat(BuiltInRole.values())
        .allSatisfy(
            role -> assertThat(role.permissions()).doesNotContain(Permission.SERVERS_COMMAND));
    assertThat(BuiltInRole.ADMINISTRATOR.permissions())
        .isEqualTo(EnumSet.complementOf(EnumSet.of(Permission.SERVERS_COMMAND)));
  }

  @Test
  void auditorsChangeNothingOperatorsServersAndApproversDecide() {
    assertThat(changes(BuiltInRole.AUDITOR)).isEmpty();
    assertThat(changes(BuiltInRole.OPERATOR)).containsExactly(Permission.SERVERS_WRITE);
    assertThat(changes(BuiltInRole.APPROVER)).containsExactly(Permission.APPROVALS_DECIDE);
    assertThat(BuiltInRole.AUDITOR.permissions()).isEqualTo(reads());
    assertThat(BuiltInRole.OPERATOR.permissions()).containsAll(reads());
    assertThat(BuiltInRole.APPROVER.permissions())
        .doesNotContain(Permission.KEYS_READ, Permission.ROLES_READ);
  }

  @Test
  void anUnknownNameIsNoPermissionAndNoRole() {
    assertThat(Permission.ofWireName("keys:write")).contains(Permission.KEYS_WRITE);
    assertThat(Permission.ofWireName("keys:*")).isEmpty();
    assertThat(Permission.ofWireName("KEYS:WRITE")).isEmpty();
    assertThat(Permission.on("usage", Permission.Kind.CHANGE)).isEmpty();
    assertThat(Permission.on("nothing", Permission.Kind.READ)).isEmpty();
    assertThat(BuiltInRole.ofWireName("operator")).contains(BuiltInRole.OPERATOR);
    assertThat(BuiltInRole.ofWireName("Operator")).isEmpty();
  }

  private static Set<Permission> reads() {
    return Arrays.stream(Permission.values())
        .filter(permission -> permission.kind() == Permission.Kind.READ)
        .collect(Collectors.toSet());
  }

  private static Set<Permission> changes(BuiltInRole role) {
    return role.permissions().stream()
        .filter(permission -> permission.kind() != Permission.Kind.READ)
        .collect(Collectors.toSet());
  }
}
