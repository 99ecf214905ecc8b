package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A proposal is tried on calls that were made: it says what it would change, and changes nothing.
 */
class SimulateTest {

  private static final String SIMULATE = "/api/v1/access/simulate";

  private final World world = World.get();
  private final String server = World.fresh("simulated");
  private final String team = "team:" + server;
  private final String group = server + "-tools";
  private final String rule = server + "-rule";
  private final String own = server + "-own";
  private final String grouped = server + "-grouped";

  @BeforeEach
  void register() {
    admin().put("/api/v1/servers/" + server, "{\"url\":\"" + world.legacy.url() + "\"}");
    admin().put("/api/v1/owners/" + team, "{}").expect(201);
    admin()
        .put(
            "/api/v1/groups/" + group,
            "{\"tools\":[\"" + server + "__echo\"],\"attachedTo\":[\"" + team + "\"]}")
        .expect(201);
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> world.wire("all").names().contains(server + "__write"));
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/rules/" + rule);
    admin().delete("/api/v1/groups/" + group);
    admin().delete("/api/v1/keys/" + own);
    admin().delete("/api/v1/keys/" + grouped);
    admin().delete("/api/v1/owners/" + team);
    admin().delete("/api/v1/servers/" + server);
  }

  @Test
  void listsTheCallsThatWouldBeDecidedDifferentlyAndChangesNothing() {
    // Given calls that were made
    Wire byOwnList =
        new Wire(
            world.gateway.mcpUrl(),
            World.newKey(admin(), own, "[\"" + server + "__echo\",\"" + server + "__write\"]"));
    Wire byGroup = new Wire(world.gateway.mcpUrl(), groupedKey());
    byOwnList.call(server + "__write", "{\"path\":\"/etc/hosts\"}");
    byOwnList.call(server + "__write", "{\"path\":\"/tmp/x\"}");
    byOwnList.call(server + "__echo", "{}");
    byGroup.call(server + "__echo", "{}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> Records.all(admin(), "server=" + server).size() == 4);
    List<String> before = everything();

    // When a rule, a group that is not attached any more, and a shorter list are proposed at once
    JsonNode answer = simulate(admin(), changes());

    // Then each call that would end differently is there, with what decides
    assertThat(answer.path("examined").asInt()).isEqualTo(4);
    assertThat(answer.path("same").asInt()).isEqualTo(1);
    assertThat(answer.path("undecided").asInt()).isZero();
    assertThat(answer.path("changedSince").asInt()).isZero();
    assertThat(differing(answer))
        .containsExactly(
            tuple(grouped, "echo", "allow (tools)", "allow (tools)", "deny (tools)"),
            tuple(own, "echo", "allow (tools)", "allow (tools)", "deny (tools)"),
            tuple(own, "write", "allow (tools)", "allow (tools)", "deny (rule:" + rule + ")"));

    // And everything is as it was, for admins and for agents
    assertThat(everything()).isEqualTo(before);
    assertThat(admin().get("/api/v1/rules/" + rule).status()).isEqualTo(404);
    assertThat(byOwnList.names()).containsExactlyInAnyOrder(server + "__echo", server + "__write");
    int executed = world.legacy.executed("write");
    byOwnList.call(server + "__write", "{\"path\":\"/etc/hosts\"}");
    assertThat(world.legacy.executed("write")).isEqualTo(executed + 1);
    assertThat(byGroup.names()).containsExactly(server + "__echo");

    // And the second tenant, which asks the same, finds none of these calls, keys and groups
    assertThat(
            simulate(
                    world.secondAdmin(),
                    "{\"proposal\":{\"rules\":{\""
                        + rule
                        + "\":{\"effect\":\"deny\"}}},\"server\":\""
                        + server
                        + "\"}")
                .path("examined")
                .asInt())
        .isZero();
    assertThat(world.secondAdmin().post(SIMULATE, changes()).status()).isBetween(400, 404);

    // When the rule is made and everything is asked again, then what has changed is told apart
    admin().put("/api/v1/rules/" + rule, rule()).expect(201);
    JsonNode since = simulate(admin(), "{\"proposal\":{},\"server\":\"" + server + "\"}");
    assertThat(since.path("differ").asInt()).isZero();
    assertThat(since.path("changedSince").asInt()).isGreaterThanOrEqualTo(1);
    assertThat(
            differing(
                simulate(
                    admin(),
                    "{\"proposal\":{},\"against\":\"then\",\"tool\":\"write\",\"server\":\""
                        + server
                        + "\"}")))
        .allSatisfy(
            call -> assertThat(call.toList().getLast()).isEqualTo("deny (rule:" + rule + ")"))
        .isNotEmpty();
  }

  @Test
  void theFileThatIsInForceProposedAsItIsDiffersNowhere() {
    // Given calls of all kinds, under what the file of the gateway declares
    world.wire("narrow").call("echol__echo", "{}");
    world.wire("narrow").call("fs__write_file", "{}");
    world.wire("all").call("echol__echo", "{}");
    String source = admin().get("/api/v1/keys/narrow").expect(200).json().path("source").asText();

    // When that file is proposed
    JsonNode answer =
        simulate(
            admin(),
            "{\"file\":"
                + World.quote(source.substring("file:".length()))
                + ",\"yaml\":"
                + World.quote(world.config())
                + "}");

    // Then nothing differs
    assertThat(answer.path("differ").asInt()).as(answer.toPrettyString()).isZero();
    assertThat(answer.path("examined").asInt()).isPositive();
    assertThat(answer.path("notes").toString()).contains("`servers` is not simulated");
  }

  private String changes() {
    return """
    {"proposal":{
      "rules":{"%s":%s},
      "groups":{"%s":{"tools":["%s__echo"]}},
      "keys":{"%s":{"tools":["%s__write"]}}},
     "server":"%s"}
    """
        .formatted(rule, rule(), group, server, own, server, server);
  }

  private String rule() {
    return "{\"tools\":[\""
        + server
        + "__*\"],\"when\":\"has(args.path) && args.path.startsWith('/etc')\",\"effect\":\"deny\"}";
  }

  private String groupedKey() {
    return admin()
        .post(
            "/api/v1/keys",
            "{\"name\":\"" + grouped + "\",\"tools\":[],\"owner\":\"" + team + "\"}")
        .expect(201)
        .json()
        .path("key")
        .asText();
  }

  private List<String> everything() {
    List<String> all = new ArrayList<>();
    for (String path : List.of("keys", "owners", "groups", "rules", "limits")) {
      all.add(admin().get("/api/v1/" + path).expect(200).text());
    }
    return all;
  }

  private static JsonNode simulate(Admin admin, String body) {
    return admin.post(SIMULATE, body).expect(200).json();
  }

  private static List<Tuple> differing(JsonNode answer) {
    List<Tuple> calls = new ArrayList<>();
    for (JsonNode call : answer.path("calls")) {
      calls.add(
          tuple(
              call.path("key").asText(),
              call.path("tool").asText(),
              decision(call.path("then")),
              decision(call.path("now")),
              decision(call.path("proposed"))));
    }
    return calls;
  }

  private static String decision(JsonNode decision) {
    return decision.path("decision").asText() + " (" + decision.path("rule").asText() + ")";
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
