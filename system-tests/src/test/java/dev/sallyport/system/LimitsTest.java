package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What limits allow is used to the last unit and not beyond, at every door. */
class LimitsTest {

  private static final int PARALLEL = 64;

  private final World world = World.get();
  private final String server = World.fresh("limited");
  private final String limit = server + "-limit";

  @BeforeEach
  void register() {
    admin().put("/api/v1/servers/" + server, "{\"url\":\"" + world.legacy.url() + "\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> world.wire("all").names().contains(server + "__write"));
  }

  @AfterEach
  void forget() {
    admin().delete("/api/v1/limits/" + limit);
    admin().delete("/api/v1/servers/" + server);
  }

  @Test
  void ofSixtyFourCallsSideBySideATenOfARateRun() throws Exception {
    // Given a server that may be called ten times an hour
    limit("{\"server\":\"" + server + "\",\"calls\":10,\"per\":\"1h\"}");
    int before = world.legacy.executed("write");

    // When it is called by many at once
    List<Answer> answers = together(() -> world.wire("all").call(server + "__write", "{}"));

    // Then ten calls ran, and the others were told which limit it was, whose, and until when
    assertThat(world.legacy.executed("write") - before).isEqualTo(10);
    assertThat(answers).filteredOn(answer -> isRefused(answer)).hasSize(PARALLEL - 10);
    assertThat(answers)
        .filteredOn(answer -> isRefused(answer))
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(200);
              assertThat(answer.text())
                  .contains("The rate limit '" + limit + "' of server " + server)
                  .contains("10 calls per hour")
                  .contains("it resets at ");
            });
    assertThat(standing().path("used").asInt()).isEqualTo(10);
    assertThat(standing().path("free").asInt()).isZero();

    // When a program tries the other door, then it has the status that says so
    Answer executed = execute(server + "__write", world.gateway.key("all"));
    assertThat(executed.status()).isEqualTo(429);
    assertThat(executed.header("retry-after")).matches("3[0-9]{3}|4[0-9]{3}");

    // When the limit is raised, then at once more may run
    limit("{\"server\":\"" + server + "\",\"calls\":11,\"per\":\"1h\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !isRefused(world.wire("all").call(server + "__write", "{}")));
    assertThat(isRefused(world.wire("all").call(server + "__write", "{}"))).isTrue();
  }

  @Test
  void ofSixtyFourCallsABudgetPaysTenAndTheRecordSaysWhatTheyCost() throws Exception {
    // Given a tool that costs 0.25, and a key that has 2.50 and a little
    admin()
        .put(
            "/api/v1/servers/" + server,
            "{\"url\":\""
                + world.legacy.url()
                + "\",\"price\":\"9\",\"prices\":{\"wri*\":\"0.25\",\"echo\":0}}")
        .expect(200);
    String key = World.newKey(admin(), server + "-payer", "[\"" + server + "__*\"]");
    limit("{\"key\":\"" + server + "-payer\",\"budget\":\"2.70\",\"per\":\"month\"}");
    Wire payer = new Wire(world.gateway.mcpUrl(), key);
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> priceOf(server).equals("9.00") && payer.names().contains(server + "__write"));
    int before = world.legacy.executed("write");

    // When it is called by many at once
    List<Answer> answers = together(() -> payer.call(server + "__write", "{}"));

