package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * MCP over Streamable HTTP as an agent speaks it, written after the specification and not after the
 * gateway: revision 2026-07-28 (basic/transports/streamable-http) without a session, or 2025-11-25
 * (basic/transports, basic/lifecycle) with one.
 */
final class Wire {

  static final String MODERN = "2026-07-28";
  static final String LEGACY = "2025-11-25";
  private static final String CLIENT = "sallyport-prove";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An HTTP answer with the JSON-RPC response in it; missing when there was none. */
  record Answer(int status, JsonNode message, Map<String, List<String>> headers) {

    JsonNode result() {
      return message.path("result");
    }

    /** The text of the first content item of a tool result. */
    String text() {
      return result().path("content").path(0).path("text").asText();
    }

    int errorCode() {
      return message.path("error").path("code").asInt();
    }
  }

  private final HttpClient client;
  private final URI url;
  private final String key;
  private final boolean modern;
  private final AtomicLong ids = new AtomicLong();
  private @Nullable String session;

  private Wire(HttpClient client, String url, String key, boolean modern) {
    this.client = client;
    this.url = URI.create(url);
    this.key = key;
    this.modern = modern;
  }

  /** An agent of revision 2026-07-28. */
  static Wire modern(HttpClient client, String url, String key) {
    return new Wire(client, url, key, true);
  }

  /** An agent of revision 2025-11-25, with its session begun. */
  static Wire legacy(HttpClient client, String url, String key)
      throws IOException, InterruptedException, Proof.NotSo {
    Wire wire = new Wire(client, url, key, false);
    ObjectNode params = JSON.createObjectNode();
    params.put("protocolVersion", LEGACY);
    params.putObject("capabilities");
    params.putObject("clientInfo").put("name", CLIENT).put("version", "1");
    Answer answer = wire.request("initialize", params, null);
    if (answer.status() != 200
        || !answer.result().path("protocolVersion").asText().equals(LEGACY)) {
      throw new Proof.NotSo("initialize answered " + answer.status() + " " + answer.message());
    }
    List<String> sessions = answer.headers().getOrDefault("mcp-session-id", List.of());
    wire.session = sessions.isEmpty() ? null : sessions.getFirst();
    ObjectNode initialized = JSON.createObjectNode();
    initialized.put("jsonrpc", "2.0").put("method", "notifications/initialized");
    HttpResponse<String> accepted = wire.post(initialized, "notifications/initialized", null);
    if (accepted.statusCode() != 202) {
      throw new Proof.NotSo("notifications/initialized answered " + accepted.statusCode());
    }
    return wire;
  }

  String session() {
    return session == null ? "" : session;
  }

  /** Names of all tools, over all pages. */
  List<String> tools() throws IOException, InterruptedException, Proof.NotSo {
    List<String> names = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      ObjectNode params = JSON.createObjectNode();
      if (cursor != null) {
        params.put("cursor", cursor);
      }
      Answer answer = request("tools/list", params, null);
      if (!answer.result().path("tools").isArray()) {
        throw new Proof.NotSo("tools/list answered " + answer.status() + " " + answer.message());
      }
      answer.result().path("tools").forEach(tool -> names.add(tool.path("name").asText()));
      cursor = answer.result().path("nextCursor").asText(null);
    } while (cursor != null);
    return names;
  }

  Answer discover() throws IOException, InterruptedException {
    return request("server/discover", JSON.createObjectNode(), null);
  }

  Answer call(String tool, ObjectNode arguments) throws IOException, InterruptedException {
    ObjectNode params = JSON.createObjectNode();
    params.put("name", tool);
    params.set("arguments", arguments);
    return request("tools/call", params, tool);
  }

  private Answer request(String method, ObjectNode params, @Nullable String name)
      throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0");
    long id = ids.incrementAndGet();
    request.put("id", id);
    request.put("method", method);
    if (modern) {
      ObjectNode meta = params.putObject("_meta");
      meta.put("io.modelcontextprotocol/protocolVersion", MODERN);
      meta.putObject("io.modelcontextprotocol/clientInfo").put("name", CLIENT).put("version", "1");
      meta.putObject("io.modelcontextprotocol/clientCapabilities");
    }
    request.set("params", params);
    HttpResponse<String> response = post(request, method, name);
    return new Answer(response.statusCode(), message(response, id), response.headers().map());
  }

  private HttpResponse<String> post(ObjectNode body, String method, @Nullable String name)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("Authorization", "Bearer " + key)
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (modern) {
      request.header("MCP-Protocol-Version", MODERN).header("Mcp-Method", method);
      if (name != null) {
        request.header("Mcp-Name", name);
      }
    } else if (!method.equals("initialize")) {
      request.header("MCP-Protocol-Version", LEGACY);
      if (session != null) {
        request.header("Mcp-Session-Id", session);
      }
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The response with this id: the body itself, or an event of the stream. */
  private static JsonNode message(HttpResponse<String> response, long id) throws IOException {
    String type = response.headers().firstValue("content-type").orElse("");
    if (!type.startsWith("text/event-stream")) {
      return response.body().isBlank()
          ? JSON.missingNode()
          : type.startsWith("application/json")
              ? JSON.readTree(response.body())
              : JSON.missingNode();
    }
    StringBuilder data = new StringBuilder();
    for (String line : (response.body() + "\n\n").split("\n", -1)) {
      if (line.startsWith("data:")) {
        data.append(line.substring(5).stripLeading()).append('\n');
      } else if (line.isBlank() && !data.isEmpty()) {
        JsonNode message = JSON.readTree(data.toString());
        if (message.path("id").asLong(-1) == id
            && (message.has("result") || message.has("error"))) {
          return message;
        }
        data.setLength(0);
      }
    }
    return JSON.missingNode();
  }
}
