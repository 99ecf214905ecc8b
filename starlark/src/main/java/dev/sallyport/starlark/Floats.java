package dev.sallyport.starlark;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floats as text, and to integers. */
final class Floats {
  private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);

  private Floats() {}

  private static String special(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "+inf" : "-inf";
  }

  private static boolean finite(double value) {
    return !Double.isNaN(value) && !Double.isInfinite(value);
  }

  /**
   * The form of {@code str(x)} and of {@code %g}: the fewest digits that denote the value. As in C,
   * the exponent is written where it is less than -4, or not less than the precision, which is 6 or
   * the number of digits.
   */
  static String shortest(double value) {
    if (!finite(value)) {
      return special(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    if (decimal.precision() == 2) {
      // Java writes two digits at least, also where one would do.
      BigDecimal one = new BigDecimal(Math.abs(value)).round(ONE_DIGIT).stripTrailingZeros();
      decimal = one.doubleValue() == Math.abs(value) ? one : decimal;
    }
    String digits = decimal.unscaledValue().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    StringBuilder out = new StringBuilder(value < 0 ? "-" : "");
    if (exponent < -4 || exponent >= Math.max(6, digits.length())) {
      out.append(digits.charAt(0));
      if (digits.length() > 1) {
        out.append('.').append(digits, 1, digits.length());
      }
      return appendExponent(out.append('e'), exponent).toString();
    }
    if (exponent < 0) {
      return out.append("0.").append("0".repeat(-exponent - 1)).append(digits).toString();
    }
    if (digits.length() <= exponent + 1) {
      return out.append(digits)
          .append("0".repeat(exponent + 1 - digits.length()))
          .append(".0")
          .toString();
    }
    return out.append(digits, 0, exponent + 1)
        .append('.')
        .append(digits, exponent + 1, digits.length())
        .toString();
  }

  private static StringBuilder appendExponent(StringBuilder out, int exponent) {
    out.append(exponent < 0 ? '-' : '+');
    int size = Math.abs(exponent);
    return size < 10 ? out.append('0').append(size) : out.append(size);
  }

  /** {@code %f}: six decimals. */
  static String fixed(double value) {
    if (!finite(value)) {
      return special(value);
    }
    String text =
        new BigDecimal(Math.abs(value)).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    return negative(value) ? "-" + text : text;
  }

  /** {@code %e}: one digit, six decimals, an exponent. */
  static String exponential(double value) {
    if (!finite(value)) {
      return special(value);
    }
    String sign = negative(value) ? "-" : "";
    if (value == 0) {
      return sign + "0.000000e+00";
    }
    BigDecimal rounded =
        new BigDecimal(Math.abs(value)).round(new MathContext(7, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = digits.length() - 1 - rounded.scale();
    String padded = digits + "0".repeat(Math.max(0, 7 - digits.length()));
    StringBuilder out = new StringBuilder(sign);
    out.append(padded.charAt(0)).append('.').append(padded, 1, 7).append('e');
    return appendExponent(out, exponent).toString();
  }

  private static boolean negative(double value) {
    return value < 0 || (value == 0 && 1 / value < 0);
  }

  /** Truncates towards zero. */
  static Object toInt(double value) {
    if (!finite(value)) {
      throw StarlarkException.of("cannot convert float " + special(value) + " to int");
    }
    if (Math.abs(value) < 0x1p63) {
      return (long) value;
    }
    BigInteger big = new BigDecimal(value).toBigInteger();
    return Ints.normal(big);
  }

  static double floorDivide(double x, double y) {
    if (y == 0) {
      throw StarlarkException.of("float division by zero");
    }
    return Math.floor(x / y);
  }

  static double modulo(double x, double y) {
    if (y == 0) {
      throw StarlarkException.of("float modulo by zero");
    }
    double r = x % y;
    if (r == 0) {
      return Math.copySign(0.0, y);
    }
    return r < 0 != y < 0 ? r + y : r;
  }
}