    // Then ten were paid; what costs nothing still runs, what costs more than is left does not
    assertThat(world.legacy.executed("write") - before).isEqualTo(10);
    assertThat(answers)
        .filteredOn(answer -> isRefused(answer))
        .hasSize(PARALLEL - 10)
        .allSatisfy(
            answer ->
                assertThat(answer.text())
                    .contains("The budget '" + limit + "' of key " + server + "-payer")
                    .contains("2.70 per calendar month"));
    assertThat(isRefused(payer.call(server + "__echo", "{}"))).isFalse();
    assertThat(payer.call(server + "__fail", "{}").text())
        .contains("is less than one call of this tool takes (9.00)");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(standing().path("used").asText()).isEqualTo("2.50"));
    assertThat(standing().path("free").asText()).isEqualTo("0.20");

    // And the record says what was spent
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              JsonNode spent =
                  admin()
                      .get("/api/v1/usage?by=key,tool&since=1h&server=" + server + "&tool=write")
                      .expect(200)
                      .json()
                      .path("rows")
                      .path(0);
              assertThat(spent.path("of").path("key").asText()).isEqualTo(server + "-payer");
              assertThat(spent.path("calls").asInt()).isEqualTo(10);
              assertThat(spent.path("refused").asInt()).isEqualTo(PARALLEL - 10);
              assertThat(spent.path("cost").asText()).isEqualTo("2.50");
            });

    // When a program tries the other door, then it has the status of unpaid
    Answer executed = execute(server + "__write", key);
    assertThat(executed.status()).isEqualTo(402);
    assertThat(executed.header("content-type")).startsWith("application/problem+json");
    assertThat(World.JSON.readTree(executed.text()).path("detail").asText()).contains(limit);
  }

  @Test
  void whatCallsReturnUsesTokensUpAndTheRecordSaysHowMany() throws Exception {
    // Given a key that may be returned some 2000 tokens an hour
    String key = World.newKey(admin(), server + "-reader", "[\"" + server + "__*\"]");
    limit("{\"key\":\"" + server + "-reader\",\"tokens\":2000,\"per\":\"1h\",\"reserve\":50}");
    Wire reader = new Wire(world.gateway.mcpUrl(), key);
    String words = "{\"text\":\"" + "some words to be returned ".repeat(40) + "\"}";
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> reader.names().contains(server + "__echo"));

    // When it is called until it is refused
    int ran = 0;
    Answer answer = reader.call(server + "__echo", words);
    while (!isRefused(answer) && ran < 100) {
      ran++;
      answer = reader.call(server + "__echo", words);
    }

    // Then as many calls ran as tokens were there for, and nothing more is started
    assertThat(answer.text())
        .contains("The token limit '" + limit + "' of key " + server + "-reader")
        .contains("2000 tokens per hour")
        .contains("is used up; it resets at ");
    assertThat(ran).isBetween(4, 30);
    int used = standing().path("used").asInt();
    assertThat(used).isBetween(1_950, 2_600);
    Answer executed = execute(server + "__echo", key);
    assertThat(executed.status()).isEqualTo(429);
    assertThat(executed.header("retry-after")).matches("3[0-9]{3}|4[0-9]{3}");
    assertThat(isRefused(world.wire("all").call(server + "__echo", words))).isFalse();

    // And the record says how many went back
    int calls = ran;
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              JsonNode read =
                  admin()
                      .get("/api/v1/usage?by=key&since=1h&key=" + server + "-reader")
                      .expect(200)
                      .json()
                      .path("rows")
                      .path(0);
              assertThat(read.path("calls").asInt()).isEqualTo(calls);
              assertThat(read.path("tokens").asInt()).isEqualTo(standing().path("used").asInt());
            });
  }

  private String priceOf(String name) {
    return admin().get("/api/v1/servers/" + name).json().path("definition").path("price").asText();
  }

  @Test
  void noMoreCallsRunAtTheSameTimeThanMay() throws Exception {
    // Given a tool of which three calls may run at the same time
    limit("{\"tool\":\"" + server + "__slow\",\"concurrent\":3}");
    int before = world.legacy.executed("slow");

    // When many are made at once
    List<Answer> answers =
        together(() -> world.wire("all").call(server + "__slow", "{\"millis\":1500}"));

    // Then three ran, the others were refused, and afterwards three may run again
    assertThat(world.legacy.executed("slow") - before).isEqualTo(3);
    assertThat(answers).filteredOn(answer -> isRefused(answer)).hasSize(PARALLEL - 3);
    assertThat(answers)
        .filteredOn(answer -> isRefused(answer))
        .allSatisfy(
            answer ->
                assertThat(answer.text())
                    .contains(
                        "The concurrency limit '" + limit + "' of tool " + server + "__slow"));
    assertThat(isRefused(world.wire("all").call(server + "__slow", "{\"millis\":1}"))).isFalse();
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> standing().path("used").asInt() == 0);
  }

  @Test
  void aLimitOfAKeyCountsItsCallsOnlyAndItsToolsOnly() {
    // Given a key with a limit on some tools
    String key = World.newKey(admin(), server + "-key", "[\"" + server + "__*\"]");
    limit(
        "{\"key\":\""
            + server
            + "-key\",\"tools\":[\"*__wri*\"],\"calls\":1,\"per\":\"day\",\"zone\":\"Asia/Tokyo\"}");
    Wire limited = new Wire(world.gateway.mcpUrl(), key);

    // When it has made its call of the day
    assertThat(isRefused(limited.call(server + "__write", "{}"))).isFalse();

    // Then that tool is refused to it, not to others, and its other tools are not
    assertThat(limited.call(server + "__write", "{}").text())
        .contains("of key " + server + "-key")
        .contains("1 call per calendar day, Asia/Tokyo");
    assertThat(isRefused(limited.call(server + "__echo", "{}"))).isFalse();
    assertThat(isRefused(world.wire("all").call(server + "__write", "{}"))).isFalse();

    // When the limit is gone, then within a second it counts nothing
    admin().delete("/api/v1/limits/" + limit).expect(204);
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> !isRefused(limited.call(server + "__write", "{}")));
  }

  @Test
  void aLimitOfAnotherTenantIsInvisibleAndCountsNothingHere() {
    // Given a limit of everybody in the second tenant
    Admin second = world.secondAdmin();
    second
        .put("/api/v1/limits/" + limit, "{\"calls\":1,\"per\":\"1h\",\"tools\":[\"*\"]}")
        .expect(201);
    try {
      // When calls are made in the first
      for (int i = 0; i < 3; i++) {
        assertThat(isRefused(world.wire("all").call(server + "__write", "{}"))).isFalse();
      }

      // Then none was counted, and neither tenant sees the other's
      assertThat(second.get("/api/v1/limits/" + limit).json().path("standing").path("used").asInt())
          .isZero();
      assertThat(admin().get("/api/v1/limits/" + limit).status()).isEqualTo(404);
      assertThat(admin().delete("/api/v1/limits/" + limit).status()).isEqualTo(404);
    } finally {
      second.delete("/api/v1/limits/" + limit).expect(204);
    }
  }

  private static List<Answer> together(Callable<Answer> call) throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> calls = new ArrayList<>();
      for (int i = 0; i < PARALLEL; i++) {
        calls.add(threads.submit(call));
      }
      for (Future<Answer> one : calls) {
        answers.add(one.get());
      }
    }
    return answers;
  }

  private static boolean isRefused(Answer answer) {
    return answer.text().contains("\"isError\":true") || answer.text().contains("\"error\":");
  }

  private void limit(String json) {
    assertThat(admin().put("/api/v1/limits/" + limit, json).status()).isIn(200, 201);
  }

  private JsonNode standing() {
    return admin().get("/api/v1/limits/" + limit).expect(200).json().path("standing");
  }

  private Answer execute(String tool, String key) {
    URI mcp = URI.create(world.gateway.mcpUrl());
    return new Wire(mcp.resolve("/v1/mcp/tool/execute").toString(), key)
        .post(
            Wire.bytes(
                "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\""
                    + tool
                    + "\",\"arguments\":\"{}\"}}"),
            Wire.jsonHeaders());
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
