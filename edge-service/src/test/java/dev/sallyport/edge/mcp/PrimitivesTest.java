package dev.sallyport.edge.mcp;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Messages.modern;
import static dev.sallyport.edge.fixture.Messages.modernPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.fixture.FakeExecutor;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Resources, prompts, completion and calls that wait for input, in the modern era. */
@QuarkusTest
@TestProfile(McpSurface.class)
class PrimitivesTest extends SurfaceTest {

  private static final String TAMPER = "A";

  @BeforeEach
  void offer() {
    catalogues.set(
        Fixture.ACME,
        Fixture.withOffers(
            Fixture.server("files", "read", "write"),
            Map.of(
                ListKind.RESOURCES,
                List.of(
                    Fixture.resource("files", "file:///a"), Fixture.resource("files", "same:///x")),
                ListKind.TEMPLATES,
                List.of(Fixture.template("files", "file:///{name}.txt")),
                ListKind.PROMPTS,
                List.of(Fixture.prompt("files", "sum-up")))),
        Fixture.withOffers(
            Fixture.server("notes", "list"),
            Map.of(
                ListKind.RESOURCES,
                List.of(
                    Fixture.resource("notes", "note:///1"),
                    Fixture.resource("notes", "same:///x")))));
  }

  @Test
  void whatSeveralServersListStandsInOneListAndEachLeadsToItsServer() {
    String first = ask("resources/list", null, "").body();
    String cursor = new JsonObject(first).getJsonObject("result").getString("nextCursor");
    String list = first + ask("resources/list", null, "\"cursor\":\"" + cursor + "\"").body();
    Answer templates = ask("resources/templates/list", null, "");
    Answer prompts = ask("prompts/list", null, "");

    assertThat(list)
        .contains("\"uri\":\"file:///a\"", "\"uri\":\"note:///1\"", "\"uri\":\"same:///x\"")
        .contains("\"uri\":\"sallyport://notes/same%3A%2F%2F%2Fx\"")
        .contains("\"resultType\":\"complete\"", "\"ttlMs\":0", "\"cacheScope\":\"private\"");
    assertThat(templates.body()).contains("\"resourceTemplates\":[{\"uriTemplate\":");
    assertThat(prompts.body()).contains("\"name\":\"files__sum-up\"");

    assertLeads("file:///a", "files", "file:///a");
    assertLeads("file:///other.txt", "files", "file:///other.txt");
    assertLeads("same:///x", "files", "same:///x");
    assertLeads("sallyport://notes/same%3A%2F%2F%2Fx", "notes", "same:///x");
    assertLeads("note:///unlisted", "notes", "note:///unlisted");
  }

  private void assertLeads(String uri, String server, String upstreamUri) {
    executor.reset();
    Answer answer = ask("resources/read", uri, "\"uri\":\"" + uri + "\"");
    assertThat(answer.status()).isEqualTo(200);
    FakeExecutor.Taken taken = executor.taken().getFirst();
    assertThat(taken.header().getServer()).isEqualTo(server);
    assertThat(taken.header().getUpstreamName()).isEqualTo(upstreamUri);
    assertThat(taken.header().getFrameName()).isEqualTo(uri);
  }

  @Test
  void aResourceThatLeadsNowhereIsNotFoundAndSaysWhich() {
    Answer answer = ask("resources/read", "gone:///1", "\"uri\":\"gone:///1\"");

    JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
    assertThat(error.getInteger("code")).isEqualTo(-32602);
    assertThat(error.getJsonObject("data").getString("uri")).isEqualTo("gone:///1");
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("unknown_resource");
  }

