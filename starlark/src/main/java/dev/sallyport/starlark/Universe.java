package dev.sallyport.starlark;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names of the language (section "Built-in constants and functions"): one method for each, and
 * therefore long.
 */
final class Universe {
  private static final Map<String, Object> VALUES = new LinkedHashMap<>();

  private Universe() {}

  static {
    VALUES.put("None", None.NONE);
    VALUES.put("True", true);
    VALUES.put("False", false);
    put("abs", "x, /", (t, a) -> abs(given(a, 0), t.meter()));
    put("all", "x, /", (t, a) -> !anyIs(false, given(a, 0), t.meter()));
    put("any", "x, /", (t, a) -> anyIs(true, given(a, 0), t.meter()));
    put("bool", "x?, /", (t, a) -> a[0] != null && Values.truth(a[0]));
    put("bytes", "x, /", (t, a) -> bytes(given(a, 0), t.meter()));
    put("dict", "pairs?, /, **kwargs", Universe::dict);
    put("dir", "x, /", (t, a) -> dir(given(a, 0), t.meter()));
    put("enumerate", "x, start?", (t, a) -> enumerate(given(a, 0), a[1], t.meter()));
    put("fail", "*args, sep?", (t, a) -> fail(a, t.meter()));
    put("float", "x?, /", (t, a) -> a[0] == null ? 0.0 : toFloat(a[0], t.meter()));
    put("getattr", "x, name, default?, /", (t, a) -> getattr(t, a));
    put("hasattr", "x, name, /", (t, a) -> hasattr(given(a, 0), given(a, 1), t.meter()));
    put("hash", "x, /", (t, a) -> hash(given(a, 0), t.meter()));
    put("int", "x, base?", (t, a) -> Conversions.toInt(given(a, 0), a[1], t.meter()));
    put("len", "x, /", (t, a) -> len(given(a, 0)));
    put("list", "x?, /", (t, a) -> StarlarkList.wrap(array(a[0], t.meter())));
    put("max", "*args, key?", (t, a) -> extreme(t, "max", a, 1));
    put("min", "*args, key?", (t, a) -> extreme(t, "min", a, -1));
    put("print", "*args, sep?, **kwargs", Universe::print);
    put("range", "start, stop?, step?, /", (t, a) -> range(a, t.meter()));
    put("repr", "x, /", (t, a) -> Printer.repr(given(a, 0), t.meter()));
    put("reversed", "x, /", (t, a) -> reversed(given(a, 0), t.meter()));
    put("set", "x?, /", (t, a) -> set(a[0], t.meter()));
    put("sorted", "x, /, *, key?, reverse?", Sorting::sorted);
    put("str", "x, /", (t, a) -> Printer.str(given(a, 0), t.meter()));
    put("tuple", "x?, /", (t, a) -> tuple(a[0], t.meter()));
    put("type", "x, /", (t, a) -> Values.typeName(given(a, 0)));
    put("zip", "*args", (t, a) -> zip(((Tuple) given(a, 0)).items, t.meter()));
  }

  private static void put(String name, String signature, Builtin.Body body) {
    VALUES.put(name, new Builtin(name, signature, body));
  }

  static @Nullable Object value(String name, Dialect dialect) {
    return name.equals("set") && !dialect.sets() ? null : VALUES.get(name);
  }

  static Set<String> names(Dialect dialect) {
    Set<String> names = new TreeSet<>(VALUES.keySet());
    if (!dialect.sets()) {
      names.remove("set");
    }
    return names;
  }

