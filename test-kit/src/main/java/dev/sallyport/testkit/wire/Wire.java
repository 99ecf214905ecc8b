package dev.sallyport.testkit.wire;

import dev.sallyport.testkit.echo.RawJson;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.RawHttp.Header;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An MCP client that says what it is told, in either era. JSON is given as text and comes back as
 * {@link RawJson}.
 */
public final class Wire {

  public static final String MODERN = "2026-07-28";
  public static final String LEGACY = "2025-11-25";

  private static final AtomicInteger IDS = new AtomicInteger(1000);

  private static final String NO_CAPABILITIES = "{}";
  private static final String OWN_NAME = "wire";

  private final URI uri;
  private final @Nullable String key;
  private final String capabilities;
  private final String meta;
  private final String name;
  private final List<Header> always;

  public Wire(String url, @Nullable String key) {
    this(URI.create(url), key, NO_CAPABILITIES, "", OWN_NAME, List.of());
  }

  private Wire(
      URI uri,
      @Nullable String key,
      String capabilities,
      String meta,
      String name,
      List<Header> always) {
    this.uri = uri;
    this.key = key;
    this.capabilities = capabilities;
    this.meta = meta;
    this.name = name;
    this.always = always;
  }

  /** The same client with these headers in every request. */
  public Wire with(List<Header> headers) {
    return new Wire(uri, key, capabilities, meta, name, List.copyOf(headers));
  }

  /** The same client under another {@code clientInfo.name}. */
  public Wire named(String clientName) {
    return new Wire(uri, key, capabilities, meta, clientName, always);
  }

  /** The same client with these capabilities, a JSON object. */
  public Wire declaring(String clientCapabilities) {
    return new Wire(uri, key, clientCapabilities, meta, name, always);
  }

  /** The same client with these members of {@code _meta} in its requests of 2026-07-28. */
  public Wire withMeta(String members) {
    return new Wire(uri, key, capabilities, members + ",", name, always);
  }

  String capabilities() {
    return capabilities;
  }

  /** What it says of itself, one JSON object. */
  String clientInfo() {
    return clientInfo(name);
  }

  private static String clientInfo(String name) {
    return "{\"name\":\"" + name + "\",\"version\":\"1\"}";
  }

  /** A request of 2026-07-28, complete with headers. {@code members}: of params, without _meta. */
  public Answer modern(String method, String members) {
    return post(body(method, members), modernHeaders(method, members));
  }

  /** tools/call of 2026-07-28. */
  public Answer call(String tool, String arguments) {
    return modern("tools/call", callMembers(tool, arguments));
  }

  /** tools/call of 2026-07-28 whose answer the caller reads. */
  public RawHttp.Open openCall(String tool, String arguments) {
    String members = callMembers(tool, arguments);
    return open("POST", modernHeaders("tools/call", members), body("tools/call", members));
  }

  /** Any request of 2026-07-28 whose answer the caller reads. */
  public RawHttp.Open openModern(String method, String members) {
    return open("POST", modernHeaders(method, members), body(method, members));
  }

  /** Names of tools/list, all pages, as 2026-07-28 lists them. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    String members = "";
    for (int page = 0; page < 100; page++) {
      Answer answer = modern("tools/list", members);
      RawJson result = RawJson.of(answer.message()).at("result");
      if (result == null) {
        throw new IllegalStateException("tools/list answered " + answer.text());
      }
      names.addAll(ToolNames.of(result));
      RawJson cursor = result.at("nextCursor");
      if (cursor == null) {
        return names;
      }
      members = "\"cursor\":" + cursor.text();
    }
    throw new IllegalStateException("tools/list has no end");
  }

  /** Begins a legacy session. */
  public LegacySession legacy() {
    return LegacySession.begin(this, LEGACY);
  }

  /** Exactly these bytes under exactly these headers, beside the credential. */
  public Answer post(byte[] body, List<Header> headers) {
    return exchange("POST", headers, body);
  }

  public Answer exchange(String method, List<Header> headers, byte[] body) {
    try {
      return RawHttp.exchange(method, uri, withKey(headers), body);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + uri.getPath() + " got no answer", e);
    }
  }

  public RawHttp.Open open(String method, List<Header> headers, byte[] body) {
    try {
      return RawHttp.open(method, uri, withKey(headers), body);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + uri.getPath() + " got no answer", e);
    }
  }

  /** The headers that a client of 2026-07-28 sends with this request. */
  public static List<Header> modernHeaders(String method, String members) {
    List<Header> headers = new ArrayList<>(jsonHeaders());
    headers.add(new Header("MCP-Protocol-Version", MODERN));
    headers.add(new Header("Mcp-Method", method));
    RawJson params = RawJson.of(bytes("{" + members + "}"));
    RawJson name = params.at(method.equals("resources/read") ? "uri" : "name");
    if (name != null) {
      headers.add(new Header("Mcp-Name", headerText(name.string())));
    }
    return headers;
  }

  /** The headers that every client sends. */
  public static List<Header> jsonHeaders() {
    return List.of(
        new Header("Content-Type", "application/json"),
        new Header("Accept", "application/json, text/event-stream"));
  }

  /** A whole request of 2026-07-28. */
  public static byte[] modernBody(int id, String method, String members) {
    return modernBody(id, method, members, NO_CAPABILITIES, "", OWN_NAME);
  }

  private byte[] body(String method, String members) {
    return modernBody(IDS.incrementAndGet(), method, members, capabilities, meta, name);
  }

  private static byte[] modernBody(
      int id, String method, String members, String capabilities, String meta, String name) {
    return bytes(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"method\":\""
            + method
            + "\",\"params\":{"
            + members
            + (members.isEmpty() ? "" : ",")
            + "\"_meta\":{"
            + meta
            + "\"io.modelcontextprotocol/protocolVersion\":\""
            + MODERN
            + "\",\"io.modelcontextprotocol/clientInfo\":"
            + clientInfo(name)
            + ",\"io.modelcontextprotocol/clientCapabilities\":"
            + capabilities
            + "}}}");
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static int nextId() {
    return IDS.incrementAndGet();
  }

  /** Members of params of a tools/call. {@code arguments}: a JSON object. */
  public static String callMembers(String tool, String arguments) {
    return "\"name\":\"" + tool + "\",\"arguments\":" + arguments;
  }

  private static String headerText(String text) {
    boolean plain =
        text.chars().allMatch(c -> c > 0x20 && c < 0x7f) && !text.startsWith("=?base64?");
    return plain ? text : "=?base64?" + Base64.getEncoder().encodeToString(bytes(text)) + "?=";
  }

  private List<Header> withKey(List<Header> headers) {
    List<Header> all = new ArrayList<>(headers);
    all.addAll(always);
    if (key != null) {
      all.add(new Header("Authorization", "Bearer " + key));
    }
    return all;
  }
}
