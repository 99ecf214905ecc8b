package dev.sallyport.starlark;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Elements and subsequences (sections "Indexing", "Index expressions" and "Slice expressions"). */
final class Indexing {
  private Indexing() {}

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
      meter.bytes(Meter.OBJECT);
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
