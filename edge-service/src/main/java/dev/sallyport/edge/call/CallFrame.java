package dev.sallyport.edge.call;

import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** The frame of a tools/call that no MCP client has written. */
public final class CallFrame {

  private static final byte[] ID = {'1'};
  private static final byte[] NO_CAPABILITIES = {'{', '}'};

  private CallFrame() {}

  /** What a client brings that was asked for something; both are JSON as they stand in params. */
  public record Brought(byte @Nullable [] requestState, byte @Nullable [] inputResponses) {

    public static final Brought NOTHING = new Brought(null, null);
  }

  /**
   * The call as a request of a revision.
   *
   * @param arguments JSON object
   * @param capabilities of the client, a JSON object; empty: none
   * @param limits of what a client may send
   * @return malformed where the arguments are not JSON or break a limit
   */
  public static ScanResult of(
      ProtocolVersion version,
      String name,
      byte[] arguments,
      byte[] capabilities,
      Brought brought,
      Limits limits) {
    JsonWriter params =
        new JsonWriter().beginObject().member("name", name).member("arguments", arguments);
    if (brought.inputResponses() != null) {
      params.member("inputResponses", brought.inputResponses());
    }
    if (brought.requestState() != null) {
      params.member("requestState", brought.requestState());
    }
    if (version.era() == Era.MODERN) {
      params
          .name("_meta")
          .beginObject()
          .member(MetaKeys.PROTOCOL_VERSION, version.text())
          .member(
              MetaKeys.CLIENT_CAPABILITIES,
              capabilities.length == 0 ? NO_CAPABILITIES : capabilities)
          .endObject();
    }
    byte[] frame = FrameBytes.request(ID, Methods.TOOLS_CALL, params.endObject().toBytes());
    return FrameScanner.scan(frame, 0, frame.length, limits);
  }
}
