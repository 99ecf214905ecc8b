package dev.sallyport.bench.load;

import dev.sallyport.testkit.wire.RawHttp.Header;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A client of 2026-07-28 that makes one call after the other and keeps its connection, as agents
 * do. Not for several threads.
 */
final class KeptAgent {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI uri;
  private final String key;
  private int calls;

  KeptAgent(URI uri, String key) {
    this.uri = uri;
    this.key = key;
  }

  /**
   * The whole answer to a tools/call.
   *
   * @param arguments JSON object
   * @throws IOException also for every status but 200
   */
  String call(String tool, String arguments) throws IOException {
    String members = Wire.callMembers(tool, arguments);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + key)
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    Wire.modernBody(++calls, "tools/call", members)));
    for (Header header : Wire.modernHeaders("tools/call", members)) {
      request.header(header.name(), header.value());
    }
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("tools/call answered " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
