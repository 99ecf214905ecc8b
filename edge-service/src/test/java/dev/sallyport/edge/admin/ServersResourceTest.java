package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.Http;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.Stdio;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(AdminApiTestProfile.class)
class ServersResourceTest extends AdminApiTest {

  private ServerDefinition.Builder definition(String tenant, String name) {
    return ServerDefinition.newBuilder()
        .setTenant(tenant)
        .setName(name)
        .setEnabled(true)
        .setRevision(1)
        .setProtocolVersion("auto")
        .setIsolation("shared")
        .setSource("api");
  }

  @Test
  void showsHowAServerIs() {
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                definition(FIRST, "api")
                    .setCallTimeoutMillis(90_000)
                    .setHttp(Http.newBuilder().setUrl("https://x.example/mcp")))
            .setCatalogue(
                ServerCatalogue.newBuilder()
                    .setServer("api")
                    .addTools(ToolDefinition.newBuilder().setName("a"))
                    .addTools(ToolDefinition.newBuilder().setName("b").setQuarantineReason("drift"))
                    .setStale(true)
                    .setStatus(
                        ServerStatus.newBuilder()
                            .setHealth(Health.HEALTH_DOWN)
                            .setReason("Connection refused.")
                            .setProtocolVersion("2025-11-25")
                            .setSinceMillis(1_700_000_000_000L)))
            .build());
    registry.put(
        ServerView.newBuilder()
            .setDefinition(definition(FIRST, "new").setHttp(Http.newBuilder().setUrl("http://n")))
            .build());
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                definition(FIRST, "off")
                    .setEnabled(false)
                    .setHttp(Http.newBuilder().setUrl("http://o")))
            .build());

    admin()
        .get("/api/v1/servers")
        .then()
        .statusCode(200)
        .body("servers.name", equalTo(List.of("api", "new", "off")))
        .body("servers.health", equalTo(List.of("down", "connecting", "disabled")))
        .body("servers[0].reason", equalTo("Connection refused."))
        .body("servers[0].toolCount", equalTo(1))
        .body("servers[0].quarantinedCount", equalTo(1))
        .body("servers[0].stale", equalTo(true))
        .body("servers[0].since", equalTo("2023-11-14T22:13:20Z"))
        .body("servers[0].definition.callTimeout", equalTo("90s"))
        .body("servers[0].definition.type", equalTo("http"));
  }

  @Test
  void neverReturnsASecret() {
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                definition(FIRST, "cmd")
                    .setStdio(
                        Stdio.newBuilder()
                            .setCommand("npx")
                            .putAllEnv(
                                Map.of(
                                    "A", "canary-1",
                                    "B", "env:TOKEN",
                                    "C", "file:/run/secret",
                                    "D", "Bearer ${env:T} canary-2",
                                    "E", "vault:canary-3"))))
            .build());
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                definition(FIRST, "web")
                    .setHttp(
                        Http.newBuilder()
                            .setUrl("https://x.example/mcp?key=canary-4&b=canary-5")
                            .putHeaders("Authorization", "Bearer canary-6")))
            .build());

    String list =
        admin()
            .get("/api/v1/servers")
            .then()
            .statusCode(200)
            .body("servers[0].definition.env.A", equalTo("***"))
            .body("servers[0].definition.env.B", equalTo("env:TOKEN"))
            .body("servers[0].definition.env.C", equalTo("file:/run/secret"))
            .body("servers[0].definition.env.E", equalTo("***"))
            .body("servers[1].definition.url", equalTo("https://x.example/mcp?key=***&b=***"))
            .extract()
            .asString();

    assertThat(list).doesNotContain("canary");
    assertThat(admin().get("/api/v1/servers/cmd").asString()).doesNotContain("canary");
  }

  @Test
  void createsAndReplacesAServer() {
    json(admin(), "{\"url\":\"https://x.example/mcp\",\"headers\":{\"X\":\"canary-7\"}}")
        .put("/api/v1/servers/api")
        .then()
        .statusCode(201)
        .header("ETag", equalTo("\"1\""))
        .body("source", equalTo("api"))
        .body("definition.headers.X", equalTo("***"));
    json(
            admin().header("If-Match", "\"1\""),
            "{\"command\":\"npx\",\"args\":[\"-y\"],\"env\":{\"A\":\"env:B\"},\"callTimeout\":\"5s\",\"enabled\":false}")
        .put("/api/v1/servers/api")
        .then()
        .statusCode(200)
        .body("revision", equalTo(2));
    json(admin().header("If-Match", "\"1\""), "{\"command\":\"npx\"}")
        .put("/api/v1/servers/api")
        .then()
        .statusCode(412);

    ServerDefinition stored = registry.of(FIRST).getFirst();
    assertThat(stored.getStdio().getArgsList()).containsExactly("-y");
    assertThat(stored.getCallTimeoutMillis()).isEqualTo(5_000);
    assertThat(stored.getEnabled()).isFalse();
    assertThat(evidence.records.toString()).doesNotContain("canary");
  }

  @Test
  void takesBackWhatItShowsOfAServerWithReferences() {
    json(
            admin(),
            "{\"url\":\"https://x.example/mcp\",\"headers\":{\"Authorization\":\"Bearer ${env:T}\"}}")
        .put("/api/v1/servers/api");
    Object shown = admin().get("/api/v1/servers/api").path("definition");

    admin()
        .contentType("application/json")
        .body(shown)
        .put("/api/v1/servers/copy")
        .then()
        .statusCode(201)
        .body("definition.headers.Authorization", equalTo("Bearer ${env:T}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"comand\":\"x\"} | comand | did you mean `command`",
        "{\"command\":\"x\",\"secrets\":{}} | secrets | unknown key",
        "{\"command\":\"x\",\"args\":\"y\"} | args | must be a list",
        "{\"command\":\"./x\"} | command | must be an absolute path or a program name",
        "{\"command\":\"x\",\"cwd\":\"rel\"} | cwd | must be an absolute path",
        "{\"command\":\"x\",\"env\":{\"A\":\"***\"}} | env.A | is masked",
        "{\"command\":\"x\",\"env\":{\"A\":\"aws:x\"}} | env.A | cannot be resolved by this version",
        "{\"url\":\"gopher://x\"} | url | must begin with https",
        "{\"url\":\"http://x\",\"callTimeout\":60} | callTimeout | must be a duration with its unit"
      })
  void refusesAWrongDefinitionNamingTheMember(String body, String member, String detail) {
    json(admin(), body)
        .put("/api/v1/servers/api")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid_params"))
        .body("errors.member", org.hamcrest.Matchers.hasItem(member))
        .body("errors.detail", org.hamcrest.Matchers.hasItem(containsString(detail)));

    assertThat(registry.of(FIRST)).isEmpty();
  }

  @Test
  void refusesANameThatNoServerCanHave() {
    json(admin(), "{\"command\":\"x\"}")
        .put("/api/v1/servers/Bad_Name")
        .then()
        .statusCode(400)
        .body("errors[0].member", equalTo("name"));
  }

  @Test
  void letsOnlyThoseRegisterACommandWhoMayRunCode() {
    json(other(), "{\"command\":\"/bin/sh\"}")
        .put("/api/v1/servers/shell")
        .then()
        .statusCode(403)
        .body("detail", containsString("may not register commands"));
    json(other(), "{\"url\":\"https://x.example/mcp\"}")
        .put("/api/v1/servers/web")
        .then()
        .statusCode(201);
    json(auditor(), "{\"url\":\"https://x.example/mcp\"}")
        .put("/api/v1/servers/web")
        .then()
        .statusCode(403);
    auditor().delete("/api/v1/servers/web").then().statusCode(403);
    auditor().get("/api/v1/servers").then().statusCode(200);

    assertThat(registry.of(SECOND)).extracting(ServerDefinition::getName).containsExactly("web");
    assertThat(evidence.records)
        .extracting(AuditRecord::getDecision)
        .filteredOn("deny"::equals)
        .hasSize(3);
  }

  @Test
  void keepsTenantsApart() {
    json(admin(), "{\"url\":\"https://x.example/mcp\"}").put("/api/v1/servers/api");

    other().get("/api/v1/servers").then().body("servers", empty());
    other().get("/api/v1/servers/api").then().statusCode(404);
    other().delete("/api/v1/servers/api").then().statusCode(404);
    json(other(), "{\"url\":\"https://y.example/mcp\"}")
        .put("/api/v1/servers/api")
        .then()
        .statusCode(201);

    assertThat(registry.of(FIRST).getFirst().getHttp().getUrl()).isEqualTo("https://x.example/mcp");
  }

  @Test
  void leavesAFilesServerToTheFile() {
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                definition(FIRST, "fs")
                    .setSource("file:sallyport.yaml")
                    .setHttp(Http.newBuilder().setUrl("http://f")))
            .build());

    json(admin(), "{\"command\":\"x\"}")
        .put("/api/v1/servers/fs")
        .then()
        .statusCode(409)
        .body("code", equalTo("read_only"));
    admin().delete("/api/v1/servers/fs").then().statusCode(409);
    admin().get("/api/v1/servers/fs").then().body("source", equalTo("file:sallyport.yaml"));
  }

  @Test
  void removesAServer() {
    json(admin(), "{\"url\":\"https://x.example/mcp\"}").put("/api/v1/servers/api");

    admin().delete("/api/v1/servers/api").then().statusCode(204);
    admin().delete("/api/v1/servers/api").then().statusCode(404);
  }

  @Test
  void saysThatRegistryIsAway() {
    registry.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));

    admin().get("/api/v1/servers").then().statusCode(503).body("detail", not(equalTo("")));
  }
}
