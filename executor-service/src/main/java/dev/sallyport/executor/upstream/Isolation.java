package dev.sallyport.executor.upstream;

/** With whom a caller may share a connection of an upstream. */
public enum Isolation {
  /**
   * With everybody. Who declares client capabilities that a legacy server would have to know at the
   * handshake gets a connection of its own all the same, since a shared one declares none.
   */
  SHARED,
  /** With nobody but itself: one connection for each virtual key or user. */
  CALLER,
  /**
   * One connection for each legacy session; a modern client, which has none, counts as a caller.
   */
  SESSION;

  /** Unset means {@link #SHARED}; registry has refused anything else. */
  static Isolation of(String text) {
    return switch (text) {
      case "caller" -> CALLER;
      case "session" -> SESSION;
      default -> SHARED;
    };
  }
}
