package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Messages of the gateway's own, as bytes on one line. Ids, params, results and data are raw JSON
 * and are put in as they are, so an id comes back exactly as the client wrote it.
 */
public final class FrameBytes {

  private static final byte[] VERSION = "{\"jsonrpc\":\"2.0\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = ",\"id\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] METHOD = ",\"method\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PARAMS = ",\"params\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RESULT = ",\"result\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ERROR = ",\"error\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = {'}'};

  private FrameBytes() {}

  public static byte[] request(byte[] id, String method, byte @Nullable [] params) {
    byte[] name = JsonText.quote(method);
    return params == null
        ? join(VERSION, ID, id, METHOD, name, END)
        : join(VERSION, ID, id, METHOD, name, PARAMS, params, END);
  }

  public static byte[] notification(String method, byte @Nullable [] params) {
    byte[] name = JsonText.quote(method);
    return params == null
        ? join(VERSION, METHOD, name, END)
        : join(VERSION, METHOD, name, PARAMS, params, END);
  }

  public static byte[] result(byte[] id, byte[] result) {
    return join(VERSION, ID, id, RESULT, result, END);
  }

  /**
   * @param id null where the id could not be read: the response then has none in the modern era
   *     ({@link #errorWithNullId} is the legacy form)
   */
  public static byte[] error(byte @Nullable [] id, int code, String message) {
    return error(id, code, message, null);
  }

  public static byte[] error(
      byte @Nullable [] id, int code, String message, byte @Nullable [] data) {
    byte[] error = errorObject(code, message, data);
    return id == null ? join(VERSION, ERROR, error, END) : join(VERSION, ID, id, ERROR, error, END);
  }

  /**
   * An error response to a message whose id could not be read, as JSON-RPC 2.0 section 5 has it.
   */
  public static byte[] errorWithNullId(int code, String message) {
    byte[] nothing = {'n', 'u', 'l', 'l'};
    return join(VERSION, ID, nothing, ERROR, errorObject(code, message, null), END);
  }

  private static byte[] errorObject(int code, String message, byte @Nullable [] data) {
    JsonWriter writer =
        new JsonWriter().beginObject().member("code", code).member("message", message);
    if (data != null) {
      writer.member("data", data);
    }
    return writer.endObject().toBytes();
  }

  /**
   * A {@code tools/call} result with one text block.
   *
   * @param isError something that the model can act on went wrong
   * @param modern adds {@code resultType}, which that era requires
   */
  public static byte[] textResult(String text, boolean isError, boolean modern) {
    JsonWriter writer = new JsonWriter().beginObject();
    if (modern) {
      writer.member("resultType", "complete");
    }
    writer
        .name("content")
        .beginArray()
        .beginObject()
        .member("type", "text")
        .member("text", text)
        .endObject()
        .endArray();
    if (isError) {
      writer.member("isError", true);
    }
    return writer.endObject().toBytes();
  }

  private static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    byte[] out = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }
}
