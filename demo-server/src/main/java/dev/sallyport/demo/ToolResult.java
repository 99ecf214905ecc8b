package dev.sallyport.demo;

import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a call came to.
 *
 * @param text one text block, a JSON string
 * @param structured the same as JSON, where the tool has an output schema
 */
record ToolResult(byte[] text, byte @Nullable [] structured, boolean isError) {

  static ToolResult text(String text) {
    return new ToolResult(JsonText.quote(text), null, false);
  }

  static ToolResult error(String text) {
    return new ToolResult(JsonText.quote(text), null, true);
  }

  byte[] toBytes(boolean modern) {
    JsonWriter result = new JsonWriter().beginObject();
    if (modern) {
      result.member("resultType", "complete");
    }
    result
        .name("content")
        .beginArray()
        .beginObject()
        .member("type", "text")
        .member("text", text)
        .endObject()
        .endArray();
    if (structured != null) {
      result.member("structuredContent", structured);
    }
    if (isError) {
      result.member("isError", true);
    }
    if (modern) {
      Identity.meta(result);
    }
    return result.endObject().toBytes();
  }
}
