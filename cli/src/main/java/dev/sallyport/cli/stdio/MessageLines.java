package dev.sallyport.cli.stdio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Standard input as lines of bounded size. One thread. */
final class MessageLines {

  private static final int CHUNK = 64 * 1024;
  private static final byte[] TOO_LONG = {};

  private final InputStream in;
  private final int longest;
  private final byte[] chunk = new byte[CHUNK];
  private int at;
  private int end;

  MessageLines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** Whether {@link #next} gave this for a line over the limit, which was passed over. */
  static boolean isTooLong(byte[] line) {
    return line == TOO_LONG;
  }

  /** The next line that is not blank, without its line break; null at the end. */
  byte @Nullable [] next() throws IOException {
    Line line = new Line();
    while (true) {
      if (at == end) {
        at = 0;
        end = Math.max(0, in.read(chunk));
        if (end == 0) {
          return line.isBlank() ? null : line.bytes();
        }
      }
      int from = at;
      while (at < end && chunk[at] != '\n') {
        at++;
      }
      line.add(chunk, from, at);
      if (at < end) {
        at++;
        if (!line.isBlank()) {
          return line.bytes();
        }
        line = new Line();
      }
    }
  }

  private final class Line {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
    private boolean tooLong;
    private boolean blank = true;

    void add(byte[] from, int start, int stop) {
      for (int i = start; blank && i < stop; i++) {
        blank = from[i] == ' ' || from[i] == '\t' || from[i] == '\r';
      }
      tooLong |= bytes.size() + (long) (stop - start) > longest;
      if (tooLong) {
        bytes.reset();
      } else {
        bytes.write(from, start, stop - start);
      }
    }

    boolean isBlank() {
      return blank;
    }

    byte[] bytes() {
      return tooLong ? TOO_LONG : bytes.toByteArray();
    }
  }
}
