package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.CommandLines;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upstream that misbehaves costs its own callers an honest answer, and nobody else anything. */
class BadUpstreamTest {

  private final World world = World.get();

  @Test
  void anUpstreamThatNeverAnswersIsGivenUpAtTheDeadline() throws IOException {
    // Given a server with a deadline of one second
    long begun = System.nanoTime();

    // When its tool hangs
    Answer answer = world.wire("all").call("hasty__hang", "{}");

    // Then the model is told within the deadline, and the record says so
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
    assertIsFailureWithCallId(answer);
    assertThat(awaitRecord(answer).path("outcome").asText()).isEqualTo("timed_out");
  }

  @ParameterizedTest
  @CsvSource({
    "echol__garbage",
    "echom__garbage",
    "echol__die",
    "echom__die",
    "echol__wrong_id",
    "echom__wrong_id"
  })
  void anAnswerThatIsNoneIsAFailureOfThatCallOnly(String tool) throws IOException {
    // Given an upstream that answers garbage, goes away mid-call, or answers another request
    // When its tool is called
    Answer answer = world.wire("all").call(tool, "{}");

    // Then the model is told without detail, the record has it, and the next call works
    assertIsFailureWithCallId(answer);
    assertThat(awaitRecord(answer).path("outcome").asText())
        .isIn("upstream_failed", "unknown", "timed_out");
    String server = tool.substring(0, tool.indexOf("__"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                world
                    .wire("all")
                    .call(server + "__echo", "{}")
                    .text()
                    .contains("structuredContent"));
  }

  @ParameterizedTest
  @CsvSource({"echol", "echom"})
  void aToolErrorAndAProtocolErrorStayWhatTheyAre(String server) {
    // Given tools that fail in the two ways that MCP knows / When they are called
    Answer tool = world.wire("all").call(server + "__fail", "{}");
    Answer protocol = world.wire("all").call(server + "__error", "{}");

    // Then each comes back as what it is
    assertThat(tool.text()).contains("\"isError\":true").contains("it failed");
    assertThat(protocol.text()).contains("-32603");
  }

  @Test
  void anUpstreamThatIsMissingAtStartNeverDelaysTheOthersAndIsShownAsDown() {
    // Given two servers that never were there / When they are looked at
    JsonNode missing = world.gateway.admin().get("/api/v1/servers/missing").expect(200).json();
    JsonNode gone = world.gateway.admin().get("/api/v1/servers/gone").expect(200).json();

    // Then they are shown with a reason, and their tools are unknown
    assertThat(List.of(missing.path("health").asText(), gone.path("health").asText()))
        .allMatch(health -> health.equals("down") || health.equals("connecting"));
    assertThat(gone.path("reason").asText()).isNotEmpty();
    assertThat(world.wire("all").call("missing__echo", "{}").text()).contains("Unknown tool");
  }

  @Test
  void anUpstreamThatComesLateGoesAndComesBackIsFollowed() {
    // Given a server that is registered before it is there
    String name = World.fresh("late");
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.LEGACY)) {
      upstream.down();
      world
          .gateway
          .admin()
          .put("/api/v1/servers/" + name, "{\"url\":\"" + upstream.url() + "\"}")
          .expect(201);

      // When it comes / Then its tools are there
      upstream.up();
      awaitCallable(name);

      // When it goes / Then its tools stay listed and calls fail fast
      upstream.down();
      long begun = System.nanoTime();
      Answer down = world.wire("all").call(name + "__echo", "{}");
      assertIsFailureWithCallId(down);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      assertThat(world.wire("all").names()).contains(name + "__echo");

      // When it comes back / Then calls work again
      upstream.up();
      awaitCallable(name);
    } finally {
      world.gateway.admin().delete("/api/v1/servers/" + name);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !world.wire("all").names().contains(name + "__echo"));
  }

  @Test
  void aStdioServerThatDiesIsStartedAgain() {
    // Given the process of a stdio server
    ProcessHandle child =
        world.gateway.processes().stream()
            .filter(
                handle ->
                    CommandLines.of(handle.pid()).stream()
                        .anyMatch(part -> part.contains("server-everything")))
            .findFirst()
            .orElseThrow();

    // When it is killed
    child.destroyForcibly();

    // Then another takes its place
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                !child.isAlive()
                    && world
                        .wire("all")
                        .call("ev__echo", "{\"message\":\"again\"}")
                        .text()
                        .contains("Echo: again"));
  }

  private void awaitCallable(String server) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                world
                    .wire("all")
                    .call(server + "__echo", "{}")
                    .text()
                    .contains("structuredContent"));
  }

  private void assertIsFailureWithCallId(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("\"isError\":true");
    assertThat(CallIds.in(answer.text())).as(answer.text()).isPresent();
    assertThat(answer.text())
        .doesNotContain("dev.sallyport", "Exception", "127.0.0.1", "not JSON at all");
  }

  private JsonNode awaitRecord(Answer answer) {
    return Records.await(world.gateway.admin(), CallIds.in(answer.text()).orElseThrow());
  }
}
