package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.edge.evidence.Contents;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.RecordKind;
import dev.sallyport.proto.policy.v1.VirtualKey;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class KeysResourceTest extends AdminApiTest {

  @Test
  void showsANewKeyOnceAndHandsPolicyItsHashOnly() {
    String key =
        json(
                admin(),
                "{\"name\":\"dev\",\"tools\":[\"fs__*\"],\"expiresAt\":\"2099-01-01T00:00:00Z\"}")
            .post("/api/v1/keys")
            .then()
            .statusCode(201)
            .header("Location", containsString("/api/v1/keys/vk_"))
            .header("ETag", equalTo("\"1\""))
            .header("Cache-Control", equalTo("no-store"))
            .body("name", equalTo("dev"))
            .body("tools", equalTo(List.of("fs__*")))
            .body("state", equalTo("active"))
            .body("source", equalTo("api"))
            .body("expiresAt", equalTo("2099-01-01T00:00:00Z"))
            .extract()
            .path("key");

    assertThat(key).matches("sp-[A-Za-z0-9_-]{43}");
    assertThat(policy.created.getFirst().getCredentialHash().toByteArray())
        .isEqualTo(Contents.sha256(key.getBytes(StandardCharsets.UTF_8)));
    assertThat(policy.created.toString()).doesNotContain(key);
    assertThat(evidence.records.toString()).doesNotContain(key);
    admin().get("/api/v1/keys/dev").then().statusCode(200).body("key", equalTo(null));
    admin()
        .get("/api/v1/keys")
        .then()
        .statusCode(200)
        .body("keys.key", equalTo(java.util.Arrays.asList((Object) null)));
  }

  @Test
  void refusesANewKeyOfAnotherTenantsAuditorAndRecordsTheRefusal() {
    json(auditor(), "{\"name\":\"dev\",\"tools\":[\"*\"]}")
        .post("/api/v1/keys")
        .then()
        .statusCode(403)
        .body("code", equalTo("forbidden"));

    assertThat(policy.created).isEmpty();
    assertThat(evidence.records).extracting(AuditRecord::getDecision).containsExactly("deny", "");
  }

  @Test
  void saysWhatPolicySaysWhenTheNameIsTaken() {
    policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("dev").setSource("api"));

    json(admin(), "{\"name\":\"dev\",\"tools\":[]}")
        .post("/api/v1/keys")
        .then()
        .statusCode(409)
        .body("code", equalTo("conflict"))
        .body("detail", equalTo("There is a key of this name already."));
  }

  @Test
  void allowsNothingWhereNoToolsAreNamed() {
    json(admin(), "{\"name\":\"dev\"}")
        .post("/api/v1/keys")
        .then()
        .statusCode(201)
        .body("tools", empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"name\":\"dev\",\"tolls\":[\"*\"]} | tolls | did you mean `tools`",
        "{\"tools\":[\"*\"]} | name | is missing",
        "{\"name\":7} | name | must be text",
        "{\"name\":\"a b\"} | name | 1 to 64 letters",
        "{\"name\":\"vk_1\"} | name | must not begin with `vk_`",
        "{\"name\":\"dev\",\"tools\":\"*\"} | tools | must be a list",
        "{\"name\":\"dev\",\"tools\":[\"read\"]} | tools[0] | __",
        "{\"name\":\"dev\",\"tools\":[\"*\",null]} | tools[1] | must be text",
        "{\"name\":\"dev\",\"expiresAt\":\"tomorrow\"} | expiresAt | must be a day",
        "{\"name\":\"dev\",\"expiresAt\":\"2020-01-01\"} | expiresAt | must be in the future",
        "{\"name\":\"dev\",\"name\":\"root\"} | name | stands twice",
        "[1] | ~~ | must be a mapping",
        "{\"name\":\"dev\"} x | ~~ | not valid JSON"
      })
  void refusesAWrongBodyNamingTheMember(String body, String member, String detail) {
    json(admin(), body)
        .post("/api/v1/keys")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo("invalid_params"))
        .body("errors[0].member", equalTo(member))
        .body("errors[0].detail", containsString(detail))
        .body("detail", containsString(detail));

    assertThat(policy.created).isEmpty();
  }

  @Test
  void refusesAnEmptyBody() {
    admin()
        .contentType("application/json")
        .post("/api/v1/keys")
        .then()
        .statusCode(400)
        .body("detail", containsString("empty"));
  }

  @Test
  void keepsTenantsApart() {
    VirtualKey key =
        policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("dev").setSource("api"));

    other().get("/api/v1/keys").then().statusCode(200).body("keys", empty());
    for (String name : List.of("dev", key.getId())) {
      other().get("/api/v1/keys/" + name).then().statusCode(404).body("code", equalTo("not_found"));
      other().delete("/api/v1/keys/" + name).then().statusCode(404);
      other().post("/api/v1/keys/" + name + "/revoke").then().statusCode(404);
      json(other(), "{\"tools\":[\"*\"]}").patch("/api/v1/keys/" + name).then().statusCode(404);
    }
    json(other(), "{\"name\":\"dev\",\"tools\":[]}").post("/api/v1/keys").then().statusCode(201);
    assertThat(policy.of(FIRST)).containsExactly(key);
    assertThat(policy.of(SECOND)).hasSize(1);
  }

  @Test
  void answersAlikeForAForeignKeyAndAnUnknownOne() {
    VirtualKey foreign =
        policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("dev").setSource("api"));

    String ofForeign = other().get("/api/v1/keys/" + foreign.getId()).asString();
    String ofUnknown = other().get("/api/v1/keys/vk_unknown").asString();

    assertThat(ofForeign).isEqualTo(ofUnknown);
  }

  @Test
  void changesTheToolsOfTheRevisionThatWasSeenOnly() {
    policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("dev").setSource("api"));

    json(admin().header("If-Match", "\"1\""), "{\"tools\":[\"*\"]}")
        .patch("/api/v1/keys/dev")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""))
        .body("tools", equalTo(List.of("*")));
    json(admin().header("If-Match", "\"1\""), "{\"tools\":[]}")
        .patch("/api/v1/keys/dev")
        .then()
        .statusCode(412)
        .body("code", equalTo("conflict"));
    json(admin().header("If-Match", "one"), "{\"tools\":[]}")
        .patch("/api/v1/keys/dev")
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo("If-Match"));
    json(admin(), "{}")
        .patch("/api/v1/keys/dev")
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo("tools"));

    assertThat(policy.of(FIRST).getFirst().getToolsList()).containsExactly("*");
  }

  @Test
  void revokesByNameAndById() {
    policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("one").setSource("api"));
    VirtualKey two =
        policy.put(VirtualKey.newBuilder().setTenant(FIRST).setName("two").setSource("api"));

    admin().delete("/api/v1/keys/one").then().statusCode(200).body("state", equalTo("revoked"));
    admin()
        .post("/api/v1/keys/" + two.getId() + "/revoke")
        .then()
        .statusCode(200)
        .body("revokedAt", not(equalTo(null)));

    assertThat(policy.of(FIRST)).allMatch(key -> key.getRevokedAtMillis() != 0);
  }

  @Test
  void leavesAFilesKeyToTheFile() {
    policy.put(
        VirtualKey.newBuilder().setTenant(FIRST).setName("dev").setSource("file:sallyport.yaml"));

    admin().delete("/api/v1/keys/dev").then().statusCode(409).body("code", equalTo("read_only"));
  }

  @Test
  void recordsEveryActionBeforeItIsDoneAndAgainWithItsOutcome() {
    json(admin(), "{\"name\":\"dev\",\"tools\":[\"fs__*\"]}").post("/api/v1/keys");
    admin().get("/api/v1/keys/missing");

    assertThat(evidence.records)
        .hasSize(4)
        .allMatch(r -> r.getKind() == RecordKind.RECORD_KIND_ADMIN);
    AuditRecord intent = evidence.records.get(0);
    AuditRecord outcome = evidence.records.get(1);
    assertThat(intent.getMethod()).isEqualTo("keys.create");
    assertThat(intent.getTenant()).isEqualTo(FIRST);
    assertThat(intent.getCaller()).isEqualTo("admin:default");
    assertThat(intent.getDoor()).isEqualTo("admin");
    assertThat(intent.getDecision()).isEqualTo("allow");
    assertThat(intent.getArguments().getData().toStringUtf8()).contains("fs__*");
    assertThat(outcome.getCallId()).isEqualTo(intent.getCallId());
    assertThat(outcome.getSequence()).isEqualTo(1);
    assertThat(outcome.getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
    assertThat(evidence.records.get(3).getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
    assertThat(evidence.records.get(3).getErrorCode()).isEqualTo("not_found");
  }

  @Test
  void doesNothingThatCannotBeRecorded() {
    evidence.full = true;

    json(admin(), "{\"name\":\"dev\",\"tools\":[\"*\"]}")
        .post("/api/v1/keys")
        .then()
        .statusCode(503)
        .body("code", equalTo("evidence_full"));

    assertThat(policy.created).isEmpty();
  }

  @Test
  void saysThatPolicyIsAway() {
    policy.failure =
        new CallFailed(
            new Failure(ErrorCode.PEER_UNAVAILABLE, "Policy is away.", Duration.ofMillis(1500)));

    admin()
        .get("/api/v1/keys")
        .then()
        .statusCode(503)
        .header("Retry-After", equalTo("2"))
        .body("code", equalTo("peer_unavailable"));
  }

  @Test
  void givesUpOnAPolicyThatNeverAnswers() {
    policy.silent = true;

    admin().get("/api/v1/keys").then().statusCode(503).body("code", equalTo("peer_unavailable"));
  }

  @Test
  void replacesAKeyAndShowsTheNewOneOnce() {
    policy.put(
        VirtualKey.newBuilder()
            .setTenant(FIRST)
            .setId("vk_dev")
            .setName("dev")
            .setSource("api")
            .setRevision(3));

    String key =
        admin()
            .contentType("application/json")
            .header("If-Match", "\"3\"")
            .body("{\"grace\":\"7d\"}")
            .post("/api/v1/keys/dev/rotate")
            .then()
            .statusCode(200)
            .header("ETag", equalTo("\"4\""))
            .body("id", equalTo("vk_dev"))
            .body("replacedUntil", equalTo("2023-11-21T22:13:21Z"))
            .extract()
            .path("key");

    assertThat(key).matches("sp-[A-Za-z0-9_-]{43}");
    admin().get("/api/v1/keys/dev").then().body("key", nullValue());
    admin().post("/api/v1/keys/dev/rotate").then().statusCode(200).body("revision", equalTo(5));
    admin()
        .contentType("application/json")
        .body("{\"grace\":\"0s\"}")
        .post("/api/v1/keys/dev/rotate")
        .then()
        .statusCode(200)
        .body("replacedUntil", nullValue());
  }

  @Test
  void aRotationThatMakesNoSenseIsRefusedAndAnotherTenantsKeyIsUnknown() {
    policy.put(
        VirtualKey.newBuilder().setTenant(SECOND).setId("vk_2").setName("theirs").setSource("api"));
    policy.put(
        VirtualKey.newBuilder()
            .setTenant(FIRST)
            .setId("vk_3")
            .setName("declared")
            .setSource("file:s.yaml"));

    admin()
        .contentType("application/json")
        .body("{\"grace\":\"91d\"}")
        .post("/api/v1/keys/dev/rotate")
        .then()
        .statusCode(400)
        .body("errors[0].detail", containsString("at most 90d"));
    admin()
        .contentType("application/json")
        .body("{\"garce\":\"1d\"}")
        .post("/api/v1/keys/dev/rotate")
        .then()
        .statusCode(400)
        .body("errors[0].detail", containsString("did you mean `grace`"));
    admin().post("/api/v1/keys/theirs/rotate").then().statusCode(404);
    admin().post("/api/v1/keys/declared/rotate").then().statusCode(409);
  }

  @Test
  void listsKeysPageByPage() {
    for (int i = 1; i <= 3; i++) {
      policy.put(
          VirtualKey.newBuilder()
              .setTenant(FIRST)
              .setId("vk_" + i)
              .setName("k" + i)
              .setSource("api"));
    }

    admin()
        .get("/api/v1/keys?limit=2")
        .then()
        .statusCode(200)
        .body("keys.name", equalTo(List.of("k1", "k2")))
        .body("next", equalTo("vk_2"));
    admin()
        .get("/api/v1/keys?limit=2&after=vk_2")
        .then()
        .body("keys.name", equalTo(List.of("k3")))
        .body("next", nullValue());
    admin()
        .get("/api/v1/keys?limit=1001")
        .then()
        .statusCode(400)
        .body("errors[0].detail", containsString("from 1 to 1000"));
  }
}
