package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.npm.SdkAgent;
import dev.sallyport.testkit.npm.SdkAgent.Era;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The clients that people use, of both eras, on the servers that people use. */
class AgentsTest {

  private final World world = World.get();
  private final SdkAgent agent = world.agent;

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void anSdkClientUsesEveryTransportThroughOneEndpoint(Era era) throws IOException {
    // Given a client, a file and an upstream of each transport
    String client = connect(era);
    Path file =
        Files.writeString(world.files.resolve("note-" + era + ".txt"), "written for " + era);
    assertThat(agent.names(client))
        .contains(
            "ev__echo",
            "ev-http__echo",
            "ev-sse__echo",
            "fs__read_text_file",
            "memory__read_graph",
            "echol__echo",
            "echom__echo")
        .doesNotHaveDuplicates();

    // When it calls tools of each
    for (String server : List.of("ev", "ev-http", "ev-sse")) {
      JsonNode echoed =
          agent.call(client, server + "__echo", object().put("message", "hello " + server));
      assertThat(echoed.at("/content/0/text").asText()).isEqualTo("Echo: hello " + server);
    }
    JsonNode read = agent.call(client, "fs__read_text_file", object().put("path", file.toString()));
    ObjectNode entities = object();
    entities
        .putArray("entities")
        .addObject()
        .put("name", "gate-" + era)
        .put("entityType", "door")
        .putArray("observations")
        .add("checked");
    agent.call(client, "memory__create_entities", entities);
    JsonNode graph = agent.call(client, "memory__read_graph", object());

    // Then each did its work
    assertThat(read.at("/content/0/text").asText()).isEqualTo("written for " + era);
    assertThat(graph.toString()).contains("gate-" + era);
    if (era == Era.LEGACY) {
      agent.ping(client);
    }
    agent.disconnect(client);
  }

  @ParameterizedTest
  @CsvSource({
    "LEGACY,ev",
    "LEGACY,ev-http",
    "LEGACY,ev-sse",
    "MODERN,ev",
    "MODERN,ev-http",
    "MODERN,ev-sse"
  })
  void progressStreamsWhileTheToolRuns(Era era, String server) throws Exception {
    // Given a connected client
    String client = connect(era);
    String ref = World.fresh("progress");

    // When a tool reports progress for a second
    CompletableFuture<JsonNode> call =
        agent.start(
            client,
            server + "__trigger-long-running-operation",
            object().put("duration", 1).put("steps", 4),
            ref);
    agent.awaitEvent(event -> event.path("ref").asText().equals(ref), 10);
    boolean early = !call.isDone();
    JsonNode result = SdkAgent.await(call);

    // Then every step arrived, in order, the first before the end
    assertThat(early).isTrue();
    assertThat(result.at("/content/0/text").asText()).contains("completed");
    assertThat(agent.events())
        .filteredOn(event -> event.path("ref").asText().equals(ref))
        .extracting(event -> event.path("progress").asInt())
        .containsExactly(1, 2, 3, 4);
    agent.disconnect(client);
  }

  @ParameterizedTest
  @CsvSource({"LEGACY,echol", "LEGACY,echom", "MODERN,echol", "MODERN,echom"})
  void cancellationReachesTheUpstreamInItsOwnEra(Era era, String server) {
    // Given a call that would take a minute
    EchoUpstream upstream = server.equals("echol") ? world.legacy : world.modern;
    int before = upstream.cancelled();
    String client = connect(era);
    String ref = World.fresh("cancel");
    CompletableFuture<JsonNode> call =
        agent.start(
            client, server + "__slow", object().put("millis", 60_000).put("steps", 600), ref);
    agent.awaitEvent(event -> event.path("ref").asText().equals(ref), 10);

    // When the client cancels it
    agent.cancel(ref);

    // Then the upstream hears of it
    assertThatThrownBy(() -> SdkAgent.await(call)).isInstanceOf(SdkAgent.AgentError.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(upstream.cancelled()).isEqualTo(before + 1));
    agent.disconnect(client);
  }

  @Test
  void aClientThatNegotiatesFindsTheModernEra() {
    // Given a client that may speak both / When it connects
    String client = World.fresh("auto");
    JsonNode negotiated =
        agent.connect(client, world.gateway.mcpUrl(), world.gateway.key("all"), Era.AUTO, false);

    // Then they meet in the newer revision
    assertThat(negotiated.path("era").asText()).isEqualTo("modern");
    assertThat(negotiated.path("version").asText()).isEqualTo("2026-07-28");
    agent.disconnect(client);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void oneServersEndpointKeepsItsNames(Era era) {
    // Given the endpoint of one server
    String client = World.fresh("own");
    agent.connect(client, world.gateway.mcpUrl("echol"), world.gateway.key("all"), era, false);

    // When its tools are listed and called
    List<String> names = agent.names(client);
    JsonNode result = agent.call(client, "echo", object().put("n", 7));

    // Then they are as the server says them, all of them
    assertThat(names).containsExactlyInAnyOrderElementsOf(world.legacy.tools());
    assertThat(result.at("/structuredContent/n").asInt()).isEqualTo(7);
    agent.disconnect(client);
  }

  @ParameterizedTest
  @CsvSource({"legacy", "modern", "auto"})
  void theInspectorListsAndCalls(String era, @TempDir Path home) throws Exception {
    // Given the inspector's command line / When it lists and calls
    String list = inspect(home, era, "--method", "tools/list");
    String call =
        inspect(
            home,
            era,
            "--method",
            "tools/call",
            "--tool-name",
            "ev__echo",
            "--tool-arg",
            "message=inspected");

    // Then it sees what a client sees
    assertThat(World.JSON.readTree(list).findValuesAsText("name")).contains("ev__echo");
    assertThat(call).contains("Echo: inspected");
  }

  private String inspect(Path home, String era, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(world.npm.inspector());
    command.add(world.gateway.mcpUrl());
    command.addAll(
        List.of(
            "--transport",
            "http",
            "--header",
            "Authorization: Bearer " + world.gateway.key("all"),
            "--protocol-era",
            era,
            "--format",
            "json"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOME", home.toString());
    Path errors = home.resolve("errors.txt");
    builder.redirectError(errors.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output + Files.readString(errors)).isZero();
    return output;
  }

  private String connect(Era era) {
    String client = World.fresh("client");
    JsonNode negotiated =
        agent.connect(client, world.gateway.mcpUrl(), world.gateway.key("all"), era, false);
    assertThat(negotiated.path("era").asText()).isEqualToIgnoringCase(era.name());
    return client;
  }

  private static ObjectNode object() {
    return World.JSON.createObjectNode();
  }
}
