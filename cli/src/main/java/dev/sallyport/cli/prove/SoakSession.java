package dev.sallyport.cli.prove;

import dev.sallyport.cli.prove.Proof.NotSo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One client of revision 2025-11-25 that can be asked for input, with its stream open, until it
 * leaves in one way or another.
 */
final class SoakSession {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client;
  private final URI url;
  private final String key;
  private final String session;
  private final InputStream stream;

  private SoakSession(HttpClient client, URI url, String key, String session, InputStream stream) {
    this.client = client;
    this.url = url;
    this.key = key;
    this.session = session;
    this.stream = stream;
  }

  static SoakSession open(HttpClient client, URI url, String key)
      throws IOException, InterruptedException, NotSo {
    HttpResponse<String> begun =
        client.send(
            request(url, key)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                            + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"elicitation\":{}},"
                            + "\"clientInfo\":{\"name\":\"sallyport-prove\",\"version\":\"1\"}}}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    String session = begun.headers().firstValue("mcp-session-id").orElse("");
    if (begun.statusCode() != 200 || session.isEmpty()) {
      throw new NotSo("initialize answered " + begun.statusCode() + " " + begun.body());
    }
    HttpResponse<InputStream> stream =
        client.send(
            request(url, key)
                .setHeader("Accept", "text/event-stream")
                .header("Mcp-Session-Id", session)
                .header("MCP-Protocol-Version", "2025-11-25")
                .GET()
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    if (stream.statusCode() != 200) {
      throw new NotSo("the stream answered " + stream.statusCode());
    }
    return new SoakSession(client, url, key, session, stream.body());
  }

  /** Calls a tool and reads its whole answer. */
  void call(String tool, String arguments) throws IOException, InterruptedException, NotSo {
    HttpResponse<String> answer =
        client.send(post(tool, arguments), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200
        || !answer.body().contains("\"result\"")
        || answer.body().contains("\"isError\":true")) {
      throw new NotSo(tool + " answered " + answer.statusCode() + " " + answer.body());
    }
  }

  /** Ends the session as the specification asks for. */
  void delete() throws IOException, InterruptedException {
    client.send(
        request(url, key).header("Mcp-Session-Id", session).DELETE().build(),
        HttpResponse.BodyHandlers.discarding());
    stream.close();
  }

  /** Is gone without a word. */
  void vanish() throws IOException {
    stream.close();
  }

  /** Is gone without a word while a call runs whose answer has begun. */
  void vanishDuring(String tool, String arguments) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(post(tool, arguments), HttpResponse.BodyHandlers.ofInputStream());
    answer.body().readNBytes(1);
    answer.body().close();
    stream.close();
  }

  private HttpRequest post(String tool, String arguments) {
    return request(url, key)
        .header("Mcp-Session-Id", session)
        .header("MCP-Protocol-Version", "2025-11-25")
        .POST(
            HttpRequest.BodyPublishers.ofByteArray(
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                        + tool
                        + "\",\"arguments\":"
                        + arguments
                        + ",\"_meta\":{\"progressToken\":1}}}")
                    .getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private static HttpRequest.Builder request(URI url, String key) {
    return HttpRequest.newBuilder(url)
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .header("Authorization", "Bearer " + key);
  }
}
