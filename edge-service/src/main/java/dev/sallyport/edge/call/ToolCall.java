package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.dialect.Client;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Subject;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tools/call, or another request that goes to one server, as it comes through a door:
 * authenticated and not yet looked at.
 *
 * @param server set on the endpoint of one server, where names are the upstream's own; null on the
 *     aggregate endpoint
 * @param frame the client's frame; its array is not written to as long as the call lives
 * @param clientCapabilities JSON object, empty for none
 * @param client who the client says that it is
 * @param session of the legacy era, null otherwise
 * @param logLevel from which on the client wants log messages of this call; empty for none in the
 *     modern era, and for whatever the server sends in the legacy one
 * @param resumption the call that goes on with this request; null for a new call
 * @param parent the call of a script that makes this one; null for what an agent calls itself
 * @param forwardedHeaders {@code mcp-param-*}, lower-case names
 */
public record ToolCall(
    AccessProfile profile,
    Door door,
    @Nullable String server,
    ProtocolVersion version,
    Frame.Request frame,
    byte[] clientCapabilities,
    Client client,
    @Nullable String session,
    String logLevel,
    @Nullable Resumption resumption,
    @Nullable CallId parent,
    Map<String, String> forwardedHeaders,
    @Nullable String traceparent,
    Check check) {

  /**
   * What the door itself has to check once it is known which tool is meant and that the caller may
   * see it: whoever may not must not learn about it from this.
   */
  @FunctionalInterface
  public interface Check {

    Check NONE = tool -> null;

    /** Null when all is well. */
    @Nullable Failure check(ToolEntry tool);
  }

  /** Where a call came in, as the record keeps it. */
  public enum Door {
    MCP("mcp"),
    MCP_SERVER("mcp-server"),
    MCP_GROUP("mcp-group"),
    EXECUTE("execute"),
    SCRIPT("script");

    private final String wireName;

    Door(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /** What the request is about, as the client calls it; empty when there is nothing. */
  public String name() {
    String name = Subject.text(frame);
    return name == null ? "" : name;
  }

  public boolean isToolCall() {
    return frame.method().equals(Methods.TOOLS_CALL);
  }

  /** This call in the next request of its client. */
  ToolCall resumedWith(Resumption next) {
    return new ToolCall(
        profile,
        door,
        server,
        version,
        frame,
        clientCapabilities,
        client,
        session,
        logLevel,
        next,
        parent,
        forwardedHeaders,
        traceparent,
        check);
  }
}
