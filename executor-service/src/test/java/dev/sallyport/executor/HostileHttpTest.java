package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.registry.v1.Health;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP upstreams that break the rules of HTTP or of their sessions. */
class HostileHttpTest {

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger sessions = new AtomicInteger();
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

  /** A legacy server with one tool, whose tools/call is answered by {@code call}. */
  private String legacy(BiConsumer<HttpServerRequest, JsonObject> call) {
    return serve(
        request -> {
          seen.add(
              request.method()
                  + " "
                  + request.getHeader("mcp-session-id")
                  + " "
                  + request.getHeader("last-event-id"));
          if (!request.method().name().equals("POST")) {
            call.accept(request, new JsonObject());
            return;
          }
          request.body(
              body -> {
                JsonObject message = body.result().toJsonObject();
                String method = message.getString("method", "");
                switch (method) {
                  case "initialize" -> {
                    request
                        .response()
                        .putHeader("Mcp-Session-Id", "s" + sessions.incrementAndGet());
                    json(
                        request,
                        message,
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                            + "\"serverInfo\":{\"name\":\"h\",\"version\":\"1\"}}");
                  }
                  case "notifications/initialized" -> request.response().setStatusCode(202).end();
                  case "tools/list" ->
                      json(
                          request,
                          message,
                          "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}]}");
                  case "tools/call" -> call.accept(request, message);
                  default -> request.response().setStatusCode(400).end("no");
                }
              });
        });
  }

  private String serve(io.vertx.core.Handler<HttpServerRequest> handler) {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(handler)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    return "http://127.0.0.1:" + server.actualPort() + "/mcp";
  }

  private static void json(HttpServerRequest request, JsonObject message, String result) {
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .end(
            "{\"jsonrpc\":\"2.0\",\"id\":"
                + message.getValue("id")
                + ",\"result\":"
                + result
                + "}");
  }

  @Test
  void annotatedArgumentsAreMirroredAndATooWildAnnotationCostsItsToolOnly() {
    List<String> mirrored = new CopyOnWriteArrayList<>();
    String url =
        serve(
            request ->
                request.body(
                    body -> {
                      JsonObject message = body.result().toJsonObject();
                      String common =
                          "{\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\",";
                      switch (message.getString("method")) {
                        case "server/discover" ->
                            json(
                                request,
                                message,
                                common
                                    + "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}");
                        case "tools/list" ->
                            json(
                                request,
                                message,
                                common
                                    + "\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
                                    + "{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}},"
                                    + "{\"name\":\"wild\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
                                    + "{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}}]}");
                        default -> {
                          mirrored.add(String.valueOf(request.getHeader("Mcp-Param-Region")));
                          json(request, message, "{\"resultType\":\"complete\",\"content\":[]}");
                        }
                      }
                    }));
    var reported = executor.connect(ExecutorUnderTest.http("h", url));

    executor.call("h", "t", "{\"region\":\"eu\"}");
    executor.call("h", "t", "{}");

    assertThat(mirrored).containsExactly("eu", "null");
    assertThat(reported.tool("wild").getQuarantineReason()).contains("x-mcp-header");
    assertThat(reported.tool("t").getQuarantineReason()).isEmpty();
  }

  @Test
  void redirectsAreNotFollowed() {
    AtomicInteger elsewhere = new AtomicInteger();
    String other =
        serve(
            request -> {
              elsewhere.incrementAndGet();
              request.response().end();
            });
    String url =
        serve(request -> request.response().setStatusCode(307).putHeader("Location", other).end());

    executor.upstreams().put(ExecutorUnderTest.http("h", url));

    assertThat(executor.awaitHealth("h", Health.HEALTH_DOWN).state().reason()).contains("redirect");
    assertThat(elsewhere).hasValue(0);
  }

  @Test
  void refusedCredentialsAreToldWithoutTheAddress() {
    String url = serve(request -> request.response().setStatusCode(401).end("who are you"));

    executor.upstreams().put(ExecutorUnderTest.http("h", url));

    assertThat(executor.awaitHealth("h", Health.HEALTH_DOWN).state().reason())
        .contains("credentials")
        .doesNotContain("127.0.0.1");
  }

