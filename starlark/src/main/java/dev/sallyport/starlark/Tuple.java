package dev.sallyport.starlark;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** A tuple. Immutable, though its elements may not be. */
public final class Tuple implements StarlarkIterable {
  static final Tuple EMPTY = new Tuple(new Object[0]);

  final Object[] items;

  Tuple(Object[] items) {
    this.items = items;
  }

  public static Tuple of(Object... items) {
    return new Tuple(items.clone());
  }

  public Object get(int index) {
    return items[index];
  }

  @Override
  public int size() {
    return items.length;
  }

  @Override
  public Iterator<Object> iterator() {
    return Arrays.asList(items).iterator();
  }

  /** A view. */
  public List<Object> asList() {
    return java.util.Collections.unmodifiableList(Arrays.asList(items));
  }

  @Override
  public String typeName() {
    return "tuple";
  }

  @Override
  public boolean truth() {
    return items.length > 0;
  }

  @Override
  public void repr(Printer out) {
    out.elements("(", this, items.length == 1 ? ",)" : ")");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple t && Equality.equal(this, t, Meter.unlimited());
  }

  @Override
  public int hashCode() {
    return Equality.hash(this, Meter.unlimited());
  }
}
