package dev.sallyport.starlark;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The built-in {@code int} and {@code float} applied to strings. */
final class Conversions {
  private Conversions() {}

  static Object toInt(Object x, @Nullable Object base, Meter meter) {
    if (x instanceof String s) {
      if (base == null) {
        return parseInt(s, 10, meter);
      }
      if (!(base instanceof Long b)) {
        throw StarlarkException.of("int: the base must be an int, not " + Values.typeName(base));
      }
      if (b != 0 && (b < 2 || b > 36)) {
        throw StarlarkException.of("int: the base must be 0 or from 2 to 36, not " + b);
      }
      return parseInt(s, (int) (long) b, meter);
    }
    if (base != null) {
      throw StarlarkException.of("int: a base needs a string, not " + Values.typeName(x));
    }
    if (Ints.isInt(x)) {
      return x;
    }
    return switch (x) {
      case Boolean b -> b ? 1L : 0L;
      case Double d -> Floats.toInt(d);
      default ->
          throw StarlarkException.of(
              "int: got " + Values.typeName(x) + ", want string, int, float or bool");
    };
  }

  private static Object parseInt(String text, int base, Meter meter) {
    int sign = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
    int radix = base;
    String digits = text;
    if (base != 10 && text.startsWith("0", sign) && text.length() > sign + 1) {
      int prefix =
          switch (text.charAt(sign + 1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
          };
      if (prefix != 0 && (base == 0 || base == prefix)) {
        radix = prefix;
        digits = text.substring(0, sign) + text.substring(sign + 2);
        if (digits.startsWith("+", sign) || digits.startsWith("-", sign)) {
          throw invalid(text, base, meter);
        }
      } else if (base == 0) {
        // As in a literal, 0 may not begin a longer number.
        radix = digits.substring(sign).chars().allMatch(c -> c == '0') ? 10 : 0;
      }
    }
    if (radix == 0) {
      if (base == 0 && !(text.startsWith("0", sign) && text.length() > sign + 1)) {
        radix = 10;
      } else {
        throw invalid(text, base, meter);
      }
    }
    Object value = Ints.parse(digits, radix, meter);
    if (value == None.NONE) {
      throw invalid(text, base, meter);
    }
    return value;
  }

  private static StarlarkException invalid(String text, int base, Meter meter) {
    String shown = Indexing.shown(text, meter);
    String stripped = text.strip();
    String hint = null;
    if (!stripped.equals(text)) {
      hint = "write int(s.strip())";
    } else if (base == 10 && stripped.matches("[0-9]{1,20}\\.[0-9]{1,20}")) {
      hint = "write int(float(s))";
    } else if (base == 10 && stripped.matches("0[xXoObB][0-9a-fA-F]{1,20}")) {
      hint = "write int(s, 0)";
    }
    return StarlarkException.of(
        base == 0 ? "invalid number: " + shown : "invalid base " + base + " number: " + shown,
        hint);
  }

  static double parseFloat(String text, Meter meter) {
    if (text.length() > 2000) {
      meter.steps(text.length());
      throw StarlarkException.of("float: the string is too long");
    }
    meter.steps(6 + text.length());
    String body = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
    double sign = text.startsWith("-") ? -1 : 1;
    switch (body.toLowerCase(Locale.ROOT)) {
      case "inf", "infinity" -> {
        return sign * Double.POSITIVE_INFINITY;
      }
      case "nan" -> {
        return Double.NaN;
      }
      default -> {}
    }
    if (!isDecimal(body)) {
      throw StarlarkException.of(
          "invalid float: " + Indexing.shown(text, meter),
          text.strip().equals(text) ? null : "write float(s.strip())");
    }
    double value = Double.parseDouble(body);
    if (Double.isInfinite(value)) {
      throw StarlarkException.of("float: the number is too large");
    }
    return sign * value;
  }

  /** Digits, a point, digits, an exponent; at least one digit before the exponent. */
  private static boolean isDecimal(String s) {
    int i = 0;
    int digits = 0;
    boolean point = false;
    for (; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return false;
    }
    if (i == s.length()) {
      return true;
    }
    if (s.charAt(i) != 'e' && s.charAt(i) != 'E') {
      return false;
    }
    i++;
    if (i < s.length() && (s.charAt(i) == '+' || s.charAt(i) == '-')) {
      i++;
    }
    int exponent = i;
    while (i < s.length() && s.charAt(i) >= '0' && s.charAt(i) <= '9') {
      i++;
    }
    return i == s.length() && i > exponent;
  }
}
