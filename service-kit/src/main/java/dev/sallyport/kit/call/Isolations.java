package dev.sallyport.kit.call;

import dev.sallyport.proto.sandbox.v1.Isolation;
import java.util.Locale;

/** How workers of scripts are kept from everything else, in the words of records and metrics. */
public final class Isolations {

  private Isolations() {}

  /** {@code process}, {@code namespaced}, {@code container}; empty where it is not said. */
  public static String wireName(Isolation level) {
    return switch (level) {
      case ISOLATION_UNSPECIFIED, UNRECOGNIZED -> "";
      default -> level.name().substring("ISOLATION_".length()).toLowerCase(Locale.ROOT);
    };
  }
}
