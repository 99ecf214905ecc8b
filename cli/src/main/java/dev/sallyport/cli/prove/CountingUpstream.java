package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An MCP server (2025-11-25, Streamable HTTP, no sessions) in the proof's own process that
 * remembers which calls it executed: the witness that the gateway cannot influence.
 */
final class CountingUpstream implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long WORK = TimeUnit.MILLISECONDS.toNanos(10);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Integer> executions = new ConcurrentHashMap<>();

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private CountingUpstream(HttpServer server) {
    this.server = server;
  }

  static CountingUpstream start() throws IOException {
    CountingUpstream upstream =
        new CountingUpstream(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128));
    upstream.server.createContext("/mcp", upstream::answer);
    upstream.server.setExecutor(upstream.threads);
    upstream.server.start();
    return upstream;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
  }

  /** How often a call with this marker was executed. */
  int executed(String marker) {
    return executions.getOrDefault(marker, 0);
  }

  /** How many calls ran at the same time, at most. */
  int most() {
    return most.get();
  }

  void forgetMost() {
    most.set(0);
  }

  /** Markers of the calls that were executed. */
  Set<String> executed() {
    return Set.copyOf(executions.keySet());
  }

  /** How many calls were executed more than once. */
  long repeated() {
    return executions.values().stream().filter(count -> count > 1).count();
  }

  private void answer(HttpExchange http) throws IOException {
    try (http) {
      if (!http.getRequestMethod().equals("POST")) {
        http.sendResponseHeaders(405, -1);
        return;
      }
      JsonNode request = JSON.readTree(http.getRequestBody());
      if (!request.has("id")) {
        http.sendResponseHeaders(202, -1);
        return;
      }
      ObjectNode response = JSON.createObjectNode();
      response.put("jsonrpc", "2.0");
      response.set("id", request.path("id"));
      switch (request.path("method").asText()) {
        case "initialize" -> initialize(response);
        case "ping" -> response.putObject("result");
        case "tools/list" -> list(response);
        case "tools/call" -> call(request.path("params"), response);
        default ->
            response.putObject("error").put("code", -32601).put("message", "Method not found");
      }
      byte[] body = response.toString().getBytes(StandardCharsets.UTF_8);
      http.getResponseHeaders().set("Content-Type", "application/json");
      http.sendResponseHeaders(200, body.length);
      http.getResponseBody().write(body);
    }
  }

  private static void initialize(ObjectNode response) {
    ObjectNode result = response.putObject("result");
    result.put("protocolVersion", Wire.LEGACY);
    result.putObject("capabilities").putObject("tools");
    result.putObject("serverInfo").put("name", "counting").put("version", "1");
  }

  private static void list(ObjectNode response) {
    ObjectNode tool = response.putObject("result").putArray("tools").addObject();
    tool.put("name", "mark").put("description", "Remembers a marker.");
    ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("marker").put("type", "string");
    properties.putObject("hold").put("type", "integer");
  }

  private void call(JsonNode params, ObjectNode response) {
    String marker = params.path("arguments").path("marker").asText();
    executions.merge(marker, 1, Integer::sum);
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      LockSupport.parkNanos(
          WORK + TimeUnit.MILLISECONDS.toNanos(params.path("arguments").path("hold").asLong()));
    } finally {
      running.decrementAndGet();
    }
    ObjectNode result = response.putObject("result");
    result.putArray("content").addObject().put("type", "text").put("text", "marked " + marker);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
