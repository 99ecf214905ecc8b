package dev.sallyport.executor.upstream.legacy;

import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.http.HttpEra;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/** Session id and negotiated version (2025-11-25 basic/transports, "Session Management"). */
public final class LegacyHttp implements HttpEra {

  private volatile @Nullable String session;
  private volatile @Nullable String version;

  /** Called after the handshake: from now on every request says the version. */
  public void negotiated(String settled) {
    version = settled;
  }

  @Override
  public void mark(Outgoing message, MultiMap headers) {
    if (!message.method().equals(Methods.INITIALIZE)) {
      mark(headers);
    }
  }

  @Override
  public void mark(MultiMap headers) {
    String settled = version;
    if (settled != null) {
      headers.set(McpHeaders.PROTOCOL_VERSION, settled);
    }
    String id = session;
    if (id != null) {
      headers.set(McpHeaders.SESSION_ID, id);
    }
  }

  @Override
  public void answered(Outgoing message, MultiMap headers) {
    String id = headers.get(McpHeaders.SESSION_ID);
    if (message.method().equals(Methods.INITIALIZE) && id != null && isVisibleAscii(id)) {
      session = id;
    }
  }

  private static boolean isVisibleAscii(String id) {
    return !id.isEmpty() && id.length() <= 4096 && id.chars().allMatch(c -> c >= 0x21 && c <= 0x7e);
  }

  @Override
  public boolean isSessionLost(int status) {
    return status == 404 && session != null;
  }

  @Override
  public boolean hasSession() {
    return session != null;
  }

  @Override
  public boolean resumes() {
    return true;
  }

  @Override
  public boolean cancelsByClosing() {
    return false;
  }
}
