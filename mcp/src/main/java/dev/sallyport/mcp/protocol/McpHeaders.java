package dev.sallyport.mcp.protocol;

import java.util.List;

/** The headers of one HTTP message, and the names that MCP gives to some. */
@FunctionalInterface
public interface McpHeaders {

  String PROTOCOL_VERSION = "MCP-Protocol-Version";
  String METHOD = "Mcp-Method";
  String NAME = "Mcp-Name";

  /** Of HTTP; says who a client is that does not name itself in the message. */
  String USER_AGENT = "User-Agent";

  /** Followed by the name that a tool's schema gives in {@code x-mcp-header}. */
  String PARAM_PREFIX = "Mcp-Param-";

  /** Legacy era only. */
  String SESSION_ID = "Mcp-Session-Id";

  /** Legacy era only. */
  String LAST_EVENT_ID = "Last-Event-ID";

  /**
   * All values under a name, which is compared without regard to case; empty where there are none.
   */
  List<String> all(String name);
}
