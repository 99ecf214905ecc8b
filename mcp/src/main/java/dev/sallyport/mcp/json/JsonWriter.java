package dev.sallyport.mcp.json;

import dev.sallyport.mcp.frame.Span;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one small JSON text as bytes, on one line. Commas are its own concern; that braces match
 * is the caller's.
 *
 * <pre>{@code
 * new JsonWriter().beginObject().name("code").value(-32602).endObject().toBytes()
 * }</pre>
 */
public final class JsonWriter {

  private byte[] buffer = new byte[256];
  private int size;
  private boolean comma;

  public JsonWriter beginObject() {
    return open('{');
  }

  public JsonWriter endObject() {
    return close('}');
  }

  public JsonWriter beginArray() {
    return open('[');
  }

  public JsonWriter endArray() {
    return close(']');
  }

  public JsonWriter name(String name) {
    separate();
    append(JsonText.quote(name));
    append((byte) ':');
    comma = false;
    return this;
  }

  public JsonWriter value(String text) {
    return raw(JsonText.quote(text));
  }

  public JsonWriter value(long number) {
    return raw(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
  }

  public JsonWriter value(boolean truth) {
    return raw((truth ? "true" : "false").getBytes(StandardCharsets.US_ASCII));
  }

  /** A value that is JSON already; it is taken as it is. */
  public JsonWriter raw(byte[] json) {
    return raw(json, 0, json.length);
  }

  public JsonWriter raw(byte[] data, Span span) {
    return raw(data, span.start(), span.end());
  }

  private JsonWriter raw(byte[] data, int start, int end) {
    separate();
    reserve(end - start);
    System.arraycopy(data, start, buffer, size, end - start);
    size += end - start;
    comma = true;
    return this;
  }

  /** {@code name(name).value(text)}. */
  public JsonWriter member(String name, String text) {
    return name(name).value(text);
  }

  public JsonWriter member(String name, long number) {
    return name(name).value(number);
  }

  public JsonWriter member(String name, boolean truth) {
    return name(name).value(truth);
  }

  /** A member whose value is JSON already. */
  public JsonWriter member(String name, byte[] json) {
    return name(name).raw(json);
  }

  /** A comma, for text that is put before other members. */
  public JsonWriter comma() {
    append((byte) ',');
    comma = false;
    return this;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  private JsonWriter open(char bracket) {
    separate();
    append((byte) bracket);
    comma = false;
    return this;
  }

  private JsonWriter close(char bracket) {
    append((byte) bracket);
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      append((byte) ',');
    }
  }

  private void append(byte b) {
    reserve(1);
    buffer[size++] = b;
  }

  private void append(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
    }
  }
}
