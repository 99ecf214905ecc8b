package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What of a server is offered at all (features B5).
 *
 * @param patterns null: everything
 */
public record ToolsOffered(String server, @Nullable List<ToolPattern> patterns) {

  /** Everything of whichever server. */
  public static final ToolsOffered ALL = new ToolsOffered("", null);

  private static final Logger LOG = Logger.getLogger(ToolsOffered.class);

  static ToolsOffered of(ServerCatalogue told) {
    if (!told.hasToolsOffered()) {
      return ALL;
    }
    List<ToolPattern> patterns = new ArrayList<>();
    for (String text : told.getToolsOffered().getPatternsList()) {
      try {
        patterns.add(ToolPattern.ofServer(told.getServer(), text));
      } catch (IllegalArgumentException e) {
        // Offers less, never more: registry of another version may know other patterns.
        LOG.warnf("Server %s has a tool pattern that is not understood", told.getServer());
      }
    }
    return new ToolsOffered(told.getServer(), List.copyOf(patterns));
  }

  /** What is no tool is offered too. */
  public boolean isWhole() {
    return has("");
  }

  /**
   * @param tool the upstream's name
   */
  public boolean has(String tool) {
    return patterns == null || ToolPattern.anyMatches(patterns, server, tool);
  }
}
