package dev.sallyport.mcp.protocol;

/**
 * JSON-RPC error codes: JSON-RPC 2.0 section 5.1 and MCP 2026-07-28 basic, "Error Codes". The
 * gateway's own codes lie outside -32768 to -32000 and are not defined here.
 */
public final class JsonRpcError {

  public static final int PARSE_ERROR = -32700;
  public static final int INVALID_REQUEST = -32600;
  public static final int METHOD_NOT_FOUND = -32601;
  public static final int INVALID_PARAMS = -32602;
  public static final int INTERNAL_ERROR = -32603;

  /**
   * Of 2025-11-25 and earlier; the modern era answers {@link #INVALID_PARAMS} and must not send
   * this.
   */
  public static final int RESOURCE_NOT_FOUND = -32002;

  /** Headers and body differ, or a header is missing or malformed. HTTP 400. */
  public static final int HEADER_MISMATCH = -32020;

  /** {@code data.requiredCapabilities} names what the client did not declare. HTTP 400. */
  public static final int MISSING_REQUIRED_CLIENT_CAPABILITY = -32021;

  /** {@code data.supported} lists the versions that are. HTTP 400. */
  public static final int UNSUPPORTED_PROTOCOL_VERSION = -32022;

  /** Only in 2025-11-25. */
  public static final int URL_ELICITATION_REQUIRED = -32042;

  private JsonRpcError() {}

  /** Whether only a modern server answers with this code, which settles an era probe. */
  public static boolean isModern(int code) {
    return code == HEADER_MISMATCH
        || code == MISSING_REQUIRED_CLIENT_CAPABILITY
        || code == UNSUPPORTED_PROTOCOL_VERSION;
  }
}
