package dev.sallyport.executor.upstream.modern;

import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.http.HttpEra;
import dev.sallyport.mcp.protocol.HeaderRules;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.vertx.core.MultiMap;

/** Headers that mirror the body; no session (2026-07-28 streamable-http, "Request Metadata"). */
public final class ModernHttp implements HttpEra {

  private final ProtocolVersion version;

  public ModernHttp(ProtocolVersion version) {
    this.version = version;
  }

  @Override
  public void mark(Outgoing message, MultiMap headers) {
    headers.set(McpHeaders.PROTOCOL_VERSION, version.text());
    if (!message.method().isEmpty()) {
      headers.set(McpHeaders.METHOD, HeaderRules.encode(message.method()));
    }
    if (message.name() != null) {
      headers.set(McpHeaders.NAME, HeaderRules.encode(message.name()));
    }
  }

  @Override
  public void mark(MultiMap headers) {
    headers.set(McpHeaders.PROTOCOL_VERSION, version.text());
  }

  @Override
  public void answered(Outgoing message, MultiMap headers) {}

  @Override
  public boolean isSessionLost(int status) {
    return false;
  }

  @Override
  public boolean hasSession() {
    return false;
  }

  @Override
  public boolean resumes() {
    return false;
  }

  @Override
  public boolean cancelsByClosing() {
    return true;
  }
}
