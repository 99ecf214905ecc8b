package dev.sallyport.edge.admin;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class AdminDoorTest extends AdminApiTest {

  @SuppressWarnings("NullAway.Init")
  @TestHTTPResource
  URI base;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/keys",
        "/api/v1/keys/dev",
        "/api/v1/servers",
        "/api/v1/tools",
        "/api/v1/calls",
        "/api/v1/nothing-here"
      })
  void refusesWhoeverHasNoAdminKey(String path) {
    given()
        .get(path)
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .header("WWW-Authenticate", containsString("Bearer"))
        .body("code", equalTo("unauthenticated"))
        .body("status", equalTo(401))
        .body("type", equalTo("urn:sallyport:error:unauthenticated"))
        .body("detail", containsString("x-sallyport-admin-key"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wrong",
        "",
        AdminApiTestProfile.KEY + "x",
        "sa-default-0123456789abcdefghi",
        "sp-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
      })
  void refusesEveryOtherKey(String key) {
    as(key).get("/api/v1/keys").then().statusCode(401);
    given().header("x-sallyport-admin-key", key).get("/api/v1/keys").then().statusCode(401);
  }

  @Test
  void takesTheKeyFromEitherHeader() {
    admin().get("/api/v1/keys").then().statusCode(200);
    given()
        .header("x-sallyport-admin-key", AdminApiTestProfile.KEY)
        .get("/api/v1/keys")
        .then()
        .statusCode(200);
  }

  @Test
  void refusesTwoDifferentKeysInOneRequest() {
    admin()
        .header("x-sallyport-admin-key", AdminApiTestProfile.OTHER_KEY)
        .get("/api/v1/keys")
        .then()
        .statusCode(400)
        .body("detail", containsString("two different credentials"));
  }

  @Test
  void neverTakesAKeyFromTheQuery() {
    given().queryParam("key", AdminApiTestProfile.KEY).get("/api/v1/keys").then().statusCode(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8686", ""})
  void refusesANameThatIsNotTheGateways(String host) throws IOException {
    String answer = raw("Host: " + host + "\r\nAuthorization: Bearer " + AdminApiTestProfile.KEY);

    assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("\"keys\"");
  }

  @Test
  void answersUnderItsOwnNames() throws IOException {
    String key = "\r\nAuthorization: Bearer " + AdminApiTestProfile.KEY;

    assertThat(raw("Host: localhost:" + base.getPort() + key)).startsWith("HTTP/1.1 200");
    assertThat(raw("Host: [::1]:" + base.getPort() + key)).startsWith("HTTP/1.1 200");
    assertThat(raw("Host: gateway.example" + key)).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://evil.example", "null", "http://localhost:1", "file://", "https://"})
  void refusesAPageOfAnotherOrigin(String origin) {
    admin()
        .header("Origin", origin)
        .get("/api/v1/keys")
        .then()
        .statusCode(403)
        .body("code", equalTo("forbidden"));
  }

  @Test
  void letsItsOwnPagesCall() {
    admin()
        .header("Origin", "http://" + base.getAuthority())
        .get("/api/v1/keys")
        .then()
        .statusCode(200);
  }

  @Test
  void refusesABodyOverTheCapBeforeReadingIt() {
    json(admin(), "{\"name\":\"" + "x".repeat(1_100_000) + "\"}")
        .post("/api/v1/keys")
        .then()
        .statusCode(413)
        .body("code", equalTo("frame_too_large"));
  }

  @Test
  void answersWithProblemDetailsToUnknownPathsMethodsAndTypes() {
    admin().get("/api/v1/nothing").then().statusCode(404).body("code", equalTo("not_found"));
    admin().put("/api/v1/keys").then().statusCode(405).body("code", equalTo("unknown_method"));
    admin()
        .contentType("text/plain")
        .body("x")
        .post("/api/v1/keys")
        .then()
        .statusCode(415)
        .contentType("application/problem+json");
  }

  @Test
  void tellsNothingAboutAnUnexpectedFailure() {
    policy.failure = new IllegalStateException("canary-51c0 at db.internal:5432");

    admin()
        .get("/api/v1/keys")
        .then()
        .statusCode(500)
        .body("code", equalTo("internal"))
        .body("detail", not(containsString("canary")));
  }

  @Test
  void servesItsDescriptionWithoutAKey() {
    given()
        .accept("application/json")
        .get("/api/v1/openapi")
        .then()
        .statusCode(200)
        .body("info.title", equalTo("Sallyport admin API"))
        .body("paths.'/api/v1/keys'.post.summary", equalTo("Creates a virtual key"))
        .body("paths.'/api/v1/calls'.get.parameters.name.size()", equalTo(10))
        .body("components.schemas.Key.properties.revision.description", containsString("ETag"))
        .body("paths.'/api/v1/limits/{limit}'.put.summary", equalTo("Creates or replaces a limit"))
        .body("components.schemas.Limit.properties.budget.examples", equalTo(List.of("10.00")))
        .body("components.schemas.Limit.properties", not(hasKey("definition")));
  }

  private String raw(String headers) throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("GET /api/v1/keys HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
