package dev.sallyport.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.sandbox.pool.EndReason;
import dev.sallyport.sandbox.pool.PoolSettings;
import dev.sallyport.sandbox.pool.WorkerOptions;
import dev.sallyport.sandbox.run.RunCeilings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets which worker, and what becomes of workers. */
class PoolTest {

  @TempDir Path folder;

  private SandboxDriver sandbox(int warm, int most, int runs, Duration idle, Duration patience)
      throws Exception {
    return SandboxDriver.start(
        folder,
        WorkerOptions.PLAIN,
        new PoolSettings(
            warm,
            most,
            runs,
            idle,
            Duration.ofSeconds(30),
            2_000,
            Duration.ofMillis(100),
            RunCeilings.DEFAULT.longestMessage()),
        Stand.ceilings(patience));
  }

  @Test
  void twoTenantsNeverShareAWorkerAndOneMayKeepIts() throws Exception {
    try (SandboxDriver sandbox =
        sandbox(1, 3, 1_000, Duration.ofMinutes(1), Duration.ofSeconds(30))) {
      Map<Long, Set<String>> tenantsOfWorkers = new ConcurrentHashMap<>();
      for (int round = 0; round < 3; round++) {
        for (String tenant : List.of("a", "b", "c", "d")) {
          SandboxDriver.Going going =
              sandbox.begin(Script.of("fs.read()").forTenant(tenant).of(ToolStandIn.SILENT));
          Awaitility.await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> !going.calls().isEmpty() || going.whenFinished().isDone());
          for (long pid : sandbox.workers().pool().pidsOf(tenant)) {
            tenantsOfWorkers.computeIfAbsent(pid, p -> new HashSet<>()).add(tenant);
          }
          going.answer(
              dev.sallyport.proto.sandbox.v1.ToolResult.newBuilder()
                  .setStep("1")
                  .setValue(com.google.protobuf.ByteString.copyFromUtf8("1"))
                  .build());
          assertThat(SandboxDriver.await(going).result()).isEqualTo("null");
          assertThat(sandbox.workers().pool().pids()).hasSizeLessThanOrEqualTo(3);
        }
      }

      assertThat(tenantsOfWorkers).isNotEmpty();
      assertThat(tenantsOfWorkers.values()).allSatisfy(of -> assertThat(of).hasSize(1));
    }
  }

  @Test
  void aTenantThatFloodsDoesNotStarveAnother() throws Exception {
    try (SandboxDriver sandbox =
        sandbox(0, 1, 1_000, Duration.ofMinutes(1), Duration.ofSeconds(60))) {
      List<SandboxDriver.Going> flood = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        flood.add(sandbox.begin(Script.of("for i in range(200000):\n    pass").forTenant("flood")));
      }
      SandboxDriver.Going one = sandbox.begin(Script.of("result = 1").forTenant("one"));

      assertThat(SandboxDriver.await(one).result()).isEqualTo("1");
      assertThat(flood.stream().filter(going -> !going.whenFinished().isDone()).count())
          .as("runs of the flood that still wait")
          .isPositive();
      flood.forEach(SandboxDriver.Going::stop);
    }
  }

  @Test
  void aRunThatNoWorkerBecomesFreeForIsToldToComeBack() throws Exception {
    try (SandboxDriver sandbox =
        sandbox(1, 1, 1_000, Duration.ofMinutes(1), Duration.ofMillis(300))) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> sandbox.workers().pool().idle() == 1);
      SandboxDriver.Going busy = sandbox.begin(Script.of("fs.read()").of(ToolStandIn.SILENT));
      Awaitility.await().until(() -> !busy.calls().isEmpty());

      Finished refused = sandbox.run(Script.of("result = 1"));

      assertThat(refused.code()).isEqualTo("sandbox_unavailable");
      assertThat(refused.end().getFailed().getRetryAfterMillis()).isEqualTo(1_000);
      assertThat(refused.end().getFailed().getMessage())
          .contains("no worker became free within 300 ms");
      busy.stop();
    }
  }

  @Test
  void aWorkerIsReplacedAfterItsLastRun() throws Exception {
    try (SandboxDriver sandbox = sandbox(1, 2, 3, Duration.ofMinutes(1), Duration.ofSeconds(30))) {
      for (int i = 0; i < 7; i++) {
        assertThat(sandbox.run(Script.of("result = " + i)).result()).isEqualTo("" + i);
      }

      assertThat(sandbox.ends()).isEqualTo(Map.of(EndReason.WORN, 2));
    }
  }

  @Test
  void aWorkerThatItsTenantHasLeftEnds() throws Exception {
    try (SandboxDriver sandbox =
        sandbox(1, 2, 100, Duration.ofMillis(500), Duration.ofSeconds(30))) {
      assertThat(sandbox.run(Script.of("result = 1")).result()).isEqualTo("1");

      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> sandbox.ends().equals(Map.of(EndReason.IDLE, 1)));
    }
  }

  @Test
  void twoHundredRunsLeaveNoProcessAndTheMemoryLevel() throws Exception {
    Set<Long> before = javaBelow();
    try (SandboxDriver sandbox =
        sandbox(1, 2, 1_000, Duration.ofMinutes(1), Duration.ofSeconds(30))) {
      Stand stand =
          new Stand(
              sandbox,
              folder,
              new PoolSettings(
                  1,
                  2,
                  1_000,
                  Duration.ofMinutes(1),
                  Duration.ofSeconds(30),
                  2_000,
                  Duration.ofMillis(100),
                  RunCeilings.DEFAULT.longestMessage()));
      for (int i = 0; i < 200; i++) {
        // 20 MB of values each, which do not stay.
        assertThat(
                sandbox
                    .run(Script.of("x = [str(i) * 100 for i in range(20000)]\nresult = len(x)"))
                    .result())
            .isEqualTo("20000");
      }

      stand.isAsBefore(sandbox);
      assertThat(sandbox.ends()).isEqualTo(Map.of());
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(javaBelow()).isEqualTo(before));
  }

  private static Set<Long> javaBelow() {
    Set<Long> below = new HashSet<>();
    ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .forEach(process -> below.add(process.pid()));
    return below;
  }

  @Test
  void anEmptyScriptOnAWarmWorkerAndAMillionStepsAreQuick() throws Exception {
    try (SandboxDriver sandbox =
        sandbox(1, 2, 10_000, Duration.ofMinutes(1), Duration.ofSeconds(30))) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> sandbox.workers().pool().idle() > 0);
      long[] empty = new long[500];
      for (int i = 0; i < empty.length; i++) {
        empty[i] = sandbox.run(Script.of("")).took().toNanos() / 1_000;
      }
      long[] million = new long[9];
      for (int i = 0; i < million.length; i++) {
        million[i] =
            sandbox
                    .run(Script.of("x = 0\nfor i in range(1000000):\n    x += i\nresult = x"))
                    .took()
                    .toNanos()
                / 1_000;
      }
      Arrays.sort(empty);
      Arrays.sort(million);
      System.out.printf(
          "empty script: p50 %d us, p99 %d us; 1,000,000 loop steps: p50 %d us%n",
          empty[empty.length / 2], empty[empty.length * 99 / 100], million[million.length / 2]);

      assertThat(empty[empty.length / 2]).as("empty script, microseconds").isLessThan(3_000);
      assertThat(million[million.length / 2]).as("a million steps").isLessThan(150_000);
    }
  }
}
