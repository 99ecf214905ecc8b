package dev.sallyport.edge.rule;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.BOB;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.HttpWire.request;
import static dev.sallyport.edge.fixture.Messages.legacy;
import static dev.sallyport.edge.fixture.Messages.modernCall;
import static dev.sallyport.edge.fixture.Messages.modernList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.caller.ReadRules;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.Messages;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The same rules at every door. */
@QuarkusTest
@TestProfile(McpSurface.class)
class RuledDoorsTest extends SurfaceTest {

  private static final String NAME = "files__write";

  /** Calls the tool with these arguments, by the name of the door. */
  private Map<String, Function<String, Answer>> doors() {
    Map<String, Function<String, Answer>> doors = new LinkedHashMap<>();
    doors.put("modern", arguments -> wire.send(modernCall("/mcp", ADA, NAME, arguments)));
    doors.put(
        "server",
        arguments -> wire.send(modernCall("/mcp/servers/files", ADA, "write", arguments)));
    doors.put("legacy", arguments -> legacyAnswer("/mcp", NAME, arguments));
    doors.put("legacy server", arguments -> legacyAnswer("/mcp/servers/files", "write", arguments));
    return doors;
  }

  private Answer legacyAnswer(String path, String tool, String arguments) {
    return wire.send(
        inSession(
            path,
            ADA,
            session(path, ADA),
            legacy("7", "tools/call", "\"name\":\"" + tool + "\",\"arguments\":" + arguments)));
  }

  private Answer execute(String arguments) {
    return wire.send(
        post(
            "/v1/mcp/tool/execute",
            ADA,
            "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\""
                + NAME
                + "\",\"arguments\":"
                + arguments
                + "}}"));
  }

  private void under(Rule.Builder... some) {
    callers.change(
        ADA,
        Fixture.profile(Fixture.ACME, "vk_ada", "*")
            .withRules(ReadRules.of(Stream.of(some).map(Rule.Builder::build).toList())));
  }

  private static Rule.Builder rule(RuleEffect effect, String condition) {
    return Rule.newBuilder().setName("guard").setEffect(effect).setCondition(condition);
  }

