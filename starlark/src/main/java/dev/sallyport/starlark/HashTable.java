package dev.sallyport.starlark;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Keys in order of insertion, with a value for each where the table has values. Probes are charged:
 * keys that a script chooses so that they collide cost it its own steps.
 */
final class HashTable {
  private static final int GONE = -1;
  private static final @Nullable Object[] NOTHING = new @Nullable Object[0];
  private static final int[] NO_NUMBERS = new int[0];

  private final boolean mapping;
  private @Nullable Object[] keys = NOTHING;
  private @Nullable Object[] values = NOTHING;
  private int[] hashes = NO_NUMBERS;
  // 0: never used; GONE: removed; else the number of an entry, from 1.
  private int[] index = NO_NUMBERS;
  private int used;
  private int size;
  private int first;

  HashTable(boolean mapping) {
    this.mapping = mapping;
  }

  int size() {
    return size;
  }

  /** Entries are numbered below this; some of them may be removed ones. */
  int end() {
    return used;
  }

  @Nullable Object keyAt(int entry) {
    return keys[entry];
  }

  Object valueAt(int entry) {
    Object value = values[entry];
    if (value == null) {
      throw new NoSuchElementException();
    }
    return value;
  }

  private int slot(int hash) {
    int spread = hash * 0x9E3779B9;
    return (spread ^ (spread >>> 16)) & (index.length - 1);
  }

  /** The entry of a key, or -1. */
  int find(Object key, Meter meter) {
    int hash = Equality.hash(key, meter);
    return size == 0 ? -1 : find(key, hash, meter);
  }

  private int find(Object key, int hash, Meter meter) {
    int mask = index.length - 1;
    int slot = slot(hash);
    int probes = 0;
    while (index[slot] != 0) {
      int entry = index[slot] - 1;
      if (entry >= 0 && hashes[entry] == hash) {
        Object other = keys[entry];
        if (other == key || (other != null && Equality.equal(other, key, meter))) {
          return entry;
        }
      }
      if (++probes > 3) {
        meter.step();
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Puts a value under a key; true where the key is new. The key must be hashable. */
  boolean put(Object key, Object value, Meter meter) {
    int hash = Equality.hash(key, meter);
    int entry = size == 0 ? -1 : find(key, hash, meter);
    if (entry >= 0) {
      if (mapping) {
        values[entry] = value;
      }
      return false;
    }
    meter.bytes(Meter.ENTRY);
    if (used == keys.length) {
      grow(meter);
    }
    int slot = slot(hash);
    while (index[slot] > 0) {
      slot = (slot + 1) & (index.length - 1);
    }
    keys[used] = key;
    if (mapping) {
      values[used] = value;
    }
    hashes[used] = hash;
    index[slot] = ++used;
    size++;
    return true;
  }

  private void grow(Meter meter) {
    meter.steps(size >> 2);
    int capacity = Math.max(4, size * 2);
    meter.bytes(64 + (long) capacity * Meter.TABLE_SLOT);
    @Nullable Object[] newKeys = new @Nullable Object[capacity];
    @Nullable Object[] newValues = mapping ? new @Nullable Object[capacity] : NOTHING;
    int[] newHashes = new int[capacity];
    int count = 0;
    for (int i = 0; i < used; i++) {
      if (keys[i] != null) {
        newKeys[count] = keys[i];
        if (mapping) {
          newValues[count] = values[i];
        }
        newHashes[count++] = hashes[i];
      }
    }
    keys = newKeys;
    values = newValues;
    hashes = newHashes;
    used = count;
    first = 0;
    index = new int[Integer.highestOneBit(capacity * 2 - 1) * 2];
    for (int i = 0; i < used; i++) {
      int slot = slot(hashes[i]);
      int probes = 0;
      while (index[slot] != 0) {
        slot = (slot + 1) & (index.length - 1);
        if (++probes > 3) {
          meter.step();
        }
      }
      index[slot] = i + 1;
    }
  }

  void removeAt(int entry, Meter meter) {
    int slot = slot(hashes[entry]);
    while (index[slot] != entry + 1) {
      slot = (slot + 1) & (index.length - 1);
      meter.step();
    }
    index[slot] = GONE;
    keys[entry] = null;
    if (mapping) {
      values[entry] = null;
    }
    size--;
  }

  /** The first entry that is not removed, or -1. */
  int firstEntry() {
    while (first < used && keys[first] == null) {
      first++;
    }
    return first < used ? first : -1;
  }

  void clear() {
    keys = NOTHING;
    values = NOTHING;
    hashes = NO_NUMBERS;
    index = NO_NUMBERS;
    used = 0;
    size = 0;
    first = 0;
  }

  Object[] keyArray() {
    Object[] out = new Object[size];
    int count = 0;
    for (int i = 0; i < used; i++) {
      Object key = keys[i];
      if (key != null) {
        out[count++] = key;
      }
    }
    return count == size ? out : Arrays.copyOf(out, count);
  }

  Iterator<Object> keyIterator() {
    return new Iterator<>() {
      private int entry = skip(0);

      private int skip(int from) {
        int i = from;
        while (i < used && keys[i] == null) {
          i++;
        }
        return i;
      }

      @Override
      public boolean hasNext() {
        return entry < used;
      }

      @Override
      public Object next() {
        Object key = entry < used ? keys[entry] : null;
        if (key == null) {
          throw new NoSuchElementException();
        }
        entry = skip(entry + 1);
        return key;
      }
    };
  }
}
