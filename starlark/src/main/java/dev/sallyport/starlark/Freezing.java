package dev.sallyport.starlark;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Freezes values and all that is reachable from them, however deep, without recursion. */
final class Freezing {
  private Freezing() {}

  static void freeze(@Nullable Object root) {
    Deque<Object> open = new ArrayDeque<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    add(root, open);
    while (!open.isEmpty()) {
      Object value = open.pop();
      switch (value) {
        case Mutable m -> {
          if (m.isFrozen()) {
            continue;
          }
          m.freeze();
          for (Object element : m) {
            add(element, open);
          }
          if (m instanceof Dict dict) {
            for (Object key : dict) {
              add(dict.get(key), open);
            }
          }
        }
        case Tuple t -> {
          if (seen.add(t)) {
            for (Object element : t.items) {
              add(element, open);
            }
          }
        }
        case StarlarkFunction f -> {
          if (seen.add(f)) {
            f.references(reference -> add(reference, open));
          }
        }
        case BoundMethod b -> add(b.receiver(), open);
        case StarlarkValue v -> v.freeze();
        default -> {}
      }
    }
  }

  private static void add(@Nullable Object value, Deque<Object> open) {
    if (value instanceof StarlarkValue) {
      open.push(value);
    }
  }
}
