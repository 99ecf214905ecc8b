package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.RawHttp;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Code Mode with real scripts in real workers, over servers of both eras. */
class ScriptsTest {

  private static final List<String> META =
      List.of("listToolFiles", "readToolFile", "getToolDocs", "executeToolCode");

  private final World world = World.get();
  private final String old = World.fresh("script-old");
  private final String recent = World.fresh("script-new");
  private final String oldName = old.replace('-', '_');
  private final String recentName = recent.replace('-', '_');

  @BeforeEach
  void register() {
    admin()
        .put(
            "/api/v1/servers/" + old,
            "{\"url\":\"" + world.legacy.url() + "\",\"codeMode\":true,\"approval\":[\"wri*\"]}");
    admin()
        .put(
            "/api/v1/servers/" + recent,
            "{\"url\":\"" + world.modern.url() + "\",\"codeMode\":true}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () ->
                world.wire("all").names().containsAll(META)
                    && text(world.wire("all").call("listToolFiles", "{}")).contains(old)
                    && text(world.wire("all").call("listToolFiles", "{}")).contains(recent));
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/servers/" + old);
    admin().delete("/api/v1/servers/" + recent);
  }

  @Test
  void scriptsTakeThePlaceOfToolsThatAreForThem() {
    assertThat(world.wire("all").names())
        .containsAll(META)
        .contains("echol__echo")
        .noneMatch(name -> name.startsWith(old) || name.startsWith(recent));
    assertThat(world.wireOf(old, "all").names()).contains("echo").doesNotContainAnyElementsOf(META);
    assertThat(world.wire("nothing").names()).isEmpty();
    assertThat(world.wire("nothing").call("executeToolCode", "{\"code\":\"result = 1\"}").text())
        .contains("Unknown tool");
    assertThat(
            text(
                world
                    .wire("all")
                    .call("readToolFile", "{\"fileName\":\"servers/" + old + "/echo.pyi\"}")))
        .contains("def echo(");
  }

  @Test
  void oneScriptCallsServersOfBothErasAndOnlyItsResultComesBack() {
    Answer answer =
        run(
            """
            found = []
            for name in ["b", "a"]:
                answer = %1$s.echo(text=name)
                found.append(json.encode(answer))
            side = parallel([call(%1$s.echo, n=1), call(%2$s.echo, n=2)])
            tried = try_call(%2$s.fail)
            print("tried", tried["ok"])
            result = {"found": len(found), "side": len(side), "error": tried["error"], "root": math.sqrt(16)}
            """
                .formatted(oldName, recentName));
    JsonNode result = result(answer);

    assertThat(result.path("isError").asBoolean()).as(answer.text()).isFalse();
    assertThat(result.path("structuredContent").path("result").toString())
        .isEqualTo("{\"found\":2,\"side\":2,\"error\":\"it failed\",\"root\":4.0}");
    assertThat(result.path("structuredContent").path("printed").asText()).isEqualTo("tried False");
  }

