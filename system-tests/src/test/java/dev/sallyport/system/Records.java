package dev.sallyport.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.gateway.Admin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Recorded calls, through the admin API. */
final class Records {

  private static final int PAGE = 1000;

  private Records() {}

  /** The record of a call, once it is closed. */
  static JsonNode await(Admin admin, String callId) {
    return Awaitility.await("the record of " + callId)
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              Admin.Answer answer = admin.get("/api/v1/calls/" + callId);
              return answer.status() == 200 ? answer.json() : World.JSON.createObjectNode();
            },
            call -> call.has("outcome") && !call.path("outcome").asText().equals("running"));
  }

  /** The first closed record under {@code query} in whose arguments {@code marker} stands. */
  static JsonNode awaitMarked(Admin admin, String query, String marker) {
    return Awaitility.await("a record with " + marker)
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              for (JsonNode call :
                  admin.get("/api/v1/calls?limit=50&" + query).expect(200).json().path("calls")) {
                if (call.path("arguments").asText().contains(marker)
                    && !call.path("outcome").asText().equals("running")) {
                  return call;
                }
              }
              return World.JSON.createObjectNode();
            },
            call -> call.has("callId"));
  }

  /** All recorded calls under {@code query}, newest first. */
  static List<JsonNode> all(Admin admin, String query) {
    List<JsonNode> calls = new ArrayList<>();
    String before = "";
    while (true) {
      JsonNode page =
          admin
              .get("/api/v1/calls?limit=" + PAGE + "&" + query + before)
              .expect(200)
              .json()
              .path("calls");
      page.forEach(calls::add);
      if (page.size() < PAGE) {
        return calls;
      }
      before = "&before=" + calls.getLast().path("callId").asText();
    }
  }
}
