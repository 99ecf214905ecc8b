package dev.sallyport.mcp.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a JSON value stands in a frame.
 *
 * @param start index of its first byte
 * @param end index after its last byte
 */
public record Span(int start, int end) {

  public int length() {
    return end - start;
  }

  /** A copy of the bytes that it covers. */
  public byte[] bytes(byte[] data) {
    return Arrays.copyOfRange(data, start, end);
  }

  /** The bytes that it covers as text: the JSON as it stands, a string with its quotes. */
  public String text(byte[] data) {
    return new String(data, start, end - start, StandardCharsets.UTF_8);
  }

  /** Both ends in one long, so that a frame need not keep an object per member; 0 is none. */
  static long pack(int start, int end) {
    return (long) start << 32 | end;
  }

  static @Nullable Span unpack(long packed) {
    return packed == 0 ? null : new Span((int) (packed >>> 32), (int) packed);
  }
}
