package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.audit.v1.AuditRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Administrators that policy knows, and their roles. */
@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
@SuppressWarnings("NullAway.Init")
class AdministratorsTest extends AdminApiTest {

  @Inject Administrators administrators;

  static Stream<Arguments> operations() {
    return AdminOperation.ALL.stream().map(Arguments::of);
  }

  /** With exactly what it takes it is allowed; without any one part of that it is not. */
  @ParameterizedTest
  @MethodSource("operations")
  void eachPermissionOpensItsOwnOperationsAndNoOthers(AdminOperation operation) {
    String exactly = administration.holder(FIRST, "ada", "just", operation.needs());

    assertThat(operation.by(as(exactly)).statusCode()).isNotIn(400, 401, 403, 405, 415, 500);

    for (Permission missing : operation.needs()) {
      Set<Permission> rest = EnumSet.complementOf(EnumSet.of(missing));
      String without = administration.holder(FIRST, "bob", "nearly", rest);
      operation
          .by(as(without))
          .then()
          .statusCode(403)
          .body("permission", equalTo(missing.wireName()))
          .body("detail", containsString("the role nearly does not have"));
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void nobodyIsLetInWhilePolicyCannotSay(AdminOperation operation) {
    String key = administration.holder(FIRST, "ada", "all", EnumSet.allOf(Permission.class));
    administration.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));

    operation.by(as(key)).then().statusCode(503).body("code", equalTo("policy_unavailable"));
    assertThat(evidence.records).isEmpty();
  }

