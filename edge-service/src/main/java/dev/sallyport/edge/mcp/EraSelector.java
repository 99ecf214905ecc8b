package dev.sallyport.edge.mcp;

import dev.sallyport.edge.mcp.legacy.LegacyEndpoint;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import jakarta.inject.Singleton;

/**
 * Which era a client speaks shows in how it opens (2026-07-28 basic/versioning, "Backward
 * Compatibility"): a message with a protocol version in its {@code _meta} is modern; {@code
 * initialize} and everything with a session is legacy. What has neither is taken for a modern one
 * that lacks its fields when its version header says so.
 */
@Singleton
public class EraSelector {

  private final ModernEndpoint modern;
  private final LegacyEndpoint legacy;

  EraSelector(ModernEndpoint modern, LegacyEndpoint legacy) {
    this.modern = modern;
    this.legacy = legacy;
  }

  /** POST. */
  public void handle(McpRequest request, Frame frame) {
    switch (eraOf(request, frame)) {
      case MODERN -> modern.handle(request, frame);
      case LEGACY -> legacy.handle(request, frame);
    }
  }

  /** GET. The modern era has none; whoever asks is legacy. */
  public void listen(McpRequest request) {
    legacy.listen(request);
  }

  /** DELETE. */
  public void end(McpRequest request) {
    legacy.end(request);
  }

  /** Do GET and DELETE exist for this version header? Not in the modern era. */
  public static boolean hasStreams(String versionHeader) {
    return ProtocolVersion.of(versionHeader).filter(v -> v.era() == Era.MODERN).isEmpty();
  }

  static Era eraOf(McpRequest request, Frame frame) {
    String method;
    boolean hasVersion;
    switch (frame) {
      case Frame.Request message -> {
        method = message.method();
        hasVersion = message.params().meta().protocolVersionSpan() != null;
      }
      case Frame.Notification message -> {
        method = message.method();
        hasVersion = message.params().meta().protocolVersionSpan() != null;
      }
      case Frame.Response message -> {
        method = "";
        hasVersion = false;
      }
    }
    if (hasVersion) {
      return Era.MODERN;
    }
    if (method.equals(Methods.INITIALIZE)) {
      return Era.LEGACY;
    }
    String version = request.header(McpHeaders.PROTOCOL_VERSION);
    if (version != null && !hasStreams(version)) {
      return Era.MODERN;
    }
    boolean onlyModern =
        method.equals(Methods.DISCOVER) || method.equals(Methods.SUBSCRIPTIONS_LISTEN);
    return onlyModern && request.header(McpHeaders.SESSION_ID) == null ? Era.MODERN : Era.LEGACY;
  }
}
