package dev.sallyport.edge.mcp;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.Messages.legacy;
import static dev.sallyport.edge.fixture.Messages.modernPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.call.Approvals;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How agents are told that a call waits for a person, on every wire. */
@QuarkusTest
@TestProfile(McpSurface.class)
class ApprovalsTest extends SurfaceTest {

  private static final String FORMS = "{\"elicitation\":{}}";

  @BeforeEach
  void writingAsks() {
    catalogues.set(
        Fixture.ACME,
        Fixture.asking(Fixture.server("files", "read", "write"), "wri*"),
        Fixture.server("notes", "list"));
    callers.put(ALICE, Fixture.profile(Fixture.ACME, "vk_alice", "files__*"));
  }

  // ---- modern

  @Test
  void aModernClientIsAskedToWaitAndItsCallRunsOnceWhenApproved() {
    Answer waiting = modern(ADA, FORMS, "{\"n\":1}", "");
    JsonObject result = new JsonObject(waiting.body()).getJsonObject("result");
    JsonObject question = result.getJsonObject("inputRequests").getJsonObject("approval");
    JsonObject params = question.getJsonObject("params");
    String state = result.getString("requestState");

    assertThat(result.getString("resultType")).isEqualTo("input_required");
    assertThat(question.getString("method")).isEqualTo("elicitation/create");
    assertThat(params.getString("mode")).isEqualTo("form");
    assertThat(params.getString("message"))
        .contains("files__write")
        .contains("apr_")
        .contains("cannot be approved here");
    assertThat(params.getJsonObject("requestedSchema").getString("type")).isEqualTo("object");
    assertThat(state).doesNotContain("apr_");
    assertThat(executor.taken()).isEmpty();

    String yes = responses("accept", true, state);
    assertThat(modern(ADA, FORMS, "{\"n\":1}", yes).body())
        .as("whoever answers at the client approves nothing")
        .contains("\"input_required\"");
    assertThat(executor.taken()).isEmpty();
    approvals.approveAll();
    Answer ran = modern(ADA, FORMS, "{ \"n\" : 1 }", yes);
    Answer replayed = modern(ADA, FORMS, "{\"n\":1}", yes);

    assertThat(ran.body()).contains("\"resultType\":\"complete\"");
    assertThat(executor.taken()).hasSize(1);
    assertThat(executor.taken().getFirst().frame())
        .contains("\"arguments\":{ \"n\" : 1 }")
        .doesNotContain("inputResponses")
        .doesNotContain("requestState");
    assertThat(replayed.body())
        .contains("\"isError\":true")
        .contains("another call has used the approval");
    AuditRecord asked = evidence.opened().getFirst();
    AuditRecord allowed = evidence.opened().get(2);
    assertThat(asked.getDecision()).isEqualTo("ask");
    assertThat(asked.getRule()).startsWith("approval:apr_");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_INPUT_REQUIRED);
    assertThat(allowed.getDecision()).isEqualTo("allow");
    assertThat(allowed.getRule()).isEqualTo(asked.getRule());
    assertThat(allowed.getCallId()).as("the call goes on").isEqualTo(asked.getCallId());
    assertThat(evidence.closed().get(2).getRule()).isEqualTo(asked.getRule());
    assertThat(evidence.closed().get(2).getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
  }

