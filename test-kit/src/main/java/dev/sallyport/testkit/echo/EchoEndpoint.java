package dev.sallyport.testkit.echo;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The MCP endpoint of the echo server: 2025-11-25 with sessions, 2026-07-28 without. */
final class EchoEndpoint {

  private static final String MODERN = "2026-07-28";
  private static final String META = "io.modelcontextprotocol/";
  private static final Map<String, byte[]> TEXTS = new ConcurrentHashMap<>();
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final Map<String, String> LISTS =
      Map.of(
          "resources/list", "resources",
          "resources/templates/list", "resourceTemplates",
          "prompts/list", "prompts");

  private final Vertx vertx;
  private final EchoState state;

  EchoEndpoint(Vertx vertx, EchoState state) {
    this.vertx = vertx;
    this.state = state;
  }

  void handle(HttpServerRequest request) {
    if (!request.path().equals("/mcp")) {
      request.response().setStatusCode(404).end();
      return;
    }
    switch (request.method().name()) {
      case "POST" -> request.bodyHandler(body -> post(request, body));
      case "GET" -> get(request);
      case "DELETE" -> {
        boolean known = state.sessions.remove(session(request));
        request.response().setStatusCode(known ? 200 : 405).end();
      }
      default -> request.response().setStatusCode(405).end();
    }
  }

  private void get(HttpServerRequest request) {
    if (state.era == EchoUpstream.Era.MODERN || !state.sessions.contains(session(request))) {
      request.response().setStatusCode(405).end();
      return;
    }
    listen(request.response(), "");
  }

  private void post(HttpServerRequest request, Buffer body) {
    RawJson frame;
    try {
      frame = RawJson.of(body.getBytes());
      frame.at("id");
    } catch (RuntimeException malformed) {
      refuse(request, 400, NULL, -32700, "Parse error");
      return;
    }
    RawJson id = frame.at("id");
    RawJson methodValue = frame.at("method");
    if (methodValue == null) {
      Consumer<RawJson> asker = id == null ? null : state.questions.remove(id.text());
      if (asker != null) {
        asker.accept(frame);
      }
      request.response().setStatusCode(202).end();
      return;
    }
    String method = methodValue.string();
    boolean modern = frame.at("params", "_meta", META + "protocolVersion") != null;
    if (modern && state.era == EchoUpstream.Era.LEGACY) {
      refuse(request, 400, id == null ? NULL : id.bytes(), -32000, "Server not initialized");
    } else if (!modern && state.era == EchoUpstream.Era.MODERN) {
      refuse(request, 400, id == null ? NULL : id.bytes(), -32020, "Missing Mcp-Method header");
    } else if (id == null) {
      notification(request, method, frame);
    } else if (modern) {
      modern(request, method, id, frame);
    } else {
      legacy(request, method, id, frame);
    }
  }

  private void notification(HttpServerRequest request, String method, RawJson frame) {
    RawJson of = frame.at("params", "requestId");
    if (method.equals("notifications/cancelled") && of != null) {
      cancel(session(request) + "/" + of.text());
    }
    request.response().setStatusCode(202).end();
  }

  private void legacy(HttpServerRequest request, String method, RawJson id, RawJson frame) {
    if (method.equals("initialize")) {
      String session = UUID.randomUUID().toString();
      state.sessions.add(session);
      state.sessionsBegun.incrementAndGet();
      request.response().putHeader("Mcp-Session-Id", session);
      result(
          request,
          id,
          "\"protocolVersion\":\"2025-11-25\",\"capabilities\":"
              + state.capabilities()
              + ",\"serverInfo\":{\"name\":\"echo\",\"version\":\"1.0.0\"}");
      return;
    }
    if (session(request).isEmpty()) {
      refuse(request, 400, id.bytes(), -32000, "No session id");
      return;
    }
    if (!state.sessions.contains(session(request))) {
      refuse(request, 404, id.bytes(), -32001, "Session not found");
      return;
    }
    switch (method) {
      case "ping" -> result(request, id, "");
      case "tools/list" -> list(request, id, frame, false);
      case "tools/call" -> call(request, id, frame, false);
      case "resources/list", "resources/templates/list", "prompts/list" ->
          offers(request, method, id, false);
      case "prompts/get", "resources/read", "completion/complete", "mirror/any" ->
          mirror(request, id, frame, "");
      default -> refuse(request, 200, id.bytes(), -32601, "Method not found");
    }
  }

