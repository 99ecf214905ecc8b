package dev.sallyport.testkit.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The admin API of a gateway, spoken plainly. */
public final class Admin {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final String url;
  private final String key;

  public Admin(String url, String key) {
    this.url = url;
    this.key = key;
  }

  /** What came back. */
  public record Answer(int status, String text) {

    /** The body as JSON. */
    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + text, e);
      }
    }

    /** This answer, when its status is {@code wanted}. */
    public Answer expect(int wanted) {
      if (status != wanted) {
        throw new IllegalStateException("status " + status + " instead of " + wanted + ": " + text);
      }
      return this;
    }
  }

  public String url() {
    return url;
  }

  public String key() {
    return key;
  }

  public Answer get(String path) {
    return send("GET", path, null, key);
  }

  public Answer post(String path, String json) {
    return send("POST", path, json, key);
  }

  public Answer put(String path, String json) {
    return send("PUT", path, json, key);
  }

  public Answer delete(String path) {
    return send("DELETE", path, null, key);
  }

  /** A request with another credential, or none. */
  public Answer send(
      String method, String path, @Nullable String json, @Nullable String credential) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(30));
    if (credential != null) {
      request.header("Authorization", "Bearer " + credential);
    }
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    request.method(
        method,
        json == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(json));
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
