package dev.sallyport.sandbox.worker.wire;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into frames. For one thread. */
final class FrameStream {
  private static final int PIECE = 64 * 1024;

  private final InputStream in;
  private final int longest;

  /**
   * @param longest bytes of a frame without its length, at most
   */
  FrameStream(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /**
   * The next frame without its length: a type and a payload.
   *
   * @return null when the stream ends between two frames
   * @throws MalformedFrame when a frame is too long, empty, or cut off
   */
  byte @Nullable [] next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    long length = first;
    for (int i = 0; i < 3; i++) {
      int octet = in.read();
      if (octet < 0) {
        throw new MalformedFrame("the stream ends within a frame");
      }
      length = length << 8 | octet;
    }
    if (length < 1 || length > longest) {
      throw new MalformedFrame("a frame of " + length + " bytes; at most " + longest + " are read");
    }
    byte[] frame = length <= PIECE ? in.readNBytes((int) length) : grown((int) length);
    if (frame.length < length) {
      throw new MalformedFrame("the stream ends within a frame");
    }
    return frame;
  }

  /** A long frame takes memory as it comes, and not for what its length says. */
  private byte[] grown(int length) throws IOException {
    byte[] frame = new byte[PIECE];
    int filled = 0;
    while (filled < length) {
      if (filled == frame.length) {
        frame = java.util.Arrays.copyOf(frame, (int) Math.min(length, 2L * frame.length));
      }
      int read = in.read(frame, filled, frame.length - filled);
      if (read < 0) {
        break;
      }
      filled += read;
    }
    return filled == frame.length ? frame : java.util.Arrays.copyOf(frame, filled);
  }
}
