package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Two executors are connected to a server, and one of them tells what it has. */
@EnabledIfSystemProperty(named = "sallyport.mode", matches = "split")
class ExecutorReplicasTest {

  private static final String SILENCE = "5s";

  /** That silence, three seconds until it is asked for, and the way of a change. */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(15);

  @Test
  void aFrozenExecutorsServersAreReportedByTheOther() throws Exception {
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.MODERN)) {
      GatewayPlan plan =
          GatewayPlan.of(GatewayMode.SPLIT)
              .withConfig("servers:\n  echo:\n    url: " + upstream.url() + "\n")
              .withEnvironment("SALLYPORT_REGISTRY_EXECUTOR_SILENCE", SILENCE)
              .withArguments("--replicas", "executor=2");
      try (Gateway gateway = Gateway.start(plan)) {
        World.awaitReady(gateway.admin(), Set.of());
        Wire wire = new Wire(gateway.mcpUrl(), gateway.key());

        // Whichever owns the server: each of the two is frozen once, and one of them is the owner
        for (String executor : List.of("executor", "executor-2")) {
          // Given an executor that does not run, and whose connections stay open
          ProcessHandle frozen = gateway.service(executor);
          signal(frozen, "STOP");
          try {
            // When the server gets a tool
            String tool = World.fresh("while-frozen");
            upstream.addTool(tool);

            // Then it is listed
            Awaitility.await(executor + " is frozen")
                .atMost(TAKEN_OVER)
                .untilAsserted(() -> assertThat(wire.names()).contains("echo__" + tool));
          } finally {
            signal(frozen, "CONT");
          }
        }
      }
    }
  }

  private static void signal(ProcessHandle process, String name)
      throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
