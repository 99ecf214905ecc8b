package dev.sallyport.kit.call;

import java.util.Locale;

/** The services of the suite, as they name themselves in service tokens. */
public enum Peer {
  EDGE,
  REGISTRY,
  POLICY,
  EXECUTOR,
  SANDBOX,
  AUDIT;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if no service has this name
   */
  public static Peer ofWireName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
