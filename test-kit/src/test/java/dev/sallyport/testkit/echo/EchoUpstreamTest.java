package dev.sallyport.testkit.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.testkit.npm.NpmPackages;
import dev.sallyport.testkit.npm.SdkAgent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fixture itself obeys the specification: judged by the official SDK client. */
class EchoUpstreamTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static SdkAgent agent;

  @BeforeAll
  static void startAgent() {
    agent = NpmPackages.install().startAgent();
  }

  @AfterAll
  static void stopAgent() {
    agent.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void anSdkClientOfItsEraListsCallsWatchesAndCancels(SdkAgent.Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.valueOf(era.name()))) {
      // Given a connected client that watches the list
      String client = "c-" + era;
      JsonNode negotiated = agent.connect(client, upstream.url(), null, era, true);
      assertThat(negotiated.path("era").asText()).isEqualToIgnoringCase(era.name());
      assertThat(agent.names(client)).contains("echo", "slow").doesNotContain("fresh");

      // When a tool is called, one is added, and a slow call is cancelled
      JsonNode result = agent.call(client, "echo", JSON.createObjectNode().put("n", 1));
      upstream.addTool("fresh");
      agent.awaitEvent(
          e ->
              e.path("client").asText().equals(client)
                  && e.path("names").toString().contains("fresh"),
          5);
      String ref = "slow-" + era;
      CompletableFuture<JsonNode> slow =
          agent.start(
              client, "slow", JSON.createObjectNode().put("millis", 60_000).put("steps", 600), ref);
      agent.awaitEvent(e -> e.path("ref").asText().equals(ref), 5);
      agent.cancel(ref);

      // Then each had its effect
      assertThat(result.at("/structuredContent/n").asInt()).isEqualTo(1);
      assertThatThrownBy(() -> SdkAgent.await(slow)).isInstanceOf(SdkAgent.AgentError.class);
      org.awaitility.Awaitility.await().until(() -> upstream.cancelled() == 1);
      assertThat(upstream.executed("echo")).isEqualTo(1);
      agent.disconnect(client);
    }
  }

  @Test
  void keepsTheBytesOfAnyValue() {
    // Given a message with odd spelling
    byte[] message =
        "{ \"p\\u0061rams\" : {\"x\":{} , \"arguments\":\t{\"a\":1e400,\"b\":\"\\ud83d\\ude00}\",\"c\":[ ]} }}"
            .getBytes(StandardCharsets.UTF_8);

    // When a member is read
    RawJson arguments =
        java.util.Objects.requireNonNull(RawJson.of(message).at("params", "arguments"));

    // Then its bytes are those of the message
    assertThat(arguments.text()).isEqualTo("{\"a\":1e400,\"b\":\"\\ud83d\\ude00}\",\"c\":[ ]}");
    assertThat(RawJson.of(message).at("params", "none")).isNull();
  }
}
