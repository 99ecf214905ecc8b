package dev.sallyport.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Splits a byte stream at line feeds. A line over the cap is skipped, not stored. */
final class Lines {

  static final int LONGEST = 16 * 1024 * 1024;

  sealed interface Line {
    record Text(byte[] bytes) implements Line {}

    record TooLong() implements Line {}

    record End() implements Line {}
  }

  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;

  Lines(InputStream in) {
    this.in = in;
  }

  Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    boolean tooLong = false;
    for (; ; ) {
      if (position == limit) {
        limit = Math.max(in.read(buffer), 0);
        position = 0;
        if (limit == 0) {
          // A message that the end of the stream cut off is none.
          return new Line.End();
        }
      }
      int start = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      if (line.size() + position - start > LONGEST) {
        tooLong = true;
        line.reset();
      }
      if (!tooLong) {
        line.write(buffer, start, position - start);
      }
      if (position < limit) {
        position++;
        return tooLong ? new Line.TooLong() : new Line.Text(line.toByteArray());
      }
    }
  }
}
