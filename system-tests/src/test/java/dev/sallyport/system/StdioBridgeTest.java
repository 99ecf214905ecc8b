package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.testkit.SilentPort;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.CommandLines;
import dev.sallyport.testkit.gateway.Home;
import dev.sallyport.testkit.npm.SdkAgent;
import dev.sallyport.testkit.npm.SdkAgent.AgentError;
import dev.sallyport.testkit.npm.SdkAgent.Era;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code sallyport stdio}, started by the SDK's client as a desktop application starts it. */
class StdioBridgeTest {

  private static final Duration BOUND = Duration.ofSeconds(1);
  private static final String KEY = "SALLYPORT_TEST_BRIDGE_KEY";

  /** The SDK's client hands no JAVA_HOME on; with it no bridge has to look for a JDK. */
  private static final Map<String, String> JAVA =
      Map.of("JAVA_HOME", System.getProperty("java.home"));

  private final World world = World.get();
  private final SdkAgent agent = world.agent;

  private final SilentPort silent = SilentPort.take();

  @TempDir private Path folder;

  @AfterEach
  void freeThePort() {
    silent.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void listsAndCallsWhatTheKeyOfTheDataFolderMay(Era era) {
    // Given a bridge that knows no more than the data folder
    String client = World.fresh("bridged");
    JsonNode negotiated =
        agent.connectStdio(client, bridge("--data", world.gateway.data()), JAVA, era, false);
    String direct = World.fresh("direct");
    agent.connect(direct, world.gateway.mcpUrl(), world.gateway.key(), era, false);

    // When its client lists and calls
    List<String> names = agent.names(client);
    JsonNode echoed = agent.call(client, "ev__echo", object().put("message", "over stdio"));
    JsonNode number = agent.call(client, "echom__echo", object().put("n", 7));

    // Then it has what a client over HTTP has
    assertThat(negotiated.path("era").asText()).isEqualToIgnoringCase(era.name());
    assertThat(names).containsExactlyElementsOf(agent.names(direct)).contains("fs__read_text_file");
    assertThat(echoed.at("/content/0/text").asText()).isEqualTo("Echo: over stdio");
    assertThat(number.at("/structuredContent/n").asInt()).isEqualTo(7);
    agent.disconnect(client);
    agent.disconnect(direct);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void progressStreamsWhileTheToolRuns(Era era) {
    // Given a client of the bridge
    String client = connect(era, false);
    String ref = World.fresh("bridged-progress");

    // When a tool reports progress
    CompletableFuture<JsonNode> call =
        agent.start(
            client,
            "ev__trigger-long-running-operation",
            object().put("duration", 1).put("steps", 4),
            ref);
    agent.awaitEvent(event -> event.path("ref").asText().equals(ref), 10);
    boolean early = !call.isDone();
    SdkAgent.await(call);

    // Then every step came, in order, the first before the end. The SDK itself forgets who listens
    // before it tells the last step, when that comes in one piece with the answer.
    assertThat(early).isTrue();
    assertThat(agent.events())
        .filteredOn(event -> event.path("ref").asText().equals(ref))
        .extracting(event -> event.path("progress").asInt())
        .startsWith(1, 2, 3);
    agent.disconnect(client);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void aNewToolReachesAWatchingClientWithinASecond(Era era) {
    // Given a client of the bridge that watches the list
    String client = connect(era, true);
    String tool = World.fresh("bridged-tool");
    assertThat(agent.names(client)).doesNotContain("echom__" + tool);

    // When an upstream gets a tool
    world.modern.addTool(tool);
    long added = System.nanoTime();

    // Then the client is told, fetches the list and has it
    agent.awaitEvent(
        event ->
            event.path("client").asText().equals(client)
                && event.path("names").toString().contains("\"echom__" + tool + "\""),
        10);
    assertThat(Duration.ofNanos(System.nanoTime() - added)).isLessThan(BOUND);
    world.modern.removeTool(tool);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !world.wire("all").names().contains("echom__" + tool));
    agent.disconnect(client);
  }

  @ParameterizedTest
  @CsvSource({"LEGACY,echol", "LEGACY,echom", "MODERN,echol", "MODERN,echom"})
  void cancellationReachesTheUpstream(Era era, String server) {
    // Given a call over the bridge that would take a minute
    EchoUpstream upstream = server.equals("echol") ? world.legacy : world.modern;
    int before = upstream.cancelled();
    String client = connect(era, false);
    String ref = World.fresh("bridged-cancel");
    CompletableFuture<JsonNode> call =
        agent.start(
            client, server + "__slow", object().put("millis", 60_000).put("steps", 600), ref);
    agent.awaitEvent(event -> event.path("ref").asText().equals(ref), 10);

    // When the client cancels it
    agent.cancel(ref);

    // Then the upstream hears of it, and the bridge goes on
    assertThatThrownBy(() -> SdkAgent.await(call)).isInstanceOf(AgentError.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(upstream.cancelled()).isEqualTo(before + 1));
    assertThat(agent.names(client)).contains("ev__echo");
    agent.disconnect(client);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEGACY", "MODERN"})
  void endsWithItsInputWithinASecondAndLeavesNoProcess(Era era) {
    // Given a bridge in use, with a mark in its command line
    Path mark = folder.resolve("ends-" + era);
    String client = World.fresh("ending");
    List<String> command =
        bridge("--url", world.gateway.mcpUrl(), "--key-env", KEY, "--data", mark);
    long pid = agent.connectStdio(client, command, key("all"), era, true).path("pid").asLong();
    assertThat(agent.names(client)).contains("ev__echo");
    assertThat(CommandLines.holding(mark.toString())).isNotEmpty();

    // When its client closes its input
    long closed = System.nanoTime();
    agent.disconnect(client);

    // Then it ends by itself, the launcher too
    assertThat(Duration.ofNanos(System.nanoTime() - closed)).isLessThan(BOUND);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(CommandLines.holding(mark.toString())).isEmpty();
  }

  @Test
  void aGatewayThatDoesNotRunIsNamedToTheClientAndOnStandardError() {
    // Given a bridge to where nothing listens
    String url = "http://127.0.0.1:" + silent.number() + "/mcp";
    String client = World.fresh("lonely");

    // When the client connects
    AgentError error =
        catchThrowableOfType(
            AgentError.class,
            () ->
                agent.connectStdio(
                    client, bridge("--url", url, "--key-env", KEY), key("all"), Era.LEGACY, false));

    // Then the answer and standard error say where, why and what to do
    assertThat(error.code()).isEqualTo("-31005");
    assertThat(error.text()).contains(url).contains("./sallyport up");
    assertThat(awaitError(client, url).path("text").asText()).startsWith("sallyport stdio: ");
  }

  /** Without the SDK, which shows a modern server's refusal as a failure of its own. */
  @Test
  @Timeout(30)
  void aModernClientIsToldOfAGatewayThatDoesNotRun() throws Exception {
    // Given a bridge to where nothing listens
    String url = "http://127.0.0.1:" + silent.number() + "/mcp";
    ProcessBuilder builder =
        new ProcessBuilder(bridge("--url", url, "--key-env", KEY))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(key("all"));
    Process bridge = builder.start();

    // When a modern client asks who is there, and closes its output
    try (Writer lines = bridge.outputWriter(StandardCharsets.UTF_8)) {
      lines.write(
          "{\"jsonrpc\":\"2.0\",\"id\":\"d\",\"method\":\"server/discover\",\"params\":{\"_meta\":{"
              + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
              + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}\n");
    }
    List<String> answers = bridge.inputReader(StandardCharsets.UTF_8).lines().toList();

    // Then it has one answer, with the remedy, and the bridge has ended well
    assertThat(answers).hasSize(1);
    JsonNode answer = World.JSON.readTree(answers.getFirst());
    assertThat(answer.path("id").asText()).isEqualTo("d");
    assertThat(answer.at("/error/code").asInt()).isEqualTo(-31005);
    assertThat(answer.at("/error/message").asText()).contains(url).contains("./sallyport up");
    assertThat(bridge.waitFor()).isZero();
  }

  @Test
  void aDataFolderWithoutAGatewayIsNamedWithTheRemedy() {
    // Given a data folder in which no gateway ever ran
    String client = World.fresh("homeless");

    // When a client connects
    AgentError error =
        catchThrowableOfType(
            AgentError.class,
            () -> agent.connectStdio(client, bridge("--data", folder), JAVA, Era.LEGACY, false));

    // Then it is told
    assertThat(error.code()).isEqualTo("-31005");
    assertThat(error.text()).contains(folder.toString()).contains("--url");
    awaitError(client, folder.toString());
  }

  @Test
  void theKeyComesFromAVariableOrAFile() throws IOException {
    // Given a key that may little, in a variable and in a file
    Path file = Files.writeString(folder.resolve("key"), world.gateway.key("narrow") + "\n");
    String url = world.gateway.mcpUrl();
    String byVariable = World.fresh("by-variable");
    String byFile = World.fresh("by-file");

    // When clients connect with them
    agent.connectStdio(
        byVariable, bridge("--url", url, "--key-env", KEY), key("narrow"), Era.LEGACY, false);
    agent.connectStdio(byFile, bridge("--url", url, "--key-file", file), JAVA, Era.MODERN, false);

    // Then each sees what that key may, and no command line shows it
    List<String> narrow = world.wire("narrow").names();
    assertThat(narrow).isNotEmpty();
    assertThat(agent.names(byVariable)).containsExactlyElementsOf(narrow);
    assertThat(agent.names(byFile)).containsExactlyElementsOf(narrow);
    assertThat(CommandLines.holding(world.gateway.key("narrow"))).isEmpty();
    agent.disconnect(byVariable);
    agent.disconnect(byFile);
  }

  @Test
  void aKeyThatIsNotAcceptedIsNotShown() {
    // Given a key that nobody has
    String client = World.fresh("stranger");
    String stranger = "sk-nobody-has-this-key-0123456789abcdef";

    // When a client connects with it
    AgentError error =
        catchThrowableOfType(
            AgentError.class,
            () ->
                agent.connectStdio(
                    client,
                    bridge("--url", world.gateway.mcpUrl(), "--key-env", KEY),
                    with(stranger),
                    Era.LEGACY,
                    false));

    // Then it is told what to do
    assertThat(error.code()).isEqualTo("-31001");
    assertThat(error.text()).contains("./sallyport keys create").doesNotContain(stranger);
  }

  @Test
  void oneServersNamesAreItsOwn() {
    // Given a bridge to one server
    String client = World.fresh("one-server");
    List<String> command =
        bridge("--url", world.gateway.mcpUrl(), "--server", "echol", "--key-env", KEY);

    // When its client lists and calls
    agent.connectStdio(client, command, key("all"), Era.MODERN, false);
    JsonNode result = agent.call(client, "echo", object().put("n", 7));

    // Then the names have no prefix
    assertThat(agent.names(client)).containsExactlyInAnyOrderElementsOf(world.legacy.tools());
    assertThat(result.at("/structuredContent/n").asInt()).isEqualTo(7);
    agent.disconnect(client);
  }

  private String connect(Era era, boolean watch) {
    String client = World.fresh("bridged");
    agent.connectStdio(
        client, bridge("--url", world.gateway.mcpUrl(), "--key-env", KEY), key("all"), era, watch);
    return client;
  }

  /** What the bridge printed on standard error in which {@code text} stands. */
  private JsonNode awaitError(String client, String text) {
    return agent.awaitEvent(
        event ->
            event.path("event").asText().equals("stderr")
                && event.path("client").asText().equals(client)
                && event.path("text").asText().contains(text),
        10);
  }

  private Map<String, String> key(String name) {
    return with(world.gateway.key(name));
  }

  private static Map<String, String> with(String key) {
    return Map.of(KEY, key, "JAVA_HOME", JAVA.get("JAVA_HOME"));
  }

  private static List<String> bridge(Object... options) {
    List<String> command = new ArrayList<>();
    command.add(Home.find().resolve("sallyport").toString());
    command.add("stdio");
    for (Object option : options) {
      command.add(option.toString());
    }
    return command;
  }

  private static ObjectNode object() {
    return World.JSON.createObjectNode();
  }
}
