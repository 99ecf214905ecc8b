package dev.sallyport.edge.admin;

/**
 * What an admin does, as it is recorded.
 *
 * @param method such as {@code keys.create}
 * @param server name of the server concerned, or empty
 * @param key name or id of the virtual key concerned, or empty
 * @param detail what was asked, without secrets, as JSON; empty for none
 */
record AdminAction(String method, Need need, String server, String key, String detail) {

  /** What the identity must be allowed to do. */
  enum Need {
    READ,
    CHANGE,
    REGISTER_COMMAND
  }

  static AdminAction read(String method) {
    return new AdminAction(method, Need.READ, "", "", "");
  }

  static AdminAction change(String method) {
    return new AdminAction(method, Need.CHANGE, "", "", "");
  }

  AdminAction onServer(String name) {
    return new AdminAction(method, need, name, key, detail);
  }

  AdminAction onKey(String nameOrId) {
    return new AdminAction(method, need, server, nameOrId, detail);
  }

  AdminAction with(String json) {
    return new AdminAction(method, need, server, key, json);
  }

  AdminAction registeringCommand() {
    return new AdminAction(method, Need.REGISTER_COMMAND, server, key, detail);
  }
}
