package dev.sallyport.edge.admin;

import dev.sallyport.kit.permission.Permission;

/** An admin lacks a permission. Says which, and nothing of what it would have been used on. */
final class NotPermitted extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Permission missing;
  private final String role;

  NotPermitted(AdminIdentity who, Permission missing) {
    super("not permitted: " + missing.wireName(), null, false, false);
    this.missing = missing;
    this.role = who.role();
  }

  Permission missing() {
    return missing;
  }

  /** What is said to the admin, with the fix. */
  String detail() {
    String needed =
        "This needs the permission "
            + missing.wireName()
            + ", which the role "
            + role
            + " does not have";
    return missing == Permission.SERVERS_COMMAND
        ? needed
            + ": this admin may not register commands (stdio servers); use a server with a url."
        : needed + "; ask an administrator of roles.";
  }
}
