package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.TokenKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The operators (sections "Binary operators" and "Unary operators"); long because each has a case
 * for each pair of types.
 */
final class Operations {
  private Operations() {}

  static Object binary(TokenKind op, Object a, Object b, Meter meter) {
    switch (op) {
      case PLUS -> {
        return add(a, b, meter);
      }
      case MINUS -> {
        return subtract(a, b, meter);
      }
      case STAR -> {
        return multiply(a, b, meter);
      }
      case SLASH -> {
        if (number(a) && number(b)) {
          double divisor = toDouble(b);
          if (divisor == 0) {
            throw StarlarkException.of("division by zero");
          }
          return toDouble(a) / divisor;
        }
      }
      case SLASH_SLASH -> {
        if (Ints.isInt(a) && Ints.isInt(b)) {
          return Ints.floorDivide(a, b, meter);
        }
        if (number(a) && number(b)) {
          return Floats.floorDivide(toDouble(a), toDouble(b));
        }
      }
      case PERCENT -> {
        if (Ints.isInt(a) && Ints.isInt(b)) {
          return Ints.modulo(a, b, meter);
        }
        if (number(a) && number(b)) {
          return Floats.modulo(toDouble(a), toDouble(b));
        }
        if (a instanceof String format) {
          return Interpolation.format(format, b, meter);
        }
      }
      case PIPE -> {
        if (a instanceof Dict x && b instanceof Dict y) {
          Dict union = new Dict();
          meter.bytes(Meter.TABLE);
          union.putAll(x, meter);
          union.putAll(y, meter);
          return union;
        }
        if (a instanceof StarlarkSet x && b instanceof StarlarkSet y) {
          return SetMethods.union(x, y, meter);
        }
        if (Ints.isInt(a) && Ints.isInt(b)) {
          return Ints.or(a, b, meter);
        }
      }
      case AMPERSAND -> {
        if (Ints.isInt(a) && Ints.isInt(b)) {
          return Ints.and(a, b, meter);
        }
        if (a instanceof StarlarkSet x && b instanceof StarlarkSet y) {
          return SetMethods.intersection(x, y, meter);
        }
      }
      case CARET -> {
        if (Ints.isInt(a) && Ints.isInt(b)) {
          return Ints.xor(a, b, meter);
        }
        if (a instanceof StarlarkSet x && b instanceof StarlarkSet y) {
          return SetMethods.symmetricDifference(x, y, meter);
        }
      }
      case LESS_LESS -> {
        if (Ints.isInt(a) && Ints.isInt(b)) {
          return Ints.shiftLeft(a, b, meter);
        }
      }
      case GREATER_GREATER -> {
        if (Ints.isInt(a) && Ints.isInt(b)) {
          return Ints.shiftRight(a, b, meter);
        }
      }
      case EQUALS_EQUALS -> {
        return Equality.equal(a, b, meter);
      }
      case NOT_EQUALS -> {
        return !Equality.equal(a, b, meter);
      }
      case LESS -> {
        return Equality.order(a, b, meter) < 0;
      }
      case LESS_EQUALS -> {
        return Equality.order(a, b, meter) <= 0;
      }
      case GREATER -> {
        return Equality.order(a, b, meter) > 0;
      }
      case GREATER_EQUALS -> {
        return Equality.order(a, b, meter) >= 0;
      }
      case IN -> {
        return contains(b, a, meter);
      }
      case NOT_IN -> {
        return !contains(b, a, meter);
      }
      default -> {
        throw new IllegalArgumentException(op.text());
      }
    }
    return other(op, a, b, meter);
  }

  private static Object other(TokenKind op, Object a, Object b, Meter meter) {
    meter.bytes(4 * Meter.OBJECT);
    if (a instanceof HasBinary host) {
      Object result = host.binary(op.text(), b, true);
      if (result != null) {
        return result;
      }
    }
    if (b instanceof HasBinary host) {
      Object result = host.binary(op.text(), a, false);
      if (result != null) {
        return result;
      }
    }
    throw StarlarkException.of(
        "unsupported operation: " + Values.typeName(a) + " " + op.text() + " " + Values.typeName(b),
        hint(op, a, b));
  }

