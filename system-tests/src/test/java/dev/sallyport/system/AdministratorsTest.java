package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.gateway.Admin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Administrators with roles of their own, and requests that are sent twice. */
class AdministratorsTest {

  private final World world = World.get();
  private final String name = World.fresh("support");

  @AfterEach
  void forget() {
    admin().delete("/api/v1/administrators/" + name);
    admin().delete("/api/v1/roles/" + name);
    admin().delete("/api/v1/keys/" + name);
  }

  @Test
  void anAdministratorMayDoWhatTheRoleAllowsUntilItIsRevoked() {
    // Given an administrator whose role reads keys
    admin().put("/api/v1/roles/" + name, "{\"permissions\":[\"keys:read\"]}").expect(201);
    Admin.Answer made =
        admin()
            .post("/api/v1/administrators", "{\"name\":\"" + name + "\",\"role\":\"" + name + "\"}")
            .expect(201);
    Admin support = new Admin(admin().url(), made.json().path("key").asText());

    // Then keys are read and not made, and the other tenant is not there
    support.get("/api/v1/keys").expect(200);
    Admin.Answer refused = support.post("/api/v1/keys", "{\"name\":\"" + name + "\"}").expect(403);
    assertThat(refused.json().path("permission").asText()).isEqualTo("keys:write");
    world.secondAdmin().get("/api/v1/administrators/" + name).expect(404);

    // When the role allows more, then so may the administrator, at once, but for giving it on
    admin()
        .put("/api/v1/roles/" + name, "{\"permissions\":[\"keys:read\",\"roles:write\"]}")
        .expect(200);
    support
        .put("/api/v1/roles/" + name, "{\"permissions\":[\"keys:write\",\"roles:write\"]}")
        .expect(403);

    // When the role is to be removed, then it is held; when its holder is revoked, nothing is left
    assertThat(admin().delete("/api/v1/roles/" + name).expect(409).text()).contains(name);
    admin().delete("/api/v1/administrators/" + name).expect(200);
    support.get("/api/v1/keys").expect(401);
    admin().delete("/api/v1/roles/" + name).expect(204);
  }

  @Test
  void aKeyThatIsAskedForBySeveralAtOnceIsMadeOnce() throws Exception {
    String body = "{\"name\":\"" + name + "\",\"tools\":[]}";
    Callable<HttpResponse<String>> one = () -> create(body);

    List<HttpResponse<String>> answers;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      answers =
          threads.invokeAll(IntStream.range(0, 8).mapToObj(n -> one).toList()).stream()
              .map(AdministratorsTest::get)
              .toList();
    }
    HttpResponse<String> again = create(body);

    assertThat(answers).extracting(HttpResponse::statusCode).contains(201).isSubsetOf(201, 409);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.headers().firstValue("idempotency-replayed")).contains("true");
    assertThat(answers.stream().filter(answer -> answer.statusCode() == 201))
        .extracting(HttpResponse::body)
        .containsOnly(again.body());
  }

  private HttpResponse<String> create(String body) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(admin().url() + "/api/v1/keys"))
              .timeout(Duration.ofSeconds(30))
              .header("Authorization", "Bearer " + admin().key())
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", "\"" + name + "\"")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Admin admin() {
    return world.gateway.admin();
  }
}
