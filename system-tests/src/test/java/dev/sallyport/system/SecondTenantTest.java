package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.wire.Wire;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two tenants on one gateway: neither sees, uses or counts what the other has. */
class SecondTenantTest {

  private final World world = World.get();

  @Test
  void aTenantHasItsOwnServersKeysAndRecordsUnderTheSameNames() {
    // Given a second tenant with a server of a name that the first one has too, elsewhere
    Admin second = world.secondAdmin();
    second.put("/api/v1/servers/echol", "{\"url\":\"" + world.modern.url() + "\"}").expect(201);
    String key = World.newKey(second, "all", "[\"*\"]");
    Wire wire = new Wire(world.gateway.mcpUrl(), key);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> wire.names().contains("echol__echo"));
    String marker = "tenant-" + System.nanoTime();
    int firstBefore = world.legacy.executed("echo");

    // When its key calls that server and one that only the first tenant has
    String own = wire.call("echol__echo", "{\"marker\":\"" + marker + "\"}").text();
    String foreign = wire.call("fs__list_allowed_directories", "{}").text();

    // Then it reached its own upstream, the other's does not exist, and the records are apart
    assertThat(own).contains(marker);
    assertThat(world.legacy.executed("echo")).isEqualTo(firstBefore);
    assertThat(foreign).contains("Unknown tool: fs__list_allowed_directories");
    assertThat(wire.names()).allMatch(name -> name.startsWith("echol__"));
    Records.awaitMarked(second, "server=echol", marker);
    assertThat(world.gateway.admin().get("/api/v1/calls?limit=1000").text()).doesNotContain(marker);
    JsonNode servers = second.get("/api/v1/servers").expect(200).json().path("servers");
    assertThat(servers).hasSize(1);
    assertThat(second.get("/api/v1/keys/narrow").status()).isEqualTo(404);
    assertThat(second.delete("/api/v1/keys/narrow").status()).isEqualTo(404);
    assertThat(world.wire("narrow").names()).isNotEmpty();
  }
}
