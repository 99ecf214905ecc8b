package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request leaves of what its caller may use (features B5). It takes away and never adds.
 *
 * @param servers as patterns of all tools of these; null: whatever server
 * @param tools null: whatever tool; empty: none
 */
public record Narrowing(@Nullable List<ToolPattern> servers, @Nullable List<ToolPattern> tools)
    implements Lessening {

  @Override
  public boolean leaves(String server, String tool) {
    return matches(servers, server, tool) && matches(tools, server, tool);
  }

  private static boolean matches(@Nullable List<ToolPattern> patterns, String server, String tool) {
    return patterns == null || ToolPattern.anyMatches(patterns, server, tool);
  }

  @Override
  public String digest() {
    return servers + "\n" + tools;
  }
}
