package dev.sallyport.edge.dialect;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.mcp.protocol.ParamHeaders;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Input schemas of tools as dialects have them. A schema is rewritten once for all clients with the
 * same quirks, and kept over changes of the rest of the catalogue. Any thread.
 */
@Singleton
public class RewrittenSchemas {

  /** In bytes of rewritten schemas. */
  private static final long KEPT = 16L * 1024 * 1024;

  private static final int OF_AN_ENTRY = 128;

  private final RecentlyUsed<Key, Rewriting> kept =
      new RecentlyUsed<>(KEPT, rewriting -> OF_AN_ENTRY + rewriting.length());

  private record Key(ToolEntry tool, boolean inlineRefs, boolean wrapTopLevelUnion) {}

  /** What became of an input schema. */
  sealed interface Rewriting {

    /** The new schema has other arguments than the tool: what a call brings is to be unwrapped. */
    default boolean isWrapped() {
      return this instanceof Rewritten rewritten && rewritten.wrapped();
    }

    private int length() {
      return this instanceof Rewritten rewritten ? rewritten.schema().length : 0;
    }
  }

  /** It has none of the quirks, or cannot be rewritten safely: it stays byte for byte. */
  record Unchanged() implements Rewriting {}

  /**
   * @param at where the schema stands in {@link ToolEntry#definition}
   * @param schema what stands there for the dialect; shared, not to be written to
   */
  record Rewritten(Span at, byte[] schema, boolean wrapped) implements Rewriting {}

  private static final Rewriting UNCHANGED = new Unchanged();

  Rewriting of(ToolEntry tool, Dialect dialect) {
    if (!dialect.rewritesSchemas()) {
      return UNCHANGED;
    }
    Key key = new Key(tool, dialect.inlineRefs(), dialect.wrapTopLevelUnion());
    Rewriting known = kept.get(key);
    if (known == null) {
      known = rewrite(tool.definition(), dialect);
      kept.put(key, known);
    }
    return known;
  }

  private static Rewriting rewrite(byte[] definition, Dialect dialect) {
    try {
      Span at = JsonObject.of(definition).get("inputSchema");
      if (at == null || !(SchemaTree.read(definition, at) instanceof Members schema)) {
        return UNCHANGED;
      }
      Members inlined = dialect.inlineRefs() ? InlinedRefs.of(schema) : null;
      Members plain = inlined == null ? schema : inlined;
      boolean union = dialect.wrapTopLevelUnion() && MergedUnion.isUnion(plain);
      Members merged = union ? MergedUnion.of(plain) : null;
      Members wrapped = union && merged == null ? WrappedUnion.of(plain) : null;
      Members made = merged != null ? merged : wrapped != null ? wrapped : inlined;
      return rewritten(definition, at, made, wrapped != null);
    } catch (MalformedJson e) {
      return UNCHANGED;
    }
  }

  /** A client mirrors into headers what the schema that it sees marks; that may not change. */
  private static Rewriting rewritten(
      byte[] definition, Span at, @Nullable Members made, boolean wrapped) {
    if (made == null) {
      return UNCHANGED;
    }
    byte[] schema = made.toBytes();
    byte[] after = new FrameEdit(definition, 0, definition.length).replace(at, schema).apply();
    return ParamHeaders.of(definition, whole(definition))
            .equals(ParamHeaders.of(after, whole(after)))
        ? new Rewritten(at, schema, wrapped)
        : UNCHANGED;
  }

  private static Span whole(byte[] definition) {
    return JsonObject.of(definition).span();
  }
}
