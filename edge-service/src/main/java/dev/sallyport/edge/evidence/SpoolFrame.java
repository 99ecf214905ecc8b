package dev.sallyport.edge.evidence;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * One record in a segment: payload length (4 bytes, big-endian), CRC32C over length and payload (4
 * bytes), payload. The length is covered, so that a run of zero bytes is never a frame.
 */
final class SpoolFrame {

  static final int HEADER_BYTES = 8;

  /** Longer payloads are refused when written and damage when read. */
  static final int MAX_PAYLOAD_BYTES = 48 * 1024 * 1024;

  /** The bytes given end before the frame does. */
  static final int INCOMPLETE = -1;

  /** What stands here was never written as a frame, or was changed. */
  static final int BROKEN = -2;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private SpoolFrame() {}

  static byte[] encode(MessageLite record) {
    int length = record.getSerializedSize();
    byte[] frame = new byte[HEADER_BYTES + length];
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(frame, HEADER_BYTES, length);
      record.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("a record did not fit its own size", e);
    }
    INT.set(frame, 0, length);
    INT.set(frame, 4, checksum(frame, 0, length));
    return frame;
  }

  /**
   * Length of the payload of the frame that begins at {@code offset}, {@link #INCOMPLETE} or {@link
   * #BROKEN}.
   */
  static int payloadLength(byte[] data, int offset, int available) {
    if (available < HEADER_BYTES) {
      return INCOMPLETE;
    }
    int length = (int) INT.get(data, offset);
    if (length <= 0 || length > MAX_PAYLOAD_BYTES) {
      return BROKEN;
    }
    if (available - HEADER_BYTES < length) {
      return INCOMPLETE;
    }
    return (int) INT.get(data, offset + 4) == checksum(data, offset, length) ? length : BROKEN;
  }

  /** Bytes that the whole frame at {@code offset} claims to take, unchecked. */
  static int claimedBytes(byte[] data, int offset) {
    return HEADER_BYTES + (int) INT.get(data, offset);
  }

  private static int checksum(byte[] data, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, offset, 4);
    crc.update(data, offset + HEADER_BYTES, length);
    return (int) crc.getValue();
  }
}