  @Test
  void aLostSessionIsInitializedAgainAndTheCallIsMadeInTheNewOne() {
    AtomicInteger calls = new AtomicInteger();
    String url =
        legacy(
            (request, message) -> {
              if (!request.method().name().equals("POST")) {
                request.response().setStatusCode(405).end();
              } else if ("s1".equals(request.getHeader("mcp-session-id"))) {
                request.response().setStatusCode(404).end("session not found");
              } else {
                calls.incrementAndGet();
                json(request, message, "{\"content\":[]}");
              }
            });
    executor.connect(ExecutorUnderTest.http("h", url));

    End end = executor.call("h", "t", "{}").awaitEnd();

    assertThat(end.getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(calls).hasValue(1);
    assertThat(sessions).hasValue(2);
  }

  @Test
  void theSessionIsEndedWithDelete() {
    String url = legacy((request, message) -> request.response().setStatusCode(405).end());
    executor.connect(ExecutorUnderTest.http("h", url));

    executor.upstreams().remove(new dev.sallyport.executor.upstream.UpstreamKey("acme", "h"));

    await()
        .atMost(ExecutorUnderTest.SOON)
        .untilAsserted(() -> assertThat(seen).contains("DELETE s1 null"));
  }

  @Test
  void aStreamThatTheServerBreaksOffIsTakenUpAgainAfterItsRetryTime() {
    long[] closedAt = new long[1];
    long[] resumedAt = new long[1];
    int[] id = new int[1];
    String url =
        legacy(
            (request, message) -> {
              boolean resumed =
                  request.method().name().equals("GET")
                      && "e1".equals(request.getHeader("last-event-id"));
              if (request.method().name().equals("POST")) {
                id[0] = message.getInteger("id");
                request
                    .response()
                    .putHeader("Content-Type", "text/event-stream")
                    .end("id: e1\nretry: 400\ndata:\n\n");
                closedAt[0] = System.nanoTime();
              } else if (resumed) {
                resumedAt[0] = System.nanoTime();
                request
                    .response()
                    .putHeader("Content-Type", "text/event-stream")
                    .end(
                        "id: e2\ndata: {\"jsonrpc\":\"2.0\",\"id\":"
                            + id[0]
                            + ",\"result\":{\"content\":[]}}\n\n");
              } else {
                request.response().setStatusCode(405).end();
              }
            });
    executor.connect(ExecutorUnderTest.http("h", url));

    End end = executor.call("h", "t", "{}").awaitEnd();

    assertThat(end.getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat((resumedAt[0] - closedAt[0]) / 1_000_000).isGreaterThanOrEqualTo(350);
  }

  @Test
  void aResumedStreamThatTheServerKeepsOpenAfterTheAnswerIsGivenUp() {
    AtomicInteger closed = new AtomicInteger();
    int[] id = new int[1];
    String url =
        legacy(
            (request, message) -> {
              if (request.method().name().equals("POST")) {
                id[0] = message.getInteger("id");
                request
                    .response()
                    .putHeader("Content-Type", "text/event-stream")
                    .end("id: e1\nretry: 10\ndata:\n\n");
              } else if ("e1".equals(request.getHeader("last-event-id"))) {
                request.response().closeHandler(gone -> closed.incrementAndGet());
                request
                    .response()
                    .putHeader("Content-Type", "text/event-stream")
                    .setChunked(true)
                    .write(
                        "data: {\"jsonrpc\":\"2.0\",\"id\":"
                            + id[0]
                            + ",\"result\":{\"content\":[]}}\n\n");
              } else {
                request.response().setStatusCode(405).end();
              }
            });
    executor.connect(ExecutorUnderTest.http("h", url));

    End end = executor.call("h", "t", "{}").awaitEnd();

    assertThat(end.getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    await().atMost(ExecutorUnderTest.SOON).untilAsserted(() -> assertThat(closed).hasValue(1));
  }

  @Test
  void aStreamThatEndsWithoutAnAnswerLeavesTheOutcomeUnknown() {
    String url =
        legacy(
            (request, message) ->
                request
                    .response()
                    .putHeader("Content-Type", "text/event-stream")
                    .end(": nothing to say\n\n"));
    executor.connect(ExecutorUnderTest.http("h", url));

    assertThat(executor.call("h", "t", "{}").awaitEnd().getOutcomeCase())
        .isEqualTo(End.OutcomeCase.OUTCOME_UNKNOWN);
  }

  @Test
  void statusesWithoutAMessageAreMappedAndTheirBodiesStayHere() {
    int[] status = new int[1];
    String url =
        legacy(
            (request, message) ->
                request
                    .response()
                    .setStatusCode(request.method().name().equals("POST") ? status[0] : 405)
                    .putHeader("Retry-After", "7")
                    .end("internal-host-10.0.0.7"));
    executor.connect(ExecutorUnderTest.http("h", url));

    status[0] = 429;
    End limited = executor.call("h", "t", "{}").awaitEnd();
    assertThat(limited.getFailed().getCode()).isEqualTo("upstream_refused");
    assertThat(limited.getFailed().getRetryAfterMillis()).isEqualTo(7_000);
    status[0] = 500;
    End failed = executor.call("h", "t", "{}").awaitEnd();
    assertThat(failed.getOutcomeCase())
        .as(failed.toString())
        .isEqualTo(End.OutcomeCase.OUTCOME_UNKNOWN);
    status[0] = 202;
    End accepted = executor.call("h", "t", "{}").awaitEnd();
    assertThat(accepted.getFailed().getCode()).isEqualTo("upstream_garbage");
    assertThat(limited + "" + failed + accepted).doesNotContain("10.0.0.7");
  }

  @Test
  void anEndpointOnAnotherOriginIsRefused() {
    AtomicInteger elsewhere = new AtomicInteger();
    String other =
        serve(
            request -> {
              elsewhere.incrementAndGet();
              request.response().setStatusCode(202).end();
            });
    String url =
        serve(
            request ->
                request
                    .response()
                    .setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .write("event: endpoint\ndata: " + other + "\n\n"));

    executor.upstreams().put(ExecutorUnderTest.sse("h", url));

    assertThat(executor.awaitHealth("h", Health.HEALTH_DOWN).state().reason())
        .contains("elsewhere");
    assertThat(elsewhere).hasValue(0);
  }

  @Test
  void aServerThatAcceptsAndNeverAnswersDelaysNoOther() throws Exception {
    String silent = serve(request -> {});
    String url = legacy((request, message) -> json(request, message, "{\"content\":[]}"));
    executor.upstreams().put(ExecutorUnderTest.http("silent", silent));

    executor.connect(ExecutorUnderTest.http("h", url));

    assertThat(executor.call("h", "t", "{}").awaitEnd().getOutcomeCase())
        .isEqualTo(End.OutcomeCase.COMPLETED);
    End end = executor.call("silent", "t", "{}").awaitEnd();
    assertThat(end.getFailed().getCode()).isEqualTo("upstream_down");
  }
}
