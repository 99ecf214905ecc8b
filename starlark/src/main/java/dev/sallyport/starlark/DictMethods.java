package dev.sallyport.starlark;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of dicts. */
final class DictMethods {
  static final Map<String, Method> ALL =
      new Methods.Table()
          .with(
              "clear",
              "",
              (meter, self, a) -> {
                ((Dict) self).clear();
                return None.NONE;
              })
          // The specification also lets get fail on a frozen dict; that would make every
          // constant unusable, and contradicts d[k], so it is taken for a slip.
          .with(
              "get",
              "key, default?, /",
              (meter, self, a) -> {
                Object value = ((Dict) self).get(Universe.given(a, 0), meter);
                return value != null ? value : a[1] != null ? a[1] : None.NONE;
              })
          .with(
              "items",
              "",
              (meter, self, a) -> {
                Dict dict = (Dict) self;
                Object[] items = keys(dict, meter);
                meter.bytes(Meter.times(items.length, Meter.OBJECT + 2L * Meter.SLOT));
                int count = 0;
                for (int i = 0; i < dict.table.end(); i++) {
                  Object key = dict.table.keyAt(i);
                  if (key != null) {
                    items[count++] = new Tuple(new Object[] {key, dict.table.valueAt(i)});
                  }
                }
                return StarlarkList.wrap(items);
              })
          .with("keys", "", (meter, self, a) -> StarlarkList.wrap(keys((Dict) self, meter)))
          .with("pop", "key, default?, /", DictMethods::pop)
          .with("popitem", "", DictMethods::popitem)
          .with("setdefault", "key, default?, /", DictMethods::setdefault)
          .with(
              "update",
              "pairs?, /, **kwargs",
              (meter, self, a) -> {
                update((Dict) self, a[0], (Dict) Universe.given(a, 1), meter);
                return None.NONE;
              })
          .with(
              "values",
              "",
              (meter, self, a) -> {
                Dict dict = (Dict) self;
                Object[] values = keys(dict, meter);
                int count = 0;
                for (int i = 0; i < dict.table.end(); i++) {
                  if (dict.table.keyAt(i) != null) {
                    values[count++] = dict.table.valueAt(i);
                  }
                }
                return StarlarkList.wrap(values);
              })
          .build();

  private DictMethods() {}

  private static Object[] keys(Dict dict, Meter meter) {
    meter.slots(dict.size());
    meter.steps(dict.table.end() >> 3);
    return dict.table.keyArray();
  }

  private static Object pop(Meter meter, Object self, @Nullable Object[] a) {
    Object value = ((Dict) self).remove(Universe.given(a, 0), meter);
    if (value != null) {
      return value;
    }
    if (a[1] == null) {
      throw StarlarkException.of(
          "pop: missing key " + Indexing.shown(Universe.given(a, 0), meter),
          "write d.pop(key, None)");
    }
    return a[1];
  }

  private static Object popitem(Meter meter, Object self, @Nullable Object[] a) {
    Dict dict = (Dict) self;
    dict.checkMutable();
    int first = dict.table.firstEntry();
    if (first < 0) {
      throw StarlarkException.of("popitem: empty dict");
    }
    Object key = dict.table.keyAt(first);
    if (key == null) {
      throw new IllegalStateException();
    }
    meter.slots(2);
    Tuple item = new Tuple(new Object[] {key, dict.table.valueAt(first)});
    dict.table.removeAt(first, meter);
    return item;
  }

  private static Object setdefault(Meter meter, Object self, @Nullable Object[] a) {
    Dict dict = (Dict) self;
    dict.checkMutable();
    Object key = Universe.given(a, 0);
    Object value = dict.get(key, meter);
    if (value != null) {
      return value;
    }
    Object added = a[1] == null ? None.NONE : a[1];
    dict.put(key, added, meter);
    return added;
  }

  static void update(Dict dict, @Nullable Object pairs, Dict kwargs, Meter meter) {
    dict.checkMutable();
    if (pairs instanceof Dict other) {
      dict.putAll(other, meter);
    } else if (pairs != null && pairs != None.NONE) {
      int index = 0;
      for (Object pair : Values.iterate(pairs)) {
        meter.step();
        if (!(pair instanceof StarlarkIterable two)) {
          throw StarlarkException.of(
              "element " + index + " is no pair, but of type " + Values.typeName(pair),
              "give a list of pairs: [(key, value), ...]");
        }
        if (two.size() != 2) {
          throw StarlarkException.of("element " + index + " has length " + two.size() + ", want 2");
        }
        Object[] items = Values.toArray(pair, meter);
        dict.put(items[0], items[1], meter);
        index++;
      }
    }
    dict.putAll(kwargs, meter);
  }
}
