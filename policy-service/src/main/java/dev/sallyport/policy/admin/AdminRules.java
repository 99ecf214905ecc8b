package dev.sallyport.policy.admin;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.policy.Refusals;
import dev.sallyport.proto.policy.v1.Role;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What roles and administrators may look like. Every refusal names the fix. */
final class AdminRules {

  /** Of one tenant: they are all read for one decision. */
  static final int MOST_ROLES = 1_000;

  /** Of one tenant, revoked ones not counted. */
  static final int MOST_ADMINISTRATORS = 1_000;

  private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}");

  private AdminRules() {}

  /** The role as it will be kept, revision 1. */
  static StoredRole checked(String tenant, String source, Role role) {
    String name = role.getName();
    if (!ROLE.matcher(name).matches()) {
      throw Refusals.invalid(
          "A role name begins with a letter or digit and has 1 to 64 of letters, digits and . _ -.");
    }
    if (BuiltInRole.ofWireName(name.toLowerCase(Locale.ROOT)).isPresent()) {
      throw Refusals.invalid("The role " + name + " is always there; choose another name.");
    }
    for (String permission : role.getPermissionsList()) {
      if (Permission.ofWireName(permission).isEmpty()) {
        throw Refusals.invalid("Role " + name + ": there is no permission " + permission + ".");
      }
    }
    return new StoredRole(
        tenant, name, List.copyOf(new TreeSet<>(role.getPermissionsList())), source, 1);
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches() || name.startsWith("adm_")) {
      throw Refusals.invalid(
          "The name of an administrator begins with a letter or digit, has 1 to 100 of letters,"
              + " digits and . _ @ -, and does not begin with adm_.");
    }
  }

  static CallFailed forbidden(String message) {
    return new CallFailed(Failure.of(ErrorCode.FORBIDDEN, message));
  }

  static CallFailed noRole(String name) {
    return new CallFailed(
        Failure.of(
            ErrorCode.NOT_FOUND, "There is no role " + name + "; list the roles to see them."));
  }
}
