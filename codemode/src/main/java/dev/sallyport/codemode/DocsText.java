package dev.sallyport.codemode;

import dev.sallyport.codemode.ToolDefinition.Parameter;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that there is to say about one tool, within bounds. */
final class DocsText {

  private static final int LONGEST = 24_000;
  private static final int MOST_LINES = 400;
  private static final int LONGEST_DESCRIPTION = 8_000;
  private static final int LONGEST_OF_PARAMETER = 600;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_TYPE = 400;
  private static final int LONGEST_EXAMPLE = 1_500;
  private static final int DEPTH = 4;
  private static final List<String> CONSTRAINTS =
      List.of(
          "minimum",
          "exclusiveMinimum",
          "maximum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "pattern",
          "format",
          "minItems",
          "maxItems",
          "uniqueItems");

  private final StringBuilder text = new StringBuilder();
  private int lines;
  private final String call;
  private final CodeTool tool;
  private final ToolDefinition definition;

  private DocsText(String call, CodeTool tool) {
    this.call = call;
    this.tool = tool;
    this.definition = ToolDefinition.read(tool.definition());
  }

  /**
   * The text.
   *
   * @param call what a script calls it, such as {@code github.create_issue}
   */
  static String of(String call, CodeTool tool) {
    DocsText docs = new DocsText(call, tool);
    docs.head();
    docs.parameters();
    docs.result();
    docs.notes();
    docs.example();
    return docs.text.toString();
  }

  private void head() {
    line(
        "%s (tool %s of server %s)"
            .formatted(call, shown(tool.tool()), PlainText.line(tool.server(), LONGEST_NAME)));
    String title = PlainText.line(definition.title(), LONGEST_NAME);
    String description = PlainText.block(definition.description(), LONGEST_DESCRIPTION);
    if (!title.isEmpty() && !description.startsWith(title)) {
      line(title);
    }
    if (!description.isEmpty()) {
      line(description);
    }
  }

  private void parameters() {
    if (definition.input() == null) {
      line("\nParameters: it does not say which; pass what it needs by name.");
      return;
    }
    List<Parameter> parameters = definition.parameters();
    line(parameters.isEmpty() ? "\nParameters: none." : "\nParameters:");
    Members root = definition.inputRoot();
    TypeText types = new TypeText(root);
    for (Parameter parameter : parameters) {
      if (isFull()) {
        line("- …");
        return;
      }
      String name = shown(parameter.name());
      field(
          parameter.isName() ? name : "**{" + name + ": …}",
          parameter.schema() == null ? Schemas.NONE : parameter.schema(),
          parameter.required(),
          types,
          root,
          0);
    }
  }

  private void result() {
    Members output = definition.output();
    if (output == null) {
      line("\nReturns: Any; it does not say what. Print a result once to see its shape.");
      return;
    }
    TypeText types = new TypeText(output);
    line("\nReturns: " + types.of(output, DEPTH, 1_000));
    Members inner = element(Schemas.resolved(output, output), output);
    if (says(inner, output)) {
      fields(inner, types, output, 0);
    }
  }

  private void fields(Members schema, TypeText types, Members root, int depth) {
    Schemas.Properties properties = Schemas.properties(schema, root);
    for (Map.Entry<String, SchemaTree> property : properties.all().entrySet()) {
      if (isFull()) {
        return;
      }
      field(
          shown(property.getKey()),
          property.getValue(),
          properties.required().contains(property.getKey()),
          types,
          root,
          depth);
    }
  }

