package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Three edges share limits, and one of them dies or stands still in the middle. */
@EnabledIfSystemProperty(named = "sallyport.mode", matches = "split")
class LimitReplicasTest {

  private static final int PARALLEL = 64;
  private static final int LIMIT = 10;
  private static final List<String> EDGES = List.of("edge", "edge-2", "edge-3");

  /** The longest life of a lease, and what is between its end and what is seen of it. */
  private static final Duration LEASES_ARE_OVER = Duration.ofSeconds(20);

  private static EchoUpstream upstream;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    upstream = EchoUpstream.start(EchoUpstream.Era.MODERN);
    gateway =
        Gateway.start(
            GatewayPlan.of(GatewayMode.SPLIT)
                .withConfig(
                    "servers:\n  paid:\n    url: "
                        + upstream.url()
                        + "\n    price: 1\nkeys:\n  killed: {tools: [\"*\"]}\n  frozen: {tools:"
                        + " [\"*\"]}\n  big: {tools: [\"*\"]}\n  words: {tools: [\"*\"]}\nlimits:\n  words: {key: words, tokens: 3000, per: month, reserve: 50}\n  killed: {key: killed,"
                        + " budget: 10, per: month}\n  frozen: {key: frozen, budget: 10, per:"
                        + " month}\n  big: {key: big, budget: 1000}\n")
                .withArguments("--replicas", "edge=3"));
    World.awaitReady(gateway.admin(), Set.of());
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @Test
  void anEdgeThatIsKilledSpendsNothingTwice() throws Exception {
    // Given calls at three edges, together more than the budget pays
    int before = upstream.executed("slow");
    AtomicInteger lost = new AtomicInteger();
    List<Future<Boolean>> calls = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < PARALLEL; i++) {
        String edge = EDGES.get(i % EDGES.size());
        calls.add(threads.submit(() -> call(edge, "killed", "slow", "{\"millis\":700}", lost)));
      }

      // When one of the edges is killed while they run
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> upstream.executed("slow") - before >= LIMIT / 2);
      gateway.service("edge-3").destroyForcibly();
    }

    // Then never more than the budget was executed, and what was not can be spent when it is over
    assertThat(upstream.executed("slow") - before).isLessThanOrEqualTo(LIMIT);
    spendTheRest("killed", "slow", before, lost.get());
    assertThat(standing("killed").path("used").asText()).isEqualTo("10.00");
  }

  @Test
  void anEdgeThatStandsStillSpendsNothingAfterItsLeasesAreOver() throws Exception {
    // Given an edge that holds leases and stands still
    int before = upstream.executed("write");
    AtomicInteger lost = new AtomicInteger();
    assertThat(call("edge-2", "frozen", "write", "{}", lost)).isTrue();
    ProcessHandle edge = gateway.service("edge-2");
    signal(edge, "STOP");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> late = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        late.add(threads.submit(() -> call("edge-2", "frozen", "write", "{}", lost)));
      }

      // When the others spend all there is, until after the leases of the one are over
      for (int i = 0; i < PARALLEL; i++) {
        call(i % 2 == 0 ? "edge" : "edge-3", "frozen", "write", "{}", lost);
      }
      Awaitility.await()
          .pollDelay(Duration.ofSeconds(7))
          .atMost(LEASES_ARE_OVER)
          .until(() -> !call("edge", "frozen", "write", "{}", lost));
      signal(edge, "CONT");

      // Then the calls that it has then are refused
      for (Future<Boolean> one : late) {
        one.get();
      }
    } finally {
      signal(edge, "CONT");
    }
    assertThat(upstream.executed("write") - before).isLessThanOrEqualTo(LIMIT);
    spendTheRest("frozen", "write", before, lost.get());
  }

  @Test
  void whatAKilledEdgeHeldAndNoCallTookComesBackWithIt() {
    // Given an edge that holds a lease of many calls and has used one
    AtomicInteger lost = new AtomicInteger();
    assertThat(call("edge-2", "big", "echo", "{}", lost)).isTrue();
    assertThat(used("big")).isGreaterThan(1);

    // When it is killed, and another process takes its place
    long killed = gateway.service("edge-2").pid();
    gateway.service("edge-2").destroyForcibly();

    // Then only what a call used stays charged
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> gateway.service("edge-2").pid() != killed && used("big") == 1);
  }

  @Test
  void edgesShareTokensAndNoneStartsACallOnceTheyAreUsedUp() throws Exception {
    // Given calls at all edges whose answers are more than was reserved for them
    String text = "{\"text\":\"" + "some words to be returned ".repeat(40) + "\"}";
    AtomicInteger lost = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String edge : EDGES) {
        threads.submit(
            () -> {
              while (ran.get() < 100 && call(edge, "words", "echo", text, lost)) {
                ran.incrementAndGet();
              }
            });
      }
    }

    // Then all of it was used, and over it is at most what ran at that moment
    assertThat(ran.get()).isBetween(3_000 / 400, 3_000 / 150);
    for (String edge : EDGES) {
      assertThat(call(edge, "words", "echo", text, lost)).isFalse();
    }
    Awaitility.await()
        .atMost(LEASES_ARE_OVER)
        .untilAsserted(() -> assertThat(used("words")).isBetween(2_950.0, 3_000.0 + 3 * 400));
    assertThat(lost.get()).isZero();
  }

  /** Until the limit is used: what was granted to a call that was lost may have been executed. */
  private static void spendTheRest(String limit, String tool, int before, int lost) {
    AtomicInteger ignored = new AtomicInteger();
    Awaitility.await()
        .atMost(LEASES_ARE_OVER)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              while (call("edge", limit, tool, "{\"millis\":1}", ignored)) {
                assertThat(upstream.executed(tool) - before).isLessThanOrEqualTo(LIMIT);
              }
              return upstream.executed(tool) - before >= LIMIT - lost
                  && standing(limit).path("free").asText().equals("0.00");
            });
    assertThat(upstream.executed(tool) - before).isLessThanOrEqualTo(LIMIT);
  }

  /** Whether the call was answered with a result. */
  private static boolean call(
      String edge, String key, String tool, String arguments, AtomicInteger lost) {
    String url = "http://127.0.0.1:" + gateway.servicePort(edge) + "/mcp";
    try {
      return !new Wire(url, gateway.key(key))
          .call("paid__" + tool, arguments)
          .text()
          .contains("\"isError\":true");
    } catch (UncheckedIOException e) {
      lost.incrementAndGet();
      return false;
    }
  }

  private static JsonNode standing(String limit) {
    return gateway.admin().get("/api/v1/limits/" + limit).expect(200).json().path("standing");
  }

  private static double used(String limit) {
    return Double.parseDouble(standing(limit).path("used").asText());
  }

  private static void signal(ProcessHandle process, String name)
      throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