  /** What to write for a name that Python has and Starlark has not. */
  static @Nullable String hint(String name, Dialect dialect) {
    return switch (name) {
      case "set" -> dialect.sets() ? null : "sets are off; use a dict: {x: True for x in xs}";
      case "sum" -> "add in a loop: total = 0, then for x in xs: total += x";
      case "map" -> "write [f(x) for x in xs]";
      case "filter" -> "write [x for x in xs if f(x)]";
      case "isinstance" -> "write type(x) == \"string\"";
      case "open", "input", "exec", "eval", "__import__" ->
          "a script has no access to its surroundings";
      case "round" -> "write int(x + 0.5), or math.round(x)";
      case "pow" -> "write x * x, or math.pow(x, y)";
      case "format" -> "write \"{}\".format(x)";
      case "ord", "chr" -> "write bytes(s)[0], or str(bytes([n]))";
      case "hex" -> "write \"%x\" % n";
      case "bin" -> "there is no bin; write \"%x\" % n";
      case "oct" -> "write \"%o\" % n";
      case "iter", "next" -> "write for x in xs";
      case "object", "property", "super" -> "Starlark has no classes; use a dict";
      case "Exception", "ValueError", "KeyError" -> "stop with fail(\"why\")";
      case "null", "nil", "undefined" -> "write None";
      case "true" -> "write True";
      case "false" -> "write False";
      case "frozenset" -> "use a dict: {x: True for x in xs}";
      case "divmod" -> "write a // b and a % b";
      case "__name__" -> "a script runs from its first line to its last; call main() directly";
      default -> null;
    };
  }

  /** An argument that the signature requires. */
  static Object given(@Nullable Object[] args, int index) {
    Object value = args[index];
    if (value == null) {
      throw new IllegalStateException("a required argument is missing");
    }
    return value;
  }

  private static Object[] array(@Nullable Object x, Meter meter) {
    if (x == null) {
      meter.bytes(Meter.OBJECT);
      return new Object[0];
    }
    return Values.toArray(x, meter);
  }

  private static Object abs(Object x, Meter meter) {
    if (x instanceof Double d) {
      return Math.abs(d);
    }
    if (Ints.isInt(x)) {
      return Ints.big(x).signum() < 0 ? Ints.negate(x, meter) : x;
    }
    throw StarlarkException.of("abs needs a number, not " + Values.typeName(x));
  }

  private static boolean anyIs(boolean wanted, Object x, Meter meter) {
    for (Object element : Values.iterate(x)) {
      meter.step();
      if (Values.truth(element) == wanted) {
        return true;
      }
    }
    return false;
  }

  private static Object bytes(Object x, Meter meter) {
    switch (x) {
      case Bytes b -> {
        return b;
      }
      case String s -> {
        meter.text(2L * s.length());
        meter.steps(s.length() >> 2);
        return Bytes.wrap(Text.encode(s));
      }
      case StarlarkIterable iterable -> {
        long size = iterable instanceof Range r ? r.length() : iterable.size();
        meter.bytes(Meter.OBJECT + size);
        meter.steps(size);
        byte[] data = new byte[iterable.size()];
        int count = 0;
        for (Object element : iterable) {
          if (!(element instanceof Long l) || l < 0 || l > 255) {
            throw StarlarkException.of(
                "at index "
                    + count
                    + " of what bytes converts: got "
                    + (Ints.isInt(element) ? "an int out of range" : Values.typeName(element))
                    + ", want an int from 0 to 255");
          }
          data[count++] = (byte) l.longValue();
        }
        return Bytes.wrap(data);
      }
      default ->
          throw StarlarkException.of(
              "bytes: got " + Values.typeName(x) + ", want string, bytes, or iterable of int");
    }
  }

  private static Object dict(StarlarkThread thread, @Nullable Object[] a) {
    Dict dict = new Dict();
    thread.meter().bytes(Meter.TABLE);
    if (a[0] == None.NONE) {
      throw StarlarkException.of("dict: got NoneType, want a dict or an iterable of pairs");
    }
    DictMethods.update(dict, a[0], (Dict) given(a, 1), thread.meter());
    return dict;
  }

  private static Object dir(Object x, Meter meter) {
    Object[] names = new TreeSet<>(Values.attributeNames(x)).toArray();
    meter.slots(names.length);
    meter.steps(4L * names.length);
    return StarlarkList.wrap(names);
  }

