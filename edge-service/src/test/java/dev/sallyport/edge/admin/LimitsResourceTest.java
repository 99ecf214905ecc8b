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
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.VirtualKey;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class LimitsResourceTest extends AdminApiTest {

  private static final String RATE = "{\"server\":\"github\",\"calls\":60,\"per\":\"1m\"}";

  @Test
  void createsALimitAndReplacesIt() {
    json(admin(), RATE)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(201)
        .header("ETag", equalTo("\"1\""))
        .header("Cache-Control", equalTo("no-store"))
        .body("id", startsWith("lim_"))
        .body("name", equalTo("rate"))
        .body("server", equalTo("github"))
        .body("calls", equalTo(60))
        .body("per", equalTo("1m"))
        .body("source", equalTo("api"))
        .body("$", not(hasKey("key")))
        .body("$", not(hasKey("tools")))
        .body("$", not(hasKey("zone")))
        .body("$", not(hasKey("standing")))
        .body("$", not(hasKey("definition")));
    json(admin(), "{\"tools\":[\"*__write_*\"],\"concurrent\":4}")
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""))
        .body("tools", equalTo(List.of("*__write_*")))
        .body("concurrent", equalTo(4))
        .body("$", not(hasKey("server")))
        .body("$", not(hasKey("per")));

    assertThat(policy.limitsOf(FIRST))
        .singleElement()
        .satisfies(
            limit -> {
              assertThat(limit.getOwnerKind()).isEqualTo(OwnerKind.OWNER_KIND_TENANT);
              assertThat(limit.getKind()).isEqualTo(LimitKind.LIMIT_KIND_CONCURRENCY);
              assertThat(limit.getUnits()).isEqualTo(4);
            });
  }

  @Test
  void neverRoundsMoney() {
    policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("dev").setSource("api"));

    json(admin(), "{\"key\":\"dev\",\"budget\":\"999999999.999999\",\"per\":\"month\"}")
        .put("/api/v1/limits/text")
        .then()
        .statusCode(201)
        .body("budget", equalTo("999999999.999999"))
        .body("per", equalTo("month"))
        .body("zone", equalTo("UTC"));
    json(admin(), "{\"budget\":999999999.999999}")
        .put("/api/v1/limits/number")
        .then()
        .statusCode(201)
        .body("budget", equalTo("999999999.999999"));
    json(admin(), "{\"budget\":0.1}")
        .put("/api/v1/limits/small")
        .then()
        .statusCode(201)
        .body("budget", equalTo("0.10"));

    assertThat(policy.limitsOf(FIRST))
        .extracting(Limit::getUnits)
        .containsExactly(999_999_999_999_999L, 100_000L, 999_999_999_999_999L);
  }

  @Test
  void limitsTokensAndShowsWhatWentOver() {
    json(admin(), "{\"server\":\"github\",\"tokens\":50000,\"per\":\"day\",\"reserve\":2500}")
        .put("/api/v1/limits/words")
        .then()
        .statusCode(201)
        .body("tokens", equalTo(50_000))
        .body("reserve", equalTo(2_500))
        .body("$", not(hasKey("calls")));
    Limit made = policy.limitsOf(FIRST).getFirst();
    assertThat(made.getKind()).isEqualTo(LimitKind.LIMIT_KIND_TOKENS);
    assertThat(made.getReserved()).isEqualTo(2_500);
    policy.standings.add(
        LimitStanding.newBuilder().setLimitId(made.getId()).setCharged(61_000).build());

    admin()
        .get("/api/v1/limits/words")
        .then()
        .body("standing.used", equalTo(61_000))
        .body("standing.free", equalTo(0));
    json(admin(), "{\"tokens\":9}")
        .put("/api/v1/limits/words")
        .then()
        .statusCode(200)
        .body("$", not(hasKey("reserve")));
  }

  @Test
  void showsHowLimitsStand() {
    Limit rate = policy.put(rate().setName("rate"));
    Limit money =
        policy.put(
            Limit.newBuilder()
                .setTenant(FIRST)
                .setName("money")
                .setSource("file:sallyport.yaml")
                .setOwnerKind(OwnerKind.OWNER_KIND_KEY)
                .setOwner("dev")
                .setKind(LimitKind.LIMIT_KIND_BUDGET)
                .setUnits(10_000_000)
                .setWindow(
                    LimitWindow.newBuilder()
                        .setCalendar(CalendarUnit.CALENDAR_UNIT_WEEK)
                        .setZone("Europe/Berlin")));
    policy.standings.add(
        LimitStanding.newBuilder().setLimitId(rate.getId()).setCharged(70).setInDoubt(3).build());
    policy.standings.add(
        LimitStanding.newBuilder()
            .setLimitId(money.getId())
            .setCharged(2_500_001)
            .setResetsAtMillis(1_796_256_000_000L)
            .build());

    admin()
        .get("/api/v1/limits")
        .then()
        .statusCode(200)
        .body("limits.name", equalTo(List.of("money", "rate")))
        .body("limits[0].key", equalTo("dev"))
        .body("limits[0].budget", equalTo("10.00"))
        .body("limits[0].per", equalTo("week"))
        .body("limits[0].zone", equalTo("Europe/Berlin"))
        .body("limits[0].source", equalTo("file:sallyport.yaml"))
        .body("limits[0].standing.used", equalTo("2.500001"))
        .body("limits[0].standing.inDoubt", equalTo("0.00"))
        .body("limits[0].standing.free", equalTo("7.499999"))
        .body("limits[0].standing.resetsAt", equalTo("2026-12-03T00:00:00Z"))
        .body("limits[1].standing.used", equalTo(70))
        .body("limits[1].standing.inDoubt", equalTo(3))
        .body("limits[1].standing.free", equalTo(0))
        .body("limits[1].standing", not(hasKey("resetsAt")));
    for (String nameOrId : List.of("rate", rate.getId())) {
      admin()
          .get("/api/v1/limits/" + nameOrId)
          .then()
          .statusCode(200)
          .header("ETag", equalTo("\"1\""))
          .body("id", equalTo(rate.getId()))
          .body("standing.used", equalTo(70));
    }
    assertThat(policy.asked).allMatch(ListLimitsRequest::getStanding);
  }

  @Test
  void showsALimitOfWhichPolicyDoesNotSayHowItStands() {
    policy.put(rate().setName("rate"));

    admin()
        .get("/api/v1/limits/rate")
        .then()
        .statusCode(200)
        .body("calls", equalTo(60))
        .body("$", not(hasKey("standing")));
  }

  @Test
  void letsAnAuditorReadAndNotWrite() {
    policy.put(rate().setTenant("audited").setName("rate"));

    auditor().get("/api/v1/limits").then().statusCode(200).body("limits.size()", equalTo(1));
    auditor().get("/api/v1/limits/rate").then().statusCode(200);
    json(auditor(), "{\"concurrent\":1}")
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(403)
        .body("code", equalTo("forbidden"));
    auditor().delete("/api/v1/limits/rate").then().statusCode(403);

    assertThat(policy.limitsOf("audited")).extracting(Limit::getUnits).containsExactly(60L);
    assertThat(evidence.records)
        .extracting(AuditRecord::getDecision)
        .containsExactly("allow", "", "allow", "", "deny", "", "deny", "");
  }

  @Test
  void keepsTenantsApart() {
    Limit limit = policy.put(rate().setName("rate"));

    other().get("/api/v1/limits").then().statusCode(200).body("limits", empty());
    for (String nameOrId : List.of("rate", limit.getId())) {
      other()
          .get("/api/v1/limits/" + nameOrId)
          .then()
          .statusCode(404)
          .body("code", equalTo("not_found"));
      other().delete("/api/v1/limits/" + nameOrId).then().statusCode(404);
    }
    json(other(), RATE).put("/api/v1/limits/rate").then().statusCode(201);

    assertThat(policy.limitsOf(FIRST)).containsExactly(limit);
    assertThat(other().get("/api/v1/limits/" + limit.getId()).asString())
        .isEqualTo(other().get("/api/v1/limits/unknown").asString());
  }

  @Test
  void replacesTheRevisionThatWasSeenOnly() {
    policy.put(rate().setName("rate"));

    json(admin().header("If-Match", "\"1\""), RATE)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""));
    json(admin().header("If-Match", "\"1\""), "{\"concurrent\":1}")
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(412)
        .body("code", equalTo("conflict"));
    json(admin().header("If-Match", "two"), RATE)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo("If-Match"));
    admin().header("If-Match", "\"1\"").delete("/api/v1/limits/rate").then().statusCode(412);
    assertThat(policy.limitsOf(FIRST)).extracting(Limit::getUnits).containsExactly(60L);

    admin().header("If-Match", "\"2\"").delete("/api/v1/limits/rate").then().statusCode(204);

    assertThat(policy.limitsOf(FIRST)).isEmpty();
  }

  @Test
  void replacesNothingWhereANewLimitIsWanted() {
    json(admin().header("If-None-Match", "*"), RATE)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(201);
    json(admin().header("If-None-Match", "*"), "{\"concurrent\":1}")
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(412)
        .body("code", equalTo("conflict"))
        .body("detail", equalTo("There is a limit of this name already."));
    json(admin().header("If-None-Match", "\"1\""), RATE)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo("If-None-Match"));

    assertThat(policy.limitsOf(FIRST)).extracting(Limit::getUnits).containsExactly(60L);
  }

  @Test
  void removesALimitByNameOrId() {
    policy.put(rate().setName("one"));
    Limit two = policy.put(rate().setName("two"));

    admin().delete("/api/v1/limits/one").then().statusCode(204);
    admin().delete("/api/v1/limits/" + two.getId()).then().statusCode(204);
    admin().delete("/api/v1/limits/one").then().statusCode(404);

    assertThat(policy.limitsOf(FIRST)).isEmpty();
  }

  @Test
  void leavesAFilesLimitToTheFile() {
    policy.put(rate().setName("rate").setSource("file:sallyport.yaml"));

    json(admin(), RATE)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(409)
        .body("code", equalTo("read_only"));
    admin().delete("/api/v1/limits/rate").then().statusCode(409).body("code", equalTo("read_only"));
  }

  @Test
  void saysWhatPolicySaysOfAnUnknownKey() {
    json(admin(), "{\"key\":\"ghost\",\"concurrent\":1}")
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(400)
        .body("detail", equalTo("There is no key named ghost."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"cals\":1,\"concurrent\":1} | cals | did you mean `calls`",
        "{\"name\":\"x\",\"concurrent\":1} | name | unknown key",
        "{\"calls\":0,\"per\":\"1m\"} | calls | must be a whole number from 1",
        "{\"calls\":\"60\",\"per\":\"1m\"} | calls | must be a whole number",
        "{\"calls\":60.0,\"per\":\"1m\"} | calls | must be a whole number",
        "{\"calls\":6e1,\"per\":\"1m\"} | calls | must be a whole number",
        "{\"calls\":60} | calls | needs `per`",
        "{\"budget\":\"0.0000001\"} | budget | at most 6 decimals",
        "{\"budget\":1e1} | budget | must be an amount",
        "{\"concurrent\":1,\"per\":\"1m\"} | per | does not go with `concurrent`",
        "{\"calls\":1,\"per\":\"fortnight\"} | per | must be a duration",
        "{\"calls\":1,\"per\":\"day\",\"zone\":\"europe/berlin\"} | zone | did you mean `Europe/Berlin`",
        "{\"key\":\"a\",\"tool\":\"b__c\",\"concurrent\":1} | ~~ | both `key` and `tool`",
        "{\"calls\":1,\"concurrent\":1} | ~~ | both `calls` and `concurrent`",
        "{} | ~~ | needs `calls`",
        "{\"tools\":[],\"concurrent\":1} | tools | counts nothing",
        "{\"concurrent\":1,\"concurrent\":2} | concurrent | stands twice",
        "[1] | ~~ | must be a mapping",
        "{\"concurrent\":1} x | ~~ | not valid JSON"
      })
  void refusesAWrongBodyNamingTheMember(String body, String member, String detail) {
    json(admin(), body)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("invalid_params"))
        .body("errors.member", hasItems(member))
        .body("errors.detail.join(' ')", containsString(detail));

    assertThat(policy.limitsOf(FIRST)).isEmpty();
    assertThat(evidence.records).isEmpty();
  }

  @Test
  void refusesANameThatNoLimitCanHave() {
    for (String name : List.of("a b", "lim_1", "-a", "x".repeat(65))) {
      json(admin(), RATE)
          .put("/api/v1/limits/" + name)
          .then()
          .statusCode(400)
          .body("errors[0].member", equalTo("name"))
          .body("errors[0].detail", startsWith("a limit name"));
    }
    admin()
        .contentType("application/json")
        .put("/api/v1/limits/a")
        .then()
        .statusCode(400)
        .body("detail", containsString("empty"));
  }

  @Test
  void recordsEveryActionWithTheLimitAndWhomItIsFor() {
    policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("dev").setSource("api"));

    json(admin(), "{\"key\":\"dev\",\"budget\":1}").put("/api/v1/limits/money");
    json(admin(), "{\"tool\":\"fs__read\",\"concurrent\":1}").put("/api/v1/limits/tool");
    admin().delete("/api/v1/limits/missing");

    assertThat(evidence.records).hasSize(6);
    AuditRecord money = evidence.records.getFirst();
    assertThat(money.getMethod()).isEqualTo("limits.put");
    assertThat(money.getCaller()).isEqualTo("admin:default");
    assertThat(money.getDecision()).isEqualTo("allow");
    assertThat(money.getKeyName()).isEqualTo("dev");
    assertThat(money.getArguments().getData().toStringUtf8())
        .isEqualTo("{\"limit\":\"money\",\"definition\":{\"key\":\"dev\",\"budget\":\"1.00\"}}");
    assertThat(evidence.records.get(1).getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
    assertThat(evidence.records.get(2).getServer()).isEqualTo("fs");
    assertThat(evidence.records.get(4).getArguments().getData().toStringUtf8())
        .isEqualTo("{\"limit\":\"missing\"}");
    assertThat(evidence.records.get(5).getErrorCode()).isEqualTo("not_found");
  }

  @Test
  void doesNothingThatCannotBeRecorded() {
    evidence.full = true;

    json(admin(), RATE)
        .put("/api/v1/limits/rate")
        .then()
        .statusCode(503)
        .body("code", equalTo("evidence_full"));

    assertThat(policy.limitsOf(FIRST)).isEmpty();
  }

  @Test
  void saysThatPolicyIsAwayOrSilent() {
    policy.failure =
        new CallFailed(
            new Failure(ErrorCode.PEER_UNAVAILABLE, "Policy is away.", Duration.ofMillis(1500)));
    admin()
        .get("/api/v1/limits")
        .then()
        .statusCode(503)
        .header("Retry-After", equalTo("2"))
        .body("code", equalTo("peer_unavailable"));
    json(admin(), RATE).put("/api/v1/limits/rate").then().statusCode(503);

    policy.failure = null;
    policy.silent = true;

    admin().delete("/api/v1/limits/rate").then().statusCode(503);
  }

  private static Limit.Builder rate() {
    return Limit.newBuilder()
        .setTenant(FIRST)
        .setSource("api")
        .setOwnerKind(OwnerKind.OWNER_KIND_SERVER)
        .setOwner("github")
        .setKind(LimitKind.LIMIT_KIND_RATE)
        .setUnits(60)
        .setWindow(LimitWindow.newBuilder().setRollingMillis(60_000));
  }
}
