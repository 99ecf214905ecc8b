package dev.sallyport.codemode;

import dev.sallyport.codemode.ToolDefinition.Parameter;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import org.jspecify.annotations.Nullable;

/** A tool as one line: its signature and what it does. */
final class StubText {

  /** After so many characters the next parameter is the last. */
  private static final int LONGEST_PARAMETERS = 900;

  private static final int LONGEST_SUMMARY = 100;

  /** As it stands in a file. */
  static final StubText FILE = new StubText(3, 240, 500);

  /** As it stands among the results of a search. */
  static final StubText FOUND = new StubText(1, 80, 120);

  private final int depth;
  private final int longestType;
  private final int longestResult;

  private StubText(int depth, int longestType, int longestResult) {
    this.depth = depth;
    this.longestType = longestType;
    this.longestResult = longestResult;
  }

  /** {@code def read(path: str, head: int = None) -> Any: ... # Reads a file.} */
  String definition(String function, ToolDefinition tool) {
    return "def " + signature(function, tool) + ": ..." + comment(tool);
  }

  /** {@code read(path: str, head: int = None) -> Any}. */
  String signature(String function, ToolDefinition tool) {
    StringBuilder text = new StringBuilder(function).append('(');
    parameters(tool, text);
    String result =
        tool.output() == null
            ? "Any"
            : new TypeText(tool.output()).of(tool.output(), depth, longestResult);
    return text.append(") -> ").append(result).toString();
  }

  /** What it does, as a comment; empty if it says nothing. */
  String comment(ToolDefinition tool) {
    String summary = summary(tool);
    return summary.isEmpty() ? "" : "  # " + summary;
  }

  private void parameters(ToolDefinition tool, StringBuilder text) {
    if (tool.input() == null) {
      text.append("**arguments");
      return;
    }
    TypeText types = new TypeText(tool.inputRoot());
    int begin = text.length();
    boolean odd = false;
    for (Parameter parameter : tool.parameters()) {
      if (text.length() > begin) {
        text.append(", ");
      }
      if (text.length() - begin > LONGEST_PARAMETERS) {
        text.append('…');
        break;
      }
      if (!parameter.isName() && !odd) {
        text.append("**{");
        odd = true;
      }
      parameter(parameter, types, tool.inputRoot(), text);
    }
    text.append(odd ? "}" : "");
  }

  private void parameter(Parameter parameter, TypeText types, Members root, StringBuilder text) {
    text.append(parameter.isName() ? parameter.name() : TypeText.name(parameter.name()));
    if (!parameter.isName() && !parameter.required()) {
      text.append('?');
    }
    text.append(": ").append(types.of(parameter.schema(), depth, longestType));
    if (parameter.isName() && !parameter.required()) {
      text.append(" = ").append(fallback(Schemas.resolved(parameter.schema(), root)));
    }
  }

  private static String fallback(Members schema) {
    @Nullable SchemaTree value = schema.get("default");
    String text = value instanceof Leaf ? Literals.of(value, 40) : null;
    return text == null ? "None" : text;
  }

  /** The first sentence of the description; the title where there is none. */
  static String summary(ToolDefinition tool) {
    String text = PlainText.line(tool.description(), 400);
    if (text.isEmpty()) {
      text = PlainText.line(tool.title(), 400);
    }
    return PlainText.line(text.substring(0, sentence(text)), LONGEST_SUMMARY);
  }

  /** Where the first sentence ends. */
  private static int sentence(String text) {
    for (int i = 10; i + 2 < text.length(); i++) {
      if (".!?".indexOf(text.charAt(i)) >= 0
          && text.charAt(i + 1) == ' '
          && !Character.isLowerCase(text.charAt(i + 2))
          && !text.startsWith("e.g", i - 3)
          && !text.startsWith("i.e", i - 3)) {
        return i + 1;
      }
    }
    return text.length();
  }
}
