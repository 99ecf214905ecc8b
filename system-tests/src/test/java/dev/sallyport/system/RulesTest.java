package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.net.URI;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules hold at every door, at once, and for their own tenant only. */
class RulesTest {

  private final World world = World.get();
  private final String server = World.fresh("ruled");
  private final String rule = server + "-rule";

  @BeforeEach
  void register() {
    admin().put("/api/v1/servers/" + server, "{\"url\":\"" + world.legacy.url() + "\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> world.wire("all").names().contains(server + "__write"));
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/rules/" + rule);
    admin().delete("/api/v1/servers/" + server);
  }

  @Test
  void deniesByArgumentsAtEveryDoorAndNeverReachesTheUpstream() {
    // Given a rule on the arguments of a tool
    rule(
        admin(),
        "{\"tools\":[\""
            + server
            + "__wr*\"],\"when\":\"args.path.startsWith('/etc')\",\"effect\":\"deny\","
            + "\"reason\":\"System files stay as they are.\"}");
    int before = world.legacy.executed("write");

    // When the tool is called with such arguments, at each door
    Answer mcp = world.wire("all").call(server + "__write", "{\"path\":\"/etc/hosts\"}");
    Answer execute = execute("{\"path\":\"/etc/hosts\"}");
    Answer twice =
        world.wire("all").call(server + "__write", "{\"path\":\"/tmp\",\"path\":\"/etc/x\"}");
    Answer without = world.wire("all").call(server + "__write", "{}");

    // Then the caller is told which rule it was and why, and the upstream was not asked
    assertThat(mcp.text())
        .contains("\"isError\":true")
        .contains(rule)
        .contains("System files stay as they are.");
    assertThat(execute.status()).isEqualTo(403);
    assertThat(execute.text()).contains("rule_denied").contains(rule);
    assertThat(twice.text()).contains("-32602").contains("twice");
    assertThat(without.text()).contains("\"isError\":true").contains(rule);
    assertThat(world.legacy.executed("write")).isEqualTo(before);

    // When the arguments are others, then it runs, and the tool was in the list all the time
    assertThat(world.wire("all").call(server + "__write", "{\"path\":\"/tmp/x\"}").text())
        .doesNotContain("\"isError\":true");
    assertThat(world.legacy.executed("write")).isEqualTo(before + 1);
    assertThat(world.wire("all").names()).contains(server + "__write");

    // And explain says that it depends
    JsonNode explained =
        admin().get("/api/v1/access/explain?key=all&tool=" + server + "__write").expect(200).json();
    assertThat(explained.path("decision").asText()).isEqualTo("allowed");
    assertThat(explained.path("steps").toString())
        .contains(rule)
        .contains("depending on the arguments");
  }

  @Test
  void hidesAToolFromListsAndCallsAlikeAndGivesItBack() {
    // Given a rule that needs no call
    String created =
        "{\"tools\":[\"" + server + "__*\"],\"when\":\"tool.name == 'write'\",\"effect\":\"deny\"}";
    int before = world.legacy.executed("write");
    rule(admin(), created);

    // Then, at once, the tool is in no list, and a call answers as that of one that there is not
    assertThat(world.wire("all").names())
        .contains(server + "__echo")
        .doesNotContain(server + "__write");
    String hidden = withoutId(world.wire("all").call(server + "__write", "{}"));
    String unknown = withoutId(world.wire("all").call(server + "__wrote", "{}"));
    assertThat(hidden.replace("write", "wrote")).isEqualTo(unknown);
    assertThat(execute("{}").status()).isEqualTo(404);
    assertThat(world.legacy.executed("write")).isEqualTo(before);

    // When the rule is gone, then the tool is there again
    admin().delete("/api/v1/rules/" + rule).expect(204);
    assertThat(world.wire("all").names()).contains(server + "__write");
  }

  @Test
  void aRuleOfAnotherTenantIsInvisibleAndSaysNothingHere() {
    // Given a rule in the second tenant that denies everything
    Admin second = world.secondAdmin();
    rule(second, "{\"effect\":\"deny\"}");
    try {
      // Then calls in the first run, and neither tenant sees the other's
      assertThat(world.wire("all").call(server + "__echo", "{}").text())
          .doesNotContain("\"isError\":true");
      assertThat(admin().get("/api/v1/rules/" + rule).status()).isEqualTo(404);
      assertThat(admin().delete("/api/v1/rules/" + rule).status()).isEqualTo(404);
    } finally {
      second.delete("/api/v1/rules/" + rule).expect(204);
    }
  }

  private static String withoutId(Answer answer) {
    return answer.text().replaceFirst("\"id\":[0-9]+,", "");
  }

  private void rule(Admin admin, String json) {
    admin.put("/api/v1/rules/" + rule, json).expect(201);
  }

  private Answer execute(String arguments) {
    URI mcp = URI.create(world.gateway.mcpUrl());
    return new Wire(mcp.resolve("/v1/mcp/tool/execute").toString(), world.gateway.key("all"))
        .post(
            Wire.bytes(
                "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\""
                    + server
                    + "__write\",\"arguments\":"
                    + arguments
                    + "}}"),
            Wire.jsonHeaders());
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
