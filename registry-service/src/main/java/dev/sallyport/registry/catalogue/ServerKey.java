package dev.sallyport.registry.catalogue;

import java.util.Comparator;

/** A server's name is unique within its tenant. Ordered by tenant, then name. */
public record ServerKey(String tenant, String name) implements Comparable<ServerKey> {

  private static final Comparator<ServerKey> ORDER =
      Comparator.comparing(ServerKey::tenant).thenComparing(ServerKey::name);

  @Override
  public int compareTo(ServerKey other) {
    return ORDER.compare(this, other);
  }
}
