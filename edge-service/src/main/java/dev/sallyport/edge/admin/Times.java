package dev.sallyport.edge.admin;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Moments from the wire. */
final class Times {

  private Times() {}

  /** Null for 0, which means never. */
  static @Nullable Instant ofMillis(long epochMillis) {
    return epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis);
  }

  /**
   * A parameter that is a moment, in microseconds since the epoch; 0 when it is not there.
   *
   * @throws BodyRefused if it is no moment
   */
  static long micros(String name, @Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      return micros(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      throw Body.refused(name, "must be a moment such as 2026-11-21T08:00:00Z");
    }
  }

  static long micros(Instant moment) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
  }

  static @Nullable Instant ofMicros(long epochMicros) {
    return epochMicros == 0 ? null : Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS);
  }
}