  @Test
  void aKeyOfTheConfigurationGoesOnWhilePolicyCannotSay() {
    administration.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));

    admin().get("/api/v1/keys").then().statusCode(200);
    assertThat(administration.resolved).isEmpty();
  }

  @Test
  void nobodyIsLetInWhenPolicyIsSilent() {
    String key = administration.holder(FIRST, "ada", "auditor", Set.of(Permission.KEYS_READ));
    administration.silent = true;

    as(key).get("/api/v1/keys").then().statusCode(503);
  }

  @Test
  void aRevocationHoldsFromTheNextRequestOn() {
    String key = administration.holder(FIRST, "ada", "auditor", Set.of(Permission.KEYS_READ));
    as(key).get("/api/v1/keys").then().statusCode(200);

    administration.revoke(key);

    as(key).get("/api/v1/keys").then().statusCode(401);
  }

  /** What cannot be a credential is nobody's, and policy is not bothered. */
  @ParameterizedTest
  @ValueSource(strings = {"spa-", "spa-short", "sp-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"})
  void policyIsNotAskedAboutWhatIsNoCredential(String key) {
    as(key).get("/api/v1/keys").then().statusCode(401);

    assertThat(administration.resolved).isEmpty();
  }

  @Test
  void madeUpCredentialsDoNotKeepPolicyBusy() {
    administration.silent = true;
    List<Cancellable> running = new ArrayList<>();
    for (int n = 0; n < Administrators.MOST_LOOK_UPS; n++) {
      running.add(
          administrators
              .identify(AdminCredential.mint())
              .subscribe()
              .with(found -> {}, failure -> {}));
    }

    as(AdminCredential.mint())
        .get("/api/v1/keys")
        .then()
        .statusCode(429)
        .header("Retry-After", equalTo("1"));

    assertThat(administration.resolved).hasSize(Administrators.MOST_LOOK_UPS);
    admin().get("/api/v1/keys").then().statusCode(200);
    running.forEach(Cancellable::cancel);
    administration.silent = false;
    as(AdminCredential.mint()).get("/api/v1/keys").then().statusCode(401);
  }

  @Test
  void aPermissionThatOnlyANewerVersionKnowsAllowsNothing() {
    String key =
        administration.holderOf(FIRST, "ada", "future", List.of("keys:teleport", "limits:read"));

    as(key).get("/api/v1/keys").then().statusCode(403);
    as(key).get("/api/v1/limits").then().statusCode(200);
  }

  @Test
  void recordsNameTheAdministratorTheRoleAndThePermission() {
    String key = administration.holder(FIRST, "ada", "support", Set.of(Permission.KEYS_READ));

    as(key).get("/api/v1/keys").then().statusCode(200);
    as(key).delete("/api/v1/keys/dev").then().statusCode(403);

    assertThat(evidence.records.stream().filter(record -> record.getSequence() == 0))
        .extracting(AuditRecord::getCaller, AuditRecord::getDecision, AuditRecord::getRule)
        .containsExactly(
            tuple("admin:default/ada", "allow", "admin:support/keys:read"),
            tuple("admin:default/ada", "deny", "admin:support/keys:write"));
  }

  @Test
  void anAdministratorIsMadeWithAKeyThatIsShownOnce() {
    Response made =
        json(admin(), "{\"name\":\"ada\",\"role\":\"auditor\"}").post("/api/v1/administrators");

    made.then()
        .statusCode(201)
        .header("ETag", equalTo("\"1\""))
        .header("Location", containsString("/api/v1/administrators/adm_"))
        .body("key", startsWith("spa-"))
        .body("prefix", equalTo(made.path("key").toString().substring(0, 8)))
        .body("state", equalTo("active"));
    as(made.path("key")).get("/api/v1/keys").then().statusCode(200);
    json(as(made.path("key")), "{\"name\":\"x\"}").post("/api/v1/keys").then().statusCode(403);
    admin()
        .get("/api/v1/administrators/ada")
        .then()
        .statusCode(200)
        .body("role", equalTo("auditor"))
        .body("$", not(hasKey("key")));
    assertThat(evidence.records.toString()).doesNotContain(made.path("key").toString());
  }

  @Test
  void anAdministratorGetsAnotherRoleAndExpiryAndIsRevoked() {
    json(admin(), "{\"name\":\"ada\",\"role\":\"auditor\"}").post("/api/v1/administrators");

    json(
            admin().header("If-Match", "\"1\""),
            "{\"role\":\"operator\",\"expiresAt\":\"2099-01-01\"}")
        .patch("/api/v1/administrators/ada")
        .then()
        .statusCode(200)
        .body("role", equalTo("operator"))
        .body("expiresAt", equalTo("2099-01-01T00:00:00Z"));
    json(admin(), "{\"expiresAt\":\"never\"}")
        .patch("/api/v1/administrators/ada")
        .then()
        .statusCode(200)
        .body("role", equalTo("operator"))
        .body("$", not(hasKey("expiresAt")));
    json(admin().header("If-Match", "\"1\""), "{\"role\":\"auditor\"}")
        .patch("/api/v1/administrators/ada")
        .then()
        .statusCode(412);
    admin()
        .delete("/api/v1/administrators/ada")
        .then()
        .statusCode(200)
        .body("state", equalTo("revoked"));
  }

  @Test
  void administratorsComeInPages() {
    for (String name : List.of("a", "b", "c")) {
      json(admin(), "{\"name\":\"" + name + "\",\"role\":\"auditor\"}")
          .post("/api/v1/administrators");
    }

    String next =
        admin()
            .queryParam("limit", 2)
            .get("/api/v1/administrators")
            .then()
            .body("administrators.name", contains("a", "b"))
            .extract()
            .path("next");
    admin()
        .queryParam("after", next)
        .get("/api/v1/administrators")
        .then()
        .body("administrators.name", contains("c"))
        .body("$", not(hasKey("next")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":\"ada\"}",
        "{\"role\":\"auditor\"}",
        "{\"name\":\"ada\",\"role\":\"auditor\",\"expiresAt\":\"2001-01-01\"}",
        "{\"name\":\"ada\",\"role\":\"auditor\",\"permissions\":[\"keys:write\"]}"
      })
  void refusesWhatIsNoAdministrator(String body) {
    json(admin(), body).post("/api/v1/administrators").then().statusCode(400);

    assertThat(administration.granters).isEmpty();
  }

  @Test
  void policyIsToldWhoGives() {
    String key =
        administration.holder(
            FIRST, "ada", "delegate", Set.of(Permission.ROLES_WRITE, Permission.KEYS_READ));

    json(as(key), "{\"permissions\":[\"keys:read\"]}").put("/api/v1/roles/readers");
    json(other(), "{\"permissions\":[]}").put("/api/v1/roles/readers");

    assertThat(administration.granters.getFirst().getAdministratorId()).isEqualTo("adm_ada");
    assertThat(administration.granters.getFirst().getPermissionsList())
        .containsExactly("keys:read", "roles:write");
    assertThat(administration.granters.getLast().getAdministratorId()).isEmpty();
    assertThat(administration.granters.getLast().getPermissionsList())
        .contains("keys:write")
        .doesNotContain("servers:command");
  }

  @Test
  void aRoleIsMadeReplacedShownAndRemoved() {
    json(admin(), "{\"permissions\":[\"keys:read\",\"calls:read\"]}")
        .put("/api/v1/roles/support")
        .then()
        .statusCode(201)
        .header("ETag", equalTo("\"1\""))
        .body("permissions", contains("calls:read", "keys:read"))
        .body("source", equalTo("api"));
    json(admin().header("If-Match", "\"1\""), "{\"permissions\":[]}")
        .put("/api/v1/roles/support")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""));
    json(admin().header("If-None-Match", "*"), "{\"permissions\":[]}")
        .put("/api/v1/roles/support")
        .then()
        .statusCode(412);
    admin()
        .get("/api/v1/roles")
        .then()
        .statusCode(200)
        .body(
            "roles.name", contains("administrator", "auditor", "operator", "approver", "support"));
    admin().get("/api/v1/roles/auditor").then().body("permissions", hasItem("keys:read"));
    admin().delete("/api/v1/roles/support").then().statusCode(204);
    admin().get("/api/v1/roles/support").then().statusCode(404);
  }

  @Test
  void anotherTenantsRolesAndAdministratorsAnswerLikeUnknownOnes() {
    json(admin(), "{\"permissions\":[]}").put("/api/v1/roles/support");
    json(admin(), "{\"name\":\"ada\",\"role\":\"auditor\"}").post("/api/v1/administrators");

    for (String path : List.of("/api/v1/roles/", "/api/v1/administrators/")) {
      String foreign = path + (path.contains("roles") ? "support" : "ada");
      assertThat(other().get(foreign).asString())
          .isEqualTo(other().get(path + "none").asString())
          .contains("not_found");
      other().delete(foreign).then().statusCode(404);
    }
    assertThat(administration.rolesOf(FIRST)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auditor", "Administrator", "two%20words"})
  void refusesANameThatNoRoleCanHave(String name) {
    json(admin(), "{\"permissions\":[]}")
        .urlEncodingEnabled(false)
        .put("/api/v1/roles/" + name)
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo("name"));
  }

  @Test
  void namesThePermissionThatWasMeant() {
    json(admin(), "{\"permissions\":[\"key:read\"]}")
        .put("/api/v1/roles/support")
        .then()
        .statusCode(400)
        .body("detail", containsString("did you mean `keys:read`?"));
    json(admin(), "{}")
        .put("/api/v1/roles/support")
        .then()
        .statusCode(400)
        .body("detail", containsString("[] allows nothing"));
  }

  /** Whatever was shown once is not shown again to whoever may no longer make it. */
  @Test
  void aKeptAnswerTakesThePermissionsOfThen() {
    String key = administration.holder(FIRST, "ada", "maker", Set.of(Permission.KEYS_WRITE));
    json(as(key).header("Idempotency-Key", "k"), "{\"name\":\"dev\"}")
        .post("/api/v1/keys")
        .then()
        .statusCode(201);
    administration.revoke(key);
    String less = administration.holder(FIRST, "ada", "reader", Set.of(Permission.KEYS_READ));

    json(as(less).header("Idempotency-Key", "k"), "{\"name\":\"dev\"}")
        .post("/api/v1/keys")
        .then()
        .statusCode(403)
        .body("permission", equalTo("keys:write"))
        .body("$", not(hasKey("key")));
  }
}
