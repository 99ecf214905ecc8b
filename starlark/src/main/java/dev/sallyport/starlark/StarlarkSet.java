package dev.sallyport.starlark;

import java.util.Iterator;

/** A set; its iteration is in order of insertion. */
public final class StarlarkSet extends Mutable {
  final HashTable table = new HashTable(false);

  /** Adds an element, for a host that builds a value. */
  public void add(Object value) {
    add(value, Meter.unlimited());
  }

  public boolean contains(Object value) {
    return contains(value, Meter.unlimited());
  }

  void add(Object value, Meter meter) {
    checkMutable();
    table.put(value, value, meter);
  }

  boolean contains(Object value, Meter meter) {
    return table.find(value, meter) >= 0;
  }

  boolean remove(Object value, Meter meter) {
    checkMutable();
    int entry = table.find(value, meter);
    if (entry < 0) {
      return false;
    }
    table.removeAt(entry, meter);
    return true;
  }

  void clear() {
    checkMutable();
    table.clear();
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
    return "set";
  }

  @Override
  public boolean truth() {
    return table.size() > 0;
  }

  @Override
  public void repr(Printer out) {
    if (table.size() == 0) {
      out.append("set()");
    } else {
      out.elements("set([", this, "])");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StarlarkSet s && Equality.equal(this, s, Meter.unlimited());
  }

  @Override
  public int hashCode() {
    return isFrozen() ? Equality.hash(this, Meter.unlimited()) : System.identityHashCode(this);
  }
}