  private static @Nullable String hint(TokenKind op, Object a, Object b) {
    if (op == TokenKind.PLUS && (a instanceof String || b instanceof String)) {
      return "convert with str(x), or write \"%s\" % x";
    }
    if (a == None.NONE || b == None.NONE) {
      return "one operand is None; does the function that made it return a value?";
    }
    if (a instanceof Boolean || b instanceof Boolean) {
      return "booleans are not numbers; write int(x)";
    }
    if (op == TokenKind.PLUS && a instanceof Dict && b instanceof Dict) {
      return "write d1 | d2";
    }
    if (op == TokenKind.PLUS && (a instanceof StarlarkList || b instanceof StarlarkList)) {
      return "both must be lists: list(x)";
    }
    return null;
  }

  private static boolean number(Object value) {
    return Ints.isInt(value) || value instanceof Double;
  }

  static double toDouble(Object value) {
    return value instanceof Double d ? d : Ints.toDouble(value);
  }

  static Object add(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      long sum = x + y;
      return ((x ^ sum) & (y ^ sum)) < 0 ? Ints.add(a, b, meter) : (Object) sum;
    }
    if (a instanceof String x && b instanceof String y) {
      meter.text((long) x.length() + y.length());
      return x.concat(y);
    }
    if (number(a) && number(b)) {
      return Ints.isInt(a) && Ints.isInt(b)
          ? Ints.add(a, b, meter)
          : (Object) (toDouble(a) + toDouble(b));
    }
    if (a instanceof StarlarkList x && b instanceof StarlarkList y) {
      meter.slots((long) x.size + y.size);
      Object[] items = Arrays.copyOf(x.items, Math.addExact(x.size, y.size));
      System.arraycopy(y.items, 0, items, x.size, y.size);
      return StarlarkList.wrap(items);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      meter.slots((long) x.items.length + y.items.length);
      Object[] items = Arrays.copyOf(x.items, Math.addExact(x.items.length, y.items.length));
      System.arraycopy(y.items, 0, items, x.items.length, y.items.length);
      return new Tuple(items);
    }
    if (a instanceof Bytes x && b instanceof Bytes y) {
      meter.text((long) x.data.length + y.data.length);
      byte[] data = Arrays.copyOf(x.data, Math.addExact(x.data.length, y.data.length));
      System.arraycopy(y.data, 0, data, x.data.length, y.data.length);
      return Bytes.wrap(data);
    }
    return other(TokenKind.PLUS, a, b, meter);
  }

  static Object subtract(Object a, Object b, Meter meter) {
    if (a instanceof Long x && b instanceof Long y) {
      long difference = x - y;
      return ((x ^ y) & (x ^ difference)) < 0 ? Ints.subtract(a, b, meter) : (Object) difference;
    }
    if (Ints.isInt(a) && Ints.isInt(b)) {
      return Ints.subtract(a, b, meter);
    }
    if (number(a) && number(b)) {
      return toDouble(a) - toDouble(b);
    }
    if (a instanceof StarlarkSet x && b instanceof StarlarkSet y) {
      return SetMethods.difference(x, y, meter);
    }
    return other(TokenKind.MINUS, a, b, meter);
  }

  static Object multiply(Object a, Object b, Meter meter) {
    if (Ints.isInt(a)) {
      return Ints.isInt(b)
          ? Ints.multiply(a, b, meter)
          : b instanceof Double d ? (Object) (toDouble(a) * d) : repeat(b, a, a, b, meter);
    }
    if (number(a) && number(b)) {
      return toDouble(a) * toDouble(b);
    }
    if (Ints.isInt(b)) {
      return repeat(a, b, a, b, meter);
    }
    return other(TokenKind.STAR, a, b, meter);
  }

  private static Object repeat(Object sequence, Object times, Object a, Object b, Meter meter) {
    long n =
        times instanceof Long l
            ? Math.max(0, l)
            : Ints.big(times).signum() < 0 ? 0 : Long.MAX_VALUE;
    switch (sequence) {
      case String s -> {
        long length = Meter.times(s.length(), n);
        meter.text(length);
        checkLength(length);
        return s.repeat(s.isEmpty() ? 0 : (int) n);
      }
      case Bytes s -> {
        long length = Meter.times(s.data.length, n);
        meter.text(length);
        checkLength(length);
        byte[] data = new byte[(int) length];
        for (int at = 0; at < data.length; at += s.data.length) {
          System.arraycopy(s.data, 0, data, at, s.data.length);
        }
        return Bytes.wrap(data);
      }
      case StarlarkList s -> {
        return StarlarkList.wrap(repeat(s.items, s.size, n, meter));
      }
      case Tuple s -> {
        return new Tuple(repeat(s.items, s.items.length, n, meter));
      }
      default -> {
        return other(TokenKind.STAR, a, b, meter);
      }
    }
  }

  private static Object[] repeat(Object[] items, int size, long n, Meter meter) {
    long length = Meter.times(size, n);
    meter.slots(length);
    checkLength(length);
    Object[] out = new Object[(int) length];
    for (int at = 0; at < out.length; at += size) {
      System.arraycopy(items, 0, out, at, size);
    }
    return out;
  }

  private static void checkLength(long length) {
    if (length > Integer.MAX_VALUE - 16) {
      throw StarlarkException.of("the result is too long");
    }
  }

  static boolean contains(Object container, Object element, Meter meter) {
    switch (container) {
      case Dict d -> {
        return d.table.find(element, meter) >= 0;
      }
      case StarlarkSet s -> {
        return s.contains(element, meter);
      }
      case StarlarkList l -> {
        return indexOf(l.items, 0, l.size, element, meter) >= 0;
      }
      case Tuple t -> {
        return indexOf(t.items, 0, t.items.length, element, meter) >= 0;
      }
      case String s -> {
        if (element instanceof String sub) {
          return Searching.find(s, sub, 0, s.length(), meter) >= 0;
        }
        throw StarlarkException.of(
            "in a string needs a string on its left, not " + Values.typeName(element));
      }
      case Bytes s -> {
        if (element instanceof Bytes sub) {
          return Searching.find(s.data, sub.data, meter) >= 0;
        }
        if (Ints.isInt(element)) {
          if (!(element instanceof Long l) || l < 0 || l > 255) {
            throw StarlarkException.of("in bytes needs an int from 0 to 255 on its left");
          }
          return Searching.find(s.data, new byte[] {(byte) l.longValue()}, meter) >= 0;
        }
        throw StarlarkException.of(
            "in bytes needs bytes or an int on its left, not " + Values.typeName(element));
      }
      case Range r -> {
        return switch (element) {
          case Long l -> r.contains(l);
          case java.math.BigInteger i -> false;
          case Double d ->
              d == Math.rint(d) && Math.abs(d) < 0x1p63 && r.contains((long) (double) d);
          default ->
              throw StarlarkException.of(
                  "in a range needs a number on its left, not " + Values.typeName(element));
        };
      }
      case StarlarkIterable host -> {
        for (Object item : host) {
          meter.step();
          if (Equality.equal(item, element, meter)) {
            return true;
          }
        }
        return false;
      }
      default ->
          throw StarlarkException.of(
              "in needs a collection on its right, not " + Values.typeName(container),
              container == None.NONE ? "test for None first" : null);
    }
  }

  static int indexOf(Object[] items, int from, int to, Object element, Meter meter) {
    for (int i = from; i < to; i++) {
      meter.step();
      if (Equality.equal(items[i], element, meter)) {
        return i;
      }
    }
    return -1;
  }

  static Object unary(TokenKind op, Object a, Meter meter) {
    switch (op) {
      case NOT -> {
        return !Values.truth(a);
      }
      case MINUS -> {
        if (Ints.isInt(a)) {
          return Ints.negate(a, meter);
        }
        if (a instanceof Double d) {
          return -d;
        }
      }
      case PLUS -> {
        if (number(a)) {
          return a;
        }
      }
      case TILDE -> {
        if (Ints.isInt(a)) {
          return Ints.invert(a, meter);
        }
      }
      default -> throw new IllegalArgumentException(op.text());
    }
    throw StarlarkException.of("unsupported operation: " + op.text() + Values.typeName(a));
  }

  /** The augmented assignments that change their left operand in place; others are binary. */
  static Object augmented(TokenKind op, Object a, Object b, Meter meter) {
    if (a instanceof StarlarkList list && op == TokenKind.PLUS) {
      if (!(b instanceof StarlarkIterable)) {
        return other(op, a, b, meter);
      }
      list.checkMutable();
      list.addAll(Values.toArray(b, meter), meter);
      return list;
    }
    if (a instanceof Dict x && b instanceof Dict y && op == TokenKind.PIPE) {
      x.putAll(y, meter);
      return x;
    }
    if (a instanceof StarlarkSet x
        && b instanceof StarlarkSet y
        && SetMethods.update(op, x, y, meter)) {
      return x;
    }
    return binary(op, a, b, meter);
  }
}
