package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.exchange.Exchange;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.Http;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.echo.EchoUpstream.Era;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streamable HTTP in both eras, against a server that does what it is told. */
class HttpServersTest {

  @TempDir Path folder;

  private ExecutorUnderTest executor;

  @BeforeEach
  void start() throws Exception {
    executor =
        new ExecutorUnderTest(
            folder.resolve("run"), ExecutorUnderTest.LIMITS, Map.of("TOKEN", "c4nary"));
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  private static ServerDefinition definition(EchoUpstream upstream) {
    return ExecutorUnderTest.http("echo", upstream.url()).toBuilder()
        .setCallTimeoutMillis(2_000)
        .build();
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void theEraIsFoundAndTheNewerOneIsPreferred(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era)) {
      var reported = executor.connect(definition(upstream));

      assertThat(reported.greeted().version().era())
          .isEqualTo(
              era == Era.LEGACY
                  ? dev.sallyport.mcp.protocol.Era.LEGACY
                  : dev.sallyport.mcp.protocol.Era.MODERN);
      RecordingSink sink = executor.call("echo", "echo", "{\"big\":1e400,\"n\":-0.0}");
      assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
      assertThat(upstream.executions().getLast().arguments())
          .asString()
          .isEqualTo("{\"big\":1e400,\"n\":-0.0}");
      assertThat(sink.response()).contains("\"resultType\":\"complete\"").contains("1e400");
    }
  }