  @Test
  void everyCallOfAScriptIsRecordedUnderTheScript() {
    String word = World.fresh("recorded");

    run(
        "result = [%s.echo(word=\"%s\"), %s.echo(word=\"%s\")]"
            .formatted(oldName, word, recentName, word));

    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              JsonNode calls =
                  admin().get("/api/v1/calls?limit=50").expect(200).json().path("calls");
              JsonNode script =
                  StreamSupport.stream(calls.spliterator(), false)
                      .filter(call -> call.path("tool").asText().equals("executeToolCode"))
                      .findFirst()
                      .orElseThrow();
              List<JsonNode> nested =
                  StreamSupport.stream(calls.spliterator(), false)
                      .filter(
                          call ->
                              call.path("parentCallId")
                                  .asText()
                                  .equals(script.path("callId").asText()))
                      .toList();
              assertThat(script.path("outcome").asText()).isEqualTo("ok");
              assertThat(script.path("isolation").asText()).isIn("process", "namespaced");
              assertThat(nested).hasSize(2);
              assertThat(nested)
                  .allSatisfy(call -> assertThat(call.path("door").asText()).isEqualTo("script"));
              assertThat(nested)
                  .extracting(call -> call.path("server").asText())
                  .containsExactlyInAnyOrder(old, recent);
            });
  }

  @Test
  void aScriptReachesWhatItsKeyReachesByWhateverName() {
    String key = World.newKey(admin(), old + "-narrow", "[\"" + old + "__echo\"]");
    Wire narrow = new Wire(world.gateway.mcpUrl(), key);
    int before = world.legacy.executed("write");

    assertThat(text(narrow.call("listToolFiles", "{}"))).contains("echo").doesNotContain("write");
    assertThat(text(run(narrow, "result = " + oldName + ".write(x=1)"))).contains("write");
    assertThat(text(run(narrow, "f = getattr(" + oldName + ", \"write\", None)\nresult = f")))
        .isEqualTo("null");
    assertThat(text(run(narrow, "result = " + recentName + ".echo()"))).contains("undefined");
    assertThat(world.legacy.executed("write")).isEqualTo(before);
  }

  @Test
  void errorsSayWhereAndHowToMendThem() {
    assertThat(text(run("x = 1\nimport os\n"))).contains("line 2").contains("Hint");
    assertThat(text(run("result = " + oldName + ".echoo()"))).contains("line 1").contains("echo");
    assertThat(text(run("result = 1 // 0"))).contains("line 1").contains("zero");
    assertThat(text(run("x = [0]\nfor i in range(10000000000):\n  x[0] += i\n"))).contains("steps");
    assertThat(text(run("result = \"a\" * (1 << 30)"))).contains("line 1");
    assertThat(text(run(oldName + ".fail()"))).contains("it failed");
    assertThat(text(run("result = 6 * 7"))).isEqualTo("42");
  }

  @Test
  void aScriptThatNeedsAnApprovalWaitsAndGoesOnWithoutRepeatingACall() {
    int writes = world.legacy.executed("write");
    int echoes = world.modern.executed("echo");
    String script =
        "first = %s.echo(n=1)\nsecond = %s.write(n=2)\nresult = \"both\""
            .formatted(recentName, oldName);
    Wire agent = world.wire("all");

    Answer waiting = run(agent, script);
    assertThat(text(waiting)).contains("apr_").contains("same code");
    assertThat(world.legacy.executed("write")).isEqualTo(writes);
    String id =
        admin()
            .get("/api/v1/approvals?state=pending&server=" + old)
            .expect(200)
            .json()
            .path("approvals")
            .path(0)
            .path("id")
            .asText();
    assertThat(text(waiting)).contains(id);
    admin().post("/api/v1/approvals/" + id + "/approve", "{}").expect(200);

    assertThat(text(run(agent, script))).isEqualTo("both");
    assertThat(world.legacy.executed("write") - writes).isEqualTo(1);
    assertThat(world.modern.executed("echo") - echoes).isEqualTo(1);
  }

  @Test
  void aServersQuestionIsAskedThroughTheScript() throws IOException {
    String asks =
        "{\"name\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"Name?\","
            + "\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}}";
    Wire agent = world.wire("all").declaring("{\"elicitation\":{}}");
    String members =
        "\"name\":\"executeToolCode\",\"arguments\":{\"code\":"
            + World.quote("result = " + recentName + ".replay(input=" + World.quote(asks) + ")")
            + "}";

    JsonNode asked = result(agent.modern("tools/call", members));
    String key = asked.path("inputRequests").fieldNames().next();
    JsonNode answered =
        result(
            agent.modern(
                "tools/call",
                members
                    + ",\"inputResponses\":{\""
                    + key
                    + "\":{\"action\":\"accept\",\"content\":{}}},\"requestState\":"
                    + asked.path("requestState")));

    assertThat(asked.path("resultType").asText()).isEqualTo("input_required");
    assertThat(answered.path("resultType").asText()).as(answered.toString()).isEqualTo("complete");
    assertThat(answered.path("isError").asBoolean()).as(answered.toString()).isFalse();
  }

  @Test
  void aClientThatGoesAwayEndsItsScript() throws IOException {
    int running = running();
    try (RawHttp.Open open =
        world
            .wire("all")
            .openCall(
                "executeToolCode",
                "{\"code\":" + World.quote("result = " + oldName + ".slow(millis=60000)") + "}")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> world.legacy.executed("slow") > 0);
    }

    Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> running() <= running);
  }

  private int running() {
    return (int)
        StreamSupport.stream(
                admin()
                    .get("/api/v1/calls?limit=100")
                    .expect(200)
                    .json()
                    .path("calls")
                    .spliterator(),
                false)
            .filter(call -> call.path("tool").asText().equals("executeToolCode"))
            .filter(call -> call.path("outcome").asText().equals("running"))
            .count();
  }

  private Answer run(String script) {
    return run(world.wire("all"), script);
  }

  private static Answer run(Wire agent, String script) {
    return agent.call("executeToolCode", "{\"code\":" + World.quote(script) + "}");
  }

  private static JsonNode result(Answer answer) {
    try {
      JsonNode result = World.JSON.readTree(answer.text()).path("result");
      assertThat(result.isObject()).as(answer.text()).isTrue();
      return result;
    } catch (IOException e) {
      throw new AssertionError(answer.text(), e);
    }
  }

  private static String text(Answer answer) {
    return result(answer).path("content").path(0).path("text").asText();
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
