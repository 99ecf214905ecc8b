package dev.sallyport.edge.call;

import dev.sallyport.edge.catalog.ToolEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a call is for: a tool, a prompt, a resource, or whatever else a server has.
 *
 * @param server name of the upstream
 * @param name what the upstream calls it; empty where the method has no such thing
 * @param exposedName what the client calls it
 * @param tool null for anything but a tool
 */
public record Target(String server, String name, String exposedName, @Nullable ToolEntry tool) {

  static Target of(ToolEntry tool) {
    return new Target(tool.server(), tool.tool(), tool.exposedName(), tool);
  }

  /** Name of the tool, empty for anything else. */
  public String toolName() {
    return tool == null ? "" : tool.tool();
  }

  /** It may be done twice: reading is harmless, and a tool says so by itself. */
  boolean isRepeatable() {
    return tool == null || tool.repeatable();
  }
}
