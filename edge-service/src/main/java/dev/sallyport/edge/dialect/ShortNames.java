package dev.sallyport.edge.dialect;

import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.name.ExposedNames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of one endpoint's tools for clients that take no longer ones. Immutable. Made from all
 * tools of the endpoint, so that a name is the same for every key.
 *
 * <p>A name is shortened only where the result is nobody's name and no other tool's shortened one:
 * else the tool keeps its long name. So a name never leads to two tools, and no server can take a
 * name from another.
 */
final class ShortNames {

  private final Map<String, ToolEntry> byShortName;
  private final Map<ToolEntry, String> shortNames;

  private ShortNames(Map<String, ToolEntry> byShortName) {
    this.byShortName = byShortName;
    this.shortNames = new HashMap<>();
    byShortName.forEach((name, tool) -> shortNames.put(tool, name));
  }

  /**
   * @param exposed true: the names of the aggregate endpoint; false: the upstream's own
   * @param longest in characters
   */
  static ShortNames of(List<ToolEntry> tools, boolean exposed, int longest) {
    Set<String> refused = new HashSet<>();
    tools.forEach(tool -> refused.add(name(tool, exposed)));
    Map<String, ToolEntry> byShortName = new HashMap<>();
    for (ToolEntry tool : tools) {
      String name = name(tool, exposed);
      if (name.length() > longest) {
        String made = ExposedNames.shortened(tool.server(), tool.tool(), name, longest);
        if (byShortName.putIfAbsent(made, tool) != null) {
          refused.add(made);
        }
      }
    }
    byShortName.keySet().removeAll(refused);
    return new ShortNames(byShortName);
  }

  static String name(ToolEntry tool, boolean exposed) {
    return exposed ? tool.exposedName() : tool.tool();
  }

  int size() {
    return byShortName.size();
  }

  /** Null for a name that is no shortened one. */
  @Nullable ToolEntry tool(String shortName) {
    return byShortName.get(shortName);
  }

  /** Null for a tool that keeps its name. */
  @Nullable String of(ToolEntry tool) {
    return shortNames.get(tool);
  }
}