  @Test
  void otherArgumentsNeedAnotherApproval() {
    String state = state(modern(ADA, FORMS, "{\"n\":1}", ""));
    approvals.approveAll();

    Answer other = modern(ADA, FORMS, "{\"n\":2}", "");
    Answer bound = modern(ADA, FORMS, "{\"n\":2}", responses("accept", true, state));

    assertThat(other.body()).contains("\"input_required\"");
    assertThat(bound.status()).isEqualTo(400);
    assertThat(bound.body()).contains("requestState");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void aStateOfAnotherCallerIsRefused() {
    String state = state(modern(ADA, FORMS, "{\"n\":1}", ""));
    approvals.approveAll();

    Answer stolen = modern(ALICE, FORMS, "{\"n\":1}", responses("accept", true, state));

    assertThat(stolen.status()).isEqualTo(400);
    assertThat(stolen.body()).contains("requestState");
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void whoStopsWaitingIsToldSoAndNothingRuns() {
    String state = state(modern(ADA, FORMS, "{\"n\":1}", ""));
    approvals.approveAll();
    int asked = approvals.wanted().size();

    for (String answer :
        new String[] {
          responses("decline", true, state),
          responses("cancel", true, state),
          responses("accept", false, state)
        }) {
      assertThat(modern(ADA, FORMS, "{\"n\":1}", answer).body())
          .contains("\"isError\":true")
          .contains("nobody waits for its approval any more");
    }

    assertThat(executor.taken()).isEmpty();
    assertThat(approvals.wanted()).hasSize(asked);
  }

  @Test
  void whoStopsWaitingIsNotRunWhereNobodyHasToApproveAnyMore() {
    String state = state(modern(ADA, FORMS, "{\"n\":1}", ""));
    catalogues.set(Fixture.ACME, Fixture.server("files", "read", "write"));

    assertThat(modern(ADA, FORMS, "{\"n\":1}", responses("decline", true, state)).body())
        .contains("nobody waits for its approval any more");
    assertThat(executor.taken()).isEmpty();
    assertThat(modern(ADA, FORMS, "{\"n\":1}", responses("accept", true, state)).body())
        .contains("\"resultType\":\"complete\"");
    assertThat(executor.taken()).hasSize(1);
  }

  @Test
  void aDenialAndTheEndOfTheTimeAreErrorsForTheModel() {
    String denied = state(modern(ADA, FORMS, "{\"n\":1}", ""));
    approvals.denyAll("not on a Friday");
    assertThat(modern(ADA, FORMS, "{\"n\":1}", responses("accept", true, denied)).body())
        .contains("\"isError\":true")
        .contains("denied by admin")
        .contains("not on a Friday");
    String late = state(modern(ADA, FORMS, "{\"n\":2}", ""));
    approvals.expireAll();
    assertThat(modern(ADA, FORMS, "{\"n\":2}", responses("accept", true, late)).body())
        .contains("\"isError\":true")
        .contains("nobody approved it in time");

    assertThat(approvals.wanted().getLast().waitingFor()).startsWith("apr_");
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.closed().get(1).getErrorCode()).isEqualTo("forbidden");
    assertThat(evidence.closed().get(1).getRule()).startsWith("approval:apr_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"elicitation\":{\"url\":{}}}", "{\"sampling\":{}}"})
  void aClientThatCannotBeAskedGetsAnErrorWithTheIdAndRunsItsNextCall(String capabilities) {
    Answer waiting = modern(ADA, capabilities, "{\"n\":1}", "");

    assertThat(waiting.status()).isEqualTo(200);
    assertThat(waiting.body())
        .contains("\"isError\":true")
        .contains("approval apr_")
        .contains("call again with the same arguments")
        .doesNotContain("inputRequests");
    assertThat(evidence.opened().getFirst().getDecision()).isEqualTo("ask");
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("approval_required");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
    approvals.approveAll();
    assertThat(modern(ADA, capabilities, "{\"n\":1}", "").body()).doesNotContain("isError");
    assertThat(executor.taken()).hasSize(1);
    assertThat(modern(ADA, capabilities, "{\"n\":1}", "").body()).contains("\"isError\":true");
  }

  @Test
  void onlyToolsThatAskAsk() {
    assertThat(
            wire.send(
                    modernPost(
                        "/mcp",
                        ADA,
                        "tools/call",
                        "files__read",
                        body(FORMS, "files__read", "{}", "")))
                .body())
        .contains("\"resultType\":\"complete\"");
    assertThat(approvals.wanted()).isEmpty();
  }

  @Test
  void whatTheCallerMayNotSeeIsUnknownAndNobodyIsAsked() {
    callers.put(ALICE, Fixture.profile(Fixture.ACME, "vk_alice", "files__read"));

    assertThat(modern(ALICE, FORMS, "{}", "").body()).contains("Unknown tool: files__write");
    assertThat(approvals.wanted()).isEmpty();
  }

  @Test
  void aCallGoesOnWithItsApprovalWhenItsServerAsksSomething() {
    executor.behave(
        taken ->
            taken.requireInput(
                "{\"resultType\":\"input_required\",\"requestState\":\"s\",\"inputRequests\":{}}"));
    modern(ADA, FORMS, "{}", "");
    approvals.approveAll();
    String state = state(modern(ADA, FORMS, "{}", ""));
    assertThat(executor.taken()).hasSize(1);
    Approvals.Wanted first = approvals.wanted().getLast();

    modern(ADA, FORMS, "{}", ",\"inputResponses\":{},\"requestState\":\"" + state + "\"");

    Approvals.Wanted next = approvals.wanted().getLast();
    assertThat(next.call()).isEqualTo(first.call());
    assertThat(next.leg()).isEqualTo(first.leg() + 1);
    assertThat(next.waitingFor()).isNull();
    assertThat(executor.taken())
        .as("the state alone does not run it again: policy says whether its approval goes on")
        .hasSize(1);
  }

  @Test
  void whilePolicyDoesNotAnswerNothingRuns() {
    approvals.answer(
        wanted ->
            Future.succeededFuture(
                new Approvals.Refused(Failure.of(ErrorCode.POLICY_UNAVAILABLE))));

    assertThat(modern(ADA, FORMS, "{}", "").status()).isEqualTo(503);
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("policy_unavailable");
  }

  @Test
  void argumentsThatNobodyCanReadAreNotApproved() {
    String large = "{\"text\":\"" + "x".repeat(64 * 1024) + "\"}";

    assertThat(modern(ADA, FORMS, large, "").body())
        .contains("\"isError\":true")
        .contains("at most 64 KiB");
    assertThat(approvals.wanted()).isEmpty();
    assertThat(executor.taken()).isEmpty();
  }

  // ---- legacy

  @Test
  void aLegacyClientIsAskedOnTheStreamOfItsCall() {
    String session = session("/mcp", ADA);
    try (HttpWire.Stream calling =
        wire.open(inSession("/mcp", ADA, session, legacyWrite("1"))).collect()) {
      await().until(() -> calling.events().size() == 1);
      JsonObject question = new JsonObject(calling.events().getFirst());
      assertThat(question.getString("method")).isEqualTo("elicitation/create");
      assertThat(question.getJsonObject("params").getString("mode")).isEqualTo("form");
      assertThat(question.getJsonObject("params").getString("message")).contains("apr_");
      answer(session, question, "{\"action\":\"accept\",\"content\":{\"wait\":true}}");
      await().until(() -> calling.events().size() == 2);
      assertThat(executor.taken()).isEmpty();

      approvals.approveAll();
      JsonObject again = new JsonObject(calling.events().get(1));
      String other = session("/mcp", ADA);
      answer(other, again, "{\"action\":\"accept\"}");
      answer(session, question, "{\"action\":\"accept\"}");
      assertThat(executor.taken()).as("another session, an older question").isEmpty();
      answer(session, again, "{\"action\":\"accept\"}");

      await().until(calling::hasEnded);
      assertThat(calling.events().getLast()).contains("\"id\":1").contains("\"result\"");
      assertThat(executor.taken()).hasSize(1);
      assertThat(evidence.opened()).hasSize(3);
      assertThat(evidence.opened().getLast().getSequence()).isEqualTo(4);
      assertThat(evidence.opened().getLast().getRule())
          .isEqualTo(evidence.opened().getFirst().getRule())
          .startsWith("approval:apr_");
      assertThat(evidence.closed().getLast().getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"result\":{\"action\":\"decline\"}",
        "\"result\":{\"action\":\"accept\",\"content\":{\"wait\":false}}",
        "\"error\":{\"code\":-32000,\"message\":\"no\"}"
      })
  void aLegacyClientThatStopsWaitingGetsAnError(String said) {
    String session = session("/mcp", ADA);
    try (HttpWire.Stream calling =
        wire.open(inSession("/mcp", ADA, session, legacyWrite("1"))).collect()) {
      await().until(() -> calling.events().size() == 1);
      approvals.approveAll();
      JsonObject question = new JsonObject(calling.events().getFirst());
      wire.send(
          inSession(
              "/mcp",
              ADA,
              session,
              "{\"jsonrpc\":\"2.0\",\"id\":\"" + question.getString("id") + "\"," + said + "}"));

      await().until(calling::hasEnded);
      assertThat(calling.events().getLast())
          .contains("\"isError\":true")
          .contains("nobody waits for its approval any more");
      assertThat(executor.taken()).isEmpty();
    }
  }

  @Test
  void aLegacyClientWhoseKeyIsRevokedWaitsNoLonger() {
    String session = session("/mcp", ADA);
    try (HttpWire.Stream calling =
        wire.open(inSession("/mcp", ADA, session, legacyWrite("1"))).collect()) {
      await().until(() -> calling.events().size() == 1);
      approvals.approveAll();

      callers.revoke(ADA);

      await().until(calling::hasEnded);
      assertThat(executor.taken()).isEmpty();
    }
  }

  @Test
  void aToolThatACallerLosesWhileItWaitsDoesNotRun() {
    String session = session("/mcp", ALICE);
    try (HttpWire.Stream calling =
        wire.open(inSession("/mcp", ALICE, session, legacyWrite("1"))).collect()) {
      await().until(() -> calling.events().size() == 1);
      approvals.approveAll();
      catalogues.set(Fixture.ACME, Fixture.server("files", "read"));

      answer(
          ALICE, session, new JsonObject(calling.events().getFirst()), "{\"action\":\"accept\"}");

      await().until(calling::hasEnded);
      assertThat(calling.events().getLast()).contains("Unknown tool: files__write");
      assertThat(executor.taken()).isEmpty();
    }
  }

  @Test
  void aLegacyClientThatCannotBeAskedGetsAnError() {
    Answer initialized =
        wire.send(
            post(
                "/mcp",
                ADA,
                legacy(
                    "0",
                    "initialize",
                    "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                        + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}")));
    String session = String.valueOf(initialized.header("Mcp-Session-Id"));

    Answer waiting = wire.send(inSession("/mcp", ADA, session, legacyWrite("1")));

    assertThat(waiting.body()).contains("\"isError\":true").contains("approval apr_");
    approvals.approveAll();
    assertThat(wire.send(inSession("/mcp", ADA, session, legacyWrite("2"))).body())
        .doesNotContain("isError");
    assertThat(executor.taken()).hasSize(1);
  }

  // ---- execute

  @Test
  void aProgramIsToldWhichApprovalItsCallWaitsFor() {
    Answer waiting = wire.send(execute());

    assertThat(waiting.status()).isEqualTo(403);
    JsonObject problem = new JsonObject(waiting.body());
    assertThat(problem.getString("code")).isEqualTo("approval_required");
    assertThat(problem.getString("approvalId")).matches("apr_.{22}");
    assertThat(problem.getString("expiresAt")).isNotNull();
    assertThat(problem.getString("detail")).contains("call again with the same arguments");
    assertThat(waiting.header("x-sallyport-approval")).isEqualTo(problem.getString("approvalId"));
    assertThat(waiting.header("Retry-After")).isEqualTo("15");
    approvals.approveAll();

    assertThat(wire.send(execute()).status()).isEqualTo(200);
    assertThat(wire.send(execute()).status()).isEqualTo(403);
    assertThat(executor.taken()).hasSize(1);
    approvals.denyAll("no");
    Answer denied = wire.send(execute());
    assertThat(denied.status()).isEqualTo(403);
    assertThat(new JsonObject(denied.body()).getString("code")).isEqualTo("forbidden");
  }

  private static HttpWire.Request execute() {
    return post(
        "/v1/mcp/tool/execute",
        ADA,
        "{\"id\":\"call_7\",\"type\":\"function\",\"function\":{\"name\":\"files__write\",\"arguments\":\"{}\"}}");
  }

  private static String legacyWrite(String id) {
    return legacy(id, "tools/call", "\"name\":\"files__write\",\"arguments\":{\"n\":1}");
  }

  private void answer(String session, JsonObject question, String result) {
    answer(ADA, session, question, result);
  }

  private void answer(String key, String session, JsonObject question, String result) {
    assertThat(
            wire.send(
                    inSession(
                        "/mcp",
                        key,
                        session,
                        "{\"jsonrpc\":\"2.0\",\"id\":\""
                            + question.getString("id")
                            + "\",\"result\":"
                            + result
                            + "}"))
                .status())
        .isEqualTo(202);
  }

  private Answer modern(String key, String capabilities, String arguments, String more) {
    return wire.send(
        modernPost(
            "/mcp",
            key,
            "tools/call",
            "files__write",
            body(capabilities, "files__write", arguments, more)));
  }

  private static String body(String capabilities, String tool, String arguments, String more) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"_meta\":{"
        + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
        + "\"io.modelcontextprotocol/clientCapabilities\":"
        + capabilities
        + "},\"name\":\""
        + tool
        + "\",\"arguments\":"
        + arguments
        + more
        + "}}";
  }

  private static String responses(String action, boolean wait, String state) {
    return ",\"inputResponses\":{\"approval\":{\"action\":\""
        + action
        + "\",\"content\":{\"wait\":"
        + wait
        + "}}},\"requestState\":\""
        + state
        + "\"";
  }

  private static String state(Answer answer) {
    return new JsonObject(answer.body()).getJsonObject("result").getString("requestState");
  }
}
