package dev.sallyport.executor.exchange;

import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.Methods;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A question of a modern upstream as a request that a legacy client understands. */
final class LegacyQuestion {

  private LegacyQuestion() {}

  /**
   * The request, byte for byte the upstream's but for its envelope; an elicitation by URL also gets
   * the id that 2025-11-25 client/elicitation requires of it.
   *
   * @param name its JSON-RPC id
   */
  static byte[] of(String name, Questions.Question question) {
    byte[] request = question.request();
    FrameEdit edit = new FrameEdit(request, 0, request.length);
    edit.insert(
        1,
        ("\"jsonrpc\":\"2.0\",\"id\":"
                + new String(JsonText.quote(name), StandardCharsets.UTF_8)
                + ",")
            .getBytes(StandardCharsets.UTF_8));
    JsonObject params = JsonObject.of(request).object("params");
    if (question.method().equals(Methods.ELICIT)
        && params != null
        && "url".equals(params.string("mode"))
        && !params.has("elicitationId")) {
      edit.setMember(params.span(), "elicitationId", JsonText.quote(UUID.randomUUID().toString()));
    }
    return edit.apply();
  }
}
