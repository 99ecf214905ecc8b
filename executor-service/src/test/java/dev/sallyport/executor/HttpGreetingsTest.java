package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens over HTTP before the first call. */
class HttpGreetingsTest {

  private static final String SUPPORTED = "[\"2026-07-28\"]";

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private ExecutorUnderTest executor;

  @BeforeEach
  void start() throws Exception {
    executor = new ExecutorUnderTest(folder.resolve("run"));
  }

  @AfterEach
  void stop() {
    executor.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aServerThatRefusesTheRevisionThatItNamesIsAskedOnceMore() {
    // Given a modern server that refuses its first request, and names the revision of that request
    String url =
        serve(
            (request, message) -> {
              String method = message.getString("method");
              seen.add(method);
              if (seen.size() == 1) {
                answer(
                    request,
                    400,
                    message,
                    "\"error\":{\"code\":-32022,\"message\":\"Unsupported protocol version\",\"data\":"
                        + "{\"supported\":"
                        + SUPPORTED
                        + ",\"requested\":\"2026-07-28\"}}");
              } else if (method.equals("server/discover")) {
                answer(
                    request,
                    200,
                    message,
                    "\"result\":{\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\","
                        + "\"supportedVersions\":"
                        + SUPPORTED
                        + ",\"capabilities\":{}}");
              } else {
                answer(request, 404, message, "\"error\":{\"code\":-32601,\"message\":\"none\"}");
              }
            });

    // When the gateway connects
    executor.connect(ExecutorUnderTest.http("h", url));

    // Then it does so in that revision
    assertThat(seen).startsWith("server/discover", "server/discover").doesNotContain("initialize");
  }

  @Test
  void requestsWaitForTheStreamOnWhichALegacyServerSpeaksUnasked() {
    // Given a legacy server that takes its time to open that stream
    String url =
        serve(
            (request, message) -> {
              String method = message.getString("method", request.method().name());
              switch (method) {
                case "GET" ->
                    vertx.setTimer(
                        100,
                        late -> {
                          seen.add("open");
                          request
                              .response()
                              .putHeader("Content-Type", "text/event-stream")
                              .setChunked(true)
                              .write(":\n\n");
                        });
                case "initialize" ->
                    answer(
                        request,
                        200,
                        message,
                        "\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                            + "\"serverInfo\":{\"name\":\"h\",\"version\":\"1\"}}");
                case "notifications/initialized" -> request.response().setStatusCode(202).end();
                case "tools/list" -> {
                  seen.add(method);
                  answer(request, 200, message, "\"result\":{\"tools\":[]}");
                }
                default -> request.response().setStatusCode(400).end();
              }
            });

    // When the gateway connects and reads its tools
    executor.connect(ExecutorUnderTest.http("h", url));

    // Then the stream was open before
    assertThat(seen).containsExactly("open", "tools/list");
  }

  /** Answers a message, or a request without one. */
  private interface Server {
    void answer(HttpServerRequest request, JsonObject message);
  }

  private String serve(Server behaviour) {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request.body(
                        body ->
                            behaviour.answer(
                                request,
                                body.result().length() == 0
                                    ? new JsonObject()
                                    : body.result().toJsonObject())))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    return "http://127.0.0.1:" + server.actualPort() + "/mcp";
  }

  private static void answer(
      HttpServerRequest request, int status, JsonObject message, String member) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end("{\"jsonrpc\":\"2.0\",\"id\":" + message.getValue("id") + "," + member + "}");
  }
}