  private void modern(HttpServerRequest request, String method, RawJson id, RawJson frame) {
    String mismatch = mismatch(request, method, frame);
    if (mismatch != null) {
      refuse(request, 400, id.bytes(), -32020, mismatch);
      return;
    }
    switch (method) {
      case "server/discover" ->
          result(
              request,
              id,
              "\"resultType\":\"complete\",\"supportedVersions\":[\""
                  + MODERN
                  + "\"],\"capabilities\":"
                  + state.capabilities()
                  + ",\"_meta\":{\""
                  + META
                  + "serverInfo\":{\"name\":\"echo\",\"version\":\"1.0.0\"}},\"ttlMs\":0,\"cacheScope\":\"private\"");
      case "tools/list" -> list(request, id, frame, true);
      case "tools/call" -> call(request, id, frame, true);
      case "resources/list", "resources/templates/list", "prompts/list" ->
          offers(request, method, id, true);
      case "resources/read" -> read(request, id, frame);
      case "prompts/get", "completion/complete", "mirror/any" ->
          mirror(request, id, frame, ",\"resultType\":\"complete\"");
      case "subscriptions/listen" -> subscribe(request, id);
      default -> refuse(request, 404, id.bytes(), -32601, "Method not found");
    }
  }

  /** Header rules of 2026-07-28, basic/transports/streamable-http, "Request Metadata". */
  private static @Nullable String mismatch(
      HttpServerRequest request, String method, RawJson frame) {
    RawJson version = frame.at("params", "_meta", META + "protocolVersion");
    if (version == null || !version.string().equals(request.getHeader("MCP-Protocol-Version"))) {
      return "MCP-Protocol-Version differs from _meta";
    }
    if (frame.at("params", "_meta", META + "clientCapabilities") == null) {
      return "_meta lacks clientCapabilities";
    }
    if (!method.equals(request.getHeader("Mcp-Method"))) {
      return "Mcp-Method differs from the body";
    }
    RawJson name = frame.at("params", "name");
    if (method.equals("tools/call")
        && (name == null || !name.string().equals(decoded(request.getHeader("Mcp-Name"))))) {
      return "Mcp-Name differs from the body";
    }
    return null;
  }

