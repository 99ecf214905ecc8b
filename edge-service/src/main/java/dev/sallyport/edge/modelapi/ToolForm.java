package dev.sallyport.edge.modelapi;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonWriter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a model request takes its tools. */
public enum ToolForm {
  /** {@code {"type":"function","function":{"name","description","parameters"}}}. */
  OPENAI,
  /** {@code {"name","description","input_schema"}}. */
  ANTHROPIC,
  /** The definition as the server sent it, under its exposed name. */
  MCP;

  /** Definitions were checked when they were taken in. */
  private static final int DEEP_ENOUGH = 1024;

  private static final byte[] ANYTHING = {'{', '}'};

  /** By its name in a query, which is lower-case. */
  public static Optional<ToolForm> of(String name) {
    for (ToolForm form : values()) {
      if (form.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** Writes every definition of a JSON array of MCP's. */
  public void write(byte[] definitions, JsonWriter json) {
    JsonReader reader = new JsonReader(definitions, 0, definitions.length, DEEP_ENOUGH);
    reader.enterArray();
    while (reader.nextElement()) {
      int start = reader.skipValue();
      Span definition = new Span(start, reader.position());
      JsonObject tool = JsonObject.at(definitions, definition);
      if (tool != null) {
        write(tool, json);
      }
    }
  }

  private void write(JsonObject tool, JsonWriter json) {
    switch (this) {
      case OPENAI -> {
        json.beginObject().member("type", "function").name("function");
        described(tool, "parameters", json);
        json.endObject();
      }
      case ANTHROPIC -> described(tool, "input_schema", json);
      case MCP -> json.raw(tool.data(), tool.span());
    }
  }

  private static void described(JsonObject tool, String schema, JsonWriter json) {
    json.beginObject();
    copy(tool, "name", "name", json);
    copy(tool, "description", "description", json);
    if (!copy(tool, "inputSchema", schema, json)) {
      json.member(schema, ANYTHING);
    }
    json.endObject();
  }

  private static boolean copy(JsonObject from, String member, String as, JsonWriter json) {
    @Nullable Span value = from.get(member);
    if (value == null) {
      return false;
    }
    json.name(as).raw(from.data(), value);
    return true;
  }
}
