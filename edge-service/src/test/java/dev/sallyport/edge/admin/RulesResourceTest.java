package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import dev.sallyport.proto.policy.v1.VirtualKey;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class RulesResourceTest extends AdminApiTest {

  private static final String DENY =
      "{\"tools\":[\"fs__*\"],\"when\":\"args.path == '/etc'\",\"effect\":\"deny\",\"priority\":10,"
          + "\"reason\":\"No.\"}";

  @Test
  void createsARuleAndReplacesIt() {
    json(admin(), DENY)
        .put("/api/v1/rules/no-etc")
        .then()
        .statusCode(201)
        .header("ETag", equalTo("\"1\""))
        .header("Cache-Control", equalTo("no-store"))
        .body("id", startsWith("rule_"))
        .body("name", equalTo("no-etc"))
        .body("tools", equalTo(List.of("fs__*")))
        .body("when", equalTo("args.path == '/etc'"))
        .body("effect", equalTo("deny"))
        .body("priority", equalTo(10))
        .body("reason", equalTo("No."))
        .body("source", equalTo("api"))
        .body("$", not(hasKey("expires")))
        .body("$", not(hasKey("definition")));
    json(admin(), "{\"effect\":\"ask\",\"expires\":\"90s\"}")
        .put("/api/v1/rules/no-etc")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""))
        .body("effect", equalTo("ask"))
        .body("priority", equalTo(0))
        .body("expires", equalTo("90s"))
        .body("$", not(hasKey("tools")))
        .body("$", not(hasKey("when")))
        .body("$", not(hasKey("reason")));

    assertThat(policy.rulesOf(FIRST))
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.getEffect()).isEqualTo(RuleEffect.RULE_EFFECT_ASK);
              assertThat(rule.getExpiresMillis()).isEqualTo(90_000);
            });
  }

  @Test
  void listsRulesInPagesAndShowsOneByNameOrId() {
    Rule first = policy.put(rule().setName("a"));
    policy.put(rule().setName("b").setSource("file:sallyport.yaml"));

    admin()
        .get("/api/v1/rules?limit=1")
        .then()
        .statusCode(200)
        .body("rules.name", equalTo(List.of("a")))
        .body("next", equalTo("a"));
    admin()
        .get("/api/v1/rules?limit=1&after=a")
        .then()
        .body("rules.name", equalTo(List.of("b")))
        .body("rules[0].source", equalTo("file:sallyport.yaml"))
        .body("$", not(hasKey("next")));
    for (String nameOrId : List.of("a", first.getId())) {
      admin()
          .get("/api/v1/rules/" + nameOrId)
          .then()
          .statusCode(200)
          .header("ETag", equalTo("\"1\""))
          .body("id", equalTo(first.getId()));
    }
  }

  @Test
  void saysWhatPolicySaysOfAConditionThatDoesNotCompile() {
    json(admin(), "{\"effect\":\"deny\",\"when\":\"tool.nme == 'x'\"}")
        .put("/api/v1/rules/a")
        .then()
        .statusCode(400)
        .body("detail", containsString("line 1, column 1: undeclared reference to 'tool'"));

    assertThat(policy.rulesOf(FIRST)).isEmpty();
  }

  @Test
  void letsAnAuditorReadAndNotWrite() {
    policy.put(rule().setTenant("audited").setName("a"));

    auditor().get("/api/v1/rules").then().statusCode(200).body("rules.size()", equalTo(1));
    auditor().get("/api/v1/rules/a").then().statusCode(200);
    json(auditor(), DENY)
        .put("/api/v1/rules/a")
        .then()
        .statusCode(403)
        .body("code", equalTo("forbidden"));
    auditor().delete("/api/v1/rules/a").then().statusCode(403);

    assertThat(policy.rulesOf("audited")).extracting(Rule::getRevision).containsExactly(1L);
    assertThat(evidence.records)
        .extracting(AuditRecord::getDecision)
        .containsExactly("allow", "", "allow", "", "deny", "", "deny", "");
  }

  @Test
  void keepsTenantsApart() {
    Rule rule = policy.put(rule().setName("a"));

    other().get("/api/v1/rules").then().statusCode(200).body("rules", empty());
    for (String nameOrId : List.of("a", rule.getId())) {
      other()
          .get("/api/v1/rules/" + nameOrId)
          .then()
          .statusCode(404)
          .body("code", equalTo("not_found"));
      other().delete("/api/v1/rules/" + nameOrId).then().statusCode(404);
    }
    json(other(), DENY).put("/api/v1/rules/a").then().statusCode(201);

    assertThat(policy.rulesOf(FIRST)).containsExactly(rule);
    assertThat(other().get("/api/v1/rules/" + rule.getId()).asString())
        .isEqualTo(other().get("/api/v1/rules/unknown").asString());
  }

  @Test
  void replacesAndRemovesTheRevisionThatWasSeenOnly() {
    policy.put(rule().setName("a"));

    json(admin().header("If-Match", "\"1\""), DENY)
        .put("/api/v1/rules/a")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""));
    json(admin().header("If-Match", "\"1\""), DENY)
        .put("/api/v1/rules/a")
        .then()
        .statusCode(412)
        .body("code", equalTo("conflict"));
    json(admin().header("If-None-Match", "*"), DENY).put("/api/v1/rules/a").then().statusCode(412);
    admin().header("If-Match", "\"1\"").delete("/api/v1/rules/a").then().statusCode(412);
    admin().header("If-Match", "\"2\"").delete("/api/v1/rules/a").then().statusCode(204);

    assertThat(policy.rulesOf(FIRST)).isEmpty();
  }

  @Test
  void changesNothingThatAFileDeclares() {
    policy.put(rule().setName("a").setSource("file:sallyport.yaml"));

    json(admin(), DENY)
        .put("/api/v1/rules/a")
        .then()
        .statusCode(409)
        .body("code", equalTo("read_only"));
    admin().delete("/api/v1/rules/a").then().statusCode(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"efect\":\"deny\"} | efect | did you mean `effect`",
        "{\"name\":\"x\",\"effect\":\"deny\"} | name | unknown key",
        "{} | ~~ | needs `effect`",
        "{\"effect\":\"deni\"} | effect | did you mean `deny`",
        "{\"effect\":\"deny\",\"priority\":\"10\"} | priority | must be a whole number from 0 to 1000",
        "{\"effect\":\"deny\",\"priority\":1001} | priority | must be a whole number from 0 to 1000",
        "{\"effect\":\"deny\",\"tools\":[]} | tools | counts for nothing",
        "{\"effect\":\"deny\",\"when\":true} | when | must be text",
        "{\"effect\":\"deny\",\"expires\":\"1h\"} | expires | goes with `effect: ask`",
        "{\"effect\":\"ask\",\"expires\":\"8d\"} | expires | from 1m to 7d",
        "{\"effect\":\"allow\",\"reason\":\"x\"} | reason | remove it",
        "{\"effect\":\"deny\",\"effect\":\"allow\"} | effect | stands twice",
        "[1] | ~~ | must be a mapping",
      })
  void refusesAWrongBodyNamingTheMember(String body, String member, String detail) {
    json(admin(), body)
        .put("/api/v1/rules/a")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("invalid_params"))
        .body("errors.member", hasItems(member))
        .body("errors.detail.join(' ')", containsString(detail));

    assertThat(policy.rulesOf(FIRST)).isEmpty();
    assertThat(evidence.records).isEmpty();
  }

  @Test
  void refusesANameThatNoRuleCanHave() {
    for (String name : List.of("a b", "rule_1", "-a", "x".repeat(65))) {
      json(admin(), DENY)
          .put("/api/v1/rules/" + name)
          .then()
          .statusCode(400)
          .body("errors[0].member", equalTo("name"))
          .body("errors[0].detail", startsWith("a rule name"));
    }
  }

  @Test
  void recordsEveryActionWithWhatWasAsked() {
    json(admin(), "{\"effect\":\"deny\"}").put("/api/v1/rules/a");
    admin().delete("/api/v1/rules/missing");

    assertThat(evidence.records).hasSize(4);
    AuditRecord put = evidence.records.getFirst();
    assertThat(put.getMethod()).isEqualTo("rules.put");
    assertThat(put.getCaller()).isEqualTo("admin:default");
    assertThat(put.getArguments().getData().toStringUtf8())
        .isEqualTo("{\"rule\":\"a\",\"definition\":{\"effect\":\"deny\",\"priority\":0}}");
    assertThat(evidence.records.get(3).getErrorCode()).isEqualTo("not_found");
  }

  @Test
  void changesNothingThatCannotBeRecordedAndSaysThatPolicyIsAway() {
    evidence.full = true;
    json(admin(), DENY)
        .put("/api/v1/rules/a")
        .then()
        .statusCode(503)
        .body("code", equalTo("evidence_full"));
    assertThat(policy.rulesOf(FIRST)).isEmpty();

    evidence.full = false;
    policy.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));
    admin().get("/api/v1/rules").then().statusCode(503);
  }

  @Test
  void whatARuleHidesFromAKeyIsNotAmongTheToolsThatItSees() {
    catalogues.put(
        FIRST,
        FakeCatalogues.tool("fs", "read", "{\"annotations\":{\"readOnlyHint\":true}}"),
        FakeCatalogues.tool("fs", "write", "{}"));
    policy.put(
        VirtualKey.newBuilder().setTenant(FIRST).setName("dev").addTools("*").setSource("api"));
    policy.put(rule().setName("a").setCondition("!has(tool.annotations.readOnlyHint)"));
    policy.put(rule().setName("b").setCondition("args.x == 1"));

    admin()
        .get("/api/v1/tools?key=dev")
        .then()
        .statusCode(200)
        .body("tools.tool", equalTo(List.of("read")));
  }

  private static Rule.Builder rule() {
    return Rule.newBuilder()
        .setTenant(FIRST)
        .setEffect(RuleEffect.RULE_EFFECT_DENY)
        .setSource("api");
  }
}
