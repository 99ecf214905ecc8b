package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.Builtin;
import dev.sallyport.starlark.HasAttributes;
import dev.sallyport.starlark.HasBinary;
import dev.sallyport.starlark.Printer;
import dev.sallyport.starlark.StarlarkException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A time: an instant, seen in a zone. Equality and order are those of the instants. */
final class TimeValue implements HasAttributes, HasBinary, Comparable<TimeValue> {
  private static final List<String> NAMES =
      List.of(
          "day",
          "format",
          "hour",
          "in_location",
          "minute",
          "month",
          "nanosecond",
          "second",
          "unix",
          "unix_nano",
          "weekday",
          "year");

  private final ZonedDateTime time;

  private TimeValue(ZonedDateTime time) {
    this.time = time;
  }

  static TimeValue of(ZonedDateTime time) {
    if (time.getYear() < 1 || time.getYear() > 9999) {
      throw StarlarkException.of("no such time: the year must be from 1 to 9999");
    }
    return new TimeValue(time);
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "year" -> (long) time.getYear();
      case "month" -> (long) time.getMonthValue();
      case "day" -> (long) time.getDayOfMonth();
      case "hour" -> (long) time.getHour();
      case "minute" -> (long) time.getMinute();
      case "second" -> (long) time.getSecond();
      case "nanosecond" -> (long) time.getNano();
      case "weekday" -> time.getDayOfWeek().getValue() - 1L;
      case "unix" -> time.toEpochSecond();
      case "unix_nano" -> unixNano();
      case "format" ->
          new Builtin(
              "format",
              "format?",
              (t, a) -> {
                t.meter().steps(TimeLibrary.PARSING);
                t.meter().bytes(TimeLibrary.VALUE);
                return format(Library.text(a, 0, "format", ""));
              });
      case "in_location" ->
          new Builtin(
              "in_location",
              "name, /",
              (t, a) -> {
                t.meter().steps(20);
                t.meter().bytes(TimeLibrary.VALUE);
                return of(
                    time.withZoneSameInstant(TimeLibrary.zone(Library.text(a, 0, "in_location"))));
              });
      default -> null;
    };
  }

  private Object unixNano() {
    try {
      return Math.addExact(
          Math.multiplyExact(time.toEpochSecond(), 1_000_000_000L), time.getNano());
    } catch (ArithmeticException e) {
      throw StarlarkException.of("the time is out of the range of unix_nano", "use unix");
    }
  }

  private String format(String layout) {
    if (layout.isEmpty()) {
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    }
    if (layout.contains("2006")) {
      throw StarlarkException.of("unknown format of a time", "formats are like %Y-%m-%d %H:%M:%S");
    }
    try {
      return TimeLayout.of(layout).withLocale(Locale.ENGLISH).format(time);
    } catch (DateTimeException e) {
      throw StarlarkException.of("the time does not fit the format");
    }
  }

  @Override
  public @Nullable Object binary(String operator, Object other, boolean thisLeft) {
    try {
      if (other instanceof DurationValue duration) {
        Duration amount = Duration.ofNanos(duration.nanoseconds());
        if (operator.equals("+")) {
          return of(time.plus(amount));
        }
        if (operator.equals("-") && thisLeft) {
          return of(time.minus(amount));
        }
      }
      if (other instanceof TimeValue earlier && operator.equals("-") && thisLeft) {
        return new DurationValue(Duration.between(earlier.time, time).toNanos());
      }
    } catch (ArithmeticException | DateTimeException e) {
      throw TimeLibrary.overflow();
    }
    return null;
  }

  @Override
  public Collection<String> attributeNames() {
    return NAMES;
  }

  @Override
  public String typeName() {
    return "time.time";
  }

  @Override
  public void repr(Printer out) {
    out.append(format(""));
  }

  @Override
  public int compareTo(TimeValue other) {
    return time.toInstant().compareTo(other.time.toInstant());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimeValue t && compareTo(t) == 0;
  }

  @Override
  public int hashCode() {
    return time.toInstant().hashCode();
  }
}
