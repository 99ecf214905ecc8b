package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of a server that offers some of its tools, the rest is not there for any key, at any door. */
class ServerToolsTest {

  private final World world = World.get();
  private final String server = World.fresh("offering");

  @AfterEach
  void forget() {
    assertThat(world.gateway.admin().delete("/api/v1/servers/" + server).status()).isIn(200, 204);
  }

  @Test
  void whatIsNotOfferedIsNeitherListedNorReachedUntilItIs() {
    // Given a server that offers one tool
    put("[\"echo\"]");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> listed().equals(List.of(server + "__echo")));
    int before = world.legacy.executed("write");

    // When another one is called at each door
    Answer aggregate = world.wire("all").call(server + "__write", "{}");
    Wire own = new Wire(world.gateway.mcpUrl() + "/servers/" + server, world.gateway.key("all"));
    Answer single = own.call("write", "{}");
    Answer resources = own.modern("resources/list", "");

    // Then it is unknown, and nothing of the server but that tool is there
    assertThat(aggregate.text()).contains("Unknown tool");
    assertThat(single.text()).contains("Unknown tool");
    assertThat(resources.text()).contains("\"resources\":[]");
    assertThat(world.legacy.executed("write")).isEqualTo(before);
    assertThat(explained("write")).startsWith("unknown: The server's tools do not offer it");
    assertThat(explained("echo")).startsWith("allowed: ");
    assertThat(world.wire("all").call(server + "__echo", "{\"n\":1}").text())
        .contains("\"structuredContent\":{\"n\":1}");

    // When it offers that one too
    put("[\"echo\", \"wri*\"]");
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .ignoreExceptions()
        .until(() -> own.call("write", "{\"n\":2}").text().contains("structuredContent"));
  }

  private String explained(String tool) {
    JsonNode answer =
        world
            .gateway
            .admin()
            .get("/api/v1/access/explain?key=all&tool=" + server + "__" + tool)
            .json();
    return answer.path("decision").asText() + ": " + answer.path("reason").asText();
  }

  private void put(String tools) {
    assertThat(
            world
                .gateway
                .admin()
                .put(
                    "/api/v1/servers/" + server,
                    "{\"url\":\"" + world.legacy.url() + "\",\"tools\":" + tools + "}")
                .status())
        .isIn(200, 201);
  }

  private List<String> listed() {
    return world.wire("all").names().stream()
        .filter(name -> name.startsWith(server + "__"))
        .toList();
  }
}