  private static Object enumerate(Object x, @Nullable Object startOperand, Meter meter) {
    Object start = startOperand == null ? (Object) 0L : startOperand;
    if (!Ints.isInt(start)) {
      throw StarlarkException.of("enumerate: start must be an int, not " + Values.typeName(start));
    }
    Object[] items = Values.toArray(x, meter);
    meter.bytes(Meter.times(items.length, Meter.OBJECT + 2L * Meter.SLOT));
    meter.steps(items.length);
    for (int i = 0; i < items.length; i++) {
      items[i] = new Tuple(new Object[] {Operations.add(start, (long) i, meter), items[i]});
    }
    return StarlarkList.wrap(items);
  }

  private static Object fail(@Nullable Object[] a, Meter meter) {
    Printer out = new Printer(meter);
    out.append("fail: ");
    join(out, ((Tuple) given(a, 0 + 1)).items, separator(a[0]));
    throw StarlarkException.of(StarlarkException.Kind.FAIL, Text.valid(out.toString()), null);
  }

  private static String separator(@Nullable Object sep) {
    if (sep == null) {
      return " ";
    }
    if (sep instanceof String s) {
      return s;
    }
    throw StarlarkException.of("sep must be a string, not " + Values.typeName(sep));
  }

  private static void join(Printer out, Object[] items, String separator) {
    for (int i = 0; i < items.length; i++) {
      if (i > 0) {
        out.append(separator);
      }
      out.str(items[i]);
    }
  }

  private static Object print(StarlarkThread thread, @Nullable Object[] a) {
    Meter meter = thread.meter();
    Printer out = new Printer(meter);
    String separator = separator(a[0]);
    Object[] items = ((Tuple) given(a, 1)).items;
    join(out, items, separator);
    int count = items.length;
    Dict named = (Dict) given(a, 2);
    for (Object name : named) {
      if (name.equals("end") || name.equals("file") || name.equals("flush")) {
        throw StarlarkException.of(
            "function print got unexpected keyword argument \"" + name + "\"",
            name.equals("end")
                ? "each print is a line; build the text first: print(a + b)"
                : "print has one destination; leave " + name + "= out");
      }
      out.append(count++ > 0 ? separator : "").append((String) name).append("=");
      Object value = named.get(name, meter);
      out.str(value == null ? None.NONE : value);
    }
    String text = out.toString();
    meter.steps(4 + (text.length() >> 2));
    meter.output(Text.utf8Length(text) + 1);
    thread.sink().print(Text.valid(text));
    return None.NONE;
  }

  private static Object toFloat(Object x, Meter meter) {
    return switch (x) {
      case Double d -> d;
      case Boolean b -> b ? 1.0 : 0.0;
      case String s -> Conversions.parseFloat(s, meter);
      default -> {
        if (!Ints.isInt(x)) {
          throw StarlarkException.of(
              "float: got " + Values.typeName(x) + ", want string, int, float or bool");
        }
        yield Ints.toDouble(x);
      }
    };
  }

  private static String attributeName(Object name) {
    if (name instanceof String s) {
      return s;
    }
    throw StarlarkException.of(
        "the name of an attribute must be a string, not " + Values.typeName(name));
  }

  private static Object getattr(StarlarkThread thread, @Nullable Object[] a) {
    String name = attributeName(given(a, 1));
    Object value = Values.attribute(given(a, 0), name, thread.meter());
    if (value != null) {
      return value;
    }
    if (a[2] == null) {
      throw Values.noAttribute(given(a, 0), name);
    }
    return a[2];
  }

  private static boolean hasattr(Object x, Object name, Meter meter) {
    return Values.attribute(x, attributeName(name), meter) != null;
  }

  private static Object hash(Object x, Meter meter) {
    return switch (x) {
      case String s -> {
        meter.steps(s.length() >> 5);
        yield (long) s.hashCode();
      }
      case Bytes b -> {
        meter.steps(b.data.length >> 5);
        yield b.fnv() & 0xffffffffL;
      }
      default ->
          throw StarlarkException.of("hash: got " + Values.typeName(x) + ", want string or bytes");
    };
  }

