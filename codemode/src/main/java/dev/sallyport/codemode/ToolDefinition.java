package dev.sallyport.codemode;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tool's definition says. A part that cannot be read is missing.
 *
 * @param title empty if there is none
 * @param description as it was sent; empty if there is none
 * @param input null for a tool that takes anything
 * @param output null for a tool that does not say what it returns
 * @param annotations empty if there are none
 */
record ToolDefinition(
    String title,
    String description,
    @Nullable Members input,
    @Nullable Members output,
    Members annotations) {

  private static final ToolDefinition UNREADABLE =
      new ToolDefinition("", "", null, null, Schemas.NONE);

  /** Larger schemas are not looked at. */
  private static final int MOST_BYTES = 512 * 1024;

  /**
   * A parameter of a tool.
   *
   * @param isName whether it can be passed by its name; else it is passed in a dict, as {@code
   *     **{"odd-name": …}}
   */
  record Parameter(String name, @Nullable SchemaTree schema, boolean required, boolean isName) {}

  static ToolDefinition read(byte[] definition) {
    JsonObject tool;
    try {
      tool = JsonObject.of(definition);
    } catch (MalformedJson e) {
      return UNREADABLE;
    }
    Members annotations = tree(tool, "annotations");
    String title = text(tool, "title");
    if (title.isEmpty() && annotations != null) {
      String other = annotations.text("title");
      title = other == null ? "" : other;
    }
    return new ToolDefinition(
        title,
        text(tool, "description"),
        tree(tool, "inputSchema"),
        tree(tool, "outputSchema"),
        annotations == null ? Schemas.NONE : annotations);
  }

  /** Required ones first, else in their order; those that no name can stand for last. */
  List<Parameter> parameters() {
    if (input == null) {
      return List.of();
    }
    Schemas.Properties properties = Schemas.properties(Schemas.resolved(input, input), input);
    List<Parameter> parameters = new ArrayList<>();
    properties
        .all()
        .forEach(
            (name, schema) ->
                parameters.add(
                    new Parameter(
                        name,
                        schema,
                        properties.required().contains(name),
                        ScriptNames.isIdentifier(name) && name.length() <= ScriptNames.LONGEST)));
    parameters.sort(
        (a, b) ->
            a.isName != b.isName
                ? Boolean.compare(b.isName, a.isName)
                : Boolean.compare(b.required, a.required));
    return parameters;
  }

  /** The document that references of parameters are into. */
  Members inputRoot() {
    return input == null ? Schemas.NONE : input;
  }

  private static String text(JsonObject tool, String name) {
    String text = tool.string(name);
    return text == null ? "" : text;
  }

  private static @Nullable Members tree(JsonObject tool, String name) {
    Span span = tool.get(name);
    if (span == null || span.length() > MOST_BYTES) {
      return null;
    }
    try {
      return SchemaTree.read(tool.data(), span) instanceof Members members ? members : null;
    } catch (MalformedJson e) {
      return null;
    }
  }
}
