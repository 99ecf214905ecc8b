package dev.sallyport.edge.mcp;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON-RPC responses that the gateway itself gives. The client's id goes in as it came. */
public final class ResponseFrame {

  private static final byte[] ID = utf8("{\"jsonrpc\":\"2.0\",\"id\":");
  private static final byte[] RESULT = utf8(",\"result\":");
  private static final byte[] END = utf8("}");

  private ResponseFrame() {}

  /**
   * A result, gathered from pieces that together are one JSON object. The pieces are not copied and
   * must not be written to.
   */
  public static Buffer result(Frame.Request request, byte[]... pieces) {
    Span id = request.id();
    ByteBuf[] all = new ByteBuf[pieces.length + 4];
    all[0] = Unpooled.wrappedBuffer(ID);
    all[1] = Unpooled.wrappedBuffer(request.data(), id.start(), id.length());
    all[2] = Unpooled.wrappedBuffer(RESULT);
    for (int i = 0; i < pieces.length; i++) {
      all[i + 3] = Unpooled.wrappedBuffer(pieces[i]);
    }
    all[all.length - 1] = Unpooled.wrappedBuffer(END);
    return Buffer.buffer(Unpooled.wrappedBuffer(all.length, all));
  }

  /**
   * An error.
   *
   * @param id as it stands in the request; null where it could not be read
   * @param data JSON, null for none
   */
  public static Buffer error(
      byte @Nullable [] id, int code, String message, byte @Nullable [] data) {
    JsonWriter json = new JsonWriter().beginObject().member("jsonrpc", "2.0");
    if (id != null) {
      json.name("id").raw(id);
    }
    json.name("error").beginObject().member("code", code).member("message", message);
    if (data != null) {
      json.name("data").raw(data);
    }
    return Buffer.buffer(Unpooled.wrappedBuffer(json.endObject().endObject().toBytes()));
  }

  public static Buffer error(Frame.Request request, int code, String message) {
    return error(request.id().bytes(request.data()), code, message, null);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
