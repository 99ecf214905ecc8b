package dev.sallyport.edge;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache that keeps what is used: two generations, of which the older is dropped when the
 * younger is full. Reads take no lock. Holds at most about {@code budget} in weight, whatever the
 * number of keys. Safe for any thread.
 */
public final class RecentlyUsed<K, V> {

  private final long half;
  private final ToLongFunction<V> weight;
  private final AtomicLong used = new AtomicLong();
  private volatile ConcurrentHashMap<K, V> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<K, V> old = new ConcurrentHashMap<>();

  /**
   * @param budget in the unit of {@code weight}
   */
  public RecentlyUsed(long budget, ToLongFunction<V> weight) {
    this.half = Math.max(1, budget / 2);
    this.weight = weight;
  }

  public @Nullable V get(K key) {
    V value = young.get(key);
    if (value == null) {
      value = old.get(key);
      if (value != null) {
        put(key, value);
      }
    }
    return value;
  }

  public void put(K key, V value) {
    if (young.put(key, value) == null && used.addAndGet(weight.applyAsLong(value)) > half) {
      turn();
    }
  }

  public void remove(K key) {
    young.remove(key);
    old.remove(key);
  }

  private synchronized void turn() {
    if (used.get() > half) {
      old = young;
      young = new ConcurrentHashMap<>();
      used.set(0);
    }
  }
}
