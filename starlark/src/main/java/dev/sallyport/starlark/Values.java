package dev.sallyport.starlark;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every value can do: its type, its truth, its elements, its attributes. */
public final class Values {
  private Values() {}

  /** The name of the type of a value, as {@code type(x)} gives it. */
  public static String typeName(Object value) {
    return switch (value) {
      case StarlarkValue v -> v.typeName();
      case String s -> "string";
      case Long l -> "int";
      case BigInteger i -> "int";
      case Boolean b -> "bool";
      case Double d -> "float";
      default -> value.getClass().getSimpleName();
    };
  }

  /** The truth of a value. */
  public static boolean truth(Object value) {
    if (value instanceof Boolean b) {
      return b;
    }
    return switch (value) {
      case StarlarkValue v -> v.truth();
      case String s -> !s.isEmpty();
      case Long l -> l != 0;
      case Double d -> d != 0;
      default -> true;
    };
  }

  /** Whether the object is a value that scripts may see. */
  public static boolean isValue(@Nullable Object value) {
    return value instanceof StarlarkValue
        || value instanceof String
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof Double
        || (value instanceof BigInteger i && i.bitLength() > 63);
  }

  /**
   * Java to Starlark: null, Boolean, whole numbers, Float and Double, text, byte arrays,
   * collections and maps; values stay what they are.
   */
  public static Object fromJava(@Nullable Object value) {
    return switch (value) {
      case null -> None.NONE;
      case BigInteger i -> Ints.normal(i);
      case Integer i -> (long) i;
      case Short i -> (long) i;
      case Byte i -> (long) i;
      case Float f -> (double) f;
      case byte[] b -> Bytes.of(b);
      case Object o when isValue(o) -> o;
      case CharSequence s -> s.toString();
      case Map<?, ?> map -> {
        Dict dict = new Dict();
        map.forEach((k, v) -> dict.put(fromJava(k), fromJava(v)));
        yield dict;
      }
      case Collection<?> list -> {
        List<Object> items = new ArrayList<>();
        list.forEach(item -> items.add(fromJava(item)));
        yield StarlarkList.copyOf(items);
      }
      default ->
          throw new IllegalArgumentException("no Starlark value: " + value.getClass().getName());
    };
  }

  /** The text of a value as {@code repr} writes it; for messages of a host. */
  public static String repr(Object value, Meter meter) {
    return Printer.repr(value, meter);
  }

  /** The text of a value as {@code str} writes it. */
  public static String str(Object value, Meter meter) {
    return Printer.str(value, meter);
  }

  /** Makes a value, and all that is reachable from it, immutable. */
  public static void freeze(Object value) {
    Freezing.freeze(value);
  }

  /** A number as a float; an error where the value is none, or too large. */
  public static double toDouble(Object value, String function) {
    if (value instanceof Double || Ints.isInt(value)) {
      return Operations.toDouble(value);
    }
    throw StarlarkException.of(function + ": got " + typeName(value) + ", want int or float");
  }

  /** A float without its fraction as an int; an error where it is not finite. */
  public static Object toInt(double value) {
    return Floats.toInt(value);
  }

  /** The elements of an iterable value; an error where it is none. */
  public static Iterable<Object> iterate(Object value) {
    if (value instanceof StarlarkIterable iterable) {
      return iterable;
    }
    throw StarlarkException.of(
        "a value of type " + typeName(value) + " is not iterable",
        value instanceof String
            ? "for the characters of a string write s.elems()"
            : value instanceof Bytes
                ? "for the numbers in bytes write b.elems()"
                : value instanceof Long ? "write range(n)" : null);
  }

  static Iterator<Object> begin(Object value) {
    Iterator<Object> elements = iterate(value).iterator();
    if (value instanceof Mutable mutable) {
      mutable.beginIteration();
    }
    return elements;
  }

  static void end(Object value) {
    if (value instanceof Mutable mutable) {
      mutable.endIteration();
    }
  }

  /** A copy of the elements, charged before it is made. */
  static Object[] toArray(Object value, Meter meter) {
    switch (value) {
      case Tuple tuple -> {
        meter.slots(tuple.items.length);
        return tuple.items.clone();
      }
      case StarlarkList list -> {
        meter.slots(list.size);
        return list.toArray();
      }
      case Range range -> {
        meter.slots(range.length);
        meter.steps(range.length >> 1);
        if (range.length > Integer.MAX_VALUE - 16) {
          throw StarlarkException.of("the range is too long for a list");
        }
      }
      default -> {}
    }
    Iterable<Object> iterable = iterate(value);
    int size = value instanceof StarlarkIterable s ? s.size() : 0;
    if (!(value instanceof Range)) {
      meter.slots(size);
      meter.steps(size);
    }
    Object[] out = new Object[size];
    int count = 0;
    for (Object element : iterable) {
      if (count == out.length) {
        throw new IllegalStateException("more elements than size() says");
      }
      out[count++] = element;
    }
    return count == size ? out : java.util.Arrays.copyOf(out, count);
  }

  /** The attribute of a value, or null where there is none. */
  static @Nullable Object attribute(Object value, String name, Meter meter) {
    if (value instanceof HasAttributes host) {
      return host.attribute(name);
    }
    Method method = Methods.of(value).get(name);
    if (method == null) {
      return null;
    }
    meter.bytes(Meter.OBJECT);
    return new BoundMethod(value, method);
  }

  static Collection<String> attributeNames(Object value) {
    return value instanceof HasAttributes host ? host.attributeNames() : Methods.of(value).keySet();
  }

  static StarlarkException noAttribute(Object value, String name) {
    String type = typeName(value);
    String hint =
        switch (name) {
          case "has_key" -> "write key in d";
          case "iteritems", "iterkeys", "itervalues" -> "write d." + name.substring(4) + "()";
          case "encode" -> "write bytes(s)";
          case "decode" -> "write str(b)";
          case "isnumeric", "isdecimal" -> "write s.isdigit()";
          case "zfill", "ljust", "rjust", "center" -> "write \" \" * (n - len(s)) + s";
          case "sort" -> "write sorted(x), which returns a new list";
          case "reverse" -> "write reversed(x), which returns a new list";
          case "copy" -> "write " + type + "(x)";
          case "push" -> "write l.append(x)";
          case "length", "size" -> "write len(x)";
          case "toString" -> "write str(x)";
          case "fromkeys" -> "write {k: v for k in keys}";
          case "casefold", "swapcase", "toLowerCase" -> "write s.lower() or s.upper()";
          case "trim" -> "write s.strip()";
          case "includes", "contains" -> "write x in y";
          default -> null;
        };
    if (hint == null && value instanceof Dict) {
      hint = "the values of a dict are d[\"" + name + "\"], or d.get(\"" + name + "\")";
    }
    String near = Suggestion.nearest(name, attributeNames(value));
    return StarlarkException.of(
        type + " has no ." + name + " field or method",
        near != null ? "did you mean " + near + "?" : hint);
  }
}
