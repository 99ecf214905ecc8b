package dev.sallyport.edge.code;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.Messages.modern;
import static dev.sallyport.edge.fixture.Messages.modernCall;
import static dev.sallyport.edge.fixture.Messages.modernPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.FakeExecutor.Taken;
import dev.sallyport.edge.fixture.FakeSandbox.Failed;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.Messages;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scripts through the wire, with a sandbox and an executor that the test drives. */
@QuarkusTest
@TestProfile(McpSurface.class)
class CodeModeTest extends SurfaceTest {

  private static final String FORMS = "{\"elicitation\":{}}";

  @BeforeEach
  void filesAreForScripts() {
    catalogues.set(
        Fixture.ACME,
        Fixture.codeMode(Fixture.asking(Fixture.server("files", "read", "write", "wipe"), "wipe")),
        Fixture.server("notes", "list"));
    callers.put(ALICE, Fixture.profile(Fixture.ACME, "vk_alice", "files__read", "notes__*"));
    executor.behave(taken -> taken.complete("{\"structuredContent\":{\"n\":1},\"content\":[]}"));
  }

  // ---- what is listed

  @Test
  void toolsForScriptsGiveWayToTheMetaToolsWhereServersAreJoined() {
    assertThat(names("/mcp", ADA))
        .containsExactly(
            "listToolFiles", "readToolFile", "getToolDocs", "executeToolCode", "notes__list");
    assertThat(names("/mcp/servers/files", ADA)).containsExactly("read", "write", "wipe");
    assertThat(names("/mcp/servers/notes", ADA)).containsExactly("list");
  }

  @Test
  void theSandboxIsToldAsSoonAsAServerIsForScripts() {
    assertThat(sandbox.isPrepared()).isTrue();
  }

  @Test
  void whoSeesNoToolForScriptsHasNoMetaToolEither() {
    callers.put(ALICE, Fixture.profile(Fixture.ACME, "vk_alice", "notes__*"));

    Answer answer = execute(ALICE, "anything");
    Answer unknown = wire.send(modernCall("/mcp", ALICE, "executeToolCodes", "{\"code\":\"x\"}"));

    assertThat(names("/mcp", ALICE)).containsExactly("notes__list");
    assertThat(answer.body().replace("executeToolCode", "T"))
        .isEqualTo(unknown.body().replace("executeToolCodes", "T"));
    assertThat(sandbox.machines()).isEmpty();
  }

  @Test
  void modelsReadOnlyOfToolsThatTheyMayCall() {
    String ada = text(wire.send(modernCall("/mcp", ADA, "listToolFiles", "{}")));
    String alice = text(wire.send(modernCall("/mcp", ALICE, "listToolFiles", "{}")));
    String stub =
        text(
            wire.send(
                modernCall("/mcp", ALICE, "readToolFile", "{\"fileName\":\"servers/files.pyi\"}")));
    String docs =
        text(
            wire.send(
                modernCall(
                    "/mcp", ALICE, "getToolDocs", "{\"server\":\"files\",\"tool\":\"wipe\"}")));

    assertThat(ada).contains("servers/files.pyi").contains("wipe").doesNotContain("notes");
    assertThat(alice).contains("servers/files.pyi").doesNotContain("wipe");
    assertThat(stub).contains("def read(").doesNotContain("wipe");
    assertThat(docs).doesNotContain("def wipe");
  }

  // ---- runs

