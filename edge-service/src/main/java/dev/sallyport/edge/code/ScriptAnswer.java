package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.ScriptFailure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What goes back to the model of a run: its result and what it printed, and nothing else. */
final class ScriptAnswer {

  private ScriptAnswer() {}

  /**
   * A {@code CallToolResult}: as text for the model, and as structured content {@code {"result": …,
   * "printed": …}}.
   */
  static byte[] of(RunEnd end, ByteString printed) {
    byte[] json = end.getResult().toByteArray();
    String log = log(printed, end.getFigures().getDroppedOutputBytes());
    Span whole = new Span(0, json.length);
    String text = json[0] == '"' ? JsonText.string(json, whole) : null;
    JsonWriter structured = new JsonWriter().beginObject().member("result", json);
    if (!log.isEmpty()) {
      structured.member("printed", log);
    }
    return structured(
        (text == null ? utf8(json) : text) + printed(log), structured.endObject().toBytes());
  }

  /**
   * Of a result that is too long: its beginning, and where the rest can be read.
   *
   * @param most bytes of the beginning
   * @param id under which it is kept; null: it could not be
   */
  static byte[] preview(RunEnd end, ByteString printed, long most, @Nullable String id) {
    byte[] json = end.getResult().toByteArray();
    String text =
        beginning(json, (int) most)
            + "\n\n… The result has "
            + json.length
            + " bytes, of which these are the first "
            + most
            + ". Have the script return less of it"
            + (id == null
                ? "."
                : ", or read the resource " + ResultUri.at(id) + " (slices: ?offset=N&length=N).")
            + printed(log(printed, end.getFigures().getDroppedOutputBytes()));
    JsonWriter content =
        new JsonWriter()
            .beginArray()
            .beginObject()
            .member("type", "text")
            .member("text", text)
            .endObject();
    if (id != null) {
      content
          .beginObject()
          .member("type", "resource_link")
          .member("uri", ResultUri.at(id))
          .member("name", "result")
          .member("mimeType", "application/json")
          .member("size", json.length)
          .endObject();
    }
    return new JsonWriter()
        .beginObject()
        .member("content", content.endArray().toBytes())
        .endObject()
        .toBytes();
  }

  /** What is wrong, where, and how to mend it. */
  static byte[] failed(ScriptFailure failure, ByteString printed) {
    StringBuilder text = new StringBuilder("The script failed");
    if (failure.getLine() > 0) {
      text.append(" at line ").append(failure.getLine());
      if (failure.getColumn() > 0) {
        text.append(", column ").append(failure.getColumn());
      }
    }
    text.append(": ").append(failure.getMessage());
    if (!failure.getHint().isEmpty()) {
      text.append("\nHint: ").append(failure.getHint());
    }
    if (!failure.getStack().isEmpty()) {
      text.append("\nCalled from:\n").append(failure.getStack());
    }
    String log = log(printed, 0);
    if (!log.isEmpty()) {
      text.append("\n\nPrinted before:\n").append(log);
    }
    return FrameBytes.textResult(text.toString(), true, false);
  }

  /** A {@code CallToolResult} with one text block and structured content. */
  static byte[] structured(String text, byte[] structured) {
    byte[] result = FrameBytes.textResult(text, false, false);
    return new FrameEdit(result, 0, result.length)
        .setMember(new Span(0, result.length), "structuredContent", structured)
        .apply();
  }

  /** What was printed, as a model reads it. */
  static String log(ByteString printed, long dropped) {
    // Cut at a limit, its last character may be half of one.
    String text = printed.toStringUtf8().replaceAll("\uFFFD$", "").stripTrailing();
    return dropped == 0 ? text : text + "\n… " + dropped + " more bytes were printed.";
  }

  private static String beginning(byte[] json, int most) {
    int end = most;
    while (end > 0 && (json[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(json, 0, end, StandardCharsets.UTF_8);
  }

  private static String printed(String log) {
    return log.isEmpty() ? "" : "\n\nPrinted:\n" + log;
  }

  private static String utf8(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
