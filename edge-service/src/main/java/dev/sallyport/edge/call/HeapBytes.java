package dev.sallyport.edge.call;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/**
 * Bytes of a {@link Buffer} as an array, copied only when they are not in one.
 *
 * @param array not to be written to
 */
public record HeapBytes(byte[] array, int offset, int length) {

  public static HeapBytes of(Buffer buffer) {
    ByteBuf bytes = buffer.getByteBuf();
    if (bytes.hasArray()) {
      return new HeapBytes(
          bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
    }
    byte[] copy = buffer.getBytes();
    return new HeapBytes(copy, 0, copy.length);
  }

  /** A buffer over the array itself. */
  public static Buffer wrap(byte[] array, int offset, int length) {
    return Buffer.buffer(Unpooled.wrappedBuffer(array, offset, length));
  }

  public static Buffer wrap(byte[] array) {
    return wrap(array, 0, array.length);
  }
}
