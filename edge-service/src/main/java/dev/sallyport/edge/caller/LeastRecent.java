package dev.sallyport.edge.caller;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A map of bounded size that drops what was not used for longest. Not thread-safe. */
final class LeastRecent<K, V> extends LinkedHashMap<K, V> {

  private static final long serialVersionUID = 1L;

  private final int bound;
  private final transient BiConsumer<K, V> onDropped;

  LeastRecent(int bound, BiConsumer<K, V> onDropped) {
    super(16, 0.75f, true);
    this.bound = bound;
    this.onDropped = onDropped;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    if (size() <= bound) {
      return false;
    }
    onDropped.accept(eldest.getKey(), eldest.getValue());
    return true;
  }
}
