package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tool that asks runs when a person has approved it, once, and not before. */
class AskedCallsTest {

  private final World world = World.get();
  private final String server = World.fresh("asked");
  private final String write = server + "__write";

  @BeforeEach
  void register() {
    admin()
        .put(
            "/api/v1/servers/" + server,
            "{\"url\":\"" + world.legacy.url() + "\",\"approval\":[\"wri*\"]}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> world.wire("all").names().contains(write));
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/servers/" + server);
  }

  @Test
  void anAgentWaitsAPersonApprovesAndTheCallRunsOnce() throws Exception {
    int before = world.legacy.executed("write");
    Wire agent = world.wire("all");

    // Given a call that waits, and tools of the same server that do not ask
    Answer waiting = agent.call(write, "{\"text\":\"a\"}");
    assertThat(waiting.text()).contains("\"isError\":true").contains("approval apr_");
    assertThat(agent.call(server + "__echo", "{}").text()).doesNotContain("\"isError\":true");
    JsonNode request = pending().path(0);
    String id = request.path("id").asText();
    assertThat(waiting.text()).contains(id);
    assertThat(admin().get("/api/v1/approvals/" + id).expect(200).json().path("arguments").asText())
        .isEqualTo("{\"text\":\"a\"}");
    assertThat(world.secondAdmin().post("/api/v1/approvals/" + id + "/approve", "{}").status())
        .as("another tenant")
        .isEqualTo(404);
    assertThat(world.legacy.executed("write")).isEqualTo(before);

    // When it is approved and many make the call at once
    admin().post("/api/v1/approvals/" + id + "/approve", "{\"comment\":\"fine\"}").expect(200);
    assertThat(agent.call(write, "{\"text\":\"b\"}").text())
        .as("other arguments")
        .contains("\"isError\":true");
    List<Answer> answers = together(() -> world.wire("all").call(write, "{ \"text\": \"a\" }"));

    // Then one ran, with its approval in the record, and the others ask anew
    assertThat(world.legacy.executed("write") - before).isEqualTo(1);
    assertThat(answers).filteredOn(answer -> !answer.text().contains("apr_")).hasSize(1);
    JsonNode used = admin().get("/api/v1/approvals/" + id).expect(200).json();
    assertThat(used.path("state").asText()).isEqualTo("used");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              JsonNode call =
                  admin().get("/api/v1/calls/" + used.path("callId").asText()).expect(200).json();
              assertThat(call.path("decision").asText()).isEqualTo("allow");
              assertThat(call.path("rule").asText()).isEqualTo("approval:" + id);
              assertThat(call.path("outcome").asText()).isEqualTo("ok");
            });
  }

  @Test
  void aDenialIsToldAndARevokedKeyRunsNothing() {
    int before = world.legacy.executed("write");
    String key = World.newKey(admin(), server + "-agent", "[\"" + server + "__*\"]");
    Wire agent = new Wire(world.gateway.mcpUrl(), key);
    agent.call(write, "{}");
    String id = pending().path(0).path("id").asText();
    admin()
        .post("/api/v1/approvals/" + id + "/deny", "{\"comment\":\"not on a Friday\"}")
        .expect(200);
    assertThat(agent.call(write, "{}").text()).contains("denied by").contains("not on a Friday");

    agent.call(write, "{}");
    String next = pending().path(0).path("id").asText();
    assertThat(next).isNotEqualTo(id);
    admin().post("/api/v1/approvals/" + next + "/approve", "{}").expect(200);
    admin().delete("/api/v1/keys/" + server + "-agent");

    assertThat(agent.call(write, "{}").status()).isEqualTo(401);
    assertThat(world.legacy.executed("write")).isEqualTo(before);
  }

  @Test
  void aModernClientWaitsAndGoesOnAlsoWhenItsServerAsksToo() throws Exception {
    // Given a tool that asks its client something, and needs an approval
    String asking = server + "m";
    admin()
        .put(
            "/api/v1/servers/" + asking,
            "{\"url\":\"" + world.modern.url() + "\",\"approval\":[\"replay\"]}");
    Wire agent = world.wire("all").declaring("{\"elicitation\":{}}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> agent.names().contains(asking + "__replay"));
    String asks =
        "{\"name\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"Name?\","
            + "\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}}";
    String members =
        "\"name\":\"" + asking + "__replay\",\"arguments\":{\"input\":" + World.quote(asks) + "}";

    // When the client waits for the approval
    JsonNode waiting = result(agent.modern("tools/call", members));
    assertThat(waiting.path("inputRequests").path("approval").path("method").asText())
        .isEqualTo("elicitation/create");
    String yes = brings("approval", "{\"action\":\"accept\"}", waiting);
    assertThat(result(agent.modern("tools/call", members + yes)).path("resultType").asText())
        .isEqualTo("input_required");
    String id = pending(asking).path(0).path("id").asText();
    admin().post("/api/v1/approvals/" + id + "/approve", "{}").expect(200);

    // Then the call goes on to its server, whose own question is answered once
    JsonNode asked = result(agent.modern("tools/call", members + yes));
    assertThat(asked.path("inputRequests").has("name")).isTrue();
    String name = brings("name", "{\"action\":\"accept\",\"content\":{}}", asked);
    assertThat(result(agent.modern("tools/call", members + name)).path("answers").toString())
        .contains("accept");
    JsonNode again = result(agent.modern("tools/call", members + name));
    assertThat(again.has("answers")).as("the same state again: " + again).isFalse();
    assertThat(again.path("inputRequests").has("approval")).isTrue();
    admin().delete("/api/v1/servers/" + asking);
  }

  @Test
  void aLegacyClientWaitsOnTheStreamOfItsCall() throws Exception {
    int before = world.legacy.executed("write");
    LegacySession session = world.wire("all").declaring("{\"elicitation\":{}}").legacy();
    try (RawHttp.Open call =
        session.openRequest(
            71, "tools/call", "{\"name\":\"" + write + "\",\"arguments\":{\"text\":\"l\"}}")) {
      JsonNode question = World.JSON.readTree(call.nextEvent());
      assertThat(question.path("method").asText()).isEqualTo("elicitation/create");
      String id = pending().path(0).path("id").asText();
      assertThat(question.path("params").path("message").asText()).contains(id);
      admin().post("/api/v1/approvals/" + id + "/approve", "{}").expect(200);

      session.send(
          "{\"jsonrpc\":\"2.0\",\"id\":\""
              + question.path("id").asText()
              + "\",\"result\":{\"action\":\"accept\",\"content\":{\"wait\":true}}}");

      JsonNode end = World.JSON.readTree(call.nextEvent());
      assertThat(end.path("id").asInt()).isEqualTo(71);
      assertThat(end.path("result").path("isError").asBoolean(false)).isFalse();
    }
    assertThat(world.legacy.executed("write") - before).isEqualTo(1);
  }

  private static JsonNode result(Answer answer) throws IOException {
    return World.JSON.readTree(answer.message()).path("result");
  }

  private static String brings(String name, String response, JsonNode asked) {
    return ",\"inputResponses\":{\""
        + name
        + "\":"
        + response
        + "},\"requestState\":"
        + World.quote(asked.path("requestState").asText());
  }

  private JsonNode pending() {
    return pending(server);
  }

  private JsonNode pending(String of) {
    return admin()
        .get("/api/v1/approvals?state=pending&server=" + of)
        .expect(200)
        .json()
        .path("approvals");
  }

  private static List<Answer> together(Callable<Answer> call) throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        running.add(callers.submit(call));
      }
      for (Future<Answer> one : running) {
        answers.add(one.get());
      }
    }
    return answers;
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
