package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a {@code tools/list} result apart without taking the tools apart: each definition stays the
 * bytes that the server sent. One bad entry is reported as such and never costs the others.
 */
public final class ToolListScanner {

  /** The longest name that is taken. The specification asks for 128 at most; some send more. */
  private static final int LONGEST_NAME = 512;

  private static final int DEEP_ENOUGH = 1024;

  /**
   * One page.
   *
   * @param tools in the server's order
   * @param nextCursor the cursor as it stands, a JSON string; null on the last page
   */
  public record Page(List<ListedTool> tools, @Nullable Span nextCursor) {

    /** Those that can be offered. */
    public List<ListedTool.Valid> valid() {
      List<ListedTool.Valid> valid = new ArrayList<>(tools.size());
      for (ListedTool tool : tools) {
        if (tool instanceof ListedTool.Valid one) {
          valid.add(one);
        }
      }
      return valid;
    }
  }

  private final byte[] data;
  private final Set<String> names = new HashSet<>();

  private ToolListScanner(byte[] data) {
    this.data = data;
  }

  /**
   * Scans the result of a response that passed the {@link FrameScanner}.
   *
   * @param result the result object
   * @return null if it is not a tools/list result: no object, or no {@code tools} array in it
   */
  public static @Nullable Page scan(byte[] data, Span result) {
    try {
      return new ToolListScanner(data).page(result);
    } catch (MalformedJson e) {
      return null;
    }
  }

  private @Nullable Page page(Span result) {
    JsonReader reader = new JsonReader(data, result.start(), result.end(), DEEP_ENOUGH);
    if (reader.peek() != '{') {
      return null;
    }
    List<ListedTool> tools = null;
    Span nextCursor = null;
    reader.enterObject();
    while (reader.nextMember()) {
      String name = JsonText.content(data, reader.nameStart(), reader.nameEnd());
      if ("tools".equals(name) && reader.peek() == '[') {
        tools = new ArrayList<>();
        reader.enterArray();
        while (reader.nextElement()) {
          int start = reader.skipValue();
          tools.add(tool(new Span(start, reader.position())));
        }
      } else {
        int start = reader.skipValue();
        if ("nextCursor".equals(name) && data[start] == '"') {
          nextCursor = new Span(start, reader.position());
        }
      }
    }
    return tools == null ? null : new Page(List.copyOf(tools), nextCursor);
  }

  private ListedTool tool(Span definition) {
    if (data[definition.start()] != '{') {
      return new ListedTool.Invalid(definition, null, "The definition is not an object.");
    }
    Set<String> seen = new HashSet<>();
    Span nameSpan = null;
    Span inputSchema = null;
    Span annotations = null;
    JsonReader reader = new JsonReader(data, definition.start(), definition.end(), DEEP_ENOUGH);
    reader.enterObject();
    while (reader.nextMember()) {
      String member = JsonText.content(data, reader.nameStart(), reader.nameEnd());
      int start = reader.skipValue();
      Span value = new Span(start, reader.position());
      if (member == null || !seen.add(member)) {
        return new ListedTool.Invalid(
            definition,
            JsonText.string(data, nameSpan),
            "The definition is ambiguous: a member name occurs twice or is not valid text.");
      }
      switch (member) {
        case "name" -> nameSpan = value;
        case "inputSchema" -> inputSchema = value;
        case "annotations" -> annotations = value;
        default -> {}
      }
    }
    return judge(definition, nameSpan, inputSchema, annotations);
  }

  private ListedTool judge(
      Span definition,
      @Nullable Span nameSpan,
      @Nullable Span inputSchema,
      @Nullable Span annotations) {
    String name = JsonText.string(data, nameSpan);
    if (nameSpan == null || name == null || name.isEmpty()) {
      return new ListedTool.Invalid(definition, null, "The tool has no name.");
    }
    if (name.length() > LONGEST_NAME) {
      return new ListedTool.Invalid(
          definition, null, "The tool's name is longer than " + LONGEST_NAME + " characters.");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return new ListedTool.Invalid(definition, null, "The tool's name holds a control character.");
    }
    if (inputSchema == null || data[inputSchema.start()] != '{') {
      return new ListedTool.Invalid(
          definition, name, "The tool has no inputSchema, or it is not an object.");
    }
    if (annotations != null && data[annotations.start()] != '{') {
      return new ListedTool.Invalid(definition, name, "The tool's annotations are not an object.");
    }
    if (!names.add(name)) {
      return new ListedTool.Invalid(definition, name, "Another tool has the same name.");
    }
    return new ListedTool.Valid(
        definition,
        name,
        nameSpan,
        isTrue(annotations, "readOnlyHint"),
        isTrue(annotations, "idempotentHint"));
  }

  private boolean isTrue(@Nullable Span annotations, String hint) {
    if (annotations == null) {
      return false;
    }
    JsonReader reader = new JsonReader(data, annotations.start(), annotations.end(), DEEP_ENOUGH);
    boolean all = false;
    boolean found = false;
    reader.enterObject();
    while (reader.nextMember()) {
      boolean wanted = hint.equals(JsonText.content(data, reader.nameStart(), reader.nameEnd()));
      int start = reader.skipValue();
      if (wanted) {
        // Said twice, it is believed only where both agree.
        all = data[start] == 't' && (all || !found);
        found = true;
      }
    }
    return all;
  }
}
