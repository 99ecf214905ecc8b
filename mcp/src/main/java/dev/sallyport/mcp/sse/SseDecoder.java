package dev.sallyport.mcp.sse;

import dev.sallyport.mcp.frame.LineSafe;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream from chunks that may end anywhere, inside a character or between CR and LF
 * too. Comments are skipped, and an event that the stream's end cuts off is not dispatched.
 *
 * <p>Not thread-safe: one stream, one decoder, one thread at a time.
 */
public final class SseDecoder {

  /** How feeding a chunk ended. */
  public enum Fed {
    /** All of it was read. */
    MORE,
    /** An event grew over the limit. The decoder is of no further use; close the stream. */
    EVENT_TOO_LARGE
  }

  private final int maxEventBytes;
  private final Store line = new Store();
  private final Store data = new Store();
  private boolean hasData;
  private String type = "";
  private String lastEventId = "";
  private @Nullable Duration retry;
  private boolean afterReturn;
  private boolean anyLine;
  private boolean tooLarge;

  /**
   * @param maxEventBytes how many bytes the data of one event, or any one line, may have
   */
  public SseDecoder(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  /** The id that the stream gave last, empty if none; also from events without data. */
  public String lastEventId() {
    return lastEventId;
  }

  /** How long the server asks to wait before reconnecting; empty if it did not. */
  public Optional<Duration> retry() {
    return Optional.ofNullable(retry);
  }

  /** Reads a whole chunk. */
  public Fed feed(byte[] chunk, Consumer<SseEvent> events) {
    return feed(chunk, 0, chunk.length, events);
  }

  /** Reads a chunk and hands over every event that it completes, in order, before it returns. */
  public Fed feed(byte[] chunk, int offset, int length, Consumer<SseEvent> events) {
    int end = offset + length;
    int from = offset;
    if (afterReturn && length > 0) {
      // The second half of a CRLF that the chunks were cut in; the line ended at its CR.
      afterReturn = false;
      if (chunk[from] == '\n') {
        from++;
      }
    }
    while (!tooLarge && from < end) {
      int at = LineSafe.firstLineBreak(chunk, from, end);
      append(chunk, from, at < 0 ? end : at);
      if (at < 0 || tooLarge) {
        break;
      }
      from = at + 1;
      if (chunk[at] == '\r') {
        if (from == end) {
          afterReturn = true;
        } else if (chunk[from] == '\n') {
          from++;
        }
      }
      endLine(events);
    }
    return tooLarge ? Fed.EVENT_TOO_LARGE : Fed.MORE;
  }

  private void append(byte[] chunk, int from, int to) {
    // Some room for the field name, so that the limit is about the data.
    if (to - from > (long) maxEventBytes + 16 - line.size()) {
      tooLarge = true;
      return;
    }
    line.write(chunk, from, to - from);
  }

  private void endLine(Consumer<SseEvent> events) {
    byte[] bytes = line.array();
    int length = line.size();
    int start = anyLine ? 0 : lengthOfByteOrderMark(bytes, length);
    anyLine = true;
    if (length == start) {
      dispatch(events);
    } else {
      line(bytes, start, length);
    }
    line.forget();
  }

  private void line(byte[] bytes, int start, int end) {
    int colon = start;
    while (colon < end && bytes[colon] != ':') {
      colon++;
    }
    if (colon == start) {
      return; // A comment.
    }
    int value = Math.min(colon + 1, end);
    if (value < end && bytes[value] == ' ') {
      value++;
    }
    field(new String(bytes, start, colon - start, StandardCharsets.UTF_8), bytes, value, end);
  }

  private static int lengthOfByteOrderMark(byte[] bytes, int length) {
    return length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF
        ? 3
        : 0;
  }

  private void field(String name, byte[] bytes, int valueStart, int end) {
    int length = end - valueStart;
    switch (name) {
      case "data" -> {
        if (length > maxEventBytes - data.size() - (hasData ? 1 : 0)) {
          tooLarge = true;
          return;
        }
        if (hasData) {
          data.write('\n');
        }
        data.write(bytes, valueStart, length);
        hasData = true;
      }
      case "event" -> type = new String(bytes, valueStart, length, StandardCharsets.UTF_8);
      case "id" -> {
        String id = new String(bytes, valueStart, length, StandardCharsets.UTF_8);
        if (id.indexOf('\0') < 0) {
          lastEventId = id;
        }
      }
      case "retry" -> {
        String digits = new String(bytes, valueStart, length, StandardCharsets.US_ASCII);
        if (!digits.isEmpty()
            && digits.length() <= 9
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
          retry = Duration.ofMillis(Long.parseLong(digits));
        }
      }
      default -> {}
    }
  }

  private void dispatch(Consumer<SseEvent> events) {
    if (hasData) {
      byte[] bytes = data.toByteArray();
      data.forget();
      hasData = false;
      String dispatched = type.isEmpty() ? "message" : type;
      type = "";
      events.accept(new SseEvent(dispatched, bytes, lastEventId));
    } else {
      type = "";
    }
  }

  /** Bytes that can be looked at without a copy. */
  private static final class Store extends ByteArrayOutputStream {

    private static final int USUAL = 64 * 1024;

    Store() {
      super(256);
    }

    byte[] array() {
      return buf;
    }

    /** Empties it, and gives back what one large event made it grow to. */
    void forget() {
      reset();
      if (buf.length > USUAL) {
        buf = new byte[256];
      }
    }
  }
}
