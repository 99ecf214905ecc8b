package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.echo.EchoUpstream.Era;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Resources, templates and prompts of upstreams of both eras, and what a broken list costs. */
class OfferReadsTest {

  @TempDir Path folder;

  private ExecutorUnderTest executor;

  @BeforeEach
  void start() throws Exception {
    executor = new ExecutorUnderTest(folder.resolve("run"));
  }

  @AfterEach
  void stop() {
    executor.close();
  }

  private ExecutorUnderTest.Reported reported() {
    return executor.reported("echo");
  }

  private void connect(EchoUpstream upstream) {
    executor.connect(ExecutorUnderTest.http("echo", upstream.url()));
  }

  private static void soon(ThrowingRunnable assertion) {
    await().atMost(ExecutorUnderTest.SOON).untilAsserted(assertion);
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void everyListIsReadAndADefinitionStaysTheBytesItWas(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era).offering()) {
      String odd = "{ \"uri\" : \"a:1\", \"name\":\"\\u00e9\", \"size\":1.0E+2 }";
      upstream.offer("resources", "a:1", odd);
      upstream.addTemplate("a:{id}");
      upstream.addPrompt("ask");

      connect(upstream);

      soon(
          () -> {
            assertThat(reported().offers(Kind.RESOURCES))
                .singleElement()
                .satisfies(one -> assertThat(one.getDefinition().toStringUtf8()).isEqualTo(odd));
            assertThat(reported().offered(Kind.TEMPLATES)).containsExactly("a:{id}");
            assertThat(reported().offered(Kind.PROMPTS)).containsExactly("ask");
          });
      assertThat(reported().toolNames()).contains("echo");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Era.class,
      names = {"LEGACY", "MODERN"})
  void aChangeOfAListIsReadAgain(Era era) {
    try (EchoUpstream upstream = EchoUpstream.start(era).offering()) {
      connect(upstream);

      upstream.addResource("a:new");
      soon(() -> assertThat(reported().offered(Kind.RESOURCES)).containsExactly("a:new"));
      upstream.addPrompt("later");
      soon(() -> assertThat(reported().offered(Kind.PROMPTS)).containsExactly("later"));
      upstream.withdraw("resources", "a:new");
      soon(() -> assertThat(reported().offered(Kind.RESOURCES)).isEmpty());
    }
  }

  @Test
  void aServerThatDeclaresNoneIsKnownToHaveNone() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.LEGACY)) {
      connect(upstream);

      for (Kind kind : Kind.values()) {
        assertThat(reported().lists().offers(kind)).isEqualTo(List.of());
      }
      assertThat(reported().state().health()).isEqualTo(Health.HEALTH_READY);
    }
  }

  @Test
  void oneBadEntryIsQuarantinedAndCostsTheOthersNothing() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.LEGACY).offering()) {
      upstream.offer("resources", "1", "{\"name\":\"without a uri\"}");
      upstream.offer("resources", "2", "{\"uri\":\"a:twice\",\"name\":\"x\"}");
      upstream.offer("resources", "3", "{\"uri\":\"a:twice\",\"name\":\"y\"}");
      upstream.offer(
          "resources", "4", "{\"uri\":\"a:odd\",\"name\":\"y\",\"n\":{\"m\":1,\"m\":2}}");
      upstream.addResource("a:good");

      connect(upstream);

      soon(
          () ->
              assertThat(reported().offered(Kind.RESOURCES))
                  .containsExactlyInAnyOrder("a:twice", "a:good"));
      assertThat(reported().offers(Kind.RESOURCES))
          .filteredOn(offer -> !offer.getQuarantineReason().isEmpty())
          .hasSize(3);
      assertThat(reported().state().health()).isEqualTo(Health.HEALTH_READY);
    }
  }

  @Test
  void aListThatHangsHoldsUpNeitherToolsNorTheOtherLists() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.LEGACY).offering()) {
      upstream.breakList("resources", 0);
      upstream.addPrompt("ask");

      connect(upstream);

      assertThat(reported().toolNames()).contains("echo");
      soon(() -> assertThat(reported().offered(Kind.PROMPTS)).containsExactly("ask"));
      upstream.addTool("newer");
      soon(() -> assertThat(reported().toolNames()).contains("newer"));
      assertThat(reported().lists().offers(Kind.RESOURCES)).as("not read yet").isNull();
      assertThat(reported().state().health()).isEqualTo(Health.HEALTH_READY);
    }
  }

  @Test
  void aListThatFailsStaysWhatItWasAndSaysWhy() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.LEGACY).offering()) {
      upstream.addResource("a:kept");
      connect(upstream);
      soon(() -> assertThat(reported().offered(Kind.RESOURCES)).containsExactly("a:kept"));

      upstream.breakList("resources", -32603);
      upstream.addPrompt("ask");

      soon(() -> assertThat(reported().offered(Kind.PROMPTS)).containsExactly("ask"));
      executor.awaitHealth("echo", Health.HEALTH_DEGRADED);
      assertThat(reported().state().reason()).contains("resources/list", "-32603");
      assertThat(reported().offered(Kind.RESOURCES)).containsExactly("a:kept");
      assertThat(reported().toolNames()).contains("echo");

      upstream.mendList("resources");
      upstream.addResource("a:new");

      soon(() -> assertThat(reported().offered(Kind.RESOURCES)).containsExactly("a:kept", "a:new"));
      executor.awaitHealth("echo", Health.HEALTH_READY);
    }
  }

  @Test
  void aListThatWasNeverReadIsNotReportedAsEmpty() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.LEGACY).offering()) {
      upstream.breakList("prompts", -32603);
      upstream.addResource("a:1");

      executor.upstreams().put(ExecutorUnderTest.http("echo", upstream.url()));
      executor.awaitHealth("echo", Health.HEALTH_DEGRADED);

      soon(() -> assertThat(reported().offered(Kind.RESOURCES)).containsExactly("a:1"));
      assertThat(reported().lists().offers(Kind.PROMPTS)).isNull();
    }
  }

  @Test
  void aServerThatDoesNotKnowTemplatesHasNone() {
    try (EchoUpstream upstream = EchoUpstream.start(Era.LEGACY).offering()) {
      upstream.breakList("resourceTemplates", -32601);
      upstream.addResource("a:1");

      connect(upstream);

      soon(() -> assertThat(reported().offered(Kind.RESOURCES)).containsExactly("a:1"));
      soon(() -> assertThat(reported().lists().offers(Kind.TEMPLATES)).isEqualTo(List.of()));
      assertThat(reported().state().health()).isEqualTo(Health.HEALTH_READY);
    }
  }
}
