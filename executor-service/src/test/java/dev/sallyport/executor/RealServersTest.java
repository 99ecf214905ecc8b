package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.testkit.npm.NodeServer;
import dev.sallyport.testkit.npm.NpmPackages;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real MCP servers from npm over each transport. */
class RealServersTest {

  @TempDir Path folder;

  private final NpmPackages npm = NpmPackages.install();
  private ExecutorUnderTest executor;

  @BeforeEach
  void start() throws Exception {
    executor = new ExecutorUnderTest(folder.resolve("run"));
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  @Test
  void everythingOverStdioIsListedAndCalled() {
    var reported = executor.connect(ExecutorUnderTest.stdio("everything", npm.everything()));

    assertThat(reported.greeted().version()).isEqualTo(ProtocolVersion.V2025_11_25);
    assertThat(reported.toolNames()).contains("echo", "get-sum");
    assertThat(reported.tool("echo").getDefinition().toStringUtf8())
        .startsWith("{\"name\":\"echo\"")
        .contains("\"inputSchema\"");
    callsEcho("everything");
  }

  @Test
  void everythingsResourcesTemplatesAndPromptsAreListed() {
    executor.connect(ExecutorUnderTest.stdio("everything", npm.everything()));

    await()
        .atMost(ExecutorUnderTest.SOON)
        .untilAsserted(
            () -> {
              var reported = executor.reported("everything");
              assertThat(reported.offered(Kind.RESOURCES)).isNotEmpty();
              assertThat(reported.offered(Kind.TEMPLATES)).anyMatch(text -> text.contains("{"));
              assertThat(reported.offered(Kind.PROMPTS)).isNotEmpty();
              assertThat(reported.state().health()).isEqualTo(Health.HEALTH_READY);
            });
  }

  @Test
  void everythingOverStreamableHttpIsListedAndCalled() {
    try (NodeServer server = npm.startEverythingHttp()) {
      var reported = executor.connect(ExecutorUnderTest.http("everything", server.url()));

      assertThat(reported.greeted().version()).isEqualTo(ProtocolVersion.V2025_11_25);
      assertThat(reported.toolNames()).contains("echo", "get-sum");
      callsEcho("everything");
    }
  }

  @Test
  void everythingOverHttpAndSseIsListedAndCalled() {
    try (NodeServer server = npm.startEverythingSse()) {
      var reported = executor.connect(ExecutorUnderTest.sse("everything", server.url()));

      assertThat(reported.toolNames()).contains("echo", "get-sum");
      callsEcho("everything");
    }
  }

  @Test
  void anHttpAddressThatOnlyOffersHttpAndSseIsFoundOut() {
    try (NodeServer server = npm.startEverythingSse()) {
      executor.connect(ExecutorUnderTest.http("everything", server.url()));

      callsEcho("everything");
    }
  }

  @Test
  void theFilesystemServerReadsWhatItMay() throws Exception {
    Path root = Files.createDirectory(folder.resolve("files")).toRealPath();
    Files.writeString(root.resolve("a.txt"), "héllo \"quoted\"\n");

    var reported = executor.connect(ExecutorUnderTest.stdio("files", npm.filesystem(root)));
    RecordingSink sink =
        executor.call("files", "read_text_file", "{\"path\":\"" + root.resolve("a.txt") + "\"}");

    assertThat(reported.toolNames()).hasSizeGreaterThanOrEqualTo(10);
    assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(sink.response()).contains("héllo \\\"quoted\\\"\\n");
  }

  @Test
  void progressReachesItsOwnerWithTheClientsOwnToken() {
    executor.connect(ExecutorUnderTest.stdio("everything", npm.everything()));
    RecordingSink one = new RecordingSink();
    RecordingSink other = new RecordingSink();
    String arguments = "{\"duration\":1,\"steps\":4}";

    executor.open(
        "everything",
        "trigger-long-running-operation",
        ExecutorUnderTest.request(
            "\"a-1\"",
            "trigger-long-running-operation",
            arguments,
            "\"progressToken\":\"tök\\u0065n\""),
        one,
        30_000);
    executor.open(
        "everything",
        "trigger-long-running-operation",
        ExecutorUnderTest.request(
            "7", "trigger-long-running-operation", arguments, "\"progressToken\":99"),
        other,
        30_000);

    assertThat(one.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(other.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(one.notifications())
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(n -> assertThat(n).contains("\"progressToken\":\"tök\\u0065n\""));
    assertThat(other.notifications())
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(n -> assertThat(n).contains("\"progressToken\":99"));
    assertThat(one.response()).contains("\"id\":\"a-1\"");
    assertThat(other.response()).contains("\"id\":7");
  }

  @Test
  void aCrashedProgramIsStartedAgainAndItsToolsStayKnown() {
    var reported = executor.connect(ExecutorUnderTest.stdio("everything", npm.everything()));
    ProcessHandle program =
        ProcessHandle.current()
            .children()
            .filter(p -> p.info().commandLine().orElse("").contains("server-everything"))
            .findFirst()
            .orElseThrow();

    program.destroyForcibly();
    executor.awaitHealth("everything", Health.HEALTH_DOWN);

    assertThat(executor.reported("everything").toolNames()).isEqualTo(reported.toolNames());
    executor.awaitHealth("everything", Health.HEALTH_READY);
    callsEcho("everything");
  }

  @Test
  void aKilledHttpServerIsDownAndItsToolsStayKnown() {
    try (NodeServer server = npm.startEverythingHttp()) {
      executor.connect(ExecutorUnderTest.http("everything", server.url()));
      server.kill();

      RecordingSink sink = executor.call("everything", "echo", "{\"message\":\"x\"}");

      assertThat(sink.awaitEnd().getFailed().getCode()).isEqualTo("upstream_down");
      assertThat(sink.awaitEnd().getNotDelivered()).isTrue();
      executor.awaitHealth("everything", Health.HEALTH_DOWN);
      await()
          .atMost(ExecutorUnderTest.SOON)
          .untilAsserted(
              () -> assertThat(executor.reported("everything").toolNames()).contains("echo"));
    }
  }

  private void callsEcho(String server) {
    RecordingSink sink = executor.call(server, "echo", "{\"message\":\"hi \\u00e4\"}");

    End end = sink.awaitEnd();
    assertThat(end.getOutcomeCase()).as(end.toString()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(end.getUpstreamMicros()).isPositive();
    assertThat(sink.response())
        .contains("\"id\":1", "hi ä", "\"resultType\":\"complete\"")
        .doesNotContain("\"isError\":true");
  }
}