  private void field(
      String name, SchemaTree schema, boolean required, TypeText types, Members root, int depth) {
    Members resolved = Schemas.resolved(schema, root);
    Members described = schema instanceof Members own && own.get("$ref") != null ? own : resolved;
    StringBuilder line = new StringBuilder("  ".repeat(depth));
    line.append("- ").append(name).append(": ").append(types.of(schema, 1, LONGEST_TYPE));
    SchemaTree fallback = resolved.get("default");
    if (required) {
      line.append(", required");
    } else if (fallback != null) {
      String literal = Literals.of(fallback, LONGEST_NAME);
      line.append(literal == null ? "" : ", default " + literal);
    }
    String limits = constraints(resolved);
    if (!limits.isEmpty()) {
      line.append(" (").append(limits).append(')');
    }
    String description = description(described);
    if (description.isEmpty()) {
      description = description(resolved);
    }
    if (!description.isEmpty()) {
      line.append(". ").append(description);
    }
    line(line.toString());
    Members inner = element(resolved, root);
    if (depth < DEPTH && !Schemas.properties(inner, root).all().isEmpty() && says(inner, root)) {
      fields(inner, types, root, depth + 1);
    }
  }

  /** The schema of the object itself, or of the elements of a list. */
  private static Members element(Members schema, Members root) {
    Members at = schema;
    for (int i = 0; i < 3 && at.get("items") instanceof Members items; i++) {
      at = Schemas.resolved(items, root);
    }
    return at;
  }

  /** Whether its members say more than their types, which the line above shows. */
  private static boolean says(Members schema, Members root) {
    for (SchemaTree property : Schemas.properties(schema, root).all().values()) {
      Members resolved = Schemas.resolved(property, root);
      if (!description(resolved).isEmpty()
          || !constraints(resolved).isEmpty()
          || !Schemas.properties(element(resolved, root), root).all().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static String description(Members schema) {
    String description = schema.text("description");
    return description == null ? "" : PlainText.line(description, LONGEST_OF_PARAMETER);
  }

  private static String constraints(Members schema) {
    List<String> constraints = new ArrayList<>();
    for (String name : CONSTRAINTS) {
      if (schema.get(name) instanceof Leaf leaf) {
        String value = leaf.text();
        String shown = PlainText.line(value == null ? leaf.json() : value, LONGEST_NAME);
        constraints.add(name + " " + shown);
      }
    }
    return String.join(", ", constraints);
  }

  private void notes() {
    List<String> notes = new ArrayList<>();
    note("readOnlyHint", "reads only", "may change things", notes);
    note("destructiveHint", "may destroy or overwrite", "destroys nothing", notes);
    note("idempotentHint", "a second same call changes nothing more", "each call acts anew", notes);
    if (!notes.isEmpty()) {
      line("\nBy its own word it: " + String.join("; ", notes) + ".");
    }
  }

  private void note(String hint, String yes, String no, List<String> notes) {
    if (definition.annotations().get(hint) instanceof Leaf leaf) {
      switch (leaf.json()) {
        case "true" -> notes.add(yes);
        case "false" -> notes.add(no);
        default -> {}
      }
    }
  }

  private void example() {
    Members input = definition.inputRoot();
    Map<String, SchemaTree> values =
        new ExampleValue(input).of(input) instanceof Members members ? members.members() : Map.of();
    List<String> arguments = new ArrayList<>();
    List<String> odd = new ArrayList<>();
    for (Map.Entry<String, SchemaTree> value : values.entrySet()) {
      String literal = Literals.of(value.getValue(), LONGEST_EXAMPLE);
      if (literal == null) {
        return;
      }
      if (ScriptNames.isIdentifier(value.getKey())) {
        arguments.add(value.getKey() + "=" + literal);
      } else {
        odd.add(Literals.text(value.getKey()) + ": " + literal);
      }
    }
    if (!odd.isEmpty()) {
      arguments.add("**{" + String.join(", ", odd) + "}");
    }
    String example = "result = " + call + "(" + String.join(", ", arguments) + ")";
    if (example.length() <= LONGEST_EXAMPLE) {
      line("\nExample:\n" + example);
    }
  }

  private static String shown(String name) {
    return ScriptNames.isIdentifier(name) && name.length() <= LONGEST_NAME
        ? name
        : Literals.text(name.length() > LONGEST_NAME ? PlainText.cut(name, LONGEST_NAME) : name);
  }

  private boolean isFull() {
    return text.length() > LONGEST || lines > MOST_LINES;
  }

  private void line(String line) {
    lines++;
    text.append(text.isEmpty() ? "" : "\n").append(line);
  }
}
