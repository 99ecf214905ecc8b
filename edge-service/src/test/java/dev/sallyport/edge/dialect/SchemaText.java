package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Schemas as text, with apostrophes for quotes. */
final class SchemaText {

  private SchemaText() {}

  static Members schema(String text) {
    byte[] json = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return (Members) SchemaTree.read(json, new Span(0, json.length));
  }

  static @Nullable String text(@Nullable SchemaTree schema) {
    return schema == null
        ? null
        : new String(schema.toBytes(), StandardCharsets.UTF_8).replace('"', '\'');
  }
}
