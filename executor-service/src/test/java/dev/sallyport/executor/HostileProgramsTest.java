package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.exchange.Exchange;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.Stdio;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stdio upstream that does all it can to harm its callers, each other and the gateway. */
class HostileProgramsTest {

  @TempDir Path folder;

  private ExecutorUnderTest executor;
  private Path script;

  @BeforeEach
  void start() throws Exception {
    executor =
        new ExecutorUnderTest(
            folder.resolve("run"), ExecutorUnderTest.LIMITS, Map.of("CANARY", "c4nary-s3cret"));
    script = folder.resolve("hostile.mjs");
    try (InputStream from = HostileProgramsTest.class.getResourceAsStream("hostile.mjs")) {
      Files.copy(from, script);
    }
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  private ServerDefinition hostile(String era, Map<String, String> environment) {
    return ExecutorUnderTest.server("hostile")
        .setStdio(
            Stdio.newBuilder()
                .setCommand("node")
                .addAllArgs(List.of(script.toString(), era))
                .putAllEnv(environment))
        .setCallTimeoutMillis(4_000)
        .build();
  }

  private ServerDefinition hostile(String era) {
    return hostile(era, Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "modern"})
  void oneInvalidToolIsQuarantinedAndTheOthersAreServed(String era) {
    var reported = executor.connect(hostile(era));

    assertThat(reported.tool("no-schema").getQuarantineReason()).contains("inputSchema");
    assertThat(reported.tool("echo").getQuarantineReason()).isEmpty();
    assertThat(reported.tool("echo").getPin()).hasSize(64);
    assertThat(reported.tool("safe").getReadOnlyHint()).isTrue();
    assertThat(reported.greeted().version())
        .isEqualTo(
            era.equals("modern") ? ProtocolVersion.V2026_07_28 : ProtocolVersion.V2025_06_18);
  }

  @Test
  void aServerThatDoesNotAnswerTheProbeIsLegacy() throws Exception {
    try (ExecutorUnderTest hasty =
        new ExecutorUnderTest(folder.resolve("hasty"), shortProbe(), Map.of())) {
      var reported = hasty.connect(hostile("quiet"));

      assertThat(reported.greeted().version()).isEqualTo(ProtocolVersion.V2025_06_18);
    }
  }

  private static dev.sallyport.executor.upstream.UpstreamLimits shortProbe() {
    var l = ExecutorUnderTest.LIMITS;
    return new dev.sallyport.executor.upstream.UpstreamLimits(
        l.callTimeout(),
        l.longestCall(),
        l.maxInFlight(),
        l.maxAnswer(),
        Duration.ofMillis(300),
        l.start(),
        l.firstBackoff(),
        l.longestBackoff(),
        l.healthInterval(),
        l.cataloguePages(),
        l.catalogueTools(),
        l.catalogueBytes(),
        l.mostOwn(),
        l.ownIdle(),
        l.keepAlive());
  }

  @Test
  void aServerThatDiesOfTheProbeIsSparedItNextTime() {
    var reported = executor.connect(hostile("dies-at-probe"));

    assertThat(reported.greeted().version()).isEqualTo(ProtocolVersion.V2025_06_18);
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "modern"})
  void aCallThatIsNeverAnsweredTimesOutAndIsCancelledUpstream(String era) {
    executor.connect(hostile(era));

    RecordingSink sink = executor.call("hostile", "silent", "{}");

    assertThat(sink.awaitEnd().getFailed().getCode()).isEqualTo("upstream_timeout");
    assertThat(sink.awaitEnd().getNotDelivered()).isFalse();
    assertThat(executor.call("hostile", "seen", "{}").response()).contains("\\\"cancelled\\\":[");
    assertThat(executor.call("hostile", "seen", "{}").response())
        .doesNotContain("\\\"cancelled\\\":[]");
  }

