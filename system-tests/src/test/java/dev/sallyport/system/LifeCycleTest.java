package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.testkit.gateway.CommandLines;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.gateway.StartRefused;
import dev.sallyport.testkit.npm.NpmPackages;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One data folder through its life: first start without any configuration, Ctrl-C, a second start
 * with a client's file, kill -9. Each step looks at what the one before left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifeCycleTest {

  private static final Duration ALL_GONE = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static @Nullable Gateway running;
  private static String firstKey = "";
  private static String marker = "lived-" + System.nanoTime();

  @AfterAll
  static void end() {
    if (running != null) {
      running.close();
    }
  }

  @Test
  @Order(1)
  void aFirstStartWithoutConfigurationServesTheDemoAndShowsItsKeyOnce() throws IOException {
    // Given nothing / When the gateway is started
    Gateway gateway = start(plan());
    firstKey = gateway.key();
    World.awaitReady(gateway.admin(), Set.of());

    // Then the demo answers under the key that was printed and is kept for its owner only
    Wire wire = new Wire(gateway.mcpUrl(), firstKey);
    List<String> names = wire.names();
    assertThat(names).isNotEmpty().allMatch(name -> name.startsWith("demo__"));
    assertThat(names).contains("demo__echo");
    String answer = wire.call("demo__echo", "{\"text\":\"" + marker + "\"}").text();
    assertThat(answer).contains("\"result\"").contains(marker);
    assertThat(gateway.output()).contains(firstKey).contains(gateway.mcpUrl());
    Path credentials = gateway.data().resolve("credentials");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials)))
        .isEqualTo("rw-------");
    Records.awaitMarked(gateway.admin(), "server=demo", marker);
  }

  @Test
  @Order(2)
  void ctrlCEndsEverythingStoresAndChildrenIncluded() {
    // Given everything that runs
    Gateway gateway = Objects.requireNonNull(running);
    List<ProcessHandle> all = gateway.processes();
    assertThat(all).hasSizeGreaterThan(3);

    // When Ctrl-C is pressed
    gateway.interrupt();

    // Then nothing is left
    assertNothingLeft(all);
  }

  @Test
  @Order(3)
  void aSecondStartKeepsKeyAndRecordsAndTakesAClientsFileUnchanged() throws IOException {
    // Given the data of the first start, and a file as Claude Desktop writes it
    Path file = folder.resolve("claude_desktop_config.json");
    ObjectNode json = World.JSON.createObjectNode();
    ObjectNode servers = json.putObject("mcpServers");
    List<String> command = NpmPackages.install().everything();
    ObjectNode everything = servers.putObject("everything");
    everything.put("command", command.getFirst());
    command.subList(1, command.size()).forEach(everything.putArray("args")::add);
    everything.putObject("env").put("SOME_VARIABLE", "some value");
    json.put("globalShortcut", "Ctrl+Space");
    Files.writeString(file, json.toPrettyString());

    // When the gateway starts again
    Gateway gateway = start(plan().withMcpJson(file));
    World.awaitReady(gateway.admin(), Set.of());

    // Then the old key works on the imported server, and the old record is there
    assertThat(gateway.key()).isEqualTo(firstKey);
    Wire wire = new Wire(gateway.mcpUrl(), firstKey);
    assertThat(wire.call("everything__echo", "{\"message\":\"imported\"}").text())
        .contains("Echo: imported");
    Records.awaitMarked(gateway.admin(), "server=demo", marker);
  }

  @Test
  @Order(4)
  void killNineLeavesNoOrphan() {
    // Given everything that runs, a stdio server among it
    Gateway gateway = Objects.requireNonNull(running);
    List<ProcessHandle> all = gateway.processes();
    assertThat(all)
        .anyMatch(
            handle ->
                CommandLines.of(handle.pid()).stream()
                    .anyMatch(part -> part.contains("server-everything")));

    // When the gateway (the supervisor, when split) is killed
    gateway.kill();

    // Then nothing is left
    assertNothingLeft(all);
  }

  @Test
  @Order(5)
  void aMistakeInTheFileStopsTheStartAndNamesFileLineAndKey() {
    // Given a file with a key that does not exist
    String config = "servers:\n  demo:\n    url: http://127.0.0.1:9/mcp\n    timeout: 3s\n";

    // When the gateway is started with it / Then it does not start, and says where to look
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> Gateway.start(plan().withConfig(config)))
        .satisfies(
            refused -> {
              assertThat(refused.status()).isNotZero();
              assertThat(refused.output()).contains("sallyport.yaml:4").contains("timeout");
              assertThat(refused.output()).doesNotContain("\tat ");
            });
    assertThat(CommandLines.holding(folder.toString())).isEmpty();
  }

  private static Gateway start(GatewayPlan plan) {
    Gateway gateway = Gateway.start(plan);
    running = gateway;
    return gateway;
  }

  private static GatewayPlan plan() {
    return GatewayPlan.of(GatewayMode.asked()).withData(folder.resolve("data"));
  }

  private static void assertNothingLeft(List<ProcessHandle> all) {
    Awaitility.await("everything has ended")
        .atMost(ALL_GONE)
        .untilAsserted(
            () -> {
              assertThat(all)
                  .filteredOn(ProcessHandle::isAlive)
                  .extracting(handle -> CommandLines.of(handle.pid()))
                  .isEmpty();
              assertThat(CommandLines.holding(folder.toString())).isEmpty();
            });
  }
}
