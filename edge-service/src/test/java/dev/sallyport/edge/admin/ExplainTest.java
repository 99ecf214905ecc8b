package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.ToolAllowance;
import dev.sallyport.proto.registry.v1.ToolApproval;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class ExplainTest extends AdminApiTest {

  @BeforeEach
  void serversAndKeys() {
    server("fs", Health.HEALTH_READY, "read_*", "write");
    server("git", Health.HEALTH_DOWN);
    key("reader", VirtualKey.newBuilder().addTools("git__*").addTools("fs__read_*"));
    key("all", VirtualKey.newBuilder().addTools("*"));
    key("none", VirtualKey.newBuilder());
    key("gone", VirtualKey.newBuilder().addTools("*").setRevokedAtMillis(1));
  }

  private void server(String name, Health health, String... offered) {
    ServerDefinition.Builder definition =
        ServerDefinition.newBuilder().setTenant(FIRST).setName(name);
    if (offered.length > 0) {
      definition.setToolsOffered(ToolAllowance.newBuilder().addAllPatterns(List.of(offered)));
    }
    registry.put(
        ServerView.newBuilder()
            .setDefinition(definition)
            .setCatalogue(
                ServerCatalogue.newBuilder()
                    .setServer(name)
                    .setStatus(
                        ServerStatus.newBuilder()
                            .setHealth(health)
                            .setReason(health == Health.HEALTH_DOWN ? "It does not answer." : ""))
                    .addTools(ToolDefinition.newBuilder().setName("read_file"))
                    .addTools(ToolDefinition.newBuilder().setName("write"))
                    .addTools(ToolDefinition.newBuilder().setName("delete"))
                    .addTools(
                        ToolDefinition.newBuilder()
                            .setName("read_bad")
                            .setQuarantineReason("Its schema is not an object.")))
            .build());
  }

  private void key(String name, VirtualKey.Builder key) {
    policy.put(key.setTenant(FIRST).setName(name).setSource("api"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reader | fs__read_file  |                       | allowed     | The server is ready.",
        "reader | fs__write      |                       | unknown     | None of the key's 2 patterns allows it; \"fs__write\" would.",
        "none   | fs__write      |                       | unknown     | The key allows nothing: its list is empty, and no group reaches it.",
        "all    | fs__delete     |                       | unknown     | The server's tools do not offer it; see servers.fs.tools.",
        "all    | fs__read_bad   |                       | unknown     | The server \"fs\" lists it, and it is kept back: Its schema is not an object.",
        "all    | fs__no_such    |                       | unknown     | No server lists a tool \"fs__no_such\".",
        "gone   | fs__read_file  |                       | rejected    | The key is revoked.",
        "reader | git__delete    |                       | unavailable | The server is down: It does not answer.",
        "all    | fs__write      | includeServers=git    | unknown     | The header x-sallyport-include-servers does not leave it.",
        "all    | fs__write      | includeTools=*__read* | unknown     | The header x-sallyport-include-tools does not leave it.",
        "all    | fs__write      | includeTools=         | unknown     | The header x-sallyport-include-tools does not leave it.",
        "all    | fs__write      | includeServers=f*     | allowed     | The server is ready.",
      })
  void saysWhatDecidesAndWhy(String key, String tool, String more, String decision, String why) {
    admin()
        .get(
            "/api/v1/access/explain?key="
                + key
                + "&tool="
                + tool
                + (more == null ? "" : "&" + more))
        .then()
        .statusCode(200)
        .body("decision", equalTo(decision))
        .body("reason", equalTo(why));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RULE_EFFECT_DENY  | tool.name == 'read_file'  | unknown | The rule \"r\" denies and hides it.",
        "RULE_EFFECT_ASK   | tool.name == 'read_file'  | asks    | The rule \"r\" asks a person.",
        "RULE_EFFECT_DENY  | tool.name == 'write'      | allowed | ",
        "RULE_EFFECT_ALLOW | caller.key == 'reader'    | allowed | The rule \"r\" allows it.",
        "RULE_EFFECT_DENY  | args.path == '/etc'       | allowed | The rule \"r\" denies it depending on the arguments; otherwise it is allowed.",
        "RULE_EFFECT_ASK   | request.door == 'execute' | allowed | The rule \"r\" asks a person for it depending on the time or door of the call; otherwise it is allowed.",
        "RULE_EFFECT_DENY  | tool.annotations.x == 1   | unknown | The rule \"r\" denies and hides it. It cannot be evaluated: the annotations of the tool cannot be read.",
      })
  void saysWhatARuleDoesOrThatItDependsOnTheCall(
      RuleEffect effect, String condition, String decision, String detail) {
    policy.put(
        Rule.newBuilder().setTenant(FIRST).setName("r").setEffect(effect).setCondition(condition));

    List<String> details =
        admin()
            .get("/api/v1/access/explain?key=reader&tool=fs__read_file")
            .then()
            .statusCode(200)
            .body("decision", equalTo(decision))
            .extract()
            .path("steps.findAll { it.step == 'rule' }.detail");

    assertThat(details).isEqualTo(detail == null ? List.of() : List.of(detail));
  }

  @Test
  void showsEveryRuleThatWouldStopTheCallInTheOrderInWhichItMeetsThem() {
    admin()
        .get("/api/v1/access/explain?key=none&tool=git__write&includeServers=fs")
        .then()
        .body("tool", equalTo("git__write"))
        .body("server", equalTo("git"))
        .body(
            "steps.step",
            equalTo(List.of("key", "catalogue", "server", "request", "allow-list", "health")))
        .body("steps.passes", equalTo(List.of(true, true, true, false, false, false)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"?tool=fs__write", "?key=all", "?key=all&tool=", ""})
  void bothAreNeeded(String query) {
    admin()
        .get("/api/v1/access/explain" + query)
        .then()
        .statusCode(400)
        .body("detail", containsString("is needed"));
  }

  @Test
  void whatIsNoPatternIsNamed() {
    admin()
        .get("/api/v1/access/explain?key=all&tool=fs__write&includeTools=write")
        .then()
        .statusCode(400)
        .body("detail", containsString("names no server"));
  }

  @Test
  void anotherTenantsKeysAndToolsAreUnknown() {
    other().get("/api/v1/access/explain?key=all&tool=fs__write").then().statusCode(404);
    policy.put(
        VirtualKey.newBuilder().setTenant(SECOND).setName("own").setSource("api").addTools("*"));
    other()
        .get("/api/v1/access/explain?key=own&tool=fs__write")
        .then()
        .body("decision", equalTo("unknown"))
        .body("server", nullValue());
  }

  @Test
  void saysWhenEveryCallNeedsAnApproval() {
    ServerView fs = registry.view(FIRST, "fs");
    ServerDefinition asking =
        fs.getDefinition().toBuilder()
            .setApproval(ToolApproval.newBuilder().addPatterns("wri*"))
            .build();
    registry.put(fs.toBuilder().setDefinition(asking).build());

    admin()
        .get("/api/v1/access/explain?key=all&tool=fs__write")
        .then()
        .statusCode(200)
        .body("decision", equalTo("asks"))
        .body(
            "reason",
            equalTo("Every call needs that a person approves it: \"wri*\" of servers.fs.approval."))
        .body("steps.step", hasItem("approval"));
    admin()
        .get("/api/v1/access/explain?key=all&tool=fs__read_file")
        .then()
        .body("steps.step", not(hasItem("approval")));
  }

  @Test
  void showsEveryLimitThatCountsTheCallAndWhichOneStopsIt() {
    limit("a", OwnerKind.OWNER_KIND_KEY, "all", LimitKind.LIMIT_KIND_RATE, 10, 4);
    limit("b", OwnerKind.OWNER_KIND_SERVER, "fs", LimitKind.LIMIT_KIND_RATE, 5, 5);
    limit("c", OwnerKind.OWNER_KIND_KEY, "reader", LimitKind.LIMIT_KIND_RATE, 1, 1);
    limit("d", OwnerKind.OWNER_KIND_SERVER, "git", LimitKind.LIMIT_KIND_RATE, 1, 1);
    // What costs nothing needs no money
    limit("e", OwnerKind.OWNER_KIND_TENANT, "", LimitKind.LIMIT_KIND_BUDGET, 1, 1);
    limit("f", OwnerKind.OWNER_KIND_TENANT, "", LimitKind.LIMIT_KIND_TOKENS, 5_000, 4_500);

    admin()
        .get("/api/v1/access/explain?key=all&tool=fs__write")
        .then()
        .statusCode(200)
        .body("decision", equalTo("limited"))
        .body(
            "steps.findAll { it.step == 'limit' }.detail",
            equalTo(
                List.of(
                    "\"a\" of key all (10 calls per minute) counts it; 6 free.",
                    "\"b\" of server fs (5 calls per minute) counts it; 0 free, resets at"
                        + " 2026-11-27T21:00:00Z.",
                    "\"f\" of everyone (5000 tokens per minute) counts it, reserves 1000 of them;"
                        + " 500 free, resets at 2026-11-27T21:00:00Z.")));
  }

  private void limit(
      String name, OwnerKind kind, String owner, LimitKind what, long units, long used) {
    policy.put(
        Limit.newBuilder()
            .setTenant(FIRST)
            .setId("lim_" + name)
            .setName(name)
            .setOwnerKind(kind)
            .setOwner(owner)
            .setKind(what)
            .setUnits(units)
            .setWindow(LimitWindow.newBuilder().setRollingMillis(60_000)));
    policy.standings.add(
        LimitStanding.newBuilder()
            .setLimitId("lim_" + name)
            .setCharged(used)
            .setResetsAtMillis(1_795_813_200_000L)
            .build());
  }

  @Test
  void aGroupThatAllowsIsNamedWithTheWayItTakes() {
    json(admin(), "{\"tools\":[\"fs__wri*\"],\"attachedTo\":[\"key:none\"]}")
        .put("/api/v1/groups/writers")
        .then()
        .statusCode(201);

    admin()
        .queryParam("key", "none")
        .queryParam("tool", "fs__write")
        .get("/api/v1/access/explain")
        .then()
        .body("decision", equalTo("allowed"))
        .body(
            "steps.find { it.step == 'allow-list' }.detail",
            equalTo("The group \"writers\", attached to key:none, allows it with \"fs__wri*\"."));
    admin()
        .queryParam("key", "none")
        .queryParam("tool", "fs__read_file")
        .get("/api/v1/access/explain")
        .then()
        .body("decision", equalTo("unknown"))
        .body("reason", containsString("nor does any of the 1 groups that reach it"));
  }
}
