package dev.sallyport.mcp.sse;

import dev.sallyport.mcp.frame.LineSafe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes events. Every frame goes into one data line, CR and LF made spaces ({@link LineSafe}), so
 * nothing in a body can start another field or event.
 */
public final class SseEncoder {

  private static final byte[] MESSAGE = ascii("event: message\ndata: ");
  private static final byte[] DATA = ascii("data: ");
  private static final byte[] END = ascii("\n\n");
  private static final byte[] KEEP_ALIVE = ascii(":\n\n");

  private SseEncoder() {}

  /** An event of type {@code message} without an id, as the modern era has it. */
  public static byte[] message(byte[] frame) {
    return message(frame, null);
  }

  /**
   * An event of type {@code message}.
   *
   * @param id the event id of the legacy era, null for none
   * @throws IllegalArgumentException if the id holds CR, LF or NUL
   */
  public static byte[] message(byte[] frame, @Nullable String id) {
    byte[] before = id == null ? new byte[0] : ascii("id: " + line(id) + "\n");
    byte[] safe = LineSafe.singleLine(frame);
    byte[] out = new byte[before.length + MESSAGE.length + safe.length + END.length];
    int at = put(before, out, 0);
    at = put(MESSAGE, out, at);
    at = put(safe, out, at);
    put(END, out, at);
    return out;
  }

  /**
   * An event of any type, for the {@code endpoint} event of HTTP+SSE.
   *
   * @throws IllegalArgumentException if the type holds CR, LF or NUL
   */
  public static byte[] event(String type, String data) {
    byte[] safe = LineSafe.singleLine(data.getBytes(StandardCharsets.UTF_8));
    byte[] before = ("event: " + line(type) + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[before.length + DATA.length + safe.length + END.length];
    int at = put(before, out, 0);
    at = put(DATA, out, at);
    at = put(safe, out, at);
    put(END, out, at);
    return out;
  }

  /**
   * The first event of a legacy stream: an id to resume from and no data (2025-11-25 transports).
   *
   * @param retry what the client should wait before it reconnects, null to say nothing
   */
  public static byte[] prime(String id, @Nullable Duration retry) {
    String wait = retry == null ? "" : "retry: " + retry.toMillis() + "\n";
    return ascii("id: " + line(id) + "\n" + wait + "data:\n\n");
  }

  /** A comment, which clients ignore and intermediaries count as traffic. */
  public static byte[] keepAlive() {
    return KEEP_ALIVE.clone();
  }

  private static String line(String value) {
    if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
      throw new IllegalArgumentException("an event's id and type must be one line");
    }
    return value;
  }

  private static int put(byte[] from, byte[] to, int at) {
    System.arraycopy(from, 0, to, at, from.length);
    return at + from.length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
