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

  /** Whether it declares a capability of this name. */
  public boolean offers(String capability) {
    return capabilities.length > 0 && JsonObject.of(capabilities).has(capability);
  }

  /** Whether it tells when one of its lists ({@code tools}, {@code prompts}, …) has changed. */
  public boolean tellsChangesOf(String capability) {
    if (capabilities.length == 0) {
      return false;
    }
    JsonObject of = JsonObject.of(capabilities).object(capability);
    return of != null && of.isTrue("listChanged");
  }
}
