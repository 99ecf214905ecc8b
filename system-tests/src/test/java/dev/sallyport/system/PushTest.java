package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.npm.SdkAgent.Era;
import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changes reaches agents in under a second: pushed, not polled. */
class PushTest {

  private static final Duration BOUND = Duration.ofSeconds(1);

  private final World world = World.get();

  @Test
  void aRevokedKeyStopsWorkingWithinASecondAndItsStreamsEnd() throws IOException {
    // Given a key in use, with a session and an open stream
    String name = World.fresh("revoked");
    String key = World.newKey(world.gateway.admin(), name, "[\"echol__*\"]");
    Wire wire = new Wire(world.gateway.mcpUrl(), key);
    awaitCallable(wire);
    LegacySession session = wire.legacy();
    try (RawHttp.Open stream = session.openStream();
        RawHttp.Open listen =
            wire.openModern(
                "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}")) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(listen.nextEvent()).contains("acknowledged");

      // When it is revoked
      world.gateway.admin().delete("/api/v1/keys/" + name).expect(200);
      long revoked = System.nanoTime();

      // Then nothing of it works any more, new or old
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> wire.call("echol__echo", "{}").status() == 401);
      assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(BOUND);
      assertThat(session.call("echol__echo", "{}").status()).isEqualTo(401);
      stream.patience(Duration.ofSeconds(2));
      listen.patience(Duration.ofSeconds(2));
      assertThatThrownBy(() -> drain(stream))
          .isNotInstanceOf(java.net.SocketTimeoutException.class);
      assertThatThrownBy(() -> drain(listen))
          .isNotInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void aChangedListOfAKeyIsInForceWithinASecond() {
    // Given a key that may do everything with one server
    String name = World.fresh("narrowed");
    String key = World.newKey(world.gateway.admin(), name, "[\"echol__*\"]");
    Wire wire = new Wire(world.gateway.mcpUrl(), key);
    awaitCallable(wire);

    // When its list is cut to another tool
    world
        .gateway
        .admin()
        .send("PATCH", "/api/v1/keys/" + name, "{\"tools\":[\"echol__fail\"]}", adminKey())
        .expect(200);
    long changed = System.nanoTime();

    // Then the old tool is unknown
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> wire.call("echol__echo", "{}").text().contains("Unknown tool"));
    assertThat(Duration.ofNanos(System.nanoTime() - changed)).isLessThan(BOUND);
    assertThat(wire.names()).containsExactly("echol__fail");
  }

  @ParameterizedTest
  @CsvSource({"LEGACY,echol", "LEGACY,echom", "MODERN,echol", "MODERN,echom"})
  void aNewToolReachesAWatchingClientWithinASecond(Era era, String server) {
    // Given an SDK client that watches the list
    EchoUpstream upstream = server.equals("echol") ? world.legacy : world.modern;
    String client = World.fresh("watching");
    String tool = World.fresh("fresh");
    world.agent.connect(client, world.gateway.mcpUrl(), world.gateway.key("all"), era, true);
    assertThat(world.agent.names(client)).doesNotContain(server + "__" + tool);

    // When its upstream gets a tool
    upstream.addTool(tool);
    long added = System.nanoTime();

    // Then the client is told, fetches the list and has it
    world.agent.awaitEvent(
        event ->
            event.path("client").asText().equals(client)
                && event.path("names").toString().contains("\"" + server + "__" + tool + "\""),
        10);
    assertThat(Duration.ofNanos(System.nanoTime() - added)).isLessThan(BOUND);
    upstream.removeTool(tool);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !world.wire("all").names().contains(server + "__" + tool));
    world.agent.disconnect(client);
  }

  private String adminKey() {
    return world.gateway.admin().key();
  }

  private static void awaitCallable(Wire wire) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> wire.call("echol__echo", "{}").text().contains("structuredContent"));
  }

  private static void drain(RawHttp.Open stream) throws IOException {
    for (int i = 0; i < 1000; i++) {
      stream.nextEvent();
    }
  }
}
