package dev.sallyport.starlark;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** When values are equal, how they are ordered, and what their hash is; all of it charged. */
final class Equality {
  private Equality() {}

  static boolean equal(Object a, Object b, Meter meter) {
    if (a instanceof Unknown unknown) {
      throw unknown.used();
    }
    if (b instanceof Unknown unknown) {
      throw unknown.used();
    }
    if (a == b) {
      return true;
    }
    return switch (a) {
      case Long x ->
          b instanceof Long y ? x.longValue() == y : b instanceof Double d && compare(x, d) == 0;
      case String x -> b instanceof String y && equal(x, y, meter);
      case Boolean x -> x.equals(b);
      case Double x ->
          b instanceof Double y
              ? compare(x, y) == 0
              : b instanceof Long l
                  ? compare(l, x) == 0
                  : b instanceof BigInteger i && compare(i, x) == 0;
      case BigInteger x -> {
        if (b instanceof BigInteger y) {
          meter.steps(x.bitLength() >> 11);
          yield x.equals(y);
        }
        yield b instanceof Double d && compare(x, d) == 0;
      }
      case Tuple x ->
          b instanceof Tuple y && equal(x.items, x.items.length, y.items, y.items.length, meter);
      case StarlarkList x ->
          b instanceof StarlarkList y && equal(x.items, x.size, y.items, y.size, meter);
      case Dict x -> b instanceof Dict y && equal(x, y, meter);
      case StarlarkSet x -> b instanceof StarlarkSet y && equal(x, y, meter);
      case Bytes x -> {
        meter.steps(x.data.length >> 8);
        yield x.equals(b);
      }
      default -> a.equals(b);
    };
  }

  private static boolean equal(String x, String y, Meter meter) {
    if (x.length() != y.length()) {
      return false;
    }
    if (x.length() > 128) {
      meter.steps(x.length() >> 7);
    }
    return x.equals(y);
  }

  private static boolean equal(Object[] x, int n, Object[] y, int m, Meter meter) {
    if (n != m) {
      return false;
    }
    meter.enter();
    for (int i = 0; i < n; i++) {
      meter.step();
      if (!equal(x[i], y[i], meter)) {
        meter.leave();
        return false;
      }
    }
    meter.leave();
    return true;
  }

  private static boolean equal(Dict x, Dict y, Meter meter) {
    if (x.size() != y.size()) {
      return false;
    }
    meter.enter();
    boolean same = true;
    for (int i = 0; i < x.table.end() && same; i++) {
      Object key = x.table.keyAt(i);
      if (key != null) {
        meter.step();
        Object other = y.get(key, meter);
        same = other != null && equal(x.table.valueAt(i), other, meter);
      }
    }
    meter.leave();
    return same;
  }

  private static boolean equal(StarlarkSet x, StarlarkSet y, Meter meter) {
    if (x.size() != y.size()) {
      return false;
    }
    for (Object element : x) {
      meter.step();
      if (!y.contains(element, meter)) {
        return false;
      }
    }
    return true;
  }

  // Numbers: exact across types; NaN is equal to itself and greater than every other number.

  static int compare(double x, double y) {
    return x < y ? -1 : x > y ? 1 : x == y ? 0 : Boolean.compare(Double.isNaN(x), Double.isNaN(y));
  }

  static int compare(long x, double y) {
    if (Double.isNaN(y) || y >= 0x1p63) {
      return -1;
    }
    if (y < -0x1p63) {
      return 1;
    }
    long whole = (long) y;
    return x != whole ? Long.compare(x, whole) : Double.compare(0, y - whole + 0.0);
  }

  static int compare(BigInteger x, double y) {
    if (Double.isNaN(y) || Double.isInfinite(y)) {
      return y < 0 ? 1 : -1;
    }
    if (x.bitLength() > 1024 || Math.abs(y) < 0x1p62) {
      return x.signum();
    }
    return x.compareTo(new BigDecimal(y).toBigInteger());
  }

  /** The order of two values; an error where they have none. */
  static int order(Object a, Object b, Meter meter) {
    Integer result = orderOrNull(a, b, meter);
    if (result == null) {
      String left = Values.typeName(a);
      String right = Values.typeName(b);
      throw StarlarkException.of(
          left.equals(right)
              ? "values of type " + left + " have no order"
              : "cannot order " + left + " and " + right);
    }
    return result;
  }

