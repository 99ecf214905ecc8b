package dev.sallyport.edge.mcp;

import dev.sallyport.edge.call.ToolCall.Door;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.kit.secret.Secret;
import dev.sallyport.mcp.protocol.McpHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated request to an MCP endpoint.
 *
 * @param credential with which the caller came; null for the anonymous one
 * @param server set on the endpoint of one server
 * @param paramHeaders the {@code Mcp-Param-*} headers as they came, by lower-case name
 */
public record McpRequest(
    AccessProfile profile,
    @Nullable Secret credential,
    @Nullable String server,
    McpHeaders headers,
    Map<String, String> paramHeaders,
    Reply reply) {

  public Door door() {
    if (server != null) {
      return Door.MCP_SERVER;
    }
    return profile.atGroup() == null ? Door.MCP : Door.MCP_GROUP;
  }

  /** The first value of a header, or null. */
  public @Nullable String header(String name) {
    List<String> values = headers.all(name);
    return values.isEmpty() ? null : values.getFirst();
  }
}
