package dev.sallyport.edge.mcp;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.Fixture.BOB;
import static dev.sallyport.edge.fixture.Messages.modern;
import static dev.sallyport.edge.fixture.Messages.modernPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.FakeExecutor;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The extension io.modelcontextprotocol/tasks through the gateway. */
@QuarkusTest
@TestProfile(McpSurface.class)
class TasksTest extends SurfaceTest {

  private static final String DECLARED = "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";
  private static final String CREATED =
      "{\"resultType\":\"task\",\"taskId\":\"t-\\u0031/ä\",\"status\":\"working\","
          + "\"createdAt\":\"2026-11-27T10:00:00Z\",\"lastUpdatedAt\":\"2026-11-27T10:00:00Z\","
          + "\"ttlMs\":60000,\"x\":1.50}";

  @BeforeEach
  void offer() {
    catalogues.set(
        Fixture.ACME,
        Fixture.withCapabilities(
            Fixture.server("files", "read", "write"), "{\"tools\":{}," + inner(DECLARED) + "}"),
        Fixture.server("notes", "list"));
  }

  @Test
  void aTaskIsHeldUnderASealedIdThatLeadsBackToItsServer() {
    String id = begin("/mcp", ADA, "files__write");
    executor.behave(
        taken ->
            taken.complete(
                "{\"resultType\":\"complete\",\"taskId\":\"t-1/ä\",\"status\":\"working\",\"y\":2e0}"));

    Answer got = about("/mcp", ADA, "tasks/get", id, "");

    assertThat(id).doesNotContain("t-1").matches("[A-Za-z0-9_-]+");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body())
        .contains("\"taskId\":\"" + id + "\"", "\"status\":\"working\",\"y\":2e0")
        .doesNotContain("t-1");
    FakeExecutor.Taken taken = executor.taken().getLast();
    assertThat(taken.header().getServer()).isEqualTo("files");
    assertThat(taken.header().getUpstreamName()).isEqualTo("t-1/ä");
    assertThat(taken.header().getFrameName()).isEqualTo(id);
    assertThat(evidence.opened().getLast().getTool()).isEqualTo("write");
  }

  @Test
  void inputAndCancellationReachTheTaskToo() {
    String id = begin("/mcp/servers/files", ADA, "write");
    executor.behave(taken -> taken.complete("{\"resultType\":\"complete\"}"));

    Answer updated =
        about("/mcp/servers/files", ADA, "tasks/update", id, ",\"inputResponses\":{\"n\":{}}");
    Answer cancelled = about("/mcp", ADA, "tasks/cancel", id, "");

    assertThat(updated.body()).contains("\"resultType\":\"complete\"");
    assertThat(cancelled.body()).contains("\"resultType\":\"complete\"");
    assertThat(executor.taken())
        .extracting(taken -> taken.header().getMethod() + " " + taken.header().getUpstreamName())
        .containsExactly("tools/call write", "tasks/update t-1/ä", "tasks/cancel t-1/ä");
    assertThat(executor.taken().get(1).frame()).contains("\"inputResponses\":{\"n\":{}}");
  }

  @Test
  void aTaskIsOfNoUseToAnotherCallerAtAnotherServerOrUnderItsBareId() {
    String id = begin("/mcp", ADA, "files__read");
    executor.reset();

    Answer unknown = about("/mcp", ADA, "tasks/get", "t-1", "");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.body()).contains("-32602").contains("no such task");
    assertThat(about("/mcp", ALICE, "tasks/get", id, "").body()).isEqualTo(unknown.body());
    assertThat(about("/mcp", BOB, "tasks/cancel", id, "").body()).isEqualTo(unknown.body());
    assertThat(about("/mcp/servers/notes", ADA, "tasks/get", id, "").body())
        .isEqualTo(unknown.body());
    assertThat(about("/mcp", ADA, "tasks/get", id + "A", "").body()).isEqualTo(unknown.body());
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void whatAServerOffersNoMoreHasNoTasksEither() {
    String id = begin("/mcp", ADA, "files__write");
    executor.reset();
    catalogues.set(
        Fixture.ACME, Fixture.offering(Fixture.server("files", "read", "write"), "read"));

    Answer got = about("/mcp", ADA, "tasks/get", id, "");

    assertThat(got.body()).contains("no such task");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void whoLosesTheToolLosesItsTasks() {
    String id = begin("/mcp", ADA, "files__write");
    executor.reset();
    callers.change(ADA, Fixture.profile(Fixture.ACME, "vk_ada", "files__read"));

    Answer got = about("/mcp", ADA, "tasks/get", id, "");

    assertThat(got.body()).contains("no such task");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void whoHasNotDeclaredTheExtensionIsGivenNoTask() {
    executor.behave(taken -> taken.complete(CREATED));

    Answer answer = call("/mcp", ADA, "files__write", "{}");

    assertThat(answer.body()).doesNotContain("taskId").doesNotContain("t-1");
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("upstream_garbage");
  }

  @Test
  void theExtensionIsOfferedToWhoSeesAServerThatHasIt() {
    String body = modern("1", "server/discover", "");

    assertThat(discover(ADA, body))
        .contains("\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}");
    assertThat(discover(BOB, body)).doesNotContain("extensions");
  }

  private String discover(String key, String body) {
    return wire.send(modernPost("/mcp", key, "server/discover", null, body)).body();
  }

  private String begin(String path, String key, String tool) {
    executor.behave(taken -> taken.complete(CREATED));
    Answer answer = call(path, key, tool, DECLARED);
    JsonObject result = new JsonObject(answer.body()).getJsonObject("result");
    assertThat(result.getString("resultType")).isEqualTo("task");
    assertThat(answer.body()).contains("\"ttlMs\":60000,\"x\":1.50");
    return result.getString("taskId");
  }

  private Answer call(String path, String key, String tool, String capabilities) {
    String body =
        modern("7", "tools/call", "\"name\":\"" + tool + "\"")
            .replace("clientCapabilities\":{}", "clientCapabilities\":" + capabilities);
    return wire.send(modernPost(path, key, "tools/call", tool, body));
  }

  private Answer about(String path, String key, String method, String id, String more) {
    String body =
        modern("8", method, "\"taskId\":\"" + id + "\"" + more)
            .replace("clientCapabilities\":{}", "clientCapabilities\":" + DECLARED);
    return wire.send(modernPost(path, key, method, id, body));
  }

  private static String inner(String object) {
    return object.substring(1, object.length() - 1);
  }
}
