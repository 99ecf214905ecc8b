package dev.sallyport.starlark;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls. */
final class Calls {
  private Calls() {}

  /** A call with positional and named arguments only. */
  static final class Simple extends Node {
    private final Node callee;
    private final Node[] args;
    private final String[] names;

    Simple(int at, Node callee, Node[] args, String[] names) {
      super(at);
      this.callee = callee;
      this.args = args;
      this.names = names;
    }

    @Override
    Object eval(Frame f) {
      Object function = callee.eval(f);
      if (function instanceof StarlarkFunction starlark
          && names.length == 0
          && starlark.code.parameters == args.length
          && starlark.code.plain) {
        @Nullable Object[] slots = new @Nullable Object[starlark.code.slotNames.length];
        for (int i = 0; i < args.length; i++) {
          slots[i] = args[i].eval(f);
        }
        f.at = at;
        try {
          return starlark.run(f.thread, slots);
        } catch (StarlarkException e) {
          throw f.placed(e, at);
        }
      }
      Object[] values = new Object[args.length];
      for (int i = 0; i < args.length; i++) {
        values[i] = args[i].eval(f);
      }
      f.at = at;
      try {
        return f.thread.call(function, values, names);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }
  }

  /** A call of an attribute: methods of built-in types need no bound value. */
  static final class OfMethod extends Node {
    private final Node object;
    private final String name;
    private final Node[] args;
    private final String[] names;

    OfMethod(int at, Node object, String name, Node[] args, String[] names) {
      super(at);
      this.object = object;
      this.name = name;
      this.args = args;
      this.names = names;
    }

    @Override
    Object eval(Frame f) {
      Object receiver = object.eval(f);
      Method method = null;
      Object function = None.NONE;
      if (receiver instanceof HasAttributes host) {
        Object attribute = host.attribute(name);
        if (attribute == null) {
          throw f.placed(Values.noAttribute(receiver, name), at);
        }
        function = attribute;
      } else {
        method = Methods.of(receiver).get(name);
        if (method == null) {
          throw f.placed(Values.noAttribute(receiver, name), at);
        }
      }
      Object[] values = new Object[args.length];
      for (int i = 0; i < args.length; i++) {
        values[i] = args[i].eval(f);
      }
      f.at = at;
      try {
        return method != null
            ? method.invoke(f.meter, receiver, values, names)
            : f.thread.call(function, values, names);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }
  }

  /** A call with *args or **kwargs. */
  static final class Spread extends Node {
    private final Node callee;
    private final Node[] args;
    private final String[] names;
    private final @Nullable Node star;
    private final @Nullable Node starStar;
    private static final Dict NO_KEYWORDS = new Dict();

    Spread(
        int at,
        Node callee,
        Node[] args,
        String[] names,
        @Nullable Node star,
        @Nullable Node starStar) {
      super(at);
      this.callee = callee;
      this.args = args;
      this.names = names;
      this.star = star;
      this.starStar = starStar;
    }

    @Override
    Object eval(Frame f) {
      Object function = callee.eval(f);
      Object[] values = new Object[args.length];
      for (int i = 0; i < args.length; i++) {
        values[i] = args[i].eval(f);
      }
      Object starValue = star == null ? Tuple.EMPTY : star.eval(f);
      Object mapping = starStar == null ? NO_KEYWORDS : starStar.eval(f);
      f.at = at;
      try {
        f.meter.steps(4);
        Object[] more = rest(starValue, f.meter);
        Map<Object, Object> named = keywords(mapping, f.meter);
        int positional = values.length - names.length;
        Object[] all = new Object[values.length + more.length + named.size()];
        String[] allNames = new String[names.length + named.size()];
        System.arraycopy(values, 0, all, 0, positional);
        System.arraycopy(more, 0, all, positional, more.length);
        System.arraycopy(values, positional, all, positional + more.length, names.length);
        System.arraycopy(names, 0, allNames, 0, names.length);
        int count = names.length;
        for (Map.Entry<Object, Object> entry : named.entrySet()) {
          String name = keyword(entry.getKey());
          for (String earlier : names) {
            if (earlier.equals(name)) {
              throw StarlarkException.of("keyword argument " + name + " is given twice");
            }
          }
          allNames[count] = name;
          all[positional + more.length + count] = entry.getValue();
          count++;
        }
        return f.thread.call(function, all, allNames);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }

    private static Object[] rest(Object value, Meter meter) {
      if (!(value instanceof StarlarkIterable)) {
        throw StarlarkException.of(
            "the argument after * must be iterable, not " + Values.typeName(value));
      }
      return Values.toArray(value, meter);
    }

    private static Map<Object, Object> keywords(Object value, Meter meter) {
      if (!(value instanceof Dict dict)) {
        throw StarlarkException.of(
            "the argument after ** must be a dict, not " + Values.typeName(value));
      }
      meter.bytes(Meter.times(dict.size(), Meter.ENTRY));
      meter.steps(dict.size());
      return dict.toMap();
    }

    private static String keyword(Object key) {
      if (key instanceof String s) {
        return s;
      }
      throw StarlarkException.of(
          "the keys of the dict after ** must be strings, not " + Values.typeName(key));
    }
  }
}
