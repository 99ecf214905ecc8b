package dev.sallyport.sandbox.worker.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The parts of one payload, read in the order in which they were written. */
final class Payload {
  private final byte[] data;
  private int at;

  Payload(byte[] data, int at) {
    this.data = data;
    this.at = at;
  }

  /** Reads one element of a list. */
  @FunctionalInterface
  interface Element<T> {
    T read() throws MalformedFrame;
  }

  private void need(long count) throws MalformedFrame {
    if (count < 0 || count > data.length - at) {
      throw new MalformedFrame("a frame is shorter than its parts");
    }
  }

  int octet() throws MalformedFrame {
    need(1);
    return data[at++] & 0xff;
  }

  boolean flag() throws MalformedFrame {
    int value = octet();
    if (value > 1) {
      throw new MalformedFrame("a flag is neither 0 nor 1");
    }
    return value == 1;
  }

  int number() throws MalformedFrame {
    need(Integer.BYTES);
    int value = ByteBuffer.wrap(data).getInt(at);
    at += Integer.BYTES;
    return value;
  }

  /** A number that counts something. */
  int count() throws MalformedFrame {
    int value = number();
    if (value < 0) {
      throw new MalformedFrame("a count is negative");
    }
    return value;
  }

  long wide() throws MalformedFrame {
    need(Long.BYTES);
    long value = ByteBuffer.wrap(data).getLong(at);
    at += Long.BYTES;
    return value;
  }

  /** A wide number that counts something. */
  long wideCount() throws MalformedFrame {
    long value = wide();
    if (value < 0) {
      throw new MalformedFrame("a count is negative");
    }
    return value;
  }

  byte[] bytes() throws MalformedFrame {
    int length = count();
    need(length);
    byte[] out = new byte[length];
    System.arraycopy(data, at, out, 0, length);
    at += length;
    return out;
  }

  String text() throws MalformedFrame {
    int length = count();
    need(length);
    try {
      String out =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, at, length)).toString();
      at += length;
      return out;
    } catch (CharacterCodingException e) {
      throw new MalformedFrame("a text is not UTF-8");
    }
  }

  <T> List<T> list(Element<T> element) throws MalformedFrame {
    int size = count();
    // Each element takes a byte at least, so that a count alone reserves nothing.
    need(size);
    List<T> out = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      out.add(element.read());
    }
    return out;
  }

  <E extends Enum<E>> E of(E[] values) throws MalformedFrame {
    int ordinal = octet();
    if (ordinal >= values.length) {
      throw new MalformedFrame("a frame has an unknown choice");
    }
    return values[ordinal];
  }

  void end() throws MalformedFrame {
    if (at != data.length) {
      throw new MalformedFrame("a frame is longer than its parts");
    }
  }
}
