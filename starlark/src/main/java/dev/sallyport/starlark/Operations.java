package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.TokenKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The operators (sections "Binary operators" and "Unary operators"). */
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
          meter.bytes(Meter.OBJECT);
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
    return other(op, a, b);
  }

  private static Object other(TokenKind op, Object a, Object b) {
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
    return other(TokenKind.PLUS, a, b);
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
    return other(TokenKind.MINUS, a, b);
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
    return other(TokenKind.STAR, a, b);
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
        return other(TokenKind.STAR, a, b);
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
        return other(op, a, b);
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

  // Indexing

  static Object index(Object object, Object key, Meter meter) {
    switch (object) {
      case Dict d -> {
        Object value = d.get(key, meter);
        if (value == null) {
          throw missingKey(d, key, meter);
        }
        return value;
      }
      case StarlarkList l -> {
        return l.items[checkedIndex(key, l.size, "list")];
      }
      case Tuple t -> {
        return t.items[checkedIndex(key, t.items.length, "tuple")];
      }
      case String s -> {
        return Text.ofChar(s.charAt(checkedIndex(key, s.length(), "string")));
      }
      case Bytes b -> {
        return (long) (b.data[checkedIndex(key, b.data.length, "bytes")] & 0xff);
      }
      case Range r -> {
        long i =
            key instanceof Long l ? l : Ints.isInt(key) ? Long.MAX_VALUE : notAnIndex(key, "range");
        long at = i < 0 ? i + r.length : i;
        if (at < 0 || at >= r.length) {
          throw StarlarkException.of("range index out of range");
        }
        return r.at(at);
      }
      default ->
          throw StarlarkException.of(
              "a value of type " + Values.typeName(object) + " cannot be indexed",
              object == None.NONE
                  ? "the value is None"
                  : object instanceof HasAttributes ? "write x.name" : null);
    }
  }

  private static StarlarkException missingKey(Dict dict, Object key, Meter meter) {
    String shown = shown(key, meter);
    String near = null;
    meter.steps(100);
    if (key instanceof String name && dict.size() <= 200) {
      java.util.List<String> names = new java.util.ArrayList<>();
      for (Object other : dict) {
        if (other instanceof String s) {
          names.add(s);
        }
      }
      near = Suggestion.nearest(name, names);
    }
    return StarlarkException.of(
        "key " + shown + " not found in dict",
        near != null
            ? "did you mean " + Printer.repr(near, meter) + "?"
            : "use d.get(key), which returns None, or test with in");
  }

  /** A value in a message, cut where it is long. */
  static String shown(Object value, Meter meter) {
    if (value instanceof String s && s.length() > 80) {
      return Printer.repr(s.substring(0, 77) + "...", meter);
    }
    if (value instanceof String
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof Double) {
      return Printer.repr(value, meter);
    }
    return "of type " + Values.typeName(value);
  }

  private static int notAnIndex(Object key, String what) {
    throw StarlarkException.of(
        "the index of a " + what + " must be an int, not " + Values.typeName(key),
        key instanceof String ? "only dicts have string keys" : null);
  }

  static int checkedIndex(Object key, int size, String what) {
    if (!Ints.isInt(key)) {
      notAnIndex(key, what);
    }
    long i = key instanceof Long l ? l : Long.MAX_VALUE;
    long at = i < 0 ? i + size : i;
    if (at < 0 || at >= size) {
      throw StarlarkException.of(
          what
              + " index out of range: index "
              + (key instanceof Long ? key : "too large")
              + ", length "
              + size);
    }
    return (int) at;
  }

  static void setIndex(Object object, Object key, Object value, Meter meter) {
    switch (object) {
      case Dict d -> d.put(key, value, meter);
      case StarlarkList l -> {
        l.checkMutable();
        l.items[checkedIndex(key, l.size, "list")] = value;
      }
      default ->
          throw StarlarkException.of(
              "elements of a value of type " + Values.typeName(object) + " cannot be assigned",
              object instanceof Tuple ? "make a list: list(x)" : null);
    }
  }

  /** The index operand of a subsequence: clamped to [0, n]; the default where it is None. */
  static int clamped(@Nullable Object operand, int fallback, int n) {
    if (operand == null || operand == None.NONE) {
      return fallback;
    }
    return (int) clamp(bound(operand), 0, n, n);
  }

  private static long bound(Object operand) {
    if (operand instanceof Long l) {
      return l;
    }
    if (operand instanceof java.math.BigInteger i) {
      return i.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    throw StarlarkException.of("an index must be an int or None, not " + Values.typeName(operand));
  }

  private static long clamp(long value, long low, long high, long n) {
    long at = value < 0 ? value + n : value;
    return Math.max(low, Math.min(high, at));
  }

  static Object slice(
      Object object,
      @Nullable Object startOperand,
      @Nullable Object stopOperand,
      @Nullable Object strideOperand,
      Meter meter) {
    long n =
        switch (object) {
          case String s -> s.length();
          case StarlarkList l -> l.size;
          case Tuple t -> t.items.length;
          case Bytes b -> b.data.length;
          case Range r -> r.length;
          default ->
              throw StarlarkException.of(
                  "a value of type " + Values.typeName(object) + " cannot be sliced",
                  object instanceof Dict ? "write d.items()[a:b]" : null);
        };
    long stride = strideOperand == null || strideOperand == None.NONE ? 1 : bound(strideOperand);
    if (stride == 0) {
      throw StarlarkException.of("the stride of a slice cannot be 0");
    }
    boolean forward = stride > 0;
    long low = forward ? 0 : -1;
    long high = forward ? n : n - 1;
    long start =
        startOperand == null || startOperand == None.NONE
            ? (forward ? low : high)
            : clamp(bound(startOperand), low, high, n);
    long stop =
        stopOperand == null || stopOperand == None.NONE
            ? (forward ? high : low)
            : clamp(bound(stopOperand), low, high, n);
    stride = Math.max(-(n + 1), Math.min(n + 1, stride));
    if (object instanceof Range r) {
      return rangeSlice(r, start, stop, stride);
    }
    long distance = forward ? stop - start : start - stop;
    int count = distance <= 0 ? 0 : (int) ((distance - 1) / Math.abs(stride) + 1);
    int from = (int) start;
    int step = (int) stride;
    switch (object) {
      case String s -> {
        if (step == 1) {
          if (count == s.length()) {
            return s;
          }
          meter.text(count);
          return s.substring(from, from + count);
        }
        meter.text(count);
        meter.steps(count >> 2);
        char[] chars = new char[count];
        for (int i = 0; i < count; i++) {
          chars[i] = s.charAt(from + i * step);
        }
        return new String(chars);
      }
      case Bytes b -> {
        meter.text(count);
        byte[] data = new byte[count];
        for (int i = 0; i < count; i++) {
          data[i] = b.data[from + i * step];
        }
        return Bytes.wrap(data);
      }
      case Tuple t -> {
        return step == 1 && count == t.items.length
            ? t
            : new Tuple(pick(t.items, from, count, step, meter));
      }
      case StarlarkList l -> {
        return StarlarkList.wrap(pick(l.items, from, count, step, meter));
      }
      default -> throw new IllegalStateException();
    }
  }

  private static Object[] pick(Object[] items, int from, int count, int step, Meter meter) {
    meter.slots(count);
    if (step == 1) {
      return Arrays.copyOfRange(items, from, from + count);
    }
    Object[] out = new Object[count];
    for (int i = 0; i < count; i++) {
      out[i] = items[from + i * step];
    }
    return out;
  }

  private static Range rangeSlice(Range r, long start, long stop, long stride) {
    try {
      return new Range(
          Math.addExact(r.start, Math.multiplyExact(start, r.step)),
          Math.addExact(r.start, Math.multiplyExact(stop, r.step)),
          Math.multiplyExact(r.step, stride));
    } catch (ArithmeticException e) {
      throw StarlarkException.of("the range is too large");
    }
  }
}