  @Test
  void aRuleOnArgumentsRefusesTheCallAsAResultThatNamesItAndItsReason() {
    under(
        rule(RuleEffect.RULE_EFFECT_DENY, "args.path.startsWith('/etc')")
            .setReason("System files stay as they are."));

    doors()
        .forEach(
            (door, call) -> {
              evidence.reset();
              executor.reset();
              JsonObject result =
                  new JsonObject(call.apply("{\"path\":\"/etc/x\"}").body())
                      .getJsonObject("result");
              assertThat(result.getBoolean("isError")).as(door).isTrue();
              assertThat(result.encode())
                  .as(door)
                  .contains("The rule \\\"guard\\\" refuses this call.")
                  .contains("System files stay as they are.");
              assertThat(executor.taken()).as(door).isEmpty();
              assertThat(evidence.opened().getLast().getRule()).as(door).isEqualTo("rule:guard");
              assertThat(evidence.closed().getLast().getErrorCode())
                  .as(door)
                  .isEqualTo("rule_denied");
              // The twin that is allowed
              assertThat(call.apply("{\"path\":\"/tmp/x\"}").body())
                  .as(door)
                  .doesNotContain("isError\":true");
              assertThat(executor.taken()).as(door).hasSize(1);
            });
    Answer denied = execute("{\"path\":\"/etc/x\"}");
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.body()).contains("rule_denied").contains("System files stay as they are.");
    assertThat(execute("{\"path\":\"/tmp/x\"}").status()).isEqualTo(200);
    assertThat(wire.send(modernList("/mcp", ADA)).body()).contains("\"files__write\"");
  }

  @Test
  void aRuleThatCannotBeEvaluatedRefusesAndTheRecordSaysWhy() {
    under(rule(RuleEffect.RULE_EFFECT_DENY, "args.path.startsWith('/etc')"));

    doors()
        .forEach(
            (door, call) -> {
              evidence.reset();
              assertThat(call.apply("{\"path\":7}").body())
                  .as(door)
                  .contains("It could not be evaluated");
              assertThat(evidence.opened().getLast().getRule())
                  .as(door)
                  .isEqualTo("rule:guard (a value that it looks at is of another type)");
            });
    assertThat(execute("{}").status()).isEqualTo(403);
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void aRuleThatNeedsNoCallHidesTheToolLikeOneThatThereIsNot() {
    under(rule(RuleEffect.RULE_EFFECT_DENY, "tool.name == 'write'"));

    doors()
        .forEach(
            (door, call) ->
                assertThat(call.apply("{}").body()).as(door).contains("Unknown tool: "));
    Answer hidden = execute("{}");
    assertThat(hidden.status()).isEqualTo(404);
    assertThat(hidden.body()).doesNotContain("guard");
    assertThat(executor.taken()).isEmpty();
    for (Answer list :
        List.of(
            wire.send(modernList("/mcp", ADA)),
            wire.send(modernList("/mcp/servers/files", ADA)),
            wire.send(request("GET", "/v1/mcp/tools?format=openai", ADA)),
            wire.send(
                inSession("/mcp", ADA, session("/mcp", ADA), legacy("7", "tools/list", ""))))) {
      assertThat(list.status()).isEqualTo(200);
      assertThat(list.body()).contains("read").doesNotContain("write");
    }
  }

  @Test
  void theEndpointOfAServerOfWhichEveryToolIsHiddenIsThereForWhomMayUseTheRestOfItOnly() {
    under(rule(RuleEffect.RULE_EFFECT_DENY, "tool.server == 'notes'"));
    assertThat(wire.send(modernList("/mcp/servers/notes", ADA)).body()).contains("\"tools\":[]");
    assertThat(wire.send(modernList("/mcp", ADA)).body()).doesNotContain("notes__");

    callers.change(
        ADA,
        Fixture.profile(Fixture.ACME, "vk_ada", "notes__read")
            .withRules(
                ReadRules.of(
                    List.of(rule(RuleEffect.RULE_EFFECT_DENY, "tool.server == 'notes'").build()))));
    assertThat(wire.send(modernList("/mcp/servers/notes", ADA)).status()).isEqualTo(404);
  }

  @Test
  void whatARuleAsksForWaitsForAPersonAtEveryDoor() {
    under(rule(RuleEffect.RULE_EFFECT_ASK, "").setReason("It costs money."));

    doors()
        .forEach(
            (door, call) -> {
              if (!door.startsWith("legacy")) {
                assertThat(call.apply("{}").body())
                    .as(door)
                    .contains("waits until")
                    .contains("for a person to approve it")
                    .contains("It costs money.");
              }
            });
    // A legacy client that said that it can be asked is asked, on the stream of its call
    String session = session("/mcp", ADA);
    try (HttpWire.Stream stream =
        wire.open(inSession("/mcp", ADA, session, Messages.legacyCall("7", NAME))).collect()) {
      await().until(() -> !stream.events().isEmpty());
      assertThat(stream.events().getFirst())
          .contains("elicitation/create")
          .contains("It costs money.");
    }
    assertThat(execute("{}").status()).isEqualTo(403);
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.closed())
        .extracting(AuditRecord::getErrorCode)
        .contains("approval_required");
  }

  @Test
  void argumentsThatNameSomethingTwiceAreTheCallersFault() {
    under(rule(RuleEffect.RULE_EFFECT_DENY, "args.path == '/etc'"));

    doors()
        .forEach(
            (door, call) ->
                assertThat(call.apply("{\"path\":\"/tmp\",\"path\":\"/etc\"}").body())
                    .as(door)
                    .contains("\"code\":-32602")
                    .contains("name \\\"path\\\" twice"));
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.opened().getLast().getRule()).isEqualTo("arguments");
  }

  @Test
  void theRulesOfOneTenantAreNotThoseOfAnother() {
    under(rule(RuleEffect.RULE_EFFECT_DENY, ""));

    assertThat(wire.send(modernList("/mcp", ADA)).body()).doesNotContain("files__");
    assertThat(wire.send(modernList("/mcp", BOB)).body()).contains("files__read_secret");
    assertThat(wire.send(modernCall("/mcp", BOB, "files__read_secret", "{}")).body())
        .doesNotContain("isError\":true");
  }
}
