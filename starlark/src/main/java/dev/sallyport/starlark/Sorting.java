package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** The built-in {@code sorted}: a stable merge sort whose comparisons are charged. */
final class Sorting {
  private Sorting() {}

  static Object sorted(StarlarkThread thread, @Nullable Object[] a) {
    Meter meter = thread.meter();
    Object source = Universe.given(a, 0);
    Object key = a[1];
    boolean reverse = a[2] != null && Values.truth(a[2]);
    Object[] items = Values.toArray(source, meter);
    Object[] keys = items;
    if (key != null && key != None.NONE) {
      meter.slots(items.length);
      keys = new Object[items.length];
      Values.begin(source);
      try {
        for (int i = 0; i < items.length; i++) {
          keys[i] = thread.call(key, items[i]);
        }
      } finally {
        Values.end(source);
      }
    }
    // The order of positions: 8 bytes for each are counted with the slots of the copy.
    meter.bytes(Meter.times(items.length, 8));
    int[] order = new int[items.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    sort(order, new int[order.length], 0, order.length, keys, reverse ? -1 : 1, meter);
    meter.slots(items.length);
    Object[] out = new Object[items.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = items[order[i]];
    }
    return StarlarkList.wrap(out);
  }

  private static void sort(
      int[] order, int[] spare, int from, int to, Object[] keys, int sign, Meter meter) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(order, spare, from, middle, keys, sign, meter);
    sort(order, spare, middle, to, keys, sign, meter);
    meter.steps((to - from) >> 4);
    meter.step();
    if (compare(keys[order[middle - 1]], keys[order[middle]], sign, meter) <= 0) {
      return;
    }
    System.arraycopy(order, from, spare, from, to - from);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft =
          right >= to
              || (left < middle
                  && compare(keys[spare[left]], keys[spare[right]], sign, meter) <= 0);
      order[i] = takeLeft ? spare[left++] : spare[right++];
    }
  }

  private static int compare(Object a, Object b, int sign, Meter meter) {
    meter.step();
    return sign * Equality.order(a, b, meter);
  }
}
