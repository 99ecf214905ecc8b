package dev.sallyport.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.Messages;
import dev.sallyport.edge.fixture.SurfaceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(NoAuthenticationTest.Open.class)
class NoAuthenticationTest extends SurfaceTest {

  /** As {@code --no-auth} starts it. */
  public static class Open extends McpSurface {

    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> config = new HashMap<>(super.getConfigOverrides());
      config.put("sallyport.edge.auth", "none");
      return config;
    }
  }

  @Test
  void everybodyMayUseTheDefaultTenantAndNoOther() {
    catalogues.set("default", Fixture.server("demo", "echo"));

    Answer list = wire.send(Messages.modernList("/mcp", "").header("Authorization", null));
    Answer call =
        wire.send(
            Messages.modernCall("/mcp", "sp-whatever", "demo__echo", "{}")
                .header("Authorization", null));
    Answer other =
        wire.send(
            Messages.modernCall("/mcp", "", "files__read", "{}").header("Authorization", null));

    assertThat(list.body()).contains("demo__echo").doesNotContain("files__read");
    assertThat(call.body()).contains("\"result\"");
    assertThat(other.body()).contains("Unknown tool: files__read");
    assertThat(evidence.opened().getFirst().getKeyId()).isEqualTo("anonymous");
  }

  @Test
  void pagesOfOthersAreStillTurnedAway() {
    assertThat(
            wire.send(
                    Messages.modernList("/mcp", "")
                        .header("Authorization", null)
                        .header("Origin", "https://evil.example"))
                .status())
        .isEqualTo(403);
    assertThat(
            wire.send(
                    Messages.modernList("/mcp", "")
                        .header("Authorization", null)
                        .header("Host", "evil.example"))
                .status())
        .isEqualTo(403);
  }

  @Test
  void sessionsWork() {
    catalogues.set("default", Fixture.server("demo", "echo"));
    String session = session("/mcp", "");

    assertThat(
            wire.send(inSession("/mcp", "", session, Messages.legacyCall("1", "demo__echo")))
                .body())
        .contains("\"result\"");
  }
}
