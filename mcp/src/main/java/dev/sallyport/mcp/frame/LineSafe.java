package dev.sallyport.mcp.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Makes a frame one line, as stdio (one message per line) and SSE (one data line) need it. Without
 * this, the white space of a pretty-printed body could carry a second message past policy.
 *
 * <p>Every CR and LF becomes a space. In a frame that passed the scanner they stand outside strings
 * only, where JSON takes a space just as well, so its meaning does not change.
 */
public final class LineSafe {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LINE_FEEDS = ONES * '\n';
  private static final long RETURNS = ONES * '\r';

  private LineSafe() {}

  /** The same array where there is nothing to change, else a changed copy. */
  public static byte[] singleLine(byte[] frame) {
    int at = firstLineBreak(frame, 0, frame.length);
    if (at < 0) {
      return frame;
    }
    byte[] safe = frame.clone();
    replaceLineBreaks(safe, at, safe.length);
    return safe;
  }

  /** Index of the first CR or LF, or -1. */
  public static int firstLineBreak(byte[] data, int start, int end) {
    int p = start;
    while (end - p >= 8) {
      long word = (long) LONGS.get(data, p);
      long feeds = word ^ LINE_FEEDS;
      long returns = word ^ RETURNS;
      long hits = (((feeds - ONES) & ~feeds) | ((returns - ONES) & ~returns)) & HIGHS;
      if (hits != 0) {
        return p + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
      p += 8;
    }
    for (; p < end; p++) {
      if (data[p] == '\n' || data[p] == '\r') {
        return p;
      }
    }
    return -1;
  }

  /** Writes spaces over CR and LF, in place. */
  static void replaceLineBreaks(byte[] data, int start, int end) {
    for (int p = start; p < end; p++) {
      if (data[p] == '\n' || data[p] == '\r') {
        data[p] = ' ';
      }
    }
  }
}
