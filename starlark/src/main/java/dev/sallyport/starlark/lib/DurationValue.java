package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.HasAttributes;
import dev.sallyport.starlark.HasBinary;
import dev.sallyport.starlark.Printer;
import dev.sallyport.starlark.StarlarkException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A duration, in nanoseconds. */
final class DurationValue implements HasAttributes, HasBinary, Comparable<DurationValue> {
  private static final List<String> NAMES =
      List.of("hours", "microseconds", "milliseconds", "minutes", "nanoseconds", "seconds");
  private static final Pattern PART =
      Pattern.compile("([0-9]{1,20}(?:\\.[0-9]{1,20})?)(ns|us|µs|ms|s|m|h|d)");

  private final long nanoseconds;

  DurationValue(long nanoseconds) {
    this.nanoseconds = nanoseconds;
  }

  long nanoseconds() {
    return nanoseconds;
  }

  /** Reads a text such as {@code 1h30m} or {@code -1.5s}. */
  static DurationValue parse(String text) {
    boolean negative = text.startsWith("-");
    String body = negative || text.startsWith("+") ? text.substring(1) : text;
    if (body.equals("0")) {
      return new DurationValue(0);
    }
    Matcher matcher = PART.matcher(body);
    BigDecimal total = BigDecimal.ZERO;
    int at = 0;
    while (body.length() <= 200
        && at < body.length()
        && matcher.find(at)
        && matcher.start() == at) {
      long unit =
          switch (matcher.group(2)) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
          };
      total = total.add(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)));
      at = matcher.end();
    }
    if (at < body.length() || body.isEmpty()) {
      throw StarlarkException.of(
          "time.parse_duration: the text is no duration", "durations are like 1h30m, 45s or 250ms");
    }
    if (total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw TimeLibrary.overflow();
    }
    return new DurationValue(negative ? -total.longValue() : total.longValue());
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "hours" -> nanoseconds / 3.6e12;
      case "minutes" -> nanoseconds / 6e10;
      case "seconds" -> nanoseconds / 1e9;
      case "milliseconds" -> nanoseconds / 1_000_000;
      case "microseconds" -> nanoseconds / 1_000;
      case "nanoseconds" -> nanoseconds;
      default -> null;
    };
  }

  @Override
  public @Nullable Object binary(String operator, Object other, boolean thisLeft) {
    try {
      return other instanceof DurationValue d
          ? withDuration(operator, thisLeft ? this : d, thisLeft ? d : this)
          : withNumber(operator, other, thisLeft);
    } catch (ArithmeticException e) {
      throw TimeLibrary.overflow();
    }
  }

  private static @Nullable Object withDuration(String operator, DurationValue a, DurationValue b) {
    if ((operator.equals("/") || operator.equals("//")) && b.nanoseconds == 0) {
      throw StarlarkException.of("division by zero");
    }
    return switch (operator) {
      case "+" -> new DurationValue(Math.addExact(a.nanoseconds, b.nanoseconds));
      case "-" -> new DurationValue(Math.subtractExact(a.nanoseconds, b.nanoseconds));
      case "/" -> (double) a.nanoseconds / b.nanoseconds;
      case "//" -> Math.floorDiv(a.nanoseconds, b.nanoseconds);
      default -> null;
    };
  }

  private @Nullable Object withNumber(String operator, Object other, boolean thisLeft) {
    if (!(other instanceof Long || other instanceof Double)) {
      return null;
    }
    if (operator.equals("*")) {
      return other instanceof Long l
          ? new DurationValue(Math.multiplyExact(nanoseconds, l))
          : ofDouble(nanoseconds * TimeLibrary.number(other));
    }
    if (!thisLeft || (!operator.equals("/") && !operator.equals("//"))) {
      return null;
    }
    if (TimeLibrary.number(other) == 0) {
      throw StarlarkException.of("division by zero");
    }
    if (operator.equals("//") && other instanceof Long l) {
      return new DurationValue(Math.floorDiv(nanoseconds, l));
    }
    return operator.equals("/") ? ofDouble(nanoseconds / TimeLibrary.number(other)) : null;
  }

  private static DurationValue ofDouble(double value) {
    if (!(Math.abs(value) < 0x1p63)) {
      throw TimeLibrary.overflow();
    }
    return new DurationValue((long) value);
  }

  @Override
  public boolean truth() {
    return nanoseconds != 0;
  }

  @Override
  public Collection<String> attributeNames() {
    return NAMES;
  }

  @Override
  public String typeName() {
    return "time.duration";
  }

  @Override
  public void repr(Printer out) {
    if (nanoseconds == 0) {
      out.append("0s");
      return;
    }
    BigDecimal left = BigDecimal.valueOf(nanoseconds, 9).abs();
    StringBuilder text = new StringBuilder(nanoseconds < 0 ? "-" : "");
    long hours = left.longValue() / 3600;
    long minutes = left.longValue() / 60 % 60;
    if (hours > 0) {
      text.append(hours).append("h");
    }
    if (hours > 0 || minutes > 0) {
      text.append(minutes).append("m");
    }
    BigDecimal seconds = left.remainder(BigDecimal.valueOf(60)).stripTrailingZeros();
    out.append(text.append(seconds.toPlainString()).append("s").toString());
  }

  @Override
  public int compareTo(DurationValue other) {
    return Long.compare(nanoseconds, other.nanoseconds);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DurationValue d && nanoseconds == d.nanoseconds;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nanoseconds);
  }
}
