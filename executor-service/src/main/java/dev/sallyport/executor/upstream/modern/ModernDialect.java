package dev.sallyport.executor.upstream.modern;

import dev.sallyport.executor.upstream.Dialect;
import dev.sallyport.executor.upstream.Identity;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Version, identity and capabilities in every request (2026-07-28 basic, "_meta"). The capabilities
 * are those of the client that asks; they hold for its request and for nothing else, so that a
 * connection can be shared.
 */
public final class ModernDialect implements Dialect {

  private static final byte[] NO_CAPABILITIES = {'{', '}'};

  private final ProtocolVersion version;
  private final byte[] versionJson;
  private final String meta;

  public ModernDialect(ProtocolVersion version) {
    this.version = version;
    this.versionJson = JsonText.quote(version.text());
    this.meta =
        "\"_meta\":{\""
            + MetaKeys.PROTOCOL_VERSION
            + "\":\""
            + version.text()
            + "\",\""
            + MetaKeys.CLIENT_INFO
            + "\":"
            + new String(Identity.JSON, StandardCharsets.UTF_8)
            + ",\""
            + MetaKeys.CLIENT_CAPABILITIES
            + "\":{}}";
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
    edit.setMeta(MetaKeys.PROTOCOL_VERSION, versionJson)
        .setMeta(MetaKeys.CLIENT_INFO, Identity.JSON)
        .setMeta(
            MetaKeys.CLIENT_CAPABILITIES,
            capabilities.length == 0 ? NO_CAPABILITIES : capabilities);
    if (!logLevel.isEmpty()) {
      edit.setMeta(MetaKeys.LOG_LEVEL, JsonText.quote(logLevel));
    } else if (request.params().meta().logLevel() != null) {
      edit.removeMeta(MetaKeys.LOG_LEVEL);
    }
    if (traceparent != null) {
      edit.setMeta(MetaKeys.TRACEPARENT, JsonText.quote(traceparent));
      if (tracestate != null) {
        edit.setMeta(MetaKeys.TRACESTATE, JsonText.quote(tracestate));
      }
    }
  }

  @Override
  public byte[] params(String members) {
    String inner = members.isEmpty() ? meta : members + "," + meta;
    return ("{" + inner + "}").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String heartbeat() {
    return Methods.DISCOVER;
  }

  @Override
  public boolean answersRequests() {
    return false;
  }
}