  private static Object len(Object x) {
    return switch (x) {
      case String s -> (long) s.length();
      case Range r -> r.length();
      case StarlarkIterable i -> (long) i.size();
      case Bytes b -> (long) b.data.length;
      default ->
          throw StarlarkException.of(
              "a value of type " + Values.typeName(x) + " has no len",
              x == None.NONE ? "the value is None" : null);
    };
  }

  private static Object extreme(
      StarlarkThread thread, String name, @Nullable Object[] a, int sign) {
    Meter meter = thread.meter();
    Object key = a[0];
    Object[] items = ((Tuple) given(a, 1)).items;
    if (items.length == 0) {
      throw StarlarkException.of("function " + name + " missing 1 argument (x)");
    }
    Object over = items.length == 1 ? items[0] : given(a, 1);
    boolean keyed = key != null && key != None.NONE;
    Iterator<Object> elements = Values.begin(over);
    try {
      if (!elements.hasNext()) {
        throw StarlarkException.of(
            name + ": the sequence is empty", "test first whether there are elements");
      }
      Object best = elements.next();
      Object bestKey = keyed ? thread.call(key == null ? None.NONE : key, best) : best;
      while (elements.hasNext()) {
        meter.step();
        Object element = elements.next();
        Object elementKey = keyed ? thread.call(key == null ? None.NONE : key, element) : element;
        if (sign * Equality.order(elementKey, bestKey, meter) > 0) {
          best = element;
          bestKey = elementKey;
        }
      }
      return best;
    } finally {
      Values.end(over);
    }
  }

  private static long rangeBound(Object x) {
    if (x instanceof Long l) {
      return l;
    }
    throw StarlarkException.of(
        x instanceof BigInteger
            ? "range: the integer is too large"
            : "range: got " + Values.typeName(x) + ", want int",
        x instanceof Double ? "write int(x)" : null);
  }

  private static Object range(@Nullable Object[] a, Meter meter) {
    meter.bytes(Meter.OBJECT);
    long first = rangeBound(given(a, 0));
    if (a[1] == null) {
      return new Range(0, first, 1);
    }
    return new Range(first, rangeBound(a[1]), a[2] == null ? 1 : rangeBound(a[2]));
  }

  private static Object reversed(Object x, Meter meter) {
    Object[] items = Values.toArray(x, meter);
    for (int i = 0, j = items.length - 1; i < j; i++, j--) {
      Object swapped = items[i];
      items[i] = items[j];
      items[j] = swapped;
    }
    return StarlarkList.wrap(items);
  }

  private static Object set(@Nullable Object x, Meter meter) {
    StarlarkSet set = new StarlarkSet();
    meter.bytes(Meter.TABLE);
    if (x != null) {
      for (Object element : Values.iterate(x)) {
        meter.step();
        set.add(element, meter);
      }
    }
    return set;
  }

  private static Object tuple(@Nullable Object x, Meter meter) {
    return x instanceof Tuple ? x : x == null ? Tuple.EMPTY : new Tuple(Values.toArray(x, meter));
  }

  private static Object zip(Object[] sequences, Meter meter) {
    List<Iterator<Object>> iterators = new ArrayList<>();
    long shortest = Long.MAX_VALUE;
    for (Object sequence : sequences) {
      iterators.add(Values.iterate(sequence).iterator());
      shortest =
          Math.min(
              shortest,
              sequence instanceof Range r ? r.length() : ((StarlarkIterable) sequence).size());
    }
    if (sequences.length == 0) {
      shortest = 0;
    }
    long each = Meter.OBJECT + Meter.SLOT + Meter.times(sequences.length, Meter.SLOT);
    meter.bytes(Meter.OBJECT + Meter.times(shortest, each));
    meter.steps(Meter.times(shortest, sequences.length));
    Object[] tuples = new Object[(int) shortest];
    for (int i = 0; i < tuples.length; i++) {
      Object[] items = new Object[sequences.length];
      for (int j = 0; j < items.length; j++) {
        items[j] = iterators.get(j).next();
      }
      tuples[i] = new Tuple(items);
    }
    return StarlarkList.wrap(tuples);
  }
}
