package dev.sallyport.testkit.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The real server and the real client speak to each other directly: what the gateway must keep. */
class NpmPackagesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theSdkClientListsCallsAndCancelsOnTheEverythingServer() throws Exception {
    // Given both, with nothing between them
    NpmPackages packages = NpmPackages.install();
    try (NodeServer server = packages.startEverythingHttp();
        SdkAgent agent = packages.startAgent()) {
      JsonNode negotiated = agent.connect("a", server.url(), null, SdkAgent.Era.LEGACY, false);
      assertThat(negotiated.path("era").asText()).isEqualTo("legacy");
      assertThat(agent.names("a")).contains("echo", "trigger-long-running-operation");

      // When a tool is called
      JsonNode result = agent.call("a", "echo", JSON.createObjectNode().put("message", "hi"));

      // Then its text comes back; progress is streamed; a cancelled call ends
      assertThat(result.at("/content/0/text").asText()).isEqualTo("Echo: hi");
      CompletableFuture<JsonNode> slow =
          agent.start(
              "a",
              "trigger-long-running-operation",
              JSON.createObjectNode().put("duration", 30).put("steps", 300),
              "slow");
      agent.awaitEvent(e -> e.path("ref").asText().equals("slow"), 10);
      agent.cancel("slow");
      assertThatThrownBy(() -> SdkAgent.await(slow))
          .isInstanceOf(SdkAgent.AgentError.class)
          .hasMessageContaining("the test cancelled the call");
    }
  }

  @Test
  void theSseServerListensOnLoopback() throws Exception {
    // Given / When the server is started in its oldest dress
    try (NodeServer server = NpmPackages.install().startEverythingSse()) {
      // Then it is there, on the address that we asked for
      assertThat(server.url()).startsWith("http://127.0.0.1:").endsWith("/sse");
    }
  }
}
