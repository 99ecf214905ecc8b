package dev.sallyport.bench.tokens;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.codemode.CodeTool;
import dev.sallyport.mcp.name.ExposedNames;
import java.nio.charset.StandardCharsets;

/**
 * A tool of a catalogue.
 *
 * @param definition as its server lists it
 */
record BenchTool(String server, String name, ObjectNode definition) {

  /** As a model API takes it; names are those of the aggregate endpoint. */
  String modelForm() {
    ObjectNode form = definition.objectNode();
    form.put("name", ExposedNames.of(server, name, null));
    form.set("description", definition.get("description"));
    form.set("input_schema", definition.get("inputSchema"));
    return form.toString();
  }

  int tokens() {
    return Tokens.count(modelForm());
  }

  CodeTool codeTool() {
    return new CodeTool(server, name, definition.toString().getBytes(StandardCharsets.UTF_8));
  }
}
