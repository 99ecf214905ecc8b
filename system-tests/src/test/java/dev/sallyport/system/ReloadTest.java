package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.wire.Wire;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The watched file: a change is applied without a restart, a mistake is named and changes nothing.
 */
class ReloadTest {

  private final World world = World.get();

  @AfterEach
  void restore() {
    world.gateway.configure(world.config());
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> world.gateway.admin().get("/api/v1/servers/added").status() == 404);
    assertThat(world.wire("narrow").names()).contains("echol__echo");
  }

  @Test
  void aServerAndAKeyThatAreAddedToTheFileWorkWithoutARestart() {
    // Given a running gateway / When its file gets a server and a key for it
    long pid = world.gateway.pid();
    world.gateway.configure(withAddition("added__*"));

    // Then both are in force, in the same process
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .ignoreExceptions()
        .until(() -> callsAdded(world.gateway.key("reader")));
    assertThat(world.gateway.pid()).isEqualTo(pid);
    assertThat(world.gateway.admin().get("/api/v1/servers/added").json().path("source").asText())
        .startsWith("file:");
    assertThat(
            world
                .gateway
                .admin()
                .put("/api/v1/servers/added", "{\"url\":\"http://127.0.0.1:1/mcp\"}")
                .status())
        .isIn(403, 409);
  }

  @Test
  void aMistakeIsNamedWithFileLineAndKeyAndTheOldStateStays() {
    // Given a file with a key that does not exist
    String broken = world.config().replace("  narrow:\n", "  narrow:\n    toools: [\"*\"]\n");
    int line = broken.substring(0, broken.indexOf("toools")).split("\n", -1).length;

    // When the file is saved
    world.gateway.configure(broken);

    // Then the log names it, and nothing changed
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> Logs.of(world.gateway).contains("toools"));
    assertThat(Logs.of(world.gateway)).contains("sallyport.yaml:" + line);
    assertThat(world.wire("narrow").names()).contains("echol__echo").doesNotContain("echol__write");
  }

  private boolean callsAdded(String key) {
    return new Wire(world.gateway.mcpUrl(), key)
        .call("added__echo", "{}")
        .text()
        .contains("structuredContent");
  }

  private String withAddition(String pattern) {
    return world
            .config()
            .replace("servers:\n", "servers:\n  added:\n    url: " + world.legacy.url() + "\n")
        + "  reader:\n    tools: [\""
        + pattern
        + "\"]\n";
  }
}
