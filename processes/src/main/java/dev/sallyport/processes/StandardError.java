package dev.sallyport.processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** The last lines of a child's standard error; always drained, so that the child never blocks. */
public final class StandardError {

  /** More lines than this in one second are kept in the ring but not told. */
  public static final int LINES_A_SECOND = 20;

  static final int KEPT_LINES = 100;
  static final int KEPT_BYTES_OF_A_LINE = 2_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Consumer<String> told;
  private long second;
  private int toldInSecond;

  StandardError(Consumer<String> told) {
    this.told = told;
  }

  /** The last lines, oldest first; each cut after 2,000 bytes. */
  public List<String> lastLines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  void drain(InputStream from) {
    byte[] chunk = new byte[4096];
    byte[] line = new byte[KEPT_BYTES_OF_A_LINE];
    int length = 0;
    try (from) {
      for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
        for (int i = 0; i < read; i++) {
          if (chunk[i] == '\n') {
            add(line, length);
            length = 0;
          } else if (length < line.length) {
            line[length++] = chunk[i];
          }
        }
      }
    } catch (IOException e) {
      // The child is gone; what it said is kept.
    }
    if (length > 0) {
      add(line, length);
    }
  }

  private void add(byte[] bytes, int length) {
    String line = new String(bytes, 0, length, StandardCharsets.UTF_8).stripTrailing();
    synchronized (lines) {
      lines.addLast(line);
      if (lines.size() > KEPT_LINES) {
        lines.removeFirst();
      }
    }
    long now = System.nanoTime() / 1_000_000_000;
    if (now != second) {
      second = now;
      toldInSecond = 0;
    }
    toldInSecond++;
    if (toldInSecond <= LINES_A_SECOND) {
      told.accept(line);
    }
  }
}
