package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.StarlarkException;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Layouts as {@code strftime} has them. */
final class TimeLayout {
  private static final int MAX_LENGTH = 200;

  private TimeLayout() {}

  static DateTimeFormatter of(String layout) {
    if (layout.length() > MAX_LENGTH) {
      throw StarlarkException.of("the format of a time is too long");
    }
    DateTimeFormatterBuilder out = new DateTimeFormatterBuilder().parseCaseInsensitive();
    for (int i = 0; i < layout.length(); i++) {
      char c = layout.charAt(i);
      if (c != '%' || i + 1 == layout.length()) {
        out.appendLiteral(c);
        continue;
      }
      switch (layout.charAt(++i)) {
        case 'Y' -> out.appendValue(ChronoField.YEAR, 4);
        case 'y' -> out.appendPattern("uu");
        case 'm' -> out.appendValue(ChronoField.MONTH_OF_YEAR, 2);
        case 'd' -> out.appendValue(ChronoField.DAY_OF_MONTH, 2);
        case 'H' -> out.appendValue(ChronoField.HOUR_OF_DAY, 2);
        case 'I' -> out.appendValue(ChronoField.CLOCK_HOUR_OF_AMPM, 2);
        case 'M' -> out.appendValue(ChronoField.MINUTE_OF_HOUR, 2);
        case 'S' -> out.appendValue(ChronoField.SECOND_OF_MINUTE, 2);
        case 'f' -> out.appendFraction(ChronoField.NANO_OF_SECOND, 6, 6, false);
        case 'j' -> out.appendValue(ChronoField.DAY_OF_YEAR, 3);
        case 'p' -> out.appendText(ChronoField.AMPM_OF_DAY, TextStyle.SHORT);
        case 'b' -> out.appendText(ChronoField.MONTH_OF_YEAR, TextStyle.SHORT);
        case 'B' -> out.appendText(ChronoField.MONTH_OF_YEAR, TextStyle.FULL);
        case 'a' -> out.appendText(ChronoField.DAY_OF_WEEK, TextStyle.SHORT);
        case 'A' -> out.appendText(ChronoField.DAY_OF_WEEK, TextStyle.FULL);
        case 'z' -> out.appendOffset("+HHmm", "+0000");
        case 'Z' -> out.appendZoneId();
        case 'F' -> out.append(of("%Y-%m-%d"));
        case 'T' -> out.append(of("%H:%M:%S"));
        case '%' -> out.appendLiteral('%');
        default ->
            throw StarlarkException.of(
                "unknown conversion in the format of a time",
                "use %Y %m %d %H %M %S %f %j %y %b %B %a %A %I %p %z %Z and %%");
      }
    }
    return out.toFormatter(Locale.ENGLISH);
  }
}
