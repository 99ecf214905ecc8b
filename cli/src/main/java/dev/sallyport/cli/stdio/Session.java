package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.protocol.McpHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code initialize} came to.
 *
 * @param id null where the server keeps no sessions
 * @param version as negotiated; null where the answer has none
 */
record Session(@Nullable String id, @Nullable String version) {

  /** As the answer and its HTTP header say it. */
  static Session of(Frame.Response answer, @Nullable String idHeader) {
    JsonObject result = JsonObject.at(answer.data(), answer.result());
    return new Session(idHeader, result == null ? null : result.string("protocolVersion"));
  }

  /** The headers of everything after {@code initialize}. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (version != null) {
      headers.put(McpHeaders.PROTOCOL_VERSION, version);
    }
    if (id != null) {
      headers.put(McpHeaders.SESSION_ID, id);
    }
    return headers;
  }

  /** Whether the status says that the session is gone, and that nothing was done. */
  boolean isGone(int status) {
    return status == 404 && id != null;
  }

  /** The id is a credential of sorts. */
  @Override
  public String toString() {
    return "Session[" + version + "]";
  }
}
