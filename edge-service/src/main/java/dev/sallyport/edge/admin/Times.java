package dev.sallyport.edge.admin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Moments from the wire. */
final class Times {

  private Times() {}

  /** Null for 0, which means never. */
  static @Nullable Instant ofMillis(long epochMillis) {
    return epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis);
  }

  static @Nullable Instant ofMicros(long epochMicros) {
    return epochMicros == 0 ? null : Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS);
  }
}
