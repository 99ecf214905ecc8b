package dev.sallyport.starlark;

import java.util.Arrays;

/** A bytes value: immutable. */
public final class Bytes implements StarlarkValue, Comparable<Bytes> {
  final byte[] data;

  private Bytes(byte[] data) {
    this.data = data;
  }

  static Bytes wrap(byte[] data) {
    return new Bytes(data);
  }

  public static Bytes of(byte[] data) {
    return new Bytes(data.clone());
  }

  public int size() {
    return data.length;
  }

  public byte[] toByteArray() {
    return data.clone();
  }

  /** FNV-1a, which the specification names. */
  int fnv() {
    int hash = 0x811c9dc5;
    for (byte b : data) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    return hash;
  }

  @Override
  public String typeName() {
    return "bytes";
  }

  @Override
  public boolean truth() {
    return data.length > 0;
  }

  @Override
  public void str(Printer out) {
    out.charge(data.length >> 2);
    out.append(Text.decode(data));
  }

  @Override
  public void repr(Printer out) {
    out.append("b\"");
    int i = 0;
    while (i < data.length) {
      int length = Text.sequenceAt(data, i);
      int b = data[i] & 0xff;
      if (length == 0 || b < ' ' || b == 0x7f) {
        switch (b) {
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          default -> out.append(Printer.hex("\\x", b, 2));
        }
        i++;
      } else {
        if (b == '"' || b == '\\') {
          out.append("\\");
        }
        out.append(new String(data, i, length, java.nio.charset.StandardCharsets.UTF_8));
        i += length;
      }
    }
    out.append("\"");
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(data, other.data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes b && Arrays.equals(data, b.data);
  }

  @Override
  public int hashCode() {
    return fnv();
  }
}
