package dev.sallyport.executor.upstream.stdio;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a stream into lines of bounded size. A line that fits into the read buffer is handed over
 * where it stands, without a copy.
 */
final class Lines {

  private static final int CHUNK = 64 * 1024;
  private static final int KEPT_OF_OVERSIZED = 512;

  /** Told each line, without its line break; the bytes are valid during the call only. */
  interface Reader {
    void line(byte[] data, int offset, int length);

    void oversized(byte[] head, byte[] tail);
  }

  private final int maxBytes;
  private final Reader reader;
  private byte[] rest = new byte[0];
  private int restLength;
  private boolean skipping;
  private byte[] head = new byte[0];
  private byte[] tail = new byte[0];

  Lines(int maxBytes, Reader reader) {
    this.maxBytes = maxBytes;
    this.reader = reader;
  }

  void readAll(InputStream in) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      feed(chunk, read);
    }
  }

  void feed(byte[] chunk, int length) {
    int from = 0;
    for (int i = 0; i < length; i++) {
      if (chunk[i] == '\n') {
        endLine(chunk, from, i);
        from = i + 1;
      }
    }
    keep(chunk, from, length);
  }

  private void endLine(byte[] chunk, int from, int to) {
    if (!skipping && restLength == 0 && to - from <= maxBytes) {
      deliver(chunk, from, to);
      return;
    }
    keep(chunk, from, to);
    if (skipping) {
      reader.oversized(head, tail);
      skipping = false;
      tail = new byte[0];
    } else {
      deliver(rest, 0, restLength);
    }
    restLength = 0;
    if (rest.length > 4 * CHUNK) {
      rest = new byte[0];
    }
  }

  private void deliver(byte[] data, int from, int to) {
    int end = to;
    while (end > from && (data[end - 1] == '\r' || data[end - 1] == ' ' || data[end - 1] == '\t')) {
      end--;
    }
    if (end > from) {
      reader.line(data, from, end - from);
    }
  }

  private void keep(byte[] chunk, int from, int to) {
    int added = to - from;
    if (added == 0) {
      return;
    }
    if (!skipping && restLength + (long) added > maxBytes) {
      skipping = true;
      head = new byte[Math.min(KEPT_OF_OVERSIZED, restLength + added)];
      int fromRest = Math.min(restLength, head.length);
      System.arraycopy(rest, 0, head, 0, fromRest);
      System.arraycopy(chunk, from, head, fromRest, head.length - fromRest);
      rest = new byte[0];
      restLength = 0;
    }
    if (skipping) {
      int kept = Math.min(added, KEPT_OF_OVERSIZED);
      byte[] joined = Arrays.copyOf(tail, tail.length + kept);
      System.arraycopy(chunk, to - kept, joined, tail.length, kept);
      tail =
          joined.length <= KEPT_OF_OVERSIZED
              ? joined
              : Arrays.copyOfRange(joined, joined.length - KEPT_OF_OVERSIZED, joined.length);
      return;
    }
    if (restLength + added > rest.length) {
      rest =
          Arrays.copyOf(rest, (int) Math.min(maxBytes, Math.max(CHUNK, 2L * (restLength + added))));
    }
    System.arraycopy(chunk, from, rest, restLength, added);
    restLength += added;
  }
}