  @Test
  void whoMayUseSomeToolsOnlySeesNeitherResourcesNorPrompts() {
    Answer list =
        wire.send(
            modernPost(
                "/mcp", Fixture.ALICE, "resources/list", null, modern("1", "resources/list", "")));
    Answer read =
        wire.send(
            modernPost(
                "/mcp",
                Fixture.ALICE,
                "resources/read",
                "file:///a",
                modern("1", "resources/read", "\"uri\":\"file:///a\"")));

    assertThat(list.body()).contains("\"resources\":[]");
    assertThat(read.body()).contains("-32602");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void aPromptAndItsCompletionReachTheServerUnderTheirOwnName() {
    ask("prompts/get", "files__sum-up", "\"name\":\"files__sum-up\"");
    ask(
        "completion/complete",
        null,
        "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"files__sum-up\"},\"argument\":{}");
    ask(
        "completion/complete",
        null,
        "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"file:///{name}.txt\"},\"argument\":{}");

    assertThat(executor.taken())
        .extracting(taken -> taken.header().getServer() + " " + taken.header().getUpstreamName())
        .containsExactly("files sum-up", "files sum-up", "files file:///{name}.txt");
  }

  @Test
  void aReferenceThatReadsInTwoWaysIsRefused() {
    Answer answer =
        ask(
            "completion/complete",
            null,
            "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"files__sum-up\",\"name\":\"x\"}");

    assertThat(answer.body()).contains("-32602");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void whatAnUpstreamWantsToGetBackTravelsSealedAndComesBackByteForByte() {
    executor.behave(
        taken ->
            taken.requireInput(
                "{\"resultType\":\"input_required\",\"requestState\":\"st\\u0061te\",\"inputRequests\":{}}"));
    String state = requestState(call("{\"n\":1}", ""));
    executor.behave(FakeExecutor.Taken::echo);

    Answer again =
        call("{ \"n\" : 1 }", ",\"inputResponses\":{},\"requestState\":\"" + state + "\"");

    assertThat(state).doesNotContain("state");
    assertThat(again.body()).contains("\"got\":{ \"n\" : 1 }");
    assertThat(executor.taken().getLast().header().getRequestState().toStringUtf8())
        .isEqualTo("\"st\\u0061te\"");
    assertThat(evidence.opened()).hasSize(2);
    assertThat(evidence.opened().getLast().getCallId())
        .as("the call goes on")
        .isEqualTo(evidence.opened().getFirst().getCallId());
    assertThat(evidence.opened().getLast().getSequence()).isEqualTo(2);
  }

  @Test
  void aStateIsOfNoUseToAnotherCallerForAnotherRequestOrChanged() {
    executor.behave(
        taken ->
            taken.requireInput(
                "{\"resultType\":\"input_required\",\"requestState\":\"s\",\"inputRequests\":{}}"));
    String state = requestState(call("{\"n\":1}", ""));
    executor.reset();
    String with = ",\"requestState\":\"" + state + "\"";

    assertRefused(call("{\"n\":2}", with));
    assertRefused(call("{\"n\":1}", ",\"requestState\":\"" + state + TAMPER + "\""));
    assertRefused(
        wire.send(
            modernPost(
                "/mcp",
                Fixture.ALICE,
                "tools/call",
                "files__read",
                modern(
                    "5",
                    "tools/call",
                    "\"name\":\"files__read\",\"arguments\":{\"n\":1}" + with))));
    assertThat(executor.taken()).isEmpty();
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("-32602").contains("requestState");
  }

  @Test
  void aParkedCallIsResumedOnTheExecutorWhereItWaits() {
    executor.behave(
        taken -> taken.park("h1", "{\"input-1\":{\"method\":\"roots/list\",\"params\":{}}}"));
    Answer waiting = call("{}", "");
    String state = requestState(waiting);
    executor.behave(FakeExecutor.Taken::echo);

    call(
        "{}",
        ",\"inputResponses\":{\"input-1\":{\"roots\":[]}},\"requestState\":\"" + state + "\"");

    assertThat(waiting.body())
        .contains("\"resultType\":\"input_required\"")
        .contains("\"inputRequests\":{\"input-1\":{\"method\":\"roots/list\",\"params\":{}}}");
    assertThat(executor.taken().getLast().header().getParkedHandle().toStringUtf8())
        .isEqualTo("h1");
    assertThat(executor.taken().getLast().executor()).isEqualTo("executor-1");
  }

  @Test
  void aListenHearsOfTheResourcesItAskedForUnderItsOwnId() {
    String body =
        modern(
            "\"l1\"",
            "subscriptions/listen",
            "\"notifications\":{\"resourceSubscriptions\":[\"file:///a\",\"gone:///1\"],"
                + "\"promptsListChanged\":true}");
    try (HttpWire.Stream stream =
        wire.open(modernPost("/mcp", ADA, "subscriptions/listen", null, body)).collect()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> executor.listening().size() == 1);
      executor.listening().getFirst().updated("file:///a");
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> stream.events().size() == 2);

      assertThat(stream.events().getFirst())
          .contains("notifications/subscriptions/acknowledged")
          .contains("\"resourceSubscriptions\":[\"file:///a\"]")
          .contains("\"promptsListChanged\":true");
      assertThat(stream.events().getLast())
          .contains("notifications/resources/updated")
          .contains("\"io.modelcontextprotocol/subscriptionId\":\"l1\"")
          .contains("\"uri\":\"file:///a\"");
    }
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> executor.listening().isEmpty());
  }

  @Test
  void theEndpointOffersWhatItsServersDo() {
    Answer aggregate = ask("server/discover", null, "");
    JsonObject capabilities =
        new JsonObject(aggregate.body()).getJsonObject("result").getJsonObject("capabilities");

    assertThat(capabilities.fieldNames())
        .containsExactlyInAnyOrder("tools", "resources", "prompts", "completions", "logging");
    assertThat(new JsonObject(aggregate.body()).getJsonObject("result").getString("instructions"))
        .isEqualTo("# files\nUse files well.\n\n# notes\nUse notes well.");
  }

  private static String requestState(Answer answer) {
    return new JsonObject(answer.body()).getJsonObject("result").getString("requestState");
  }

  private Answer call(String arguments, String more) {
    return ask(
        "tools/call", "files__read", "\"name\":\"files__read\",\"arguments\":" + arguments + more);
  }

  private Answer ask(String method, @Nullable String name, String members) {
    return wire.send(modernPost("/mcp", ADA, method, name, modern("4", method, members)));
  }
}
