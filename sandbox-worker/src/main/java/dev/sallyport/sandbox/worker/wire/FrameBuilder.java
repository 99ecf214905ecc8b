package dev.sallyport.sandbox.worker.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes one frame. */
final class FrameBuilder {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final DataOutputStream out = new DataOutputStream(bytes);

  FrameBuilder(int type) {
    number(0);
    octet(type);
  }

  /** Writes one element of a list. */
  @FunctionalInterface
  interface Element<T> {
    void write(T element);
  }

  FrameBuilder octet(int value) {
    try {
      out.writeByte(value);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FrameBuilder flag(boolean value) {
    return octet(value ? 1 : 0);
  }

  FrameBuilder number(int value) {
    try {
      out.writeInt(value);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FrameBuilder wide(long value) {
    try {
      out.writeLong(value);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FrameBuilder bytes(byte[] value) {
    number(value.length);
    bytes.writeBytes(value);
    return this;
  }

  FrameBuilder text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  <T> FrameBuilder list(List<T> values, Element<T> element) {
    number(values.size());
    values.forEach(element::write);
    return this;
  }

  FrameBuilder of(Enum<?> value) {
    return octet(value.ordinal());
  }

  byte[] build() {
    byte[] frame = bytes.toByteArray();
    ByteBuffer.wrap(frame).putInt(0, frame.length - Integer.BYTES);
    return frame;
  }
}
