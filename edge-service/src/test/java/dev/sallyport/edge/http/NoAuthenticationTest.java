package dev.sallyport.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.caller.Anonymous;
import dev.sallyport.edge.caller.ReadRules;
import dev.sallyport.edge.fixture.FakeCallers;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.Messages;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.List;
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
  void rulesOfTheTenantHoldForEverybody() {
    catalogues.set("default", Fixture.server("demo", "echo", "write"));
    callers.put(
        FakeCallers.NO_KEY,
        Fixture.profile("default", Anonymous.KEY_ID, "*")
            .withRules(
                ReadRules.of(
                    List.of(
                        Rule.newBuilder()
                            .setName("no-write")
                            .setEffect(RuleEffect.RULE_EFFECT_DENY)
                            .addTools("*__write")
                            .build()))));

    Answer list = wire.send(Messages.modernList("/mcp", "").header("Authorization", null));
    Answer call =
        wire.send(
            Messages.modernCall("/mcp", "", "demo__write", "{}").header("Authorization", null));

    assertThat(list.body()).contains("demo__echo").doesNotContain("demo__write");
    assertThat(call.body()).contains("Unknown tool: demo__write");
  }

  @Test
  void whilePolicyIsAwayNobodyComesIn() {
    callers.fallSilent();

    Answer answer = wire.send(Messages.modernList("/mcp", "").header("Authorization", null));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("retry-after")).isEqualTo("1");
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
