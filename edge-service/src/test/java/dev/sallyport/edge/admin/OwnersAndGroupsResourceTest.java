package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.sallyport.proto.policy.v1.VirtualKey;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class OwnersAndGroupsResourceTest extends AdminApiTest {

  @Test
  void makesAnOwnerReplacesItAndRemovesIt() {
    json(admin(), "{\"parent\":\"customer:initech\",\"roles\":[\"reviewer\"]}")
        .put("/api/v1/owners/team:payments")
        .then()
        .statusCode(201)
        .header("ETag", equalTo("\"1\""))
        .body("id", startsWith("own_"))
        .body("name", equalTo("team:payments"))
        .body("parent", equalTo("customer:initech"))
        .body("roles", equalTo(List.of("reviewer")))
        .body("source", equalTo("api"));
    json(admin().header("If-Match", "\"1\""), "{}")
        .put("/api/v1/owners/team:payments")
        .then()
        .statusCode(200)
        .body("$", not(hasKey("parent")))
        .body("$", not(hasKey("definition")));
    json(admin().header("If-Match", "\"1\""), "{}")
        .put("/api/v1/owners/team:payments")
        .then()
        .statusCode(412);
    admin()
        .get("/api/v1/owners")
        .then()
        .statusCode(200)
        .body("owners.name", equalTo(List.of("team:payments")));
    admin()
        .get("/api/v1/owners/team:payments")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""));
    admin().delete("/api/v1/owners/team:payments").then().statusCode(204);
    admin().get("/api/v1/owners/team:payments").then().statusCode(404);
  }

  @Test
  void makesAGroupReplacesItAndRemovesIt() {
    json(
            admin(),
            "{\"title\":\"Reading\",\"tools\":[\"fs__read_*\"],\"attachedTo\":[\"tenant\",\"role:reviewer\"]}")
        .put("/api/v1/groups/readers")
        .then()
        .statusCode(201)
        .body("id", startsWith("grp_"))
        .body("name", equalTo("readers"))
        .body("title", equalTo("Reading"))
        .body("tools", equalTo(List.of("fs__read_*")))
        .body("attachedTo", equalTo(List.of("tenant", "role:reviewer")))
        .body("endpoint", equalTo("/mcp/groups/readers"));
    json(admin(), "{}")
        .put("/api/v1/groups/readers")
        .then()
        .statusCode(200)
        .header("ETag", equalTo("\"2\""))
        .body("tools", empty())
        .body("attachedTo", empty());
    admin().get("/api/v1/groups").then().body("groups.name", equalTo(List.of("readers")));
    admin().delete("/api/v1/groups/readers").then().statusCode(204);
    admin().delete("/api/v1/groups/readers").then().statusCode(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "owners/team:a   | {\"parent\":\"payments\"}       | parent: must name a customer, team or user",
        "owners/team:a   | {\"parent\":\"role:x\"}         | parent: must name a customer, team or user",
        "owners/team:a   | {\"roles\":[\"not a role\"]}    | a role has 1 to 64",
        "owners/team:a   | {\"colour\":\"red\"}            | colour",
        "owners/customer:a | {\"parent\":\"team:a\"}       | parent",
        "owners/payments | {}                            | must be customer:, team: or user:",
        "owners/key:a    | {}                            | must be customer:, team: or user:",
        "groups/Upper    | {}                            | a group name has 1 to 63",
        "groups/g        | {\"tools\":[\"no pattern\"]}    | tools",
        "groups/g        | {\"attachedTo\":[\"payments\"]} | attachedTo",
        "groups/g        | {\"attachedTo\":\"tenant\"}     | attachedTo",
        "groups/g        | []                            | must be",
      })
  void whatMakesNoSenseIsRefusedWithTheFix(String path, String body, String message) {
    json(admin(), body)
        .put("/api/v1/" + path)
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body(containsString(message));
  }

  @Test
  void whatBelongsToAnotherTenantIsNotThere() {
    json(admin(), "{}").put("/api/v1/owners/team:payments").then().statusCode(201);
    json(admin(), "{}").put("/api/v1/groups/readers").then().statusCode(201);

    for (String path : List.of("owners/team:payments", "groups/readers")) {
      other().get("/api/v1/" + path).then().statusCode(404);
      other().delete("/api/v1/" + path).then().statusCode(404);
    }
    other().get("/api/v1/owners").then().body("owners", empty());
    other().get("/api/v1/groups").then().body("groups", empty());
  }

  @Test
  void whoeverMayOnlyReadChangesNothing() {
    json(auditor(), "{}").put("/api/v1/owners/team:payments").then().statusCode(403);
    json(auditor(), "{}").put("/api/v1/groups/readers").then().statusCode(403);
    auditor().delete("/api/v1/groups/readers").then().statusCode(403);
    auditor().get("/api/v1/groups").then().statusCode(200);
  }

  @Test
  void aKeyIsMadeForAnOwnerMovedAndMadeNobodysAgain() {
    json(admin(), "{\"name\":\"dev\",\"owner\":\"team:payments\"}")
        .post("/api/v1/keys")
        .then()
        .statusCode(201)
        .body("owner", equalTo("team:payments"));
    json(admin(), "{\"owner\":\"user:ada@example.com\"}")
        .patch("/api/v1/keys/dev")
        .then()
        .statusCode(200)
        .body("owner", equalTo("user:ada@example.com"));
    json(admin(), "{\"tools\":[\"fs__*\"]}")
        .patch("/api/v1/keys/dev")
        .then()
        .body("owner", equalTo("user:ada@example.com"))
        .body("tools", equalTo(List.of("fs__*")));
    json(admin(), "{\"owner\":null}")
        .patch("/api/v1/keys/dev")
        .then()
        .body("$", not(hasKey("owner")))
        .body("tools", equalTo(List.of("fs__*")));
    json(admin(), "{}")
        .patch("/api/v1/keys/dev")
        .then()
        .statusCode(400)
        .body(containsString("is missing"));
    json(admin(), "{\"owner\":\"payments\"}")
        .patch("/api/v1/keys/dev")
        .then()
        .statusCode(400)
        .body(containsString("must name a customer, team or user"));
    assertThat(policy.of(FIRST)).extracting(VirtualKey::hasOwner).containsExactly(false);
  }
}
