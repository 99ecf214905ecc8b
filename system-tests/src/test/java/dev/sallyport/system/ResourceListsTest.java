package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources and prompts from a real upstream to a real client. */
class ResourceListsTest {

  private static final Duration BOUND = Duration.ofSeconds(1);

  private final World world = World.get();

  private String list(Wire wire, String method) {
    return wire.modern(method, "").text();
  }

  @Test
  void everythingsResourcesTemplatesAndPromptsAreListed() {
    Wire wire = world.wireOf("ev", "all");

    assertThat(list(wire, "resources/list")).contains("\"uri\":\"demo://");
    assertThat(list(wire, "resources/templates/list")).contains("\"uriTemplate\":\"demo://");
    assertThat(list(wire, "prompts/list")).contains("\"name\":\"");
    assertThat(list(wire, "server/discover")).contains("\"resources\":{", "\"prompts\":{");
    assertThat(list(world.wire("all"), "prompts/list")).contains("\"name\":\"ev__");
    assertThat(list(world.wire("narrow"), "resources/list")).contains("\"resources\":[]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"echol", "echom"})
  void aNewResourceReachesWhoListensWithinASecond(String server) throws IOException {
    // Given clients of both eras that listen
    EchoUpstream upstream = server.equals("echol") ? world.legacy : world.modern;
    Wire wire = world.wireOf(server, "all");
    LegacySession session = wire.legacy();
    String uri = World.fresh("test://new-");
    try (RawHttp.Open listen =
            wire.openModern(
                "subscriptions/listen", "\"notifications\":{\"resourcesListChanged\":true}");
        RawHttp.Open stream = session.openStream()) {
      assertThat(listen.nextEvent()).contains("acknowledged", "resourcesListChanged");

      // When the upstream gets a resource
      upstream.addResource(uri);
      long added = System.nanoTime();

      // Then both are told, of nothing but resources, and it is listed
      assertThat(listen.nextEvent()).contains("notifications/resources/list_changed");
      assertThat(Duration.ofNanos(System.nanoTime() - added)).isLessThan(BOUND);
      assertThat(nextMessage(stream)).contains("notifications/resources/list_changed");
      assertThat(list(wire, "resources/list")).contains("\"" + uri + "\"");
    } finally {
      upstream.withdraw("resources", uri);
    }
  }

  private static String nextMessage(RawHttp.Open stream) throws IOException {
    for (int i = 0; i < 100; i++) {
      String event = stream.nextEvent();
      if (event.contains("\"method\"")) {
        return event;
      }
    }
    throw new AssertionError("no message");
  }

  @Test
  void oneServersBrokenListChangesNothingElse() {
    // Given two servers, one of which fails to list its resources
    Wire wire = world.wire("all");
    String kept = World.fresh("test://kept-");
    world.legacy.addResource(kept);
    awaitListed(wire, kept);
    List<String> tools = wire.names();
    world.legacy.breakList("resources", -32603);
    String ofAnother = World.fresh("test://other-");
    String prompt = World.fresh("prompt");
    try {
      // When both of them change
      world.legacy.addPrompt(prompt);
      world.modern.addResource(ofAnother);

      // Then the other's resource and its own prompt are there, and what was known stays
      awaitListed(wire, ofAnother);
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> list(wire, "prompts/list").contains("echol__" + prompt));
      assertThat(list(wire, "resources/list")).contains(kept);
      assertThat(wire.names()).isEqualTo(tools);
      assertThat(wire.call("echol__echo", "{}").text()).contains("structuredContent");
    } finally {
      world.legacy.mendList("resources");
      world.legacy.withdraw("prompts", prompt);
      world.legacy.withdraw("resources", kept);
      world.modern.withdraw("resources", ofAnother);
      World.awaitReady(world.gateway.admin(), java.util.Set.of("missing", "gone"));
    }
  }

  private void awaitListed(Wire wire, String uri) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> list(wire, "resources/list").contains("\"" + uri + "\""));
  }
}
