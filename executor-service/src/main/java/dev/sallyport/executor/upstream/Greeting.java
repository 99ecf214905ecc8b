package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.protocol.ProtocolVersion;

/**
 * What an upstream said of itself when we met.
 *
 * @param serverInfo JSON object; empty if it said nothing
 * @param capabilities JSON object; empty if it said nothing
 */
public record Greeting(
    ProtocolVersion version, byte[] serverInfo, byte[] capabilities, String instructions) {

  /** Whether it has tools. A server that declared nothing at all (a pinned one) may have some. */
  public boolean mayHaveTools() {
    return capabilities.length == 0 || JsonObject.of(capabilities).has("tools");
  }

  public boolean tellsToolChanges() {
    if (capabilities.length == 0) {
      return false;
    }
    JsonObject tools = JsonObject.of(capabilities).object("tools");
    return tools != null && tools.isTrue("listChanged");
  }
}
