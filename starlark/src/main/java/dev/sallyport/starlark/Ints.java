package dev.sallyport.starlark;

import java.math.BigInteger;

/** Integers: Long where they fit, BigInteger beyond; the work on big ones is charged first. */
final class Ints {
  /** What Java can hold, less a margin. */
  private static final long MAX_BITS = Integer.MAX_VALUE - 64L;

  private Ints() {}

  static boolean isInt(Object value) {
    return value instanceof Long || value instanceof BigInteger;
  }

  static BigInteger big(Object value) {
    return value instanceof Long l ? BigInteger.valueOf(l) : (BigInteger) value;
  }

  static Object normal(BigInteger value) {
    return value.bitLength() <= 63 ? (Object) value.longValue() : value;
  }

  private static long words(BigInteger value) {
    return (value.bitLength() >> 5) + 1L;
  }

  /** A result of so many bits: its memory, and work in proportion to it. */
  private static void charge(long bits, Meter meter) {
    meter.bytes(Meter.OBJECT + bits / 8);
    meter.steps(1 + (bits >> 8));
    if (bits > MAX_BITS) {
      throw StarlarkException.of("the integer is too large");
    }
  }

  private static void chargeProduct(BigInteger x, BigInteger y, Meter meter) {
    charge((long) x.bitLength() + y.bitLength(), meter);
    meter.steps((words(x) * words(y)) >> 5);
  }

  static Object add(Object a, Object b, Meter meter) {
    BigInteger x = big(a);
    BigInteger y = big(b);
    charge(Math.max(x.bitLength(), y.bitLength()) + 1L, meter);
    return normal(x.add(y));
  }

  static Object subtract(Object a, Object b, Meter meter) {
    BigInteger x = big(a);
    BigInteger y = big(b);
    charge(Math.max(x.bitLength(), y.bitLength()) + 1L, meter);
    return normal(x.subtract(y));
  }

  static Object multiply(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      long high = Math.multiplyHigh(x, y);
      long low = x * y;
      if (high == low >> 63) {
        return low;
      }
    }
    BigInteger x = big(a);
    BigInteger y = big(b);
    chargeProduct(x, y, meter);
    return normal(x.multiply(y));
  }

  static Object floorDivide(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      if (y == 0) {
        throw StarlarkException.of("integer division by zero");
      }
      if (x != Long.MIN_VALUE || y != -1) {
        return Math.floorDiv(x, y);
      }
    }
    return normal(divideAndRemainder(a, b, meter)[0]);
  }

  static Object modulo(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      if (y == 0) {
        throw StarlarkException.of("integer modulo by zero");
      }
      return Math.floorMod(x, y);
    }
    return normal(divideAndRemainder(a, b, meter)[1]);
  }

  private static BigInteger[] divideAndRemainder(Object a, Object b, Meter meter) {
    BigInteger x = big(a);
    BigInteger y = big(b);
    if (y.signum() == 0) {
      throw StarlarkException.of("integer division by zero");
    }
    charge(x.bitLength(), meter);
    meter.steps((words(y) * Math.max(1, words(x) - words(y))) >> 5);
    BigInteger[] parts = x.divideAndRemainder(y);
    if (parts[1].signum() != 0 && parts[1].signum() != y.signum()) {
      parts[0] = parts[0].subtract(BigInteger.ONE);
      parts[1] = parts[1].add(y);
    }
    return parts;
  }

  static Object negate(Object a, Meter meter) {
    if (a instanceof Long x && x != Long.MIN_VALUE) {
      return -x;
    }
    charge(big(a).bitLength(), meter);
    return normal(big(a).negate());
  }

  static Object invert(Object a, Meter meter) {
    if (a instanceof Long x) {
      return ~x;
    }
    charge(big(a).bitLength(), meter);
    return normal(big(a).not());
  }

  static Object and(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      return x & y;
    }
    charge(Math.max(big(a).bitLength(), big(b).bitLength()), meter);
    return normal(big(a).and(big(b)));
  }

  static Object or(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      return x | y;
    }
    charge(Math.max(big(a).bitLength(), big(b).bitLength()), meter);
    return normal(big(a).or(big(b)));
  }

  static Object xor(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      return x ^ y;
    }
    charge(Math.max(big(a).bitLength(), big(b).bitLength()), meter);
    return normal(big(a).xor(big(b)));
  }

  static Object shiftLeft(Object a, Object b, Meter meter) {
    if (big(b).signum() < 0) {
      throw StarlarkException.of("negative shift count: " + toString(b, 10, meter));
    }
    if (a instanceof Long x) {
      if (x == 0) {
        return 0L;
      }
      if (b instanceof Long n && n < 63) {
        int count = n.intValue();
        if (x << count >> count == x) {
          return x << count;
        }
      }
    }
    long count = b instanceof Long n ? Math.min(n, 1L << 60) : 1L << 60;
    charge(big(a).bitLength() + count, meter);
    return normal(big(a).shiftLeft((int) count));
  }

  static Object shiftRight(Object a, Object b, Meter meter) {
    if (big(b).signum() < 0) {
      throw StarlarkException.of("negative shift count: " + toString(b, 10, meter));
    }
    long count = b instanceof Long n ? Math.min(n, Integer.MAX_VALUE) : Integer.MAX_VALUE;
    if (a instanceof Long x) {
      return count > 63 ? (x < 0 ? -1L : 0L) : x >> count;
    }
    charge(Math.max(0, big(a).bitLength() - count), meter);
    return normal(big(a).shiftRight((int) count));
  }

  /** The digits; for big integers the time that takes is quadratic at worst, and charged so. */
  static String toString(Object value, int radix, Meter meter) {
    if (value instanceof Long l) {
      return Long.toString(l, radix);
    }
    BigInteger i = (BigInteger) value;
    meter.text(i.bitLength() / 3L);
    meter.steps(2 * words(i) + ((words(i) * words(i)) >> 5));
    return i.toString(radix);
  }

  /** Parses digits with an optional sign; null where the text is no number of the base. */
  static Object parse(String digits, int radix, Meter meter) {
    int start = digits.startsWith("+") || digits.startsWith("-") ? 1 : 0;
    if (digits.length() == start) {
      return None.NONE;
    }
    for (int i = start; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c >= 128 || Character.digit(c, radix) < 0) {
        return None.NONE;
      }
    }
    meter.steps(1 + (digits.length() >> 2));
    if (digits.length() - start <= (radix == 10 ? 18 : 12)) {
      return Long.parseLong(digits, radix);
    }
    long length = digits.length();
    meter.bytes(length);
    meter.steps(8 + length * (length >> 8));
    return normal(new BigInteger(digits, radix));
  }

  /** The nearest float; an error where the integer is too large for one. */
  static double toDouble(Object value) {
    if (value instanceof Long l) {
      return l;
    }
    double d = ((BigInteger) value).doubleValue();
    if (Double.isInfinite(d)) {
      throw StarlarkException.of("the integer is too large for a float");
    }
    return d;
  }
}