  private static @Nullable Integer orderOrNull(Object a, Object b, Meter meter) {
    return switch (a) {
      case Long x ->
          switch (b) {
            case Long y -> (Integer) Long.compare(x, y);
            case BigInteger y -> (Integer) (-y.signum());
            case Double y -> (Integer) compare((long) x, (double) y);
            default -> null;
          };
      case BigInteger x ->
          switch (b) {
            case Long y -> (Integer) x.signum();
            case BigInteger y -> {
              meter.steps(x.bitLength() >> 11);
              yield (Integer) x.compareTo(y);
            }
            case Double y -> (Integer) compare(x, y);
            default -> null;
          };
      case Double x ->
          switch (b) {
            case Long y -> (Integer) (-compare((long) y, (double) x));
            case BigInteger y -> (Integer) (-compare(y, x));
            case Double y -> (Integer) compare((double) x, (double) y);
            default -> null;
          };
      case String x -> {
        if (b instanceof String y) {
          meter.steps(Math.min(x.length(), y.length()) >> 7);
          yield (Integer) x.compareTo(y);
        }
        yield null;
      }
      case Boolean x -> b instanceof Boolean y ? (Integer) Boolean.compare(x, y) : null;
      case Bytes x -> {
        if (b instanceof Bytes y) {
          meter.steps(Math.min(x.data.length, y.data.length) >> 7);
          yield (Integer) x.compareTo(y);
        }
        yield null;
      }
      case Tuple x ->
          b instanceof Tuple y
              ? (Integer) order(x.items, x.items.length, y.items, y.items.length, meter)
              : null;
      case StarlarkList x ->
          b instanceof StarlarkList y
              ? (Integer) order(x.items, x.size, y.items, y.size, meter)
              : null;
      case Comparable<?> x
          when a instanceof StarlarkValue
              && a.getClass() == b.getClass()
              && !(a instanceof None) -> {
        @SuppressWarnings("unchecked") // Both are of one class, which compares with itself.
        Comparable<Object> comparable = (Comparable<Object>) x;
        yield (Integer) comparable.compareTo(b);
      }
      default -> null;
    };
  }

  private static int order(Object[] x, int n, Object[] y, int m, Meter meter) {
    meter.enter();
    int result = Integer.compare(n, m);
    for (int i = 0; i < Math.min(n, m); i++) {
      meter.step();
      if (!equal(x[i], y[i], meter)) {
        result = order(x[i], y[i], meter);
        break;
      }
    }
    meter.leave();
    return result;
  }

  static int hash(Object value, Meter meter) {
    switch (value) {
      case String s -> {
        return s.hashCode();
      }
      case Long l -> {
        return Long.hashCode(l);
      }
      case Boolean b -> {
        return b.hashCode();
      }
      case Double d -> {
        return hash((double) d);
      }
      case BigInteger i -> {
        meter.steps(i.bitLength() >> 9);
        return i.hashCode();
      }
      case Bytes b -> {
        meter.steps(b.data.length >> 5);
        return b.hashCode();
      }
      case Tuple t -> {
        return hash(t.items, t.items.length, 7, meter);
      }
      case StarlarkList l when l.isFrozen() -> {
        return hash(l.items, l.size, 11, meter);
      }
      case Dict d when d.isFrozen() -> {
        meter.enter();
        int sum = 13;
        for (int i = 0; i < d.table.end(); i++) {
          Object key = d.table.keyAt(i);
          if (key != null) {
            meter.step();
            sum += hash(key, meter) ^ 31 * hash(d.table.valueAt(i), meter);
          }
        }
        meter.leave();
        return sum;
      }
      case StarlarkSet s when s.isFrozen() -> {
        int sum = 17;
        for (Object element : s) {
          meter.step();
          sum += hash(element, meter);
        }
        return sum;
      }
      case Mutable m ->
          throw StarlarkException.of(
              "unhashable type: " + m.typeName(),
              m instanceof StarlarkList
                  ? "use a tuple as the key: tuple(x)"
                  : "use a string, a number or a tuple as the key");
      case Range r -> throw StarlarkException.of("unhashable type: range");
      case Elements e -> throw StarlarkException.of("unhashable type: " + e.typeName());
      default -> {
        return value.hashCode();
      }
    }
  }

  private static int hash(double d) {
    if (d == Math.rint(d) && !Double.isInfinite(d)) {
      return d >= -0x1p63 && d < 0x1p63
          ? Long.hashCode((long) d)
          : new BigDecimal(d).toBigInteger().hashCode();
    }
    return Double.hashCode(d);
  }

  private static int hash(Object[] items, int n, int seed, Meter meter) {
    meter.enter();
    int hash = seed;
    for (int i = 0; i < n; i++) {
      meter.step();
      hash = hash * 31 + hash(items[i], meter);
    }
    meter.leave();
    return hash;
  }
}
