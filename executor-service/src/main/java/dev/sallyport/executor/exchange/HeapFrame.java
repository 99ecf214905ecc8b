package dev.sallyport.executor.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/**
 * The bytes of a frame in an array, without a copy where the buffer has one.
 *
 * @param data not to be written to
 */
record HeapFrame(byte[] data, int offset, int length) {

  static HeapFrame of(Buffer buffer) {
    ByteBuf bytes = buffer.getByteBuf();
    if (bytes.hasArray()) {
      return new HeapFrame(
          bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
    }
    byte[] copy = buffer.getBytes();
    return new HeapFrame(copy, 0, copy.length);
  }

  /** The array as a buffer, without a copy. */
  static Buffer wrap(byte[] data) {
    return Buffer.buffer(Unpooled.wrappedBuffer(data));
  }
}
