package dev.sallyport.edge.session;

import java.util.Set;

/**
 * What a legacy session has set since initialize, and every edge has to know.
 *
 * @param logLevel as {@code logging/setLevel} said; empty if it never did
 * @param subscriptions resources whose changes the client wants to hear of
 */
public record SessionMemory(String logLevel, Set<Subscription> subscriptions) {

  public static final SessionMemory EMPTY = new SessionMemory("", Set.of());

  /**
   * An interest in a resource.
   *
   * @param server endpoint at which it was subscribed to; empty for the aggregate one
   * @param uri as the client knows it there
   */
  public record Subscription(String server, String uri) {}
}
