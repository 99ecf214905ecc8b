package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.schema.LocalRef;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema that cannot be said as one object, as the only property of one. A call brings its
 * arguments in that property; {@link UnwrappedArguments} takes them out.
 */
final class WrappedUnion {

  /** The property that holds the arguments. */
  static final String PROPERTY = "input";

  /** What stays at the top: it is about the document, or for whoever chooses a tool. */
  private static final List<String> AT_TOP =
      List.of("$schema", "$id", "title", "description", "$defs", "definitions");

  private WrappedUnion() {}

  /** Null when something in the schema refers to a place that would move. */
  static @Nullable Members of(Members root) {
    boolean[] moves = {false};
    Keywords.each(
        root,
        schema -> {
          String ref = schema.text(Keywords.REF);
          moves[0] |=
              ref != null
                  && LocalRef.isLocal(ref)
                  && !ref.startsWith("#/$defs/")
                  && !ref.startsWith("#/definitions/");
        });
    if (moves[0]) {
      return null;
    }
    Map<String, SchemaTree> top = new LinkedHashMap<>();
    Map<String, SchemaTree> inner = new LinkedHashMap<>();
    top.put("type", SchemaTree.text("object"));
    root.members().forEach((name, value) -> (AT_TOP.contains(name) ? top : inner).put(name, value));
    top.put("properties", new Members(Map.of(PROPERTY, new Members(inner))));
    top.put("required", SchemaTree.texts(List.of(PROPERTY)));
    return new Members(top);
  }
}