  @Test
  void aPinDecidesTheEra() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.BOTH)) {
      var reported =
          executor.connect(
              definition(upstream).toBuilder().setProtocolVersion("2025-11-25").build());

      assertThat(reported.greeted().version()).isEqualTo(ProtocolVersion.V2025_11_25);
      executor.call("echo", "echo", "{}");
      assertThat(upstream.executions().getLast().modern()).isFalse();
    }
  }

  @Test
  void modernHeadersMirrorTheBodyWithTheUpstreamsName() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.MODERN)) {
      upstream.addTool("wörk");
      executor.connect(definition(upstream));
      RecordingSink sink = new RecordingSink();
      Buffer frame = Buffer.buffer(ExecutorUnderTest.request("\"x\"", "srv__w\\u00f6rk", "{}", ""));

      executor
          .exchanges()
          .open(
              ExecutorUnderTest.context(),
              ExecutorUnderTest.header("echo", "srv__wörk", frame.length())
                  .setUpstreamName("wörk")
                  .putForwardedHeaders("mcp-param-region", "eu")
                  .putForwardedHeaders("Authorization", "Bearer stolen")
                  .build(),
              frame,
              sink);

      assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
      assertThat(sink.response()).contains("\"id\":\"x\"");
      Map<String, String> headers = upstream.executions().getLast().headers();
      assertThat(headers)
          .containsEntry("mcp-method", "tools/call")
          .containsEntry("mcp-protocol-version", "2026-07-28")
          .containsEntry("mcp-name", "=?base64?d8O2cms=?=")
          .containsEntry("mcp-param-region", "eu")
          .doesNotContainKeys("authorization", "mcp-session-id");
    }
  }

  @Test
  void headersOfTheDefinitionAreSentWithTheirSecrets() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.LEGACY)) {
      executor.connect(
          definition(upstream).toBuilder()
              .setHttp(
                  Http.newBuilder()
                      .setUrl(upstream.url())
                      .putHeaders("X-Token", "env:TOKEN")
                      .build())
              .build());

      executor.call("echo", "echo", "{}");

      assertThat(upstream.executions().getLast().headers())
          .containsEntry("x-token", "c4nary")
          .containsEntry("mcp-protocol-version", "2025-11-25");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void allPagesAreRead(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era)) {
      IntStream.range(0, 25).forEach(i -> upstream.addTool("extra-" + i));
      upstream.pages(10);

      assertThat(executor.connect(definition(upstream)).toolNames())
          .containsAll(IntStream.range(0, 25).mapToObj(i -> "extra-" + i).toList())
          .contains("echo");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void changedToolsAreSeenWithinASecond(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era)) {
      executor.connect(definition(upstream));

      upstream.addTool("brand-new");
      await()
          .atMost(ExecutorUnderTest.SOON)
          .until(() -> executor.reported("echo").toolNames().contains("brand-new"));
      upstream.removeTool("brand-new");
      await()
          .atMost(ExecutorUnderTest.SOON)
          .until(() -> !executor.reported("echo").toolNames().contains("brand-new"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void badAnswersFailTheirOwnCallOnly(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era)) {
      executor.connect(definition(upstream));
      RecordingSink patient = new RecordingSink();
      executor.open(
          "echo",
          "slow",
          ExecutorUnderTest.request(
              "5", "slow", "{\"millis\":1500,\"steps\":3}", "\"progressToken\":\"p\""),
          patient,
          30_000);

      assertThat(executor.call("echo", "garbage", "{}").awaitEnd().getFailed().getCode())
          .isEqualTo("upstream_garbage");
      assertThat(executor.call("echo", "wrong_id", "{}").awaitEnd().getFailed().getCode())
          .isEqualTo("upstream_garbage");
      assertThat(executor.call("echo", "die", "{}").awaitEnd().getOutcomeCase())
          .isEqualTo(End.OutcomeCase.OUTCOME_UNKNOWN);
      assertThat(upstream.executed("die")).as("must not be repeated").isEqualTo(1);
      assertThat(
              executor.call("echo", "big", "{\"bytes\":17000000}").awaitEnd().getFailed().getCode())
          .isEqualTo("upstream_too_large");
      RecordingSink large = executor.call("echo", "big", "{\"bytes\":10485760}");
      assertThat(large.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
      assertThat(large.response().length()).isGreaterThan(10_485_760);
      assertThat(executor.call("echo", "fail", "{}").awaitEnd().getCompleted().getResultIsError())
          .isTrue();
      assertThat(
              executor.call("echo", "error", "{}").awaitEnd().getCompleted().getJsonRpcErrorCode())
          .isEqualTo(-32603);
      assertThat(patient.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
      assertThat(patient.notifications())
          .hasSize(3)
          .allSatisfy(n -> assertThat(n).contains("\"progressToken\":\"p\""));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void aTimeoutAndACancelReachTheUpstreamInItsOwnEra(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era)) {
      executor.connect(definition(upstream));

      assertThat(executor.call("echo", "hang", "{}").awaitEnd().getFailed().getCode())
          .isEqualTo("upstream_timeout");
      await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.cancelled() == 1);

      RecordingSink sink = new RecordingSink();
      Exchange exchange =
          executor.open(
              "echo", "hang", ExecutorUnderTest.request("1", "hang", "{}", ""), sink, 30_000);
      await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.executed("hang") == 2);
      exchange.cancel("enough");
      assertThat(sink.awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.CANCELLED);
      await().atMost(ExecutorUnderTest.SOON).until(() -> upstream.cancelled() == 2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void aServerThatIsAwayIsDownAtOnceAndBackByItself(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era)) {
      executor.connect(definition(upstream));
      List<String> tools = executor.reported("echo").toolNames();

      upstream.down();
      // What is written on a kept connection before its end is noticed may have been delivered, and
      // is not said to be refused: the outcome is unknown, until the end has come in.
      End refused =
          await()
              .atMost(ExecutorUnderTest.SOON)
              .until(
                  () -> executor.call("echo", "write", "{}").awaitEnd(),
                  end -> end.getOutcomeCase() == End.OutcomeCase.FAILED);

      assertThat(refused.getFailed().getCode()).isEqualTo("upstream_down");
      assertThat(refused.getNotDelivered()).isTrue();
      assertThat(refused.toString()).doesNotContain("127.0.0.1");
      executor.awaitHealth("echo", Health.HEALTH_DOWN);
      assertThat(executor.reported("echo").toolNames()).isEqualTo(tools);

      upstream.up();
      executor.awaitHealth("echo", Health.HEALTH_READY);
      assertThat(executor.call("echo", "write", "{}").awaitEnd().getOutcomeCase())
          .isEqualTo(End.OutcomeCase.COMPLETED);
      assertThat(upstream.executed("write")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void aLossIsNoticedWithoutACall(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era)) {
      executor.connect(definition(upstream));

      upstream.down();

      executor.awaitHealth("echo", Health.HEALTH_DOWN);
    }
  }

  @Test
  void aServerMissingAtStartIsConnectedWhenItComes() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.MODERN)) {
      upstream.down();
      executor.upstreams().put(definition(upstream));
      executor.awaitHealth("echo", Health.HEALTH_DOWN);

      upstream.up();

      executor.awaitHealth("echo", Health.HEALTH_READY);
    }
  }

  @Test
  void connectionsAreKeptAliveAndCallsRunSideBySide() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.MODERN)) {
      executor.connect(definition(upstream));
      List<RecordingSink> sinks =
          IntStream.range(0, 40)
              .mapToObj(
                  i -> {
                    RecordingSink sink = new RecordingSink();
                    executor.open(
                        "echo",
                        "echo",
                        ExecutorUnderTest.request(
                            "\"c" + i + "\"", "echo", "{\"i\":" + i + "}", ""),
                        sink,
                        30_000);
                    return sink;
                  })
              .toList();

      for (int i = 0; i < sinks.size(); i++) {
        assertThat(sinks.get(i).awaitEnd().getOutcomeCase()).isEqualTo(End.OutcomeCase.COMPLETED);
        assertThat(sinks.get(i).response())
            .contains("\"id\":\"c" + i + "\"")
            .contains("\"i\":" + i);
      }
    }
  }
}
