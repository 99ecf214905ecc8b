package dev.sallyport.edge.http;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.Fixture.NOBODY;
import static dev.sallyport.edge.fixture.Fixture.REVOKED;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.registry.v1.Health;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools for programs that speak to a model themselves. */
@QuarkusTest
@TestProfile(McpSurface.class)
class ModelApiTest extends SurfaceTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXECUTE = "/v1/mcp/tool/execute";

  private static String chat(String tool, String arguments) {
    return "{\"id\":\"call_7\",\"type\":\"function\",\"function\":{\"name\":\""
        + tool
        + "\",\"arguments\":"
        + arguments
        + "}}";
  }

  @Test
  void aChatCallIsRunAndAnsweredAsAToolMessage() throws Exception {
    executor.behave(
        taken -> taken.complete("{\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}"));

    Answer answer = wire.send(post(EXECUTE, ADA, chat("files__read", "\"{\\\"n\\\":1.50}\"")));

    assertThat(answer.status()).isEqualTo(200);
    JsonNode message = JSON.readTree(answer.body());
    assertThat(message.path("role").asText()).isEqualTo("tool");
    assertThat(message.path("tool_call_id").asText()).isEqualTo("call_7");
    assertThat(message.path("content").asText()).isEqualTo("done");
    assertThat(answer.header("x-sallyport-outcome")).isEqualTo("ok");
    assertThat(answer.header("x-sallyport-call")).matches("[0-9a-f-]{36}");
    // The arguments go to the server as the model wrote them, through the one pipeline
    assertThat(executor.taken()).hasSize(1);
    assertThat(executor.taken().getFirst().frame()).contains("\"arguments\":{\"n\":1.50}");
    assertThat(evidence.opened().getFirst().getDoor()).isEqualTo("execute");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
  }

  @Test
  void aResponsesCallIsRunAndAnsweredAsAnOutputItem() throws Exception {
    String body =
        "{\"type\":\"function_call\",\"call_id\":\"fc_1\",\"name\":\"notes__list\",\"arguments\":\"\"}";

    Answer answer = wire.send(post(EXECUTE + "?format=responses", ADA, body));

    JsonNode item = JSON.readTree(answer.body());
    assertThat(item.path("type").asText()).isEqualTo("function_call_output");
    assertThat(item.path("call_id").asText()).isEqualTo("fc_1");
    assertThat(executor.taken().getFirst().frame()).contains("\"arguments\":{}");
  }

  @Test
  void argumentsMayBeAnObjectToo() {
    wire.send(post(EXECUTE, ADA, chat("files__read", "{\"big\":1e400}")));
    assertThat(executor.taken().getFirst().frame()).contains("\"arguments\":{\"big\":1e400}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\"}] | | one/two",
        "[] | ,\"structuredContent\":{\"a\":1} | {\"a\":1}",
        "[{\"type\":\"text\",\"text\":\"t\"}] | ,\"structuredContent\":{\"a\":1} | t",
        "[{\"type\":\"image\",\"data\":\"AA==\",\"mimeType\":\"image/png\"}] | | [{\"type\":\"image\",\"data\":\"AA==\",\"mimeType\":\"image/png\"}]",
      })
  void aResultBecomesOneText(String content, @Nullable String more, String text) throws Exception {
    executor.behave(
        taken -> taken.complete("{\"content\":" + content + (more == null ? "" : more) + "}"));

    Answer answer = wire.send(post(EXECUTE, ADA, chat("files__read", "{}")));

    assertThat(
            JSON.readTree(answer.body())
                .path("content")
                .asText()
                .replace(System.lineSeparator(), "/"))
        .isEqualTo(text);
  }

  @Test
  void aToolsFailureIsForTheModel() throws Exception {
    executor.behave(
        taken ->
            taken.complete(
                "{\"content\":[{\"type\":\"text\",\"text\":\"no such file\"}],\"isError\":true}"));

    Answer answer = wire.send(post(EXECUTE, ADA, chat("files__read", "{}")));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("x-sallyport-outcome")).isEqualTo("tool_error");
    assertThat(JSON.readTree(answer.body()).path("content").asText()).isEqualTo("no such file");
  }

  @Test
  void whatTheKeyMayNotIsUnknown() {
    Answer hidden = wire.send(post(EXECUTE, ALICE, chat("files__write", "{}")));
    Answer unknown = wire.send(post(EXECUTE, ALICE, chat("files__wrong", "{}")));
    Answer narrowed =
        wire.send(
            post(EXECUTE, ADA, chat("files__write", "{}"))
                .header("x-sallyport-include-tools", "files__read"));

    assertThat(hidden.status()).isEqualTo(404);
    assertThat(hidden.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(hidden.body().replace("files__write", "files__wrong")).isEqualTo(unknown.body());
    assertThat(narrowed.status()).isEqualTo(404);
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.opened()).as("a refused call is recorded").hasSize(3);
  }

  @Test
  void aServerThatIsDownIsAProblemWithItsReason() throws Exception {
    catalogues.set(
        Fixture.ACME,
        Fixture.server(
            "files", Health.HEALTH_DOWN, "It does not answer.", Duration.ofSeconds(1), "read"));

    Answer answer = wire.send(post(EXECUTE, ADA, chat("files__read", "{}")));

    assertThat(answer.status()).isEqualTo(502);
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo("upstream_down");
    assertThat(problem.path("detail").asText()).contains("It does not answer.");
  }

  @ParameterizedTest
  @ValueSource(strings = {REVOKED, "sp-never-heard-of"})
  void withoutAValidKeyNothingIsServed(String key) {
    assertThat(wire.send(post(EXECUTE, key, chat("files__read", "{}"))).status()).isEqualTo(401);
    Answer tools = wire.send(request("GET", "/v1/mcp/tools", key));
    assertThat(tools.status()).isEqualTo(401);
    assertThat(tools.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(tools.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | one JSON object",
        "{\"id\":\"c\"} | \"function\" must be",
        "{\"id\":\"c\",\"function\":{\"arguments\":\"{}\"}} | \"function.name\"",
        "{\"function\":{\"name\":\"files__read\"}} | \"id\" must be a string",
        "{\"id\":\"c\",\"function\":{\"name\":\"files__read\",\"arguments\":\"[1]\"}} | \"function.arguments\"",
        "{\"id\":\"c\",\"function\":{\"name\":\"files__read\",\"arguments\":\"{\"}} | \"function.arguments\"",
        "{\"id\":\"c\",\"type\":\"tool\",\"function\":{\"name\":\"files__read\"}} | \"type\" must be \"function\"",
        "{\"id\": | one JSON object",
      })
  void aBodyThatCannotBeUnderstoodIsRefusedWithTheFix(String body, String detail) throws Exception {
    Answer answer = wire.send(post(EXECUTE, ADA, body));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("detail").asText()).contains(detail);
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void otherMethodsFormatsAndTypesAreRefused() {
    assertThat(wire.send(request("GET", EXECUTE, ADA)).status()).isEqualTo(405);
    assertThat(wire.send(request("POST", "/v1/mcp/tools", ADA)).header("Allow")).isEqualTo("GET");
    assertThat(wire.send(post(EXECUTE + "?format=xml", ADA, chat("files__read", "{}"))).body())
        .contains("\\\"format\\\" is chat or responses");
    assertThat(wire.send(request("GET", "/v1/mcp/tools?format=yaml", ADA)).status()).isEqualTo(400);
    assertThat(wire.send(post(EXECUTE, ADA, "{}").header("Content-Type", "text/plain")).status())
        .isEqualTo(415);
    assertThat(
            wire.send(post(EXECUTE, ADA, "{}").header("Origin", "https://evil.example")).status())
        .isEqualTo(403);
    assertThat(
            wire.send(post(EXECUTE, ADA, "{").header("Content-Length", "" + (1024 * 1024 + 1)))
                .status())
        .isEqualTo(413);
  }

  @Test
  void aClientThatGoesAwayCancelsItsCall() throws Exception {
    executor.behave(taken -> {});
    try (Socket socket = wire.start(post(EXECUTE, ADA, chat("files__read", "{}")))) {
      await().until(() -> executor.taken().size() == 1);
    }
    await().until(() -> !executor.taken().getFirst().cancels().isEmpty());
  }

  @Test
  void toolsAreGivenInTheFormOfEachApi() throws Exception {
    JsonNode openAi = tools("", ADA);
    JsonNode anthropic = tools("?format=anthropic", ADA);
    JsonNode mcp = tools("?format=mcp", ADA);

    assertThat(openAi).hasSize(4);
    assertThat(openAi.get(0))
        .isEqualTo(
            JSON.readTree(
                "{\"type\":\"function\",\"function\":{\"name\":\"files__read\",\"parameters\":{\"type\":"
                    + "\"object\"}}}"));
    assertThat(anthropic.get(3))
        .isEqualTo(
            JSON.readTree("{\"name\":\"notes__read\",\"input_schema\":{\"type\":\"object\"}}"));
    assertThat(mcp.get(1).path("name").asText()).isEqualTo("files__write");
    assertThat(mcp.get(1).has("inputSchema")).isTrue();
    assertThat(tools("", ALICE)).hasSize(1);
    assertThat(tools("", NOBODY)).isEmpty();
  }

  @Test
  void aChangedCatalogueIsGivenAtOnce() throws Exception {
    assertThat(tools("", ADA)).hasSize(4);
    catalogues.set(Fixture.ACME, Fixture.server("files", "read"));
    assertThat(tools("", ADA)).hasSize(1);
    assertThat(tools("", ADA)).hasSize(1);
  }

  private JsonNode tools(String query, String key) throws Exception {
    Answer answer = wire.send(HttpWire.request("GET", "/v1/mcp/tools" + query, key));
    assertThat(answer.status()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("tools");
  }
}