  @Test
  void aCancelReachesTheUpstreamAndEndsTheExchangeOnce() {
    executor.connect(hostile("legacy"));
    RecordingSink sink = new RecordingSink();
    Exchange exchange =
        executor.open(
            "hostile", "silent", ExecutorUnderTest.request("1", "silent", "{}", ""), sink, 30_000);
    await()
        .atMost(ExecutorUnderTest.SOON)
        .until(() -> executor.call("hostile", "seen", "{}").response().contains("silent"));

    exchange.cancel("enough");
    exchange.cancel("enough");

    assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.CANCELLED);
    assertThat(executor.call("hostile", "seen", "{}").response())
        .doesNotContain("\\\"cancelled\\\":[]");
  }

  @Test
  void garbageFailsItsOwnCallAndNoOther() {
    executor.connect(hostile("legacy"));
    RecordingSink patient = new RecordingSink();
    executor.open(
        "hostile", "silent", ExecutorUnderTest.request("1", "silent", "{}", ""), patient, 30_000);

    RecordingSink sink = executor.call("hostile", "garbage", "{}");

    assertThat(sink.awaitEnd().getFailed().getCode()).isEqualTo("upstream_garbage");
    assertThat(patient.hasEnded()).isFalse();
    assertThat(executor.call("hostile", "echo", "{\"a\":1}").response()).contains("\\\"a\\\":1");
    assertThat(patient.awaitEnd().getFailed().getCode()).isEqualTo("upstream_timeout");
  }

  @Test
  void aWrongIdIsNobodysAnswer() {
    executor.connect(hostile("legacy"));

    RecordingSink sink = executor.call("hostile", "wrong-id", "{}");

    assertThat(sink.awaitEnd().getFailed().getCode()).isEqualTo("upstream_timeout");
    assertThat(sink.response()).isEmpty();
  }

  @Test
  void aSecondAnswerIsIgnored() {
    executor.connect(hostile("legacy"));

    assertThat(executor.call("hostile", "twice", "{}").response()).contains("first");
    assertThat(executor.call("hostile", "echo", "{}").response()).doesNotContain("second");
  }

  @Test
  void aGiantAnswerIsCutOffAndTheConnectionLives() {
    executor.connect(hostile("legacy"));

    RecordingSink sink = executor.call("hostile", "giant", "{}");

    assertThat(sink.awaitEnd().getFailed().getCode()).isEqualTo("upstream_too_large");
    assertThat(executor.call("hostile", "echo", "{}").awaitEnd().getOutcomeCase())
        .isEqualTo(End.OutcomeCase.COMPLETED);
  }

  @Test
  void deathInTheMiddleOfACallLeavesItsOutcomeUnknown() {
    executor.connect(hostile("legacy"));

    for (String way : List.of("die", "half-line")) {
      RecordingSink sink = executor.call("hostile", way, "{}");

      assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.OUTCOME_UNKNOWN);
      assertThat(sink.awaitEnd().getNotDelivered()).isFalse();
      executor.awaitHealth("hostile", Health.HEALTH_READY);
    }
  }

  @Test
  void aRepeatableCallIsMadeOnceMoreAfterDeathAndAnUnrepeatableOneIsNot() {
    executor.connect(hostile("legacy"));
    RecordingSink sink = new RecordingSink();
    String frame = ExecutorUnderTest.request("1", "safe", "{}", "");
    var bytes = io.vertx.core.buffer.Buffer.buffer(frame);

    executor
        .exchanges()
        .open(
            ExecutorUnderTest.context(),
            ExecutorUnderTest.header("hostile", "safe", bytes.length()).setRepeatable(true).build(),
            bytes,
            sink);

    assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.OUTCOME_UNKNOWN);
    // Ready, down after the first try, ready for the second, down again.
    assertThat(executor.healthHistory().stream().filter(h -> h.endsWith("HEALTH_READY")).count())
        .isEqualTo(2);
  }

  @Test
  void serverRequestsAreRefusedAndPingIsAnswered() {
    executor.connect(hostile("legacy"));

    String said = executor.call("hostile", "ask", "{}").response();

    assertThat(said).contains("srv-1", "-32601", "srv-2", "\\\"result\\\":{}");
  }

  @Test
  void aFloodOfNoiseAndListChangesDelaysNobodyElse() {
    executor.connect(hostile("legacy"));
    executor.connect(hostile("legacy").toBuilder().setName("neighbour").build());

    RecordingSink flooded = executor.call("hostile", "flood", "{}");

    assertThat(flooded.response()).contains("flooded");
    assertThat(executor.call("neighbour", "echo", "{}").awaitEnd().getOutcomeCase())
        .isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(
            executor.healthHistory().stream().filter(h -> h.equals("hostile:HEALTH_READY")).count())
        .isLessThan(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "modern"})
  void aChangedListIsReadAgain(String era) {
    executor.connect(hostile(era));
    assertThat(executor.reported("hostile").toolNames()).doesNotContain("added");

    executor.call("hostile", "change", "{}");

    await()
        .atMost(ExecutorUnderTest.SOON)
        .untilAsserted(
            () -> assertThat(executor.reported("hostile").toolNames()).contains("added"));
  }

  @Test
  void progressUnderAForeignTokenReachesNobody() {
    executor.connect(hostile("legacy"));
    RecordingSink bystander = new RecordingSink();
    Exchange waiting =
        executor.open(
            "hostile",
            "silent",
            ExecutorUnderTest.request("1", "silent", "{}", ""),
            bystander,
            30_000);

    executor.call("hostile", "stray-progress", "{}");
    waiting.cancel("done");
    bystander.awaitEnd();

    assertThat(bystander.notifications()).as("it asked for no progress").isEmpty();
  }

  @Test
  void inputThatAModernServerWaitsForIsTheClientsToBring() {
    executor.connect(hostile("modern"));

    RecordingSink sink = executor.call("hostile", "needs-input", "{}");

    assertThat(sink.awaitEnd().hasWaiting()).isTrue();
    assertThat(sink.response())
        .as("edge seals the state before anybody sees it")
        .contains("\"resultType\":\"input_required\"");
  }

  @Test
  void aPrettyPrintedFrameReachesTheProgramAsOneLine() {
    executor.connect(hostile("legacy"));
    RecordingSink sink = new RecordingSink();
    String smuggled =
        "{\"jsonrpc\":\"2.0\",\r\n\"id\":1,\n\"method\":\"tools/call\",\n\"params\":{\"name\":\"echo\","
            + "\n\"arguments\":{\"x\":\n\"a\\nb\"}}\n}\n";

    executor.open("hostile", "echo", smuggled, sink, 20_000);

    assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
    assertThat(sink.response()).contains("a\\\\nb");
    assertThat(executor.call("hostile", "seen", "{}").response())
        .containsOnlyOnce("\\\"name\\\":\\\"echo\\\"");
  }

  @Test
  void theModernMetaIsTheGatewaysOwnAndALegacyServerSeesNone() {
    String meta =
        "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"agent\",\"version\":\"9\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"sampling\":{}},\"vendor/x\":[1.0]";
    for (String era : List.of("modern", "legacy")) {
      executor.connect(hostile(era).toBuilder().setName(era).build());
      RecordingSink sink = new RecordingSink();
      executor.open(era, "echo", ExecutorUnderTest.request("1", "echo", "{}", meta), sink, 20_000);

      assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
      assertThat(sink.response()).contains("vendor/x").doesNotContain("agent", "sampling");
      if (era.equals("modern")) {
        assertThat(sink.response()).contains("sallyport", "clientCapabilities\\\":{}");
      } else {
        assertThat(sink.response()).doesNotContain("io.modelcontextprotocol");
      }
    }
  }

  @Test
  void aMissingSecretKeepsTheServerDownNamingTheReferenceOnly() {
    executor.upstreams().put(hostile("legacy", Map.of("TOKEN", "env:NOT_SET_HERE")));

    var reported = executor.awaitHealth("hostile", Health.HEALTH_DOWN);

    assertThat(reported.state().reason()).contains("TOKEN", "NOT_SET_HERE");
    RecordingSink sink = executor.call("hostile", "echo", "{}");
    assertThat(sink.awaitEnd().getFailed().getCode()).isEqualTo("upstream_down");
    assertThat(sink.awaitEnd().getNotDelivered()).isTrue();
  }

  @Test
  void aResolvedSecretReachesTheProgramAndNothingElse() {
    var reported = executor.connect(hostile("legacy", Map.of("TOKEN", "env:CANARY")));

    assertThat(reported.toString()).doesNotContain("c4nary-s3cret");
    assertThat(executor.upstreams().all().iterator().next().spec().toString())
        .doesNotContain("c4nary-s3cret");
  }

  @Test
  void aMissingProgramIsDownWithAReasonAndComesUpWhenTheDefinitionIsCorrected() {
    executor.upstreams().put(ExecutorUnderTest.stdio("hostile", List.of("no-such-program", "x")));
    assertThat(executor.awaitHealth("hostile", Health.HEALTH_DOWN).state().reason())
        .contains("no-such-program");

    executor.upstreams().put(hostile("legacy").toBuilder().setRevision(2).build());

    executor.awaitHealth("hostile", Health.HEALTH_READY);
    assertThat(executor.call("hostile", "echo", "{}").awaitEnd().getFailed().getCode())
        .as("a call decided on the older revision")
        .isEqualTo("");
  }

  @Test
  void anotherTenantsServerOfTheSameNameIsNotReached() {
    executor.connect(hostile("legacy"));
    String frame = ExecutorUnderTest.request("1", "echo", "{}", "");
    var bytes = io.vertx.core.buffer.Buffer.buffer(frame);
    var mine = ExecutorUnderTest.context();
    var theirs =
        new dev.sallyport.kit.call.CallContext(
            ExecutorUnderTest.OTHER_TENANT,
            mine.caller(),
            mine.peer(),
            mine.callId(),
            null,
            Long.MAX_VALUE,
            null,
            null);
    RecordingSink sink = new RecordingSink();

    executor
        .exchanges()
        .open(
            theirs,
            ExecutorUnderTest.header("hostile", "echo", bytes.length()).build(),
            bytes,
            sink);

    assertThat(sink.awaitEnd().getFailed().getCode()).isEqualTo("upstream_down");
    assertThat(executor.call("hostile", "seen", "{}").response()).doesNotContain("\\\"echo\\\"");
  }

  @Test
  void noMoreCallsRunThanTheDefinitionAllows() {
    executor.connect(hostile("legacy").toBuilder().setMaxInFlight(2).build());
    RecordingSink[] waiting = {new RecordingSink(), new RecordingSink()};
    Exchange[] open = new Exchange[2];
    for (int i = 0; i < 2; i++) {
      open[i] =
          executor.open(
              "hostile",
              "silent",
              ExecutorUnderTest.request("1", "silent", "{}", ""),
              waiting[i],
              30_000);
    }

    assertThat(executor.call("hostile", "echo", "{}").awaitEnd().getFailed().getCode())
        .isEqualTo("too_many_in_flight");
    open[0].cancel("");
    waiting[0].awaitEnd();
    assertThat(executor.call("hostile", "echo", "{}").awaitEnd().getOutcomeCase())
        .isEqualTo(End.OutcomeCase.COMPLETED);
  }

  @Test
  void aRemovedServerEndsItsProgram() {
    executor.connect(hostile("legacy"));
    ProcessHandle program =
        ProcessHandle.current()
            .children()
            .filter(p -> p.info().commandLine().orElse("").contains("hostile.mjs"))
            .findFirst()
            .orElseThrow();

    executor.upstreams().remove(new dev.sallyport.executor.upstream.UpstreamKey("acme", "hostile"));

    await().atMost(ExecutorUnderTest.SOON).until(() -> !program.isAlive());
  }
}
