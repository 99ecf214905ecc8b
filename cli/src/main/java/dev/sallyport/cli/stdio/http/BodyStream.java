package dev.sallyport.cli.stdio.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** The body of one answer (RFC 9112, section 6). Closing it does nothing: the exchange closes. */
final class BodyStream extends InputStream {

  private enum Framing {
    LENGTH,
    CHUNKS,
    UNTIL_END
  }

  private static final int LONGEST_CHUNK_LINE = 1024;

  private final InputStream in;
  private final Framing framing;

  /** Left of the body, or of the chunk. */
  private long left;

  private boolean firstChunk = true;
  private boolean ended;

  private BodyStream(InputStream in, Framing framing, long left) {
    this.in = in;
    this.framing = framing;
    this.left = left;
    this.ended = framing == Framing.LENGTH && left == 0;
  }

  static BodyStream of(AnswerHead head, InputStream in) throws IOException {
    if (head.status() == 204 || head.status() == 304) {
      return new BodyStream(in, Framing.LENGTH, 0);
    }
    String encoding = head.headers().get("transfer-encoding");
    if (encoding != null) {
      if (!encoding.toLowerCase(Locale.ROOT).equals("chunked")) {
        throw new IOException("an encoding that was not asked for");
      }
      return new BodyStream(in, Framing.CHUNKS, 0);
    }
    String length = head.headers().get("content-length");
    if (length == null) {
      return new BodyStream(in, Framing.UNTIL_END, Long.MAX_VALUE);
    }
    if (!length.matches("[0-9]{1,18}")) {
      throw new IOException("not a length");
    }
    return new BodyStream(in, Framing.LENGTH, Long.parseLong(length));
  }

  /** Whether the connection stands at the beginning of the next answer. */
  boolean isRead() {
    return ended && framing != Framing.UNTIL_END;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ended && framing == Framing.CHUNKS && left == 0) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int read = in.read(into, offset, (int) Math.min(length, left));
    if (read < 0) {
      ended = true;
      if (framing == Framing.UNTIL_END) {
        return -1;
      }
      throw new EOFException("the answer was cut off");
    }
    if (framing != Framing.UNTIL_END) {
      left -= read;
      ended = left == 0 && framing == Framing.LENGTH;
    }
    return read;
  }

  private void nextChunk() throws IOException {
    if (!firstChunk && !line().isEmpty()) {
      throw new IOException("a chunk does not end where it says");
    }
    firstChunk = false;
    String size = line();
    int extension = size.indexOf(';');
    String digits = (extension < 0 ? size : size.substring(0, extension)).strip();
    if (!digits.matches("[0-9a-fA-F]{1,15}")) {
      throw new IOException("not the size of a chunk");
    }
    left = Long.parseLong(digits, 16);
    if (left == 0) {
      while (!line().isEmpty()) {
        // A trailer, of which none means anything here.
      }
      ended = true;
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer was cut off");
      }
      if (line.length() == LONGEST_CHUNK_LINE) {
        throw new IOException("a line is too long");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
