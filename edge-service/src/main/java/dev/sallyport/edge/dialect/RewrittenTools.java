package dev.sallyport.edge.dialect;

import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Definitions of tools as a dialect has them: the name and the input schema are put in the place of
 * the original ones, every other byte stays. Any thread.
 */
@Singleton
public class RewrittenTools {

  private final ToolNames names;
  private final RewrittenSchemas schemas;

  public RewrittenTools(ToolNames names, RewrittenSchemas schemas) {
    this.names = names;
    this.schemas = schemas;
  }

  /**
   * The definition of a tool. Shared where the dialect changes nothing in it, so not to be written
   * to.
   *
   * @param server its endpoint; null for the aggregate one
   */
  public byte[] definition(
      TenantCatalogue catalogue, @Nullable String server, ToolEntry tool, Dialect dialect) {
    byte[] shown = server == null ? tool.exposedDefinition() : tool.definition();
    String shortName = names.shortName(catalogue, server, tool, dialect);
    if (!(schemas.of(tool, dialect) instanceof RewrittenSchemas.Rewritten rewritten)) {
      return shortName == null ? shown : renamed(shown, shortName);
    }
    byte[] original = tool.definition();
    FrameEdit edit =
        new FrameEdit(original, 0, original.length).replace(rewritten.at(), rewritten.schema());
    String name = shortName == null && server == null ? tool.exposedName() : shortName;
    Span at = name == null ? null : JsonObject.of(original).get("name");
    return name == null || at == null
        ? edit.apply()
        : edit.replace(at, JsonText.quote(name)).apply();
  }

  private static byte[] renamed(byte[] definition, String name) {
    Span at = JsonObject.of(definition).get("name");
    return at == null
        ? definition
        : new FrameEdit(definition, 0, definition.length).replace(at, JsonText.quote(name)).apply();
  }
}
