package dev.sallyport.edge.modelapi;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * A tool's result as the one text that these APIs take: its text blocks; where it has others too,
 * the JSON of all blocks; where it has none, its structured content.
 */
public final class ResultText {

  private static final int DEEP_ENOUGH = 1024;
  private static final Span NONE = new Span(0, 0);

  private ResultText() {}

  /**
   * @param result of tools/call, one JSON object
   */
  public static String of(byte[] data, Span result) {
    JsonObject object = JsonObject.at(data, result);
    if (object == null) {
      return result.text(data);
    }
    Span content = object.get("content");
    String text = content == null ? "" : ofBlocks(data, content);
    Span structured = object.get("structuredContent");
    if (text == null) {
      return (content == null ? NONE : content).text(data);
    }
    return text.isEmpty() && structured != null ? structured.text(data) : text;
  }

  /** The texts of the blocks, one to a line; null when something else is among them. */
  public static @Nullable String ofBlocks(byte[] data, Span content) {
    if (data[content.start()] != '[') {
      return null;
    }
    StringBuilder texts = new StringBuilder();
    JsonReader reader = new JsonReader(data, content.start(), content.end(), DEEP_ENOUGH);
    reader.enterArray();
    while (reader.nextElement()) {
      int start = reader.skipValue();
      JsonObject block = JsonObject.at(data, new Span(start, reader.position()));
      String text =
          block == null || !"text".equals(block.string("type")) ? null : block.string("text");
      if (text == null) {
        return null;
      }
      texts.append(texts.isEmpty() ? "" : "\n").append(text);
    }
    return texts.toString();
  }
}
