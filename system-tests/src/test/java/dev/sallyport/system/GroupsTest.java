package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a key may use comes from whom it belongs to, and goes with it. */
class GroupsTest {

  private final World world = World.get();
  private final String server = World.fresh("grouped");
  private final String team = "team:" + server;
  private final String user = "user:" + server;
  private final String group = server + "-tools";

  @BeforeEach
  void register() {
    admin().put("/api/v1/servers/" + server, "{\"url\":\"" + world.legacy.url() + "\"}");
    admin().put("/api/v1/owners/" + team, "{}").expect(201);
    admin().put("/api/v1/owners/" + user, "{\"parent\":\"" + team + "\"}").expect(201);
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> world.wire("all").names().contains(server + "__write"));
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/limits/" + server + "-limit");
    admin().delete("/api/v1/groups/" + group);
    admin().delete("/api/v1/keys/" + server + "-key");
    admin().delete("/api/v1/owners/" + user);
    admin().delete("/api/v1/owners/" + team);
    admin().delete("/api/v1/servers/" + server);
  }

  @Test
  void aGroupOfATeamReachesTheKeysOfItsUsersAtTheAggregateAndAtAnEndpointOfItsOwn() {
    // Given a key of a user, with a list of its own
    String key =
        admin()
            .post(
                "/api/v1/keys",
                "{\"name\":\""
                    + server
                    + "-key\",\"tools\":[\""
                    + server
                    + "__echo\"],\"owner\":\""
                    + user
                    + "\"}")
            .expect(201)
            .json()
            .path("key")
            .asText();
    Wire aggregate = new Wire(world.gateway.mcpUrl(), key);
    Wire own = new Wire(groupUrl(), key);
    assertThat(aggregate.names()).containsExactly(server + "__echo");
    assertThat(list(own).status()).isEqualTo(404);

    // When its team gets a group, then it is in force as soon as that is answered
    group("[\"" + server + "__write\"]");
    assertThat(aggregate.names()).containsExactlyInAnyOrder(server + "__echo", server + "__write");
    assertThat(own.names()).containsExactly(server + "__write");
    int before = world.legacy.executed("write");
    assertThat(own.call(server + "__write", "{}").status()).isEqualTo(200);
    assertThat(world.legacy.executed("write")).isEqualTo(before + 1);
    assertThat(own.call(server + "__echo", "{}").text()).contains("Unknown tool");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> recorded().contains("\"group\":\"" + group + "\""));
    assertThat(explain(server + "__write"))
        .contains("The group \\\"" + group + "\\\", attached to " + team + ", allows it");

    // When the team has a limit, then it counts calls at every door
    admin()
        .put(
            "/api/v1/limits/" + server + "-limit",
            "{\"team\":\"" + server + "\",\"calls\":1,\"per\":\"1h\"}")
        .expect(201);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> own.call(server + "__write", "{}").text().contains("of team " + server));
    assertThat(aggregate.call(server + "__echo", "{}").text()).contains("of team " + server);

    // When another key asks for the group, or a foreign one, then there is none
    assertThat(list(new Wire(groupUrl(), world.gateway.key("all"))).status()).isEqualTo(404);

    // When the group is taken away, then it is gone at once
    admin().delete("/api/v1/groups/" + group).expect(204);
    assertThat(list(own).status()).isEqualTo(404);
    assertThat(aggregate.names()).containsExactly(server + "__echo");
  }

  private void group(String tools) {
    admin()
        .put(
            "/api/v1/groups/" + group,
            "{\"tools\":" + tools + ",\"attachedTo\":[\"" + team + "\"]}")
        .expect(201);
  }

  private String recorded() {
    return admin().get("/api/v1/calls?server=" + server + "&tool=write").expect(200).text();
  }

  private String explain(String tool) {
    return admin()
        .get("/api/v1/access/explain?key=" + server + "-key&tool=" + tool)
        .expect(200)
        .text();
  }

  private static Answer list(Wire wire) {
    return wire.modern("tools/list", "");
  }

  private String groupUrl() {
    return world.gateway.mcpUrl() + "/groups/" + group;
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
