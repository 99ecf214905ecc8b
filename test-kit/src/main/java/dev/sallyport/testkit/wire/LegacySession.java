package dev.sallyport.testkit.wire;

import dev.sallyport.testkit.echo.RawJson;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.RawHttp.Header;
import java.util.ArrayList;
import java.util.List;

/** A session of a revision up to 2025-11-25. */
public final class LegacySession {

  private final Wire wire;
  private final String session;
  private final String version;

  private LegacySession(Wire wire, String session, String version) {
    this.wire = wire;
    this.session = session;
    this.version = version;
  }

  static LegacySession begin(Wire wire, String version) {
    Answer answer =
        wire.post(
            Wire.bytes(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\""
                    + version
                    + "\",\"capabilities\":"
                    + wire.capabilities()
                    + ",\"clientInfo\":"
                    + wire.clientInfo()
                    + "}}"),
            Wire.jsonHeaders());
    String session = answer.header("mcp-session-id");
    if (answer.status() != 200 || session.isEmpty()) {
      throw new IllegalStateException(
          "initialize answered " + answer.status() + " " + answer.text());
    }
    LegacySession begun = new LegacySession(wire, session, version);
    begun.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return begun;
  }

  /** The session id as minted. */
  public String id() {
    return session;
  }

  public Answer request(String method, String params) {
    return send(body(Wire.nextId(), method, params));
  }

  public Answer call(String tool, String arguments) {
    return request("tools/call", "{" + Wire.callMembers(tool, arguments) + "}");
  }

  /** A request under {@code id} whose answer the caller reads. */
  public RawHttp.Open openRequest(int id, String method, String params) {
    return wire.open("POST", headers(), Wire.bytes(body(id, method, params)));
  }

  /** Any message. */
  public Answer send(String message) {
    return wire.post(Wire.bytes(message), headers());
  }

  /** The stream of messages that belong to no request. */
  public RawHttp.Open openStream() {
    List<Header> headers = new ArrayList<>(headers());
    headers.removeIf(header -> header.name().equals("Accept"));
    headers.add(new Header("Accept", "text/event-stream"));
    return wire.open("GET", headers, new byte[0]);
  }

  public Answer end() {
    return wire.exchange("DELETE", headers(), new byte[0]);
  }

  /** Names of tools/list, all pages. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    String params = "{}";
    for (int page = 0; page < 100; page++) {
      Answer answer = request("tools/list", params);
      RawJson result = RawJson.of(answer.message()).at("result");
      if (result == null) {
        throw new IllegalStateException("tools/list answered " + answer.text());
      }
      names.addAll(ToolNames.of(result));
      RawJson cursor = result.at("nextCursor");
      if (cursor == null) {
        return names;
      }
      params = "{\"cursor\":" + cursor.text() + "}";
    }
    throw new IllegalStateException("tools/list has no end");
  }

  public List<Header> headers() {
    List<Header> headers = new ArrayList<>(Wire.jsonHeaders());
    headers.add(new Header("Mcp-Session-Id", session));
    headers.add(new Header("MCP-Protocol-Version", version));
    return headers;
  }

  private static String body(int id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\""
        + method
        + "\",\"params\":"
        + params
        + "}";
  }
}
