package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Tools of a server of which every call needs that a person approves it (features D2). */
public record ToolsAsking(String server, List<ToolPattern> patterns) {

  /** None of whichever server. */
  public static final ToolsAsking NONE = new ToolsAsking("", List.of());

  private static final Logger LOG = Logger.getLogger(ToolsAsking.class);

  public ToolsAsking {
    patterns = List.copyOf(patterns);
  }

  public static ToolsAsking of(ServerCatalogue told) {
    List<ToolPattern> patterns = new ArrayList<>();
    for (String text : told.getApproval().getPatternsList()) {
      try {
        patterns.add(ToolPattern.ofServer(told.getServer(), text));
      } catch (IllegalArgumentException e) {
        // Asks more, never less: registry of another version may know other patterns.
        LOG.warnf("Server %s has a tool pattern that is not understood", told.getServer());
        patterns.add(ToolPattern.ofServer(told.getServer(), "*"));
      }
    }
    return patterns.isEmpty() ? NONE : new ToolsAsking(told.getServer(), patterns);
  }

  /**
   * @param tool the upstream's name
   */
  public boolean has(String tool) {
    return ToolPattern.anyMatches(patterns, server, tool);
  }
}
