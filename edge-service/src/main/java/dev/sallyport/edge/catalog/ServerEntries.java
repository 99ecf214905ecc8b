package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.mcp.name.ExposedNames;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** From what registry tells to what edge serves. */
final class ServerEntries {

  private static final Logger LOG = Logger.getLogger(ServerEntries.class);

  private ServerEntries() {}

  /**
   * The tools of {@code before} are kept where the list is the same, so that nothing recompiles.
   */
  static ServerEntry of(
      ServerCatalogue told, @Nullable ServerCatalogue toldBefore, @Nullable ServerEntry before) {
    boolean sameList =
        toldBefore != null
            && toldBefore.getCatalogueVersion().equals(told.getCatalogueVersion())
            && toldBefore.getPrefix().equals(told.getPrefix());
    return new ServerEntry(
        told.getServer(),
        told.getServerRevision(),
        told.getCatalogueVersion(),
        told.getStatus(),
        told.getStale(),
        told.getInstructions(),
        Duration.ofMillis(told.getCallTimeoutMillis()),
        sameList && before != null ? before.tools() : tools(told));
  }

  private static List<ToolEntry> tools(ServerCatalogue told) {
    List<ToolEntry> tools = new ArrayList<>(told.getToolsCount());
    for (ToolDefinition tool : told.getToolsList()) {
      if (tool.getQuarantineReason().isEmpty()) {
        ToolEntry entry = tool(told, tool);
        if (entry != null) {
          tools.add(entry);
        }
      }
    }
    return List.copyOf(tools);
  }

  /** Null for a tool that cannot be exposed: registry should have kept it back. */
  private static @Nullable ToolEntry tool(ServerCatalogue told, ToolDefinition tool) {
    byte[] definition = tool.getDefinition().toByteArray();
    try {
      Span name = JsonObject.of(definition).get("name");
      if (name == null) {
        return null;
      }
      String prefix = told.getPrefix().isEmpty() ? null : told.getPrefix();
      String exposedName = ExposedNames.of(told.getServer(), tool.getName(), prefix);
      byte[] exposed =
          new FrameEdit(definition, 0, definition.length)
              .replace(name, JsonText.quote(exposedName))
              .apply();
      return new ToolEntry(
          told.getServer(),
          tool.getName(),
          exposedName,
          definition,
          exposed,
          tool.getReadOnlyHint() || tool.getIdempotentHint());
    } catch (MalformedJson | IllegalArgumentException e) {
      LOG.warnf("A tool of server %s cannot be exposed: %s", told.getServer(), e.getMessage());
      return null;
    }
  }
}
