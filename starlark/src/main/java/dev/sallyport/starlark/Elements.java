package dev.sallyport.starlark;

import java.util.Iterator;

/** The values of {@code s.elems()}: views of a string or of bytes that can be iterated over. */
abstract sealed class Elements implements StarlarkIterable {
  @Override
  public boolean truth() {
    return size() > 0;
  }

  abstract Object element(int index);

  @Override
  public Iterator<Object> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size();
      }

      @Override
      public Object next() {
        return element(next++);
      }
    };
  }

  /** Strings of one element each. */
  static final class OfString extends Elements {
    private final String text;

    OfString(String text) {
      this.text = text;
    }

    @Override
    public int size() {
      return text.length();
    }

    @Override
    Object element(int index) {
      return Text.ofChar(text.charAt(index));
    }

    @Override
    public String typeName() {
      return "string.elems";
    }

    @Override
    public void repr(Printer out) {
      out.repr(text).append(".elems()");
    }
  }

  /** Integers from 0 to 255. */
  static final class OfBytes extends Elements {
    private final Bytes bytes;

    OfBytes(Bytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public int size() {
      return bytes.data.length;
    }

    @Override
    Object element(int index) {
      return (long) (bytes.data[index] & 0xff);
    }

    @Override
    public String typeName() {
      return "bytes.elems";
    }

    @Override
    public void repr(Printer out) {
      out.repr(bytes).append(".elems()");
    }
  }
}
