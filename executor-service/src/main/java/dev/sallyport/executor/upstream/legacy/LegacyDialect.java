package dev.sallyport.executor.upstream.legacy;

import dev.sallyport.executor.upstream.Dialect;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Meta;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The session knows version and capabilities, so the modern era's members are taken out. */
public final class LegacyDialect implements Dialect {

  private final ProtocolVersion version;

  public LegacyDialect(ProtocolVersion version) {
    this.version = version;
  }

  @Override
  public ProtocolVersion version() {
    return version;
  }

  @Override
  public void adapt(
      FrameEdit edit,
      Frame.Request request,
      String logLevel,
      byte[] capabilities,
      @Nullable String traceparent,
      @Nullable String tracestate) {
    Meta meta = request.params().meta();
    if (meta.protocolVersionSpan() != null) {
      edit.removeMeta(MetaKeys.PROTOCOL_VERSION);
    }
    if (meta.clientInfo() != null) {
      edit.removeMeta(MetaKeys.CLIENT_INFO);
    }
    if (meta.clientCapabilities() != null) {
      edit.removeMeta(MetaKeys.CLIENT_CAPABILITIES);
    }
    if (meta.logLevel() != null) {
      edit.removeMeta(MetaKeys.LOG_LEVEL);
    }
    Span params = request.params().span();
    if (params != null && request.params().inputResponses() != null) {
      edit.removeMember(params, "inputResponses");
    }
  }

  @Override
  public byte[] params(String members) {
    return ("{" + members + "}").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String heartbeat() {
    return Methods.PING;
  }

  @Override
  public boolean answersRequests() {
    return true;
  }
}