  @Test
  void aScriptCallsThroughThePipelineAndItsResultIsAllThatComesBack() {
    sandbox.program(
        "two calls",
        m -> {
          m.print("hello\n");
          m.call("files", "read", "{\"path\":\"a\"}");
          return "{\"second\":" + m.call("files", "write", "{\"path\":\"b\"}") + "}";
        });

    Answer answer = execute(ADA, "two calls");
    JsonObject result = new JsonObject(answer.body()).getJsonObject("result");

    assertThat(result.getString("resultType")).isEqualTo("complete");
    assertThat(result.getJsonObject("structuredContent"))
        .isEqualTo(new JsonObject("{\"result\":{\"second\":{\"n\":1}},\"printed\":\"hello\"}"));
    assertThat(text(answer)).isEqualTo("{\"second\":{\"n\":1}}\n\nPrinted:\nhello");
    assertThat(executor.taken()).hasSize(2);
    Taken first = executor.taken().getFirst();
    AuditRecord script = opened("executeToolCode");
    AuditRecord nested = opened("read");
    assertThat(first.frame()).contains("\"arguments\":{\"path\":\"a\"}");
    assertThat(first.header().getContext().getParentCallId()).isEqualTo(script.getCallId());
    assertThat(script.getServer()).isEqualTo("code_mode");
    assertThat(script.getDoor()).isEqualTo("mcp");
    assertThat(script.getArguments().getData().toStringUtf8()).contains("two calls");
    assertThat(nested.getParentCallId()).isEqualTo(script.getCallId());
    assertThat(nested.getDoor()).isEqualTo("script");
    assertThat(nested.getDecision()).isEqualTo("allow");
    assertThat(closed(script).getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
    assertThat(closed(script).getResultTokens()).isPositive();
    assertThat(closed(nested).getResultTokens()).as("no model has read it").isZero();
    assertThat(closed(script).getIsolation()).isEqualTo("namespaced");
    assertThat(closed(nested).getIsolation()).as("it is no script").isEmpty();
  }

  @Test
  void theSandboxIsToldOfNothingThatTheCallerMayNotCall() {
    sandbox.program("nothing", m -> "null");

    Answer answer = execute(ALICE, "nothing");

    assertThat(text(answer)).isEqualTo("null");
    assertThat(sandbox.machines().getFirst().start().getNamespacesList().toString())
        .contains("read")
        .doesNotContain("wipe")
        .doesNotContain("write")
        .doesNotContain("notes");
  }

  @Test
  void whateverTheSandboxAsksForIsDecidedHere() {
    sandbox.program("hidden", m -> "\"" + failure(() -> m.call("files", "write", "{}")) + "\"");
    sandbox.program("classic", m -> "\"" + failure(() -> m.call("notes", "list", "{}")) + "\"");
    sandbox.program("none", m -> "\"" + failure(() -> m.call("no", "such", "{}")) + "\"");
    sandbox.program(
        "self", m -> "\"" + failure(() -> m.call("code_mode", "executeToolCode", "{}")) + "\"");
    sandbox.program("garbage", m -> "\"" + failure(() -> m.call("files", "read", "[1")) + "\"");

    assertThat(text(execute(ALICE, "hidden"))).contains("no such tool");
    assertThat(text(execute(ALICE, "classic"))).contains("no such tool");
    assertThat(text(execute(ALICE, "none"))).contains("no such tool");
    assertThat(text(execute(ALICE, "self"))).contains("no such tool");
    assertThat(text(execute(ALICE, "garbage"))).contains("invalid_params");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void aFailedToolStopsTheScriptUnlessItIsTried() {
    executor.behave(
        taken ->
            taken.complete(
                "{\"content\":[{\"type\":\"text\",\"text\":\"disk full\"}],\"isError\":true}"));
    sandbox.program("fails", m -> m.call("files", "read", "{}"));
    sandbox.program("tries", m -> "\"" + failure(() -> m.call("files", "read", "{}")) + "\"");

    Answer fails = execute(ADA, "fails");

    assertThat(fails.body()).contains("\"isError\":true");
    assertThat(text(fails))
        .startsWith("The script failed at line 3, column 5: disk full")
        .contains("Hint: mend it");
    assertThat(text(execute(ADA, "tries"))).isEqualTo("tool_error disk full");
  }

  @Test
  void anAnswerThatIsTooLongForAScriptFailsItsCall() {
    executor.behave(
        taken ->
            taken.complete(
                "{\"content\":[{\"type\":\"text\",\"text\":\"" + "x".repeat(3 << 20) + "\"}]}"));
    sandbox.program("long", m -> "\"" + failure(() -> m.call("files", "read", "{}")) + "\"");

    assertThat(text(execute(ADA, "long")))
        .startsWith("upstream_too_large")
        .contains("at most 2097152");
  }

  @Test
  void moreCallsThanAllowedAreRefusedWhateverTheSandboxCounts() {
    sandbox.program(
        "many",
        m -> {
          for (int i = 0; i < 200; i++) {
            m.call("files", "read", "{}");
          }
          return "\"" + failure(() -> m.call("files", "read", "{}")) + "\"";
        });

    assertThat(text(execute(ADA, "many"))).contains("200 calls");
    assertThat(executor.taken()).hasSize(200);
  }

  @Test
  void onlySoManyCallsOfOneRunAreUnderWayAtATime() {
    executor.behave(taken -> {});
    sandbox.program(
        "wide",
        m -> {
          m.parallel(
              IntStream.range(0, 25)
                  .mapToObj(i -> List.of("files", "read", "{\"i\":" + i + "}"))
                  .toList());
          return "\"done\"";
        });
    CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> execute(ADA, "wide"));

    await().until(() -> executor.taken().size() == 10);
    for (int i = 0; i < 25; i++) {
      int next = i;
      await().until(() -> executor.taken().size() > next);
      assertThat(executor.taken().size()).isLessThanOrEqualTo(next + 10);
      executor.taken().get(i).complete("{\"content\":[]}");
    }

    assertThat(text(answer.join())).isEqualTo("done");
  }

  @Test
  void aScriptThatIsLostRunsAgainAndRepeatsNoCall() {
    sandbox.program(
        "lost",
        m -> {
          String first = m.call("files", "read", "{}");
          if (sandbox.machines().size() == 1) {
            m.ask("1", "files", "write", "{}");
            await().until(() -> executor.taken().size() == 2);
            throw m.die();
          }
          return "[" + first + "," + m.call("files", "write", "{}") + "]";
        });

    assertThat(text(execute(ADA, "lost"))).isEqualTo("[{\"n\":1},{\"n\":1}]");
    assertThat(executor.taken()).hasSize(2);
    assertThat(sandbox.machines()).hasSize(2);
    assertThat(sandbox.machines().get(1).start().getClockMicros())
        .isEqualTo(sandbox.machines().get(0).start().getClockMicros());
  }

  @Test
  void aSandboxThatIsAlwaysLostIsSaidSo() {
    sandbox.program(
        "dies",
        m -> {
          throw m.die();
        });

    Answer answer = execute(ADA, "dies");

    assertThat(text(answer)).contains("went away");
    assertThat(sandbox.machines()).hasSize(2);
  }

  @Test
  void aSecondRunThatAsksForSomethingElseIsEnded() {
    sandbox.program(
        "differs",
        m -> {
          m.call("files", "read", "{\"run\":" + sandbox.machines().size() + "}");
          throw m.die();
        });

    assertThat(text(execute(ADA, "differs"))).contains("did not make the calls again");
    assertThat(executor.taken()).hasSize(1);
  }

  @Test
  void aClientThatGoesAwayEndsTheScriptAndItsCalls() {
    executor.behave(taken -> {});
    sandbox.program("waits", m -> m.call("files", "read", "{}"));
    try (HttpWire.Stream stream = wire.open(call(ADA, "{}", "waits", ""))) {
      await().until(() -> executor.taken().size() == 1);
    }

    await().until(() -> sandbox.machines().getFirst().isStopped());
    await().until(() -> !executor.taken().getFirst().cancels().isEmpty());
    await()
        .untilAsserted(
            () ->
                assertThat(evidence.closed())
                    .extracting(AuditRecord::getOutcome)
                    .containsExactlyInAnyOrder(
                        Outcome.OUTCOME_CANCELLED, Outcome.OUTCOME_CANCELLED));
  }

  // ---- waiting

  @Test
  void aScriptThatMeetsAnApprovalGoesOnWhereItWaitsAndRepeatsNoCall() {
    sandbox.program("wipes", this::wipes);

    Answer waiting = execute(ADA, FORMS, "wipes", "");
    JsonObject asked = new JsonObject(waiting.body()).getJsonObject("result");
    String key = asked.getJsonObject("inputRequests").fieldNames().iterator().next();
    String state = asked.getString("requestState");
    String yes = responses(key, state);

    assertThat(asked.getString("resultType")).isEqualTo("input_required");
    assertThat(key).isEqualTo("1/approval");
    assertThat(executor.taken()).hasSize(1);
    Answer early = execute(ADA, FORMS, "wipes", yes);
    assertThat(early.body()).as("nobody has approved it yet").contains("input_required");
    String later =
        responses(
            key, new JsonObject(early.body()).getJsonObject("result").getString("requestState"));
    approvals.approveAll();
    Answer ran = execute(ADA, FORMS, "wipes", later);
    Answer replayed = execute(ADA, FORMS, "wipes", later);

    assertThat(text(ran)).isEqualTo("[{\"n\":1},{\"n\":1}]");
    assertThat(executor.taken()).hasSize(2);
    assertThat(replayed.body()).contains("has ended or waited too long");
    assertThat(sandbox.machines()).hasSize(3);
    assertThat(
            sandbox.machines().stream().map(machine -> machine.start().getClockMicros()).distinct())
        .as("the clock of a run stands")
        .hasSize(1);
    assertThat(
            evidence.opened().stream()
                .filter(open -> open.getExposedName().equals("executeToolCode"))
                .map(AuditRecord::getCallId)
                .distinct())
        .as("one call, whatever it waits for")
        .hasSize(1);
  }

  @Test
  void whoCannotBeAskedIsToldTheApprovalAndGoesOnWithTheSameScript() {
    sandbox.program("wipes", this::wipes);

    Answer waiting = execute(ADA, "wipes");
    Answer early = execute(ADA, "wipes");
    approvals.approveAll();
    Answer ran = execute(ADA, "wipes");

    assertThat(waiting.body()).contains("\"isError\":true");
    assertThat(text(waiting)).contains("apr_").contains("same code").contains("repeats no call");
    assertThat(text(early)).contains("apr_");
    assertThat(text(ran)).isEqualTo("[{\"n\":1},{\"n\":1}]");
    assertThat(executor.taken()).hasSize(2);

    assertThat(text(execute(ADA, "wipes"))).as("a new run from here on").contains("apr_");
    assertThat(executor.taken()).hasSize(3);
  }

  @Test
  void aRunThatCannotGoOnNowGoesOnLater() {
    sandbox.program(
        "wipes later",
        m -> {
          if (sandbox.machines().size() == 2) {
            throw m.busy();
          }
          return wipes(m);
        });
    String waiting = text(execute(ADA, "wipes later"));
    approvals.approveAll();

    String busy = text(execute(ADA, "wipes later"));
    String ran = text(execute(ADA, "wipes later"));

    assertThat(waiting).contains("apr_");
    assertThat(busy).contains("cannot be run right now");
    assertThat(ran).isEqualTo("[{\"n\":1},{\"n\":1}]");
    assertThat(executor.taken()).hasSize(2);
  }

  @Test
  void aRunThatWaitsIsOfItsCallerOnly() {
    callers.put(ALICE, Fixture.profile(Fixture.ACME, "vk_alice", "files__*"));
    sandbox.program("wipes", this::wipes);
    JsonObject asked =
        new JsonObject(execute(ADA, FORMS, "wipes", "").body()).getJsonObject("result");

    Answer stolen =
        wire.send(
            call(ALICE, FORMS, "wipes", responses("1/approval", asked.getString("requestState"))));
    Answer other =
        wire.send(
            call(ADA, FORMS, "another", responses("1/approval", asked.getString("requestState"))));

    assertThat(stolen.body()).contains("requestState is not valid");
    assertThat(other.body()).contains("requestState is not valid");
    assertThat(executor.taken()).hasSize(1);
  }

  @Test
  void aModernServersQuestionReachesTheClientAndItsAnswerTheServer() {
    executor.behave(
        taken -> {
          if (taken.header().getRequestState().isEmpty()) {
            taken.requireInput(
                "{\"resultType\":\"input_required\",\"requestState\":\"upstream state\","
                    + "\"inputRequests\":{\"who\":{\"method\":\"elicitation/create\",\"params\":{}}}}");
          } else {
            taken.complete("{\"structuredContent\":{\"who\":\"me\"},\"content\":[]}");
          }
        });
    sandbox.program("asks", m -> m.call("files", "read", "{}"));

    JsonObject asked =
        new JsonObject(execute(ADA, FORMS, "asks", "").body()).getJsonObject("result");
    Answer ran =
        execute(
            ADA,
            FORMS,
            "asks",
            ",\"inputResponses\":{\"0/who\":{\"action\":\"accept\"},\"9/other\":{}},\"requestState\":\""
                + asked.getString("requestState")
                + "\"");

    assertThat(asked.getJsonObject("inputRequests").fieldNames()).containsExactly("0/who");
    assertThat(text(ran)).isEqualTo("{\"who\":\"me\"}");
    assertThat(executor.taken().get(1).header().getRequestState().toStringUtf8())
        .isEqualTo("\"upstream state\"");
    assertThat(executor.taken().get(1).frame())
        .contains("\"inputResponses\":{\"who\":{\"action\":\"accept\"}}");
  }

  @Test
  void aLegacyServersQuestionIsAskedOnTheStreamOfTheScript() throws Exception {
    executor.behave(
        taken ->
            taken.ask(
                "r1",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\",\"params\":{}}"));
    sandbox.program("asks", m -> m.call("files", "read", "{}"));
    String session = session("/mcp", ADA);
    try (HttpWire.Stream stream =
        wire.open(
            inSession(
                "/mcp",
                ADA,
                session,
                Messages.legacy(
                    "5",
                    "tools/call",
                    "\"name\":\"executeToolCode\",\"arguments\":{\"code\":\"asks\"}")))) {
      stream.collect();
      await().until(() -> stream.events().size() == 1);
      JsonObject question = new JsonObject(stream.events().getFirst());

      assertThat(question.getString("method")).isEqualTo("elicitation/create");
      wire.send(
          inSession(
              "/mcp",
              ADA,
              session,
              "{\"jsonrpc\":\"2.0\",\"id\":"
                  + jsonOf(question.getValue("id"))
                  + ",\"result\":{\"action\":\"accept\"}}"));
      await().until(() -> executor.taken().getFirst().responses().size() == 1);
      assertThat(executor.taken().getFirst().responses().getFirst())
          .startsWith("r1 ")
          .contains("accept");
      executor
          .taken()
          .getFirst()
          .complete("{\"content\":[{\"type\":\"text\",\"text\":\"[1,2]\"}]}");
      await().until(() -> stream.events().size() == 2);
      assertThat(stream.events().get(1)).contains("\"result\":[1,2]");
    }
  }

  // ---- dry runs

  @Test
  void aDryRunTellsWhatWouldBecomeOfEachCallAndMakesNone() {
    catalogues.set(
        Fixture.ACME,
        Fixture.codeMode(
            Fixture.costing(
                Fixture.asking(Fixture.server("files", "read", "write", "wipe"), "wipe"),
                250_000)));
    sandbox.program(
        "plan",
        m -> {
          m.call("files", "read", "{\"a\":1}");
          m.call("files", "wipe", "{}");
          m.looks();
          return m.call("files", "write", "{}");
        });

    Answer answer =
        wire.send(
            modernCall("/mcp", ADA, "executeToolCode", "{\"code\":\"plan\",\"dryRun\":true}"));
    JsonObject plan =
        new JsonObject(answer.body()).getJsonObject("result").getJsonObject("structuredContent");

    assertThat(plan.getJsonArray("calls")).hasSize(2);
    assertThat(plan.getJsonArray("calls").getJsonObject(0).getString("decision"))
        .isEqualTo("allow");
    assertThat(plan.getJsonArray("calls").getJsonObject(0).getString("cost")).isEqualTo("0.25");
    assertThat(plan.getJsonArray("calls").getJsonObject(1).getString("decision")).isEqualTo("ask");
    assertThat(plan.getString("cost")).isEqualTo("0.50");
    assertThat(plan.getBoolean("complete")).isFalse();
    assertThat(plan.getInteger("stopsAtLine")).isEqualTo(2);
    assertThat(text(answer))
        .contains("files.read {\"a\":1} → allow")
        .contains("depends on what a tool returns");
    assertThat(executor.taken()).isEmpty();
    assertThat(approvals.wanted()).isEmpty();
    assertThat(evidence.opened())
        .singleElement()
        .extracting(AuditRecord::getTool)
        .isEqualTo("executeToolCode");
  }

  // ---- bad input

  @Test
  void whatIsNoScriptIsSaidSo() {
    assertThat(text(wire.send(modernCall("/mcp", ADA, "executeToolCode", "{}"))))
        .contains("\"code\" is needed");
    assertThat(text(wire.send(modernCall("/mcp", ADA, "executeToolCode", "{\"code\":7}"))))
        .contains("\"code\" is needed");
    assertThat(text(execute(ADA, "x".repeat(65 * 1024)))).contains("at most 65536");
    assertThat(sandbox.machines()).isEmpty();
  }

  @Test
  void aLongResultComesAsItsBeginningAndIsReadByItsCallerOnly() {
    callers.put(ALICE, Fixture.profile(Fixture.ACME, "vk_alice", "files__*"));
    sandbox.program("long", m -> "\"" + "é".repeat(40_000) + "\"");

    Answer answer = execute(ADA, "long");
    JsonObject link =
        new JsonObject(answer.body())
            .getJsonObject("result")
            .getJsonArray("content")
            .getJsonObject(1);
    String uri = link.getString("uri");

    assertThat(text(answer)).startsWith("\"ééé").contains("80002 bytes").hasSizeLessThan(17_000);
    assertThat(answer.body()).doesNotContain("structuredContent");
    assertThat(link.getString("type")).isEqualTo("resource_link");
    assertThat(link.getInteger("size")).isEqualTo(80_002);
    assertThat(read(ADA, uri)).isEqualTo("\"" + "é".repeat(40_000) + "\"");
    assertThat(read(ADA, uri + "?offset=1&length=3")).isEqualTo("ééé");
    assertThat(read(ADA, uri + "?offset=40000")).isEqualTo("é\"");
    assertThat(read(ADA, uri + "?offset=99999999")).isEmpty();
    assertThat(resource(ALICE, uri).body()).contains("Resource not found");
    assertThat(resource(ADA, uri.substring(0, uri.length() - 1) + "x").body())
        .contains("Resource not found");
    assertThat(closed(opened("executeToolCode")).getResultTokens()).isPositive();
  }

  private Answer resource(String key, String uri) {
    return wire.send(
        modernPost(
            "/mcp",
            key,
            "resources/read",
            uri,
            modern("8", "resources/read", "\"uri\":\"" + uri + "\"")));
  }

  private String read(String key, String uri) {
    Answer answer = resource(key, uri);
    JsonObject result = new JsonObject(answer.body()).getJsonObject("result");
    assertThat(result).as(answer.body()).isNotNull();
    return result.getJsonArray("contents").getJsonObject(0).getString("text");
  }

  @Test
  void scriptsRunThroughTheModelApiToo() {
    sandbox.program("one", m -> m.call("files", "read", "{}"));

    Answer tools = wire.send(HttpWire.request("GET", "/v1/mcp/tools?format=mcp", ADA));
    Answer ran =
        wire.send(
            post(
                "/v1/mcp/tool/execute",
                ADA,
                "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"executeToolCode\","
                    + "\"arguments\":\"{\\\"code\\\":\\\"one\\\"}\"}}"));

    assertThat(tools.body()).contains("executeToolCode").doesNotContain("files__read");
    assertThat(new JsonObject(ran.body()).getString("content")).isEqualTo("{\"n\":1}");
  }

  private String wipes(dev.sallyport.edge.fixture.FakeSandbox.Machine m) {
    return "["
        + m.call("files", "read", "{\"a\":1}")
        + ","
        + m.call("files", "wipe", "{\"b\":2}")
        + "]";
  }

  private static String failure(Runnable call) {
    try {
      call.run();
    } catch (Failed e) {
      return e.code() + " " + e.getMessage();
    }
    throw new AssertionError("it did not fail");
  }

  private static String jsonOf(Object id) {
    return id instanceof String text ? "\"" + text + "\"" : id.toString();
  }

  private List<String> names(String path, String key) {
    JsonArray tools = new JsonArray();
    String cursor = "";
    do {
      JsonObject result =
          new JsonObject(
                  wire.send(
                          modernPost(
                              path, key, "tools/list", null, modern("1", "tools/list", cursor)))
                      .body())
              .getJsonObject("result");
      tools.addAll(result.getJsonArray("tools"));
      String next = result.getString("nextCursor");
      cursor = next == null ? "" : "\"cursor\":\"" + next + "\"";
    } while (!cursor.isEmpty());
    return tools.stream().map(tool -> ((JsonObject) tool).getString("name")).toList();
  }

  private Answer execute(String key, String code) {
    return execute(key, "{}", code, "");
  }

  private Answer execute(String key, String capabilities, String code, String more) {
    return wire.send(call(key, capabilities, code, more));
  }

  private static HttpWire.Request call(String key, String capabilities, String code, String more) {
    return modernPost(
        "/mcp",
        key,
        "tools/call",
        "executeToolCode",
        modern(
                "7",
                "tools/call",
                "\"name\":\"executeToolCode\",\"arguments\":{\"code\":\"" + code + "\"}" + more)
            .replace("clientCapabilities\":{}", "clientCapabilities\":" + capabilities));
  }

  private static String responses(String key, String state) {
    return ",\"inputResponses\":{\""
        + key
        + "\":{\"action\":\"accept\",\"content\":{\"wait\":true}}},\"requestState\":\""
        + state
        + "\"";
  }

  private static String text(Answer answer) {
    JsonObject result = new JsonObject(answer.body()).getJsonObject("result");
    assertThat(result).as(answer.body()).isNotNull();
    return result.getJsonArray("content").getJsonObject(0).getString("text");
  }

  private AuditRecord opened(String tool) {
    return evidence.opened().stream()
        .filter(open -> open.getTool().equals(tool))
        .findFirst()
        .orElseThrow();
  }

  private AuditRecord closed(AuditRecord open) {
    return evidence.closed().stream()
        .filter(close -> close.getCallId().equals(open.getCallId()))
        .findFirst()
        .orElseThrow();
  }
}
