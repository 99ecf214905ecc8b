package dev.sallyport.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.testkit.echo.EchoUpstream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ladder that counts failures as calls, or hides a stall, would say anything. */
class LoadGeneratorTest {

  @Test
  void aFailedCallIsAnErrorAndNotASuccess() throws Exception {
    // Given a tool that fails / When it is loaded
    JsonNode result = load("fail", 1);

    // Then every call counts as an error
    assertThat(result.path("errors").asLong())
        .isEqualTo(result.path("calls").asLong() + result.path("openCalls").asLong());
    assertThat(result.path("firstError").asText()).contains("it failed");
  }

  @Test
  void callsThatWaitForASlowServerCountFromWhenTheyWereDue() throws Exception {
    // Given a server that answers after half a second / When 40 calls a second become due on one
    // connection
    JsonNode result = load("slow", 1);

    // Then the queue shows: the median call waited for many before it
    assertThat(result.path("errors").asLong()).isZero();
    assertThat(result.path("p50Micros").asLong()).isGreaterThan(2_000_000);
  }

  private static JsonNode load(String tool, int connections) throws Exception {
    LoadPlan plan;
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.MODERN)) {
      plan =
          new LoadPlan(Work.CALL, tool, upstream.url(), LoadPlan.NO_KEYS, connections, 1, 1, 40, 1);
      try (Child generator =
          Child.start(LoadGenerator.class, 64, List.copyOf(plan.toArguments()))) {
        assertThat(generator.line()).isEqualTo("closed");
        assertThat(generator.line()).startsWith("closed-end ");
        return new ObjectMapper().readTree(generator.line());
      }
    }
  }
}
