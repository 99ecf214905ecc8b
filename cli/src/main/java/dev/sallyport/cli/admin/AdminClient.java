package dev.sallyport.cli.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The admin API, as the commands use it. Every failure is an {@link AdminFailed}. */
final class AdminClient {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final String url;
  private final String key;

  /**
   * @param url without {@code /api/v1}
   */
  AdminClient(String url, String key) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.key = key;
  }

  /** {@code /api/v1/<path>} with one escaped segment after it. */
  static String one(String path, String name) {
    return path + "/" + escape(name);
  }

  /** With every parameter that says something. */
  static String with(String path, Map<String, ? extends @Nullable Object> parameters) {
    String query =
        parameters.entrySet().stream()
            .filter(parameter -> parameter.getValue() != null)
            .map(
                parameter ->
                    parameter.getKey() + "=" + escape(String.valueOf(parameter.getValue())))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? path : path + "?" + query;
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return send("GET", path, null);
  }

  /** A whole list, page by page: {@code member} is where its entries are. */
  JsonNode getAll(String path, String member) {
    JsonNode first = get(path);
    if (!first.hasNonNull("next")) {
      return first;
    }
    ObjectNode all = JSON.createObjectNode();
    ArrayNode entries = all.putArray(member);
    for (JsonNode page = first;
        ;
        page = get(with(path, Map.of("after", page.path("next").asText())))) {
      page.path(member).forEach(entries::add);
      if (!page.hasNonNull("next")) {
        return all;
      }
    }
  }

  JsonNode post(String path, @Nullable JsonNode body) {
    return send("POST", path, body);
  }

  JsonNode put(String path, JsonNode body) {
    return send("PUT", path, body);
  }

  JsonNode patch(String path, JsonNode body) {
    return send("PATCH", path, body);
  }

  JsonNode delete(String path) {
    return send("DELETE", path, null);
  }

  private JsonNode send(String method, String path, @Nullable JsonNode body) {
    HttpResponse<String> response;
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url + "/api/v1/" + path))
              .timeout(PATIENCE)
              .header("Authorization", "Bearer " + key)
              .header("Accept", "application/json");
      if (body != null) {
        request.header("Content-Type", "application/json");
      }
      request.method(
          method,
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(body.toString()));
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IllegalArgumentException e) {
      throw new AdminFailed(
          AdminFailed.REFUSED,
          "--gateway-url takes a URL such as http://127.0.0.1:8686, not " + url + ".");
    } catch (HttpTimeoutException e) {
      throw new AdminFailed(
          AdminFailed.NO_GATEWAY, "The gateway at " + url + " does not answer. See its log.");
    } catch (IOException e) {
      throw new AdminFailed(
          AdminFailed.NO_GATEWAY,
          "No gateway answers at "
              + url
              + ". Start it with ./sallyport up, or name it with --gateway-url.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdminFailed(AdminFailed.REFUSED, "Interrupted.");
    }
    return read(response);
  }

  private JsonNode read(HttpResponse<String> response) {
    JsonNode answer;
    try {
      answer =
          response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      answer = MissingNode.getInstance();
    }
    int status = response.statusCode();
    if (status / 100 == 2 && (status == 204 || !answer.isMissingNode())) {
      return answer;
    }
    if (status == 401) {
      throw new AdminFailed(
          AdminFailed.REFUSED,
          "The gateway at "
              + url
              + " does not accept this admin key. Name its data folder with --data, or give"
              + " --admin-key.");
    }
    if (!answer.path("detail").isTextual()) {
      throw new AdminFailed(
          AdminFailed.NO_GATEWAY,
          "What answers at " + url + " (status " + status + ") is not a Sallyport admin API.");
    }
    throw new AdminFailed(AdminFailed.REFUSED, problem(answer));
  }

  /** The detail; or, of a refused body, every single finding. */
  private static String problem(JsonNode answer) {
    List<String> lines = new ArrayList<>();
    for (JsonNode error : answer.path("errors")) {
      String member = error.path("member").asText();
      lines.add((member.isEmpty() ? "" : member + ": ") + error.path("detail").asText());
    }
    return lines.isEmpty() ? answer.path("detail").asText() : String.join("\n", lines);
  }
}
