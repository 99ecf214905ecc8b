package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.StarlarkThread;
import dev.sallyport.starlark.Values;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import org.jspecify.annotations.Nullable;

/**
 * The library {@code time}: times and durations to the nanosecond. {@code now()} is what the host
 * says, the same for the whole run; zones are those of Java, by their IANA names. Layouts are those
 * of {@code strftime}; without one, RFC 3339.
 */
public final class TimeLibrary {
  private static final long SECOND = 1_000_000_000L;

  /** What reading or writing a time with a format costs, in steps. */
  static final int PARSING = 300;

  /** What a time takes, in bytes. */
  static final int VALUE = 256;

  private TimeLibrary() {}

  /** The library with a clock that stands still. */
  public static Namespace at(Instant now) {
    TimeValue fixed = TimeValue.of(now.atZone(ZoneId.of("UTC")));
    return new Library("time")
        .constant("nanosecond", new DurationValue(1))
        .constant("microsecond", new DurationValue(1_000))
        .constant("millisecond", new DurationValue(1_000_000))
        .constant("second", new DurationValue(SECOND))
        .constant("minute", new DurationValue(60 * SECOND))
        .constant("hour", new DurationValue(3600 * SECOND))
        .function("now", "", (t, a) -> fixed)
        .function(
            "from_timestamp",
            "sec, nsec?",
            (t, a) -> {
              charge(t);
              return checked(
                  () ->
                      Instant.ofEpochSecond(
                              seconds(Library.given(a, 0)),
                              nanoseconds(Library.given(a, 0))
                                  + Library.integer(a, 1, "time.from_timestamp", 0))
                          .atZone(ZoneId.of("UTC")));
            })
        .function(
            "parse_time",
            "x, format?, location?",
            (t, a) -> {
              charge(t);
              return parse(a);
            })
        .function(
            "parse_duration",
            "d, /",
            (t, a) -> {
              charge(t);
              return Library.given(a, 0) instanceof DurationValue d
                  ? d
                  : DurationValue.parse(Library.text(a, 0, "time.parse_duration"));
            })
        .function(
            "is_valid_timezone",
            "name, /",
            (t, a) -> {
              charge(t);
              return ZoneId.getAvailableZoneIds()
                  .contains(Library.text(a, 0, "time.is_valid_timezone"));
            })
        .function(
            "time",
            "*, year?, month?, day?, hour?, minute?, second?, nanosecond?, location?",
            (t, a) -> {
              charge(t);
              return make(a);
            })
        .build();
  }

  private static void charge(StarlarkThread thread) {
    thread.meter().steps(PARSING);
    thread.meter().bytes(VALUE);
  }

  private interface Making {
    ZonedDateTime make();
  }

  private static TimeValue checked(Making making) {
    try {
      return TimeValue.of(making.make());
    } catch (DateTimeException | ArithmeticException e) {
      throw StarlarkException.of("no such time: the year must be from 1 to 9999");
    }
  }

  private static long seconds(Object sec) {
    return sec instanceof Double d
        ? (long) Math.floor(d)
        : Library.integer(new Object[] {sec}, 0, "time.from_timestamp", 0);
  }

  private static long nanoseconds(Object sec) {
    return sec instanceof Double d ? Math.round((d - Math.floor(d)) * SECOND) : 0;
  }

  static ZoneId zone(String name) {
    try {
      if (name.length() <= 64) {
        return ZoneId.of(name);
      }
    } catch (DateTimeException e) {
      // The message below says all that there is to say.
    }
    throw StarlarkException.of(
        "there is no such time zone", "names are like UTC, Europe/Berlin or +02:00");
  }

  private static Object make(@Nullable Object[] a) {
    int[] parts = new int[7];
    int[] defaults = {1970, 1, 1, 0, 0, 0, 0};
    for (int i = 0; i < parts.length; i++) {
      long part = Library.integer(a, i, "time.time", defaults[i]);
      parts[i] = (int) Math.max(-1, Math.min(part, Integer.MAX_VALUE));
    }
    ZoneId zone = zone(Library.text(a, 7, "time.time", "UTC"));
    try {
      return TimeValue.of(
          ZonedDateTime.of(
              parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], zone));
    } catch (DateTimeException e) {
      throw StarlarkException.of("no such time: a part is out of its range");
    }
  }

  private static Object parse(@Nullable Object[] a) {
    String text = Library.text(a, 0, "time.parse_time");
    String layout = Library.text(a, 1, "time.parse_time", "");
    ZoneId zone = zone(Library.text(a, 2, "time.parse_time", "UTC"));
    if (text.length() > 200) {
      throw StarlarkException.of("time.parse_time: the text is too long");
    }
    DateTimeFormatter formatter =
        layout.isEmpty() ? DateTimeFormatter.ISO_DATE_TIME : TimeLayout.of(layout);
    try {
      TemporalAccessor parsed =
          layout.isEmpty() && text.length() == 10
              ? DateTimeFormatter.ISO_LOCAL_DATE.parse(text)
              : formatter.parse(text.replace(' ', layout.isEmpty() ? 'T' : ' '));
      ZoneId own = parsed.query(TemporalQueries.zone());
      return TimeValue.of(
          ZonedDateTime.of(
              part(parsed, ChronoField.YEAR, 1970),
              part(parsed, ChronoField.MONTH_OF_YEAR, 1),
              part(parsed, ChronoField.DAY_OF_MONTH, 1),
              part(parsed, ChronoField.HOUR_OF_DAY, 0),
              part(parsed, ChronoField.MINUTE_OF_HOUR, 0),
              part(parsed, ChronoField.SECOND_OF_MINUTE, 0),
              part(parsed, ChronoField.NANO_OF_SECOND, 0),
              own == null ? zone : own));
    } catch (DateTimeException e) {
      throw StarlarkException.of(
          "time.parse_time: the text does not fit the format",
          layout.isEmpty()
              ? "without a format the text is like 2026-01-31T12:00:00Z"
              : "formats are like %Y-%m-%d %H:%M:%S");
    }
  }

  private static int part(TemporalAccessor parsed, ChronoField field, int fallback) {
    return parsed.isSupported(field) ? parsed.get(field) : fallback;
  }

  static StarlarkException overflow() {
    return StarlarkException.of("the duration is out of range: about 292 years is the limit");
  }

  static double number(Object value) {
    return Values.toDouble(value, "duration");
  }
}
