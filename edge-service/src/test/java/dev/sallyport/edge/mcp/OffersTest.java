package dev.sallyport.edge.mcp;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.HttpWire.request;
import static dev.sallyport.edge.fixture.Messages.initialize;
import static dev.sallyport.edge.fixture.Messages.legacy;
import static dev.sallyport.edge.fixture.Messages.modern;
import static dev.sallyport.edge.fixture.Messages.modernPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.catalog.OfferEntry;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resources, templates and prompts as clients of both eras see them. */
@QuarkusTest
@TestProfile(McpSurface.class)
class OffersTest extends SurfaceTest {

  private static ServerEntry files(int resources, String... prompts) {
    return Fixture.withOffers(
        Fixture.server("files", "read", "write"),
        Map.of(
            ListKind.RESOURCES,
            IntStream.range(0, resources)
                .mapToObj(i -> Fixture.resource("files", "file:///" + i))
                .toList(),
            ListKind.TEMPLATES,
            List.of(Fixture.template("files", "file:///{path}")),
            ListKind.PROMPTS,
            Stream.of(prompts).map(name -> Fixture.prompt("files", name)).toList()));
  }

  @BeforeEach
  void aServerWithEverythingAndOneWithTools() {
    catalogues.set(Fixture.ACME, files(5, "ask"), Fixture.server("notes", "list"));
  }

  private JsonObject result(String path, String key, String method, String params) {
    HttpWire.Answer answer =
        wire.send(modernPost(path, key, method, null, modern("1", method, params)));
    assertThat(answer.status()).isEqualTo(200);
    return new JsonObject(answer.body()).getJsonObject("result");
  }

  private static List<String> keys(JsonArray list, String member) {
    return list.stream().map(entry -> ((JsonObject) entry).getString(member)).toList();
  }

  @Test
  void listsComeInPagesWithWhatAModernResultMustSay() {
    JsonObject first = result("/mcp", ADA, "resources/list", "");
    JsonObject second =
        result(
            "/mcp", ADA, "resources/list", "\"cursor\":\"" + first.getString("nextCursor") + "\"");

    assertThat(keys(first.getJsonArray("resources"), "uri"))
        .containsExactly("file:///0", "file:///1", "file:///2");
    assertThat(keys(second.getJsonArray("resources"), "uri"))
        .containsExactly("file:///3", "file:///4");
    assertThat(second.containsKey("nextCursor")).isFalse();
    assertThat(first.getString("resultType")).isEqualTo("complete");
    assertThat(first.getInteger("ttlMs")).isZero();
    assertThat(first.getString("cacheScope")).isEqualTo("private");
    assertThat(
            keys(
                result("/mcp", ADA, "resources/templates/list", "")
                    .getJsonArray("resourceTemplates"),
                "uriTemplate"))
        .containsExactly("file:///{path}");
  }

  @Test
  void aCursorIsOfOneListOnly() {
    String cursor = result("/mcp", ADA, "resources/list", "").getString("nextCursor");

    HttpWire.Answer answer =
        wire.send(
            modernPost(
                "/mcp",
                ADA,
                "prompts/list",
                null,
                modern("1", "prompts/list", "\"cursor\":\"" + cursor + "\"")));

    assertThat(answer.body()).contains("\"code\":-32602");
  }

  @Test
  void aPromptIsNamedLikeAToolAndUntouchedAtItsServer() {
    assertThat(keys(result("/mcp", ADA, "prompts/list", "").getJsonArray("prompts"), "name"))
        .containsExactly("files__ask");
    assertThat(
            keys(
                result("/mcp/servers/files", ADA, "prompts/list", "").getJsonArray("prompts"),
                "name"))
        .containsExactly("ask");
  }

  @Test
  void aLegacySessionListsTheSame() {
    String session = session("/mcp", ADA);

    HttpWire.Answer answer =
        wire.send(inSession("/mcp", ADA, session, legacy("1", "prompts/list", "")));

    assertThat(answer.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"prompts\":[{\"name\":\"files__ask\",\"x\":1.50}]}}");
  }

