package dev.sallyport.starlark;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The value of {@code range(...)}. */
public final class Range implements StarlarkIterable {
  final long start;
  final long stop;
  final long step;
  final long length;

  Range(long start, long stop, long step) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = length(start, stop, step);
  }

  private static long length(long start, long stop, long step) {
    if (step == 0) {
      throw StarlarkException.of("the step of a range cannot be 0");
    }
    if (step > 0 ? start >= stop : start <= stop) {
      return 0;
    }
    // The distance fits in 64 bits without a sign.
    long distance = step > 0 ? stop - start : start - stop;
    long stride = step > 0 ? step : -step;
    long length = Long.divideUnsigned(distance - 1, stride) + 1;
    if (length <= 0) {
      throw StarlarkException.of("the range has too many elements");
    }
    return length;
  }

  long at(long index) {
    return start + index * step;
  }

  boolean contains(long value) {
    if (step > 0 ? value < start || value >= stop : value > start || value <= stop) {
      return false;
    }
    long distance = step > 0 ? value - start : start - value;
    return Long.remainderUnsigned(distance, step > 0 ? step : -step) == 0;
  }

  @Override
  public int size() {
    return (int) Math.min(length, Integer.MAX_VALUE);
  }

  public long length() {
    return length;
  }

  @Override
  public Iterator<Object> iterator() {
    return new Iterator<>() {
      private long next;

      @Override
      public boolean hasNext() {
        return next < length;
      }

      @Override
      public Object next() {
        if (next >= length) {
          throw new NoSuchElementException();
        }
        return at(next++);
      }
    };
  }

  @Override
  public String typeName() {
    return "range";
  }

  @Override
  public boolean truth() {
    return length > 0;
  }

  @Override
  public void repr(Printer out) {
    out.append("range(");
    if (start != 0 || step != 1) {
      out.append(start + ", ");
    }
    out.append(Long.toString(stop));
    if (step != 1) {
      out.append(", " + step);
    }
    out.append(")");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Range r
        && length == r.length
        && (length == 0 || (start == r.start && (length == 1 || step == r.step)));
  }

  @Override
  public int hashCode() {
    return Long.hashCode(length) * 31 + (length == 0 ? 0 : Long.hashCode(start));
  }
}
