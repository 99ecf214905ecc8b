package dev.sallyport.starlark;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** A list. */
public final class StarlarkList extends Mutable {
  private static final Object[] NOTHING = new Object[0];

  Object[] items;
  int size;

  StarlarkList(Object[] items, int size) {
    this.items = items;
    this.size = size;
  }

  public StarlarkList() {
    this(NOTHING, 0);
  }

  /** A list of the elements, which must be Starlark values. */
  public static StarlarkList copyOf(Collection<?> elements) {
    Object[] items = elements.toArray();
    return new StarlarkList(items, items.length);
  }

  static StarlarkList wrap(Object[] items) {
    return new StarlarkList(items, items.length);
  }

  public Object get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    return items[index];
  }

  /** Adds an element, for a host that builds a value. */
  public void add(Object value) {
    checkMutable();
    addUnchecked(value);
  }

  void add(Object value, Meter meter) {
    checkMutable();
    meter.bytes(Meter.SLOT);
    addUnchecked(value);
  }

  private void addUnchecked(Object value) {
    if (size == items.length) {
      items = Arrays.copyOf(items, Math.max(4, size + (size >> 1)));
    }
    items[size++] = value;
  }

  void addAll(Object[] values, Meter meter) {
    checkMutable();
    meter.slots(values.length);
    if (size + values.length > items.length) {
      items = Arrays.copyOf(items, Math.max(size + (size >> 1), size + values.length));
    }
    System.arraycopy(values, 0, items, size, values.length);
    size += values.length;
  }

  void insert(int index, Object value, Meter meter) {
    checkMutable();
    meter.bytes(Meter.SLOT);
    meter.steps((size - index) >> 4);
    addUnchecked(value);
    System.arraycopy(items, index, items, index + 1, size - 1 - index);
    items[index] = value;
  }

  Object removeAt(int index, Meter meter) {
    checkMutable();
    meter.steps((size - index) >> 4);
    Object removed = items[index];
    System.arraycopy(items, index + 1, items, index, size - index - 1);
    items[--size] = None.NONE;
    return removed;
  }

  void clear() {
    checkMutable();
    items = NOTHING;
    size = 0;
  }

  Object[] toArray() {
    return Arrays.copyOf(items, size);
  }

  /** A view that cannot be changed. */
  public List<Object> asList() {
    return new AbstractList<>() {
      @Override
      public Object get(int index) {
        return StarlarkList.this.get(index);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Iterator<Object> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public Object next() {
        if (next >= size) {
          throw new NoSuchElementException();
        }
        return items[next++];
      }
    };
  }

  @Override
  public String typeName() {
    return "list";
  }

  @Override
  public boolean truth() {
    return size > 0;
  }

  @Override
  public void repr(Printer out) {
    out.elements("[", this, "]");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StarlarkList l && Equality.equal(this, l, Meter.unlimited());
  }

  @Override
  public int hashCode() {
    return isFrozen() ? Equality.hash(this, Meter.unlimited()) : System.identityHashCode(this);
  }
}
