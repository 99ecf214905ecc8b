package dev.sallyport.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The admin API of the gateway on this machine, as the start needs it. */
public final class GatewayApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final String adminUrl;
  private final String adminKey;

  /**
   * @param adminUrl without {@code /api/v1}
   */
  public GatewayApi(String adminUrl, String adminKey) {
    this.adminUrl = adminUrl;
    this.adminKey = adminKey;
  }

  /** Whether the gateway says of itself that it can serve; false while it cannot be reached. */
  public boolean isReady() throws InterruptedException {
    try {
      return get("/q/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** The upstream servers of the default tenant with their health. */
  public List<StartPanel.Upstream> upstreams() throws IOException, InterruptedException {
    List<StartPanel.Upstream> upstreams = new ArrayList<>();
    JsonNode answer = JSON.readTree(expect(200, get("/api/v1/servers")).body());
    for (JsonNode server : answer.isArray() ? answer : answer.path("servers")) {
      JsonNode status = server.path("status").isObject() ? server.path("status") : server;
      upstreams.add(
          new StartPanel.Upstream(
              server.path("name").asText(),
              status.path("health").asText("unknown"),
              server.path("tools").isArray()
                  ? server.path("tools").size()
                  : server.path("toolCount").asInt(server.path("tools").asInt(0)),
              status.path("reason").asText("")));
    }
    return upstreams;
  }

  /** Whether the default tenant has a virtual key of this name, be it revoked. */
  public boolean hasKey(String name) throws IOException, InterruptedException {
    JsonNode answer = JSON.readTree(expect(200, get("/api/v1/keys")).body());
    for (JsonNode key : answer.isArray() ? answer : answer.path("keys")) {
      if (key.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Makes a virtual key and returns it; nobody can read it again. */
  public String createKey(String name, List<String> tools)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("name", name);
    tools.forEach(body.putArray("tools")::add);
    HttpRequest request =
        request("/api/v1/keys")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    return JSON.readTree(expect(201, send(request)).body()).path("key").asText();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(adminUrl + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + adminKey);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> expect(int status, HttpResponse<String> response)
      throws IOException {
    if (response.statusCode() != status) {
      throw new IOException(
          response.uri().getPath()
              + " answered "
              + response.statusCode()
              + " instead of "
              + status);
    }
    return response;
  }
}