  private static @Nullable String decoded(@Nullable String header) {
    if (header != null && header.startsWith("=?base64?") && header.endsWith("?=")) {
      byte[] bytes =
          Base64.getDecoder().decode(header.substring("=?base64?".length(), header.length() - 2));
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return header;
  }

  private void subscribe(HttpServerRequest request, RawJson id) {
    String meta = "\"_meta\":{\"" + META + "subscriptionId\":" + id.text() + "}";
    HttpServerResponse response = request.response();
    listen(response, ",\"params\":{" + meta + "}");
    EchoCall.event(
        response,
        Buffer.buffer(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{"
                + meta
                + ",\"notifications\":{\"toolsListChanged\":true"
                + (state.offers.isEmpty()
                    ? ""
                    : ",\"resourcesListChanged\":true,\"promptsListChanged\":true")
                + "}}}"));
  }

  /** Answers the parameters as they came. */
  private static void mirror(HttpServerRequest request, RawJson id, RawJson frame, String more) {
    RawJson params = frame.at("params");
    result(request, id, "\"mirror\":" + (params == null ? "null" : params.text()) + more);
  }

  private static void read(HttpServerRequest request, RawJson id, RawJson frame) {
    RawJson uri = frame.at("params", "uri");
    String text = uri == null ? "" : uri.string();
    if (!text.matches("bytes:///\\d{1,8}")) {
      mirror(
          request,
          id,
          frame,
          ",\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\"");
      return;
    }
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .end(
            Buffer.buffer("{\"jsonrpc\":\"2.0\",\"id\":")
                .appendBytes(id.bytes())
                .appendString(
                    ",\"result\":{\"resultType\":\"complete\",\"contents\":[{\"uri\":\""
                        + text
                        + "\",\"mimeType\":\"text/plain\",")
                .appendBytes(TEXTS.computeIfAbsent(text, EchoEndpoint::contents))
                .appendString("}],\"ttlMs\":0,\"cacheScope\":\"private\"}}"));
  }

  private static byte[] contents(String uri) {
    return EchoTool.text("text", Integer.parseInt(uri.substring("bytes:///".length())));
  }

  private void offers(HttpServerRequest request, String method, RawJson id, boolean modern) {
    String list = LISTS.getOrDefault(method, "");
    Map<String, String> entries = state.offers.get(list);
    Integer broken = state.broken.get(list);
    if (broken != null) {
      if (broken != 0) {
        refuse(request, 200, id.bytes(), broken, "This list is broken");
      }
      return;
    }
    if (entries == null) {
      refuse(request, modern ? 404 : 200, id.bytes(), -32601, "Method not found");
      return;
    }
    result(
        request,
        id,
        "\""
            + list
            + "\":["
            + String.join(",", entries.values())
            + "]"
            + (modern
                ? ",\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\""
                : ""));
  }

  /**
   * @param params of every notification, with a comma before it
   */
  private void listen(HttpServerResponse response, String params) {
    var context = vertx.getOrCreateContext();
    EchoCall.startEvents(response);
    Consumer<String> tell =
        list -> {
          Buffer notification =
              Buffer.buffer(
                  "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
                      + list
                      + "/list_changed\""
                      + params
                      + "}");
          context.runOnContext(nothing -> EchoCall.event(response, notification));
        };
    state.listeners.add(tell);
    response.closeHandler(closed -> state.listeners.remove(tell));
  }

  private void list(HttpServerRequest request, RawJson id, RawJson frame, boolean modern) {
    state.listed.incrementAndGet();
    List<EchoTool> all = new ArrayList<>(state.tools.values());
    RawJson cursor = frame.at("params", "cursor");
    int from = cursor == null ? 0 : Integer.parseInt(cursor.string());
    int size = state.pageSize == 0 ? all.size() : state.pageSize;
    int to = Math.min(all.size(), from + size);
    StringBuilder members = new StringBuilder("\"tools\":[");
    for (int i = from; i < to; i++) {
      members.append(i > from ? "," : "").append(all.get(i).definition());
    }
    members.append(']');
    if (to < all.size()) {
      members.append(",\"nextCursor\":\"").append(to).append('"');
    }
    if (modern) {
      members.append(",\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\"");
    }
    result(request, id, members.toString());
  }

  private void call(HttpServerRequest request, RawJson id, RawJson frame, boolean modern) {
    RawJson name = frame.at("params", "name");
    EchoTool tool = name == null ? null : state.tools.get(name.string());
    if (tool == null) {
      refuse(request, 200, id.bytes(), -32602, "Unknown tool");
      return;
    }
    RawJson arguments = frame.at("params", "arguments");
    state.count(tool.name());
    if (state.recording) {
      state.executions.add(
          new EchoUpstream.Execution(
              tool.name(),
              arguments == null ? new byte[0] : arguments.bytes(),
              headers(request),
              modern));
    }
    EchoReply reply = tool.behaviour().apply(arguments);
    if (reply instanceof EchoReply.Replay && arguments != null) {
      new EchoReplay(state, request.response(), id, frame, modern).run(arguments);
      return;
    }
    EchoCall call =
        new EchoCall(
            vertx, request.response(), id, frame.at("params", "_meta", "progressToken"), modern);
    if (reply instanceof EchoReply.Result) {
      call.run(reply, () -> {});
      return;
    }
    String key = (modern ? UUID.randomUUID().toString() : session(request)) + "/" + id.text();
    state.pending.put(key, call);
    if (modern) {
      // Closing the response stream is the cancellation (2026-07-28, "Cancellation").
      request.response().closeHandler(closed -> cancel(key));
    }
    call.run(reply, () -> state.pending.remove(key));
  }

  private void cancel(String key) {
    EchoCall call = state.pending.remove(key);
    if (call != null) {
      state.cancelled.incrementAndGet();
      call.cancel();
    }
  }

  private static void result(HttpServerRequest request, RawJson id, String members) {
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .end("{\"jsonrpc\":\"2.0\",\"id\":" + id.text() + ",\"result\":{" + members + "}}");
  }

  private static void refuse(
      HttpServerRequest request, int status, byte[] id, int code, String message) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(EchoCall.error(id, code, message));
  }

  private static String session(HttpServerRequest request) {
    String session = request.getHeader("Mcp-Session-Id");
    return session == null ? "" : session;
  }

  private static Map<String, String> headers(HttpServerRequest request) {
    Map<String, String> headers = new TreeMap<>();
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return headers;
  }
}
