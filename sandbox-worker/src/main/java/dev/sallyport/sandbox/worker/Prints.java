package dev.sallyport.sandbox.worker;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.starlark.PrintSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Gathers what is printed into pieces, and drops and counts what is beyond the cap. */
final class Prints implements PrintSink {
  private final Line line;
  private final long cap;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(1024);
  private long taken;
  private long dropped;

  Prints(Line line, long cap) {
    this.line = line;
    this.cap = cap;
  }

  @Override
  public void print(String text) {
    for (int at = 0; at <= text.length(); ) {
      int to = Math.min(text.length(), at + Down.OUTPUT_PIECE / 4);
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
        to++;
      }
      boolean last = to >= text.length();
      add((text.substring(at, to) + (last ? "\n" : "")).getBytes(StandardCharsets.UTF_8));
      if (last) {
        return;
      }
      at = to;
    }
  }

  private void add(byte[] bytes) {
    int room = (int) Math.min(bytes.length, cap - taken);
    while (room > 0 && room < bytes.length && (bytes[room] & 0xc0) == 0x80) {
      room--;
    }
    dropped += bytes.length - room;
    if (room < bytes.length) {
      // What comes later is dropped too, so that nothing is missing in the middle.
      taken = cap;
    } else {
      taken += room;
    }
    if (gathered.size() + room > Down.OUTPUT_PIECE) {
      flush();
    }
    gathered.write(bytes, 0, room);
  }

  /** Sends what was printed so far. */
  void flush() {
    if (gathered.size() > 0) {
      try {
        line.send(new Down.Output(gathered.toByteArray()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      gathered.reset();
    }
  }

  /** Bytes that were dropped. */
  long dropped() {
    return dropped;
  }
}
