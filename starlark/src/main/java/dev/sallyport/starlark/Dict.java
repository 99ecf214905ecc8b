package dev.sallyport.starlark;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dict; its iteration yields the keys in order of insertion. */
public final class Dict extends Mutable {
  final HashTable table = new HashTable(true);

  /** The value of a key, or null where the key is not there. */
  public @Nullable Object get(Object key) {
    return get(key, Meter.unlimited());
  }

  @Nullable Object get(Object key, Meter meter) {
    int entry = table.find(key, meter);
    return entry < 0 ? null : table.valueAt(entry);
  }

  /** Sets the value of a key, for a host that builds a value. */
  public void put(Object key, Object value) {
    put(key, value, Meter.unlimited());
  }

  void put(Object key, Object value, Meter meter) {
    checkMutable();
    table.put(key, value, meter);
  }

  @Nullable Object remove(Object key, Meter meter) {
    checkMutable();
    int entry = table.find(key, meter);
    if (entry < 0) {
      return null;
    }
    Object value = table.valueAt(entry);
    table.removeAt(entry, meter);
    return value;
  }

  @SuppressWarnings("ReferenceEquality") // The very same dict, not an equal one.
  void putAll(Dict other, Meter meter) {
    checkMutable();
    if (other == this) {
      return;
    }
    for (int i = 0; i < other.table.end(); i++) {
      Object key = other.table.keyAt(i);
      if (key != null) {
        meter.step();
        table.put(key, other.table.valueAt(i), meter);
      }
    }
  }

  void clear() {
    checkMutable();
    table.clear();
  }

  /** A copy as a Java map, in order. */
  public Map<Object, Object> toMap() {
    Map<Object, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < table.end(); i++) {
      Object key = table.keyAt(i);
      if (key != null) {
        out.put(key, table.valueAt(i));
      }
    }
    return out;
  }

  @Override
  public int size() {
    return table.size();
  }

  @Override
  public Iterator<Object> iterator() {
    return table.keyIterator();
  }

  @Override
  public String typeName() {
    return "dict";
  }

  @Override
  public boolean truth() {
    return table.size() > 0;
  }

  @Override
  public void repr(Printer out) {
    out.append("{");
    String separator = "";
    for (int i = 0; i < table.end(); i++) {
      Object key = table.keyAt(i);
      if (key != null) {
        out.append(separator).repr(key).append(": ").repr(table.valueAt(i));
        separator = ", ";
      }
    }
    out.append("}");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dict d && Equality.equal(this, d, Meter.unlimited());
  }

  @Override
  public int hashCode() {
    return isFrozen() ? Equality.hash(this, Meter.unlimited()) : System.identityHashCode(this);
  }
}
