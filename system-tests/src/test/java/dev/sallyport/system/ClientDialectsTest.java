package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A known client sees what it can take, and calls it; every other one what the server says. */
class ClientDialectsTest {

  private static final int CLAUDE_CODE_TAKES = 46;

  private final World world = World.get();
  private final String tool = World.fresh("a-tool-with-a-name-that-goes-on-and-on-and-on-and-on");

  /** The endpoint of one server, where names have no limit of their own. */
  private final Wire unknown =
      new Wire(world.gateway.mcpUrl() + "/servers/echom", world.gateway.key("all"));

  @BeforeEach
  void anUpstreamHasATool() {
    world.modern.addTool(
        tool,
        "{\"name\":\""
            + tool
            + "\",\"inputSchema\":{\"type\":\"object\",\"oneOf\":[{\"properties\":{\"n\":{\"type\":"
            + "\"number\"}}},{\"properties\":{\"m\":{\"type\":\"string\"}}}]}}");
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> unknown.names().contains(tool));
  }

  @AfterEach
  void itIsGone() {
    world.modern.removeTool(tool);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !unknown.names().contains(tool));
  }

  @Test
  void aClientOfTheModernEraIsKnownByWhatItsRequestsSay() {
    Wire client = unknown.named("claude-code");
    seesAndCallsTheShortName(
        client::names,
        () -> client.modern("tools/list", ""),
        (name, body) -> client.call(name, body));
  }

  @Test
  void aClientOfTheLegacyEraIsKnownByItsSession() {
    LegacySession client = unknown.named("claude-code").legacy();
    seesAndCallsTheShortName(client::names, () -> client.request("tools/list", "{}"), client::call);
  }

  private void seesAndCallsTheShortName(
      Supplier<List<String>> names,
      Supplier<Answer> list,
      BiFunction<String, String, Answer> call) {
    // Given what everybody else sees
    List<String> others = unknown.names();

    // When a client that cannot take it lists
    List<String> seen = names.get();

    // Then it has as many tools, none under a name too long, none with a union at the top
    assertThat(seen).hasSameSizeAs(others).doesNotContain(tool);
    assertThat(seen).allMatch(name -> name.length() <= CLAUDE_CODE_TAKES);
    assertThat(list.get().text()).doesNotContain("\"oneOf\":[{\"properties\":{\"n\"");

    // And the one that it sees instead reaches the same tool
    String shortened =
        seen.stream().filter(name -> !others.contains(name)).findFirst().orElseThrow();
    int before = world.modern.executed(tool);
    assertThat(call.apply(shortened, "{\"n\":5}").text())
        .contains("\"structuredContent\":{\"n\":5}");
    assertThat(world.modern.executed(tool)).isEqualTo(before + 1);
  }
}
