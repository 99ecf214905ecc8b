package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.wire.RawHttp.Header;
import dev.sallyport.testkit.wire.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What a caller may not know of answers like what does not exist: the same bytes, and in the same
 * time. 10,000 samples of each, one after the other, and their medians are within 5 %.
 */
@EnabledIfSystemProperty(
    named = "sallyport.mode",
    matches = "standalone",
    disabledReason = "edge answers by itself: split mode has the same code on the way")
class IndistinguishableTest {

  private static final int SAMPLES = 10_000;
  private static final int WARM = 3_000;
  private static final double WITHIN = 0.05;

  private final World world = World.get();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  @Test
  void aHiddenToolAndOneThatThereIsNot() throws Exception {
    // Given a tool that the key may not use, and a name as long that nothing has
    compare(call("echol__write"), call("echol__wrote"));
  }

  @Test
  void aToolOfAnotherTenantAndOneThatThereIsNot() throws Exception {
    // Given a server that only the second tenant has
    String theirs = World.fresh("theirs");
    world
        .secondAdmin()
        .put("/api/v1/servers/" + theirs, "{\"url\":\"" + world.legacy.url() + "\"}")
        .expect(201);
    try {
      compare(call(theirs + "__write"), call(theirs.replace("theirs", "nobody") + "__write"));
    } finally {
      world.secondAdmin().delete("/api/v1/servers/" + theirs);
    }
  }

  /** The same request but for the name in it, with the names made one. */
  private record Asked(HttpRequest request, String name) {}

  private Asked call(String tool) {
    String members = "\"name\":\"" + tool + "\",\"arguments\":{}";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(world.gateway.mcpUrl()))
            .header("Authorization", "Bearer " + world.gateway.key("narrow"))
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(Wire.modernBody(7, "tools/call", members)));
    for (Header header : Wire.modernHeaders("tools/call", members)) {
      request.header(header.name(), header.value());
    }
    return new Asked(request.build(), tool);
  }

  private void compare(Asked first, Asked second) throws Exception {
    assertThat(text(first).replace(first.name(), second.name())).isEqualTo(text(second));
    long[] firsts = new long[SAMPLES];
    long[] seconds = new long[SAMPLES];
    for (int i = -WARM; i < SAMPLES; i++) {
      // Each comes first as often as second.
      boolean turned = (i & 1) == 0;
      long one = nanos(turned ? second : first);
      long other = nanos(turned ? first : second);
      if (i >= 0) {
        firsts[i] = turned ? other : one;
        seconds[i] = turned ? one : other;
      }
    }
    double a = median(firsts);
    double b = median(seconds);
    assertThat(Math.abs(a - b) / Math.max(a, b))
        .as("medians of %.0f ns and %.0f ns", a, b)
        .isLessThan(WITHIN);
  }

  private String text(Asked asked) throws Exception {
    HttpResponse<String> answer =
        client.send(asked.request(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return answer.statusCode() + " " + answer.body();
  }

  private long nanos(Asked asked) throws Exception {
    long start = System.nanoTime();
    client.send(asked.request(), HttpResponse.BodyHandlers.discarding());
    return System.nanoTime() - start;
  }

  private static double median(long[] samples) {
    long[] sorted = samples.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
