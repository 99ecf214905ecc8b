package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.TokenKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods of sets, and the operators of sets. */
final class SetMethods {
  static final Map<String, Method> ALL =
      new Methods.Table()
          .with(
              "add",
              "x, /",
              (meter, self, a) -> {
                ((StarlarkSet) self).add(Universe.given(a, 0), meter);
                return None.NONE;
              })
          .with(
              "clear",
              "",
              (meter, self, a) -> {
                ((StarlarkSet) self).clear();
                return None.NONE;
              })
          .with(
              "discard",
              "x, /",
              (meter, self, a) -> {
                ((StarlarkSet) self).remove(Universe.given(a, 0), meter);
                return None.NONE;
              })
          .with(
              "remove",
              "x, /",
              (meter, self, a) -> {
                if (!((StarlarkSet) self).remove(Universe.given(a, 0), meter)) {
                  throw StarlarkException.of("remove: element not found", "write s.discard(x)");
                }
                return None.NONE;
              })
          .with("pop", "", SetMethods::pop)
          .with(
              "difference",
              "*others",
              (meter, self, a) -> difference((StarlarkSet) self, others(a), meter))
          .with(
              "difference_update",
              "*others",
              (meter, self, a) ->
                  replace(
                      (StarlarkSet) self, difference((StarlarkSet) self, others(a), meter), meter))
          .with(
              "intersection",
              "*others",
              (meter, self, a) -> intersection((StarlarkSet) self, others(a), meter))
          .with(
              "intersection_update",
              "*others",
              (meter, self, a) ->
                  replace(
                      (StarlarkSet) self,
                      intersection((StarlarkSet) self, others(a), meter),
                      meter))
          .with(
              "isdisjoint",
              "x, /",
              (meter, self, a) -> intersection((StarlarkSet) self, a, meter).size() == 0)
          .with(
              "issubset",
              "x, /",
              (meter, self, a) -> difference((StarlarkSet) self, a, meter).size() == 0)
          .with(
              "issuperset",
              "x, /",
              (meter, self, a) -> {
                StarlarkSet other = of(Universe.given(a, 0), meter);
                return difference(other, new Object[] {self}, meter).size() == 0;
              })
          .with(
              "symmetric_difference",
              "x, /",
              (meter, self, a) ->
                  symmetricDifference((StarlarkSet) self, of(Universe.given(a, 0), meter), meter))
          .with(
              "symmetric_difference_update",
              "x, /",
              (meter, self, a) ->
                  replace(
                      (StarlarkSet) self,
                      symmetricDifference(
                          (StarlarkSet) self, of(Universe.given(a, 0), meter), meter),
                      meter))
          .with(
              "union",
              "*others",
              (meter, self, a) -> {
                StarlarkSet result = copy((StarlarkSet) self, meter);
                addAll(result, others(a), meter);
                return result;
              })
          .with(
              "update",
              "*others",
              (meter, self, a) -> {
                ((StarlarkSet) self).checkMutable();
                addAll((StarlarkSet) self, others(a), meter);
                return None.NONE;
              })
          .build();

  private SetMethods() {}

  private static Object[] others(@Nullable Object[] a) {
    return ((Tuple) Universe.given(a, 0)).items;
  }

  private static StarlarkSet of(Object elements, Meter meter) {
    if (elements instanceof StarlarkSet set) {
      return set;
    }
    StarlarkSet set = new StarlarkSet();
    addAll(set, new Object[] {elements}, meter);
    return set;
  }

  private static StarlarkSet copy(StarlarkSet set, Meter meter) {
    StarlarkSet copy = new StarlarkSet();
    addAll(copy, new Object[] {set}, meter);
    return copy;
  }

  private static void addAll(StarlarkSet set, @Nullable Object[] others, Meter meter) {
    meter.bytes(Meter.TABLE);
    for (Object other : others) {
      if (other != null && other != set) {
        for (Object element : Values.iterate(other)) {
          meter.step();
          set.add(element, meter);
        }
      }
    }
  }

  private static Object replace(StarlarkSet set, StarlarkSet by, Meter meter) {
    set.checkMutable();
    set.clear();
    addAll(set, new Object[] {by}, meter);
    return None.NONE;
  }

  private static Object pop(Meter meter, Object self, @Nullable Object[] a) {
    StarlarkSet set = (StarlarkSet) self;
    set.checkMutable();
    int first = set.table.firstEntry();
    Object element = first < 0 ? null : set.table.keyAt(first);
    if (element == null) {
      throw StarlarkException.of("pop: empty set");
    }
    set.table.removeAt(first, meter);
    return element;
  }

  private static StarlarkSet difference(StarlarkSet set, @Nullable Object[] others, Meter meter) {
    StarlarkSet result = copy(set, meter);
    for (Object other : others) {
      if (other != null) {
        for (Object element : Values.iterate(other)) {
          meter.step();
          result.remove(element, meter);
        }
      }
    }
    return result;
  }

  private static StarlarkSet intersection(StarlarkSet set, @Nullable Object[] others, Meter meter) {
    StarlarkSet result = copy(set, meter);
    for (Object other : others) {
      if (other != null) {
        StarlarkSet right = of(other, meter);
        meter.bytes(Meter.TABLE);
        StarlarkSet both = new StarlarkSet();
        for (Object element : result) {
          meter.step();
          if (right.contains(element, meter)) {
            both.add(element, meter);
          }
        }
        result = both;
      }
    }
    return result;
  }

  static StarlarkSet union(StarlarkSet x, StarlarkSet y, Meter meter) {
    StarlarkSet result = copy(x, meter);
    addAll(result, new Object[] {y}, meter);
    return result;
  }

  static StarlarkSet intersection(StarlarkSet x, StarlarkSet y, Meter meter) {
    return intersection(x, new Object[] {y}, meter);
  }

  static StarlarkSet difference(StarlarkSet x, StarlarkSet y, Meter meter) {
    return difference(x, new Object[] {y}, meter);
  }

  static StarlarkSet symmetricDifference(StarlarkSet x, StarlarkSet y, Meter meter) {
    StarlarkSet result = difference(x, y, meter);
    addAll(result, new Object[] {difference(y, x, meter)}, meter);
    return result;
  }

  /** The augmented operators of sets; false where the operator is none of them. */
  static boolean update(TokenKind op, StarlarkSet x, StarlarkSet y, Meter meter) {
    switch (op) {
      case PIPE -> {
        x.checkMutable();
        addAll(x, new Object[] {y}, meter);
      }
      case AMPERSAND -> replace(x, intersection(x, y, meter), meter);
      case MINUS -> replace(x, difference(x, y, meter), meter);
      case CARET -> replace(x, symmetricDifference(x, y, meter), meter);
      default -> {
        return false;
      }
    }
    return true;
  }
}