  @ParameterizedTest
  @CsvSource({
    "resources/list,resources",
    "resources/templates/list,resourceTemplates",
    "prompts/list,prompts"
  })
  void resourcesAndPromptsAreOnlyForThoseWhoMayUseTheWholeServer(String method, String list) {
    assertThat(result("/mcp", ALICE, method, "").getJsonArray(list)).isEmpty();
    assertThat(result("/mcp/servers/files", ALICE, method, "").getJsonArray(list)).isEmpty();
    for (String path : List.of("/mcp", "/mcp/servers/files")) {
      HttpWire.Answer read =
          wire.send(
              modernPost(
                  path,
                  ALICE,
                  "resources/read",
                  "file:///0",
                  modern("1", "resources/read", "\"uri\":\"file:///0\"")));
      assertThat(read.body()).contains("\"code\":-32602");
    }
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void ofAServerThatOffersToolsOnlyNothingElseIsReachable() {
    // Given a server that has a resource and lists it to nobody
    catalogues.set(Fixture.ACME, Fixture.onlyTools(files(1, "ask")));

    for (String path : List.of("/mcp", "/mcp/servers/files")) {
      assertThat(result(path, ADA, "server/discover", "").getJsonObject("capabilities"))
          .isEqualTo(new JsonObject("{\"tools\":{\"listChanged\":true},\"logging\":{}}"));
      assertThat(result(path, ADA, "resources/list", "").getJsonArray("resources")).isEmpty();

      // When it is read all the same, or another method of the server is asked for
      HttpWire.Answer read =
          wire.send(
              modernPost(
                  path,
                  ADA,
                  "resources/read",
                  "file:///0",
                  modern("1", "resources/read", "\"uri\":\"file:///0\"")));
      HttpWire.Answer other =
          wire.send(modernPost(path, ADA, "acme/special", null, modern("1", "acme/special", "")));

      // Then neither reaches it
      assertThat(read.body()).contains("\"code\":-32602");
      assertThat(other.body()).contains("\"code\":-32601");
    }
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void anEndpointSaysWhatItHasForTheCallerAndNothingElse() {
    JsonObject everything =
        new JsonObject(
            "{\"tools\":{\"listChanged\":true},\"resources\":{\"listChanged\":true,\"subscribe\":true},"
                + "\"prompts\":{\"listChanged\":true},\"completions\":{},\"logging\":{}}");
    JsonObject initialized =
        new JsonObject(wire.send(post("/mcp", ADA, initialize("2025-11-25"))).body());

    assertThat(result("/mcp", ADA, "server/discover", "").getJsonObject("capabilities"))
        .isEqualTo(everything);
    assertThat(
            result("/mcp/servers/files", ADA, "server/discover", "").getJsonObject("capabilities"))
        .isEqualTo(everything);
    assertThat(initialized.getJsonObject("result").getJsonObject("capabilities"))
        .isEqualTo(everything);
    assertThat(
            result("/mcp/servers/notes", ADA, "server/discover", "").getJsonObject("capabilities"))
        .isEqualTo(new JsonObject("{\"tools\":{\"listChanged\":true}}"));
    for (String path : List.of("/mcp", "/mcp/servers/files")) {
      assertThat(result(path, ALICE, "server/discover", "").getJsonObject("capabilities"))
          .isEqualTo(new JsonObject("{\"tools\":{\"listChanged\":true},\"logging\":{}}"));
    }
  }

  @Test
  void instructionsOfTheServersThatTheCallerSeesAreMergedUnderTheirNames() {
    assertThat(result("/mcp", ADA, "server/discover", "").getString("instructions"))
        .isEqualTo("# files\nUse files well.\n\n# notes\nUse notes well.");
    assertThat(result("/mcp", ALICE, "server/discover", "").getString("instructions"))
        .isEqualTo("# files\nUse files well.");
  }

  private HttpWire.Request listen(String key, String filter) {
    return modernPost(
        "/mcp",
        key,
        "subscriptions/listen",
        null,
        modern("1", "subscriptions/listen", "\"notifications\":" + filter));
  }

  private static List<String> methods(HttpWire.Stream stream) {
    return stream.events().stream()
        .map(event -> new JsonObject(event).getString("method"))
        .toList();
  }

  @Test
  void aListenerIsToldOfExactlyTheListsThatItAskedForAndThatChanged() {
    String acknowledged = "notifications/subscriptions/acknowledged";
    String all =
        "{\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true}";
    try (HttpWire.Stream ada = wire.open(listen(ADA, all)).collect();
        HttpWire.Stream onlyTools =
            wire.open(listen(ADA, "{\"toolsListChanged\":true}")).collect();
        HttpWire.Stream alice = wire.open(listen(ALICE, all)).collect()) {
      await()
          .until(
              () ->
                  ada.events().size() == 1
                      && onlyTools.events().size() == 1
                      && alice.events().size() == 1);
      assertThat(alice.events().getFirst()).doesNotContain("prompts", "resources");

      catalogues.set(Fixture.ACME, files(5, "ask", "more"), Fixture.server("notes", "list"));
      await().until(() -> ada.events().size() == 2);
      catalogues.set(Fixture.ACME, files(6, "ask", "more"), Fixture.server("notes", "list"));
      await().until(() -> ada.events().size() == 3);
      catalogues.set(Fixture.ACME, files(6, "ask", "more"), Fixture.server("notes"));
      await().until(() -> ada.events().size() == 4 && onlyTools.events().size() == 2);

      assertThat(methods(ada))
          .containsExactly(
              acknowledged,
              "notifications/prompts/list_changed",
              "notifications/resources/list_changed",
              "notifications/tools/list_changed");
      assertThat(methods(onlyTools))
          .containsExactly(acknowledged, "notifications/tools/list_changed");
      assertThat(methods(alice)).containsExactly(acknowledged);
    }
  }

  @Test
  void aLegacyStreamTellsOfResourcesAndTemplatesThatChangeTogetherOnce() {
    String session = session("/mcp", ADA);
    try (HttpWire.Stream stream =
        wire.open(request("GET", "/mcp", ADA).header("Mcp-Session-Id", session)).collect()) {
      await().until(() -> stream.ids().size() == 1);

      List<OfferEntry> none = List.of();
      catalogues.set(
          Fixture.ACME,
          Fixture.withOffers(
              Fixture.server("files", "read", "write"),
              Map.of(
                  ListKind.RESOURCES,
                  none,
                  ListKind.TEMPLATES,
                  none,
                  ListKind.PROMPTS,
                  List.of(Fixture.prompt("files", "ask")))),
          Fixture.server("notes", "list"));
      await().until(() -> stream.events().size() == 1);
      catalogues.set(Fixture.ACME, files(5), Fixture.server("notes", "list"));
      await().until(() -> stream.events().size() == 3);

      assertThat(methods(stream).getFirst()).isEqualTo("notifications/resources/list_changed");
      assertThat(methods(stream).subList(1, 3))
          .containsExactlyInAnyOrder(
              "notifications/resources/list_changed", "notifications/prompts/list_changed");
    }
  }
}
