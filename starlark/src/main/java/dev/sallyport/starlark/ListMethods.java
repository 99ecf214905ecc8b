package dev.sallyport.starlark;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of lists. */
final class ListMethods {
  static final Map<String, Method> ALL =
      new Methods.Table()
          .with(
              "append",
              "x, /",
              (meter, self, a) -> {
                ((StarlarkList) self).add(Universe.given(a, 0), meter);
                return None.NONE;
              })
          .with(
              "clear",
              "",
              (meter, self, a) -> {
                ((StarlarkList) self).clear();
                return None.NONE;
              })
          .with(
              "extend",
              "x, /",
              (meter, self, a) -> {
                StarlarkList list = (StarlarkList) self;
                list.checkMutable();
                list.addAll(Values.toArray(Universe.given(a, 0), meter), meter);
                return None.NONE;
              })
          .with("index", "x, start?, end?, /", ListMethods::index)
          .with(
              "insert",
              "i, x, /",
              (meter, self, a) -> {
                StarlarkList list = (StarlarkList) self;
                Object i = Universe.given(a, 0);
                if (!Ints.isInt(i)) {
                  throw StarlarkException.of(
                      "insert: the index must be an int, not " + Values.typeName(i));
                }
                list.insert(Indexing.clamped(i, 0, list.size), Universe.given(a, 1), meter);
                return None.NONE;
              })
          .with("pop", "i?, /", ListMethods::pop)
          .with(
              "remove",
              "x, /",
              (meter, self, a) -> {
                StarlarkList list = (StarlarkList) self;
                list.checkMutable();
                int found =
                    Operations.indexOf(list.items, 0, list.size, Universe.given(a, 0), meter);
                if (found < 0) {
                  throw StarlarkException.of("remove: element not found", "test first: if x in l");
                }
                list.removeAt(found, meter);
                return None.NONE;
              })
          .build();

  private ListMethods() {}

  private static Object index(Meter meter, Object self, @Nullable Object[] a) {
    StarlarkList list = (StarlarkList) self;
    int from = Indexing.clamped(a[1], 0, list.size);
    int to = Indexing.clamped(a[2], list.size, list.size);
    int found = Operations.indexOf(list.items, from, to, Universe.given(a, 0), meter);
    if (found < 0) {
      throw StarlarkException.of("index: value not found in list", "test first: if x in l");
    }
    return (long) found;
  }

  private static Object pop(Meter meter, Object self, @Nullable Object[] a) {
    StarlarkList list = (StarlarkList) self;
    list.checkMutable();
    if (list.size == 0) {
      throw StarlarkException.of("pop: index out of range: the list is empty");
    }
    Object i = a[0] == null ? (Object) (list.size - 1L) : a[0];
    if (i instanceof Long l && l < 0) {
      throw StarlarkException.of(
          "pop: the index is negative", "pop() takes the last element; else write pop(len(l) - 1)");
    }
    return list.removeAt(Indexing.checkedIndex(i, list.size, "list"), meter);
  }
}
