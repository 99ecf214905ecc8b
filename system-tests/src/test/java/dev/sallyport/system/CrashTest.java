package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 in the middle of load loses no record of anything that was answered or executed. */
class CrashTest {

  private static final int CALLERS = 6;

  /**
   * Callers below this number make calls that take long, so that some are under way at any time.
   */
  private static final int SLOW_CALLERS = 2;

  private static final Pattern MARKER = Pattern.compile("c\\d+-\\d+");

  @TempDir Path folder;

  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final AtomicInteger made = new AtomicInteger();
  private final CountDownLatch stopped = new CountDownLatch(CALLERS);
  private volatile @Nullable Wire wire;
  private volatile boolean stop;

  @Test
  void everyCallAnsweredOrExecutedHasItsRecordAfterKillNine() throws Exception {
    // Given callers that never pause
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.MODERN)) {
      GatewayPlan plan =
          GatewayPlan.of(GatewayMode.asked())
              .withData(folder.resolve("data"))
              .withConfig(
                  "servers:\n  echo:\n    url: "
                      + upstream.url()
                      + "\nkeys:\n  load:\n    tools: [\"*\"]\n");
      Gateway gateway = Gateway.start(plan);
      try {
        World.awaitReady(gateway.admin(), Set.of());
        wire = new Wire(gateway.mcpUrl(), gateway.key("load"));
        for (int i = 0; i < CALLERS; i++) {
          int caller = i;
          Thread.ofVirtual().start(() -> callOnAndOn(caller));
        }
        awaitMoreAnswers(150);

        // When the process that keeps the record, and the one that answers, are killed
        if (GatewayMode.asked() == GatewayMode.SPLIT) {
          gateway.service("audit").destroyForcibly();
          awaitMoreAnswers(100);
        }
        ProcessHandle answering = answering(gateway);
        awaitACallThatHasJustBegun(upstream);
        answering.destroyForcibly();
        answering.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        Set<String> cut = underWay(upstream);
        if (GatewayMode.asked() == GatewayMode.STANDALONE) {
          gateway.kill();
          gateway = Gateway.start(plan);
          wire = new Wire(gateway.mcpUrl(), gateway.key("load"));
        }
        assertThat(cut).isNotEmpty();
        awaitMoreAnswers(150);
        stop = true;
        assertThat(stopped.await(90, TimeUnit.SECONDS)).isTrue();

        // Then counts agree
        assertEveryCallHasItsRecord(gateway.admin(), upstream, cut);
      } finally {
        stop = true;
        gateway.close();
      }
    }
  }

  private void assertEveryCallHasItsRecord(Admin admin, EchoUpstream upstream, Set<String> cut) {
    Set<String> executed = executed(upstream);
    Awaitility.await("records of everything")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              List<JsonNode> records = Records.all(admin, "server=echo");
              Map<String, String> outcomes = new HashMap<>();
              for (JsonNode record : records) {
                String found = marker(record.path("arguments").asText());
                assertThat(outcomes.put(found, record.path("outcome").asText()))
                    .as("recorded once: " + found)
                    .isNull();
              }
              assertThat(outcomes.keySet()).containsAll(executed).containsAll(answered);
              assertThat(answered).allMatch(call -> "ok".equals(outcomes.get(call)));
              assertThat(outcomes.values()).doesNotContain("running");
              // `ok` where the end was recorded and the kill came before the answer was sent.
              assertThat(cut)
                  .as("what was under way in the killed process is marked")
                  .allMatch(call -> Set.of("unknown", "ok").contains(outcomes.get(call)))
                  .anyMatch(call -> "unknown".equals(outcomes.get(call)));
            });
  }

  /** Calls that the upstream executes at this moment: executed, not answered, and slow. */
  private Set<String> underWay(EchoUpstream upstream) {
    Set<String> calls = executed(upstream);
    calls.removeAll(answered);
    calls.removeIf(marker -> marker.charAt(1) - '0' >= SLOW_CALLERS);
    return calls;
  }

  /**
   * A call that has just begun cannot be over when the kill comes; one that is merely unanswered
   * may have its end recorded and its answer on the way.
   */
  private void awaitACallThatHasJustBegun(EchoUpstream upstream) {
    Set<String> before = underWay(upstream);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !before.containsAll(underWay(upstream)));
  }

  private static Set<String> executed(EchoUpstream upstream) {
    Set<String> executed = new HashSet<>();
    for (EchoUpstream.Execution execution : upstream.executions()) {
      executed.add(marker(new String(execution.arguments(), StandardCharsets.UTF_8)));
    }
    return executed;
  }

  private static ProcessHandle answering(Gateway gateway) {
    return GatewayMode.asked() == GatewayMode.SPLIT
        ? gateway.service("edge")
        : ProcessHandle.of(gateway.pid()).orElseThrow();
  }

  private void awaitMoreAnswers(int more) {
    int wanted = answered.size() + more;
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> answered.size() >= wanted);
  }

  private void callOnAndOn(int caller) {
    try {
      while (!stop) {
        String marker = "c" + caller + "-" + made.incrementAndGet();
        try {
          Answer answer =
              Objects.requireNonNull(wire)
                  .call(
                      "echo__slow",
                      "{\"millis\":"
                          + (caller < SLOW_CALLERS ? 1000 : 15)
                          + ",\"marker\":\""
                          + marker
                          + "\"}");
          if (answer.status() == 200 && answer.text().contains("\"text\":\"done\"")) {
            answered.add(marker);
          }
        } catch (RuntimeException gone) {
          // Killed under the call, or not there yet: the next one tries again, a little later.
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
      }
    } finally {
      stopped.countDown();
    }
  }

  private static String marker(String text) {
    Matcher matcher = MARKER.matcher(text);
    return matcher.find() ? matcher.group() : text;
  }
}
