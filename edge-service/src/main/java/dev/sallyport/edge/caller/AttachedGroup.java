package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.util.List;

/**
 * A tool group that reaches a caller (features B4). What it allows is part of the caller's tools;
 * at the group's own endpoint nothing else is.
 *
 * @param title for people; may be empty
 */
public record AttachedGroup(String slug, String title, List<ToolPattern> tools)
    implements Lessening {

  public AttachedGroup {
    tools = List.copyOf(tools);
  }

  @Override
  public boolean leaves(String server, String tool) {
    return ToolPattern.anyMatches(tools, server, tool);
  }

  @Override
  public String digest() {
    return "group " + slug + '\n' + tools;
  }
}
