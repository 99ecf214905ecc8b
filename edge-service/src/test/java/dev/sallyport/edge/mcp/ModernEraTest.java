package dev.sallyport.edge.mcp;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.Fixture.BOB;
import static dev.sallyport.edge.fixture.Fixture.NOBODY;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.Messages.modern;
import static dev.sallyport.edge.fixture.Messages.modernCall;
import static dev.sallyport.edge.fixture.Messages.modernList;
import static dev.sallyport.edge.fixture.Messages.modernPost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.ToolCosts;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.catalog.ToolsAsking;
import dev.sallyport.edge.catalog.ToolsOffered;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.proto.audit.v1.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(McpSurface.class)
class ModernEraTest extends SurfaceTest {

  @Test
  void discoverSaysWhatTheVersionErrorSays() {
    Answer discover =
        wire.send(
            modernPost(
                "/mcp", ADA, "server/discover", null, modern("\"d\"", "server/discover", "")));
    Answer wrongVersion =
        wire.send(
            post(
                    "/mcp",
                    ADA,
                    modern("1", "server/discover", "").replace("2026-07-28", "1900-01-01"))
                .header("MCP-Protocol-Version", "1900-01-01")
                .header("Mcp-Method", "server/discover"));

    JsonObject result = new JsonObject(discover.body()).getJsonObject("result");
    JsonObject error = new JsonObject(wrongVersion.body()).getJsonObject("error");
    assertThat(discover.status()).isEqualTo(200);
    assertThat(new JsonObject(discover.body()).getString("id")).isEqualTo("d");
    assertThat(result.getString("resultType")).isEqualTo("complete");
    assertThat(result.getInteger("ttlMs")).isNotNegative();
    assertThat(result.getString("cacheScope")).isEqualTo("private");
    assertThat(result.getJsonObject("capabilities"))
        .isEqualTo(new JsonObject("{\"tools\":{\"listChanged\":true}}"));
    assertThat(
            result
                .getJsonObject("_meta")
                .getJsonObject("io.modelcontextprotocol/serverInfo")
                .getString("name"))
        .isEqualTo("sallyport");
    assertThat(wrongVersion.status()).isEqualTo(400);
    assertThat(error.getInteger("code")).isEqualTo(-32022);
    assertThat(error.getJsonObject("data").getString("requested")).isEqualTo("1900-01-01");
    assertThat(error.getJsonObject("data").getJsonArray("supported"))
        .isEqualTo(result.getJsonArray("supportedVersions"))
        .isEqualTo(new JsonArray().add("2026-07-28"));
  }

  @ParameterizedTest
  @CsvSource({
    "MCP-Protocol-Version,",
    "MCP-Protocol-Version,2025-11-25",
    "Mcp-Method,",
    "Mcp-Method,tools/list",
    "Mcp-Method,TOOLS/CALL",
    "Mcp-Name,",
    "Mcp-Name,files__write",
    "Mcp-Name,=?base64?ZmlsZXNfX3dyaXRl?="
  })
  void aHeaderThatIsMissingOrSaysSomethingElseIsRefused(String name, String value) {
    Answer answer = wire.send(modernCall("/mcp", ADA, "files__read", "{}").header(name, value));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":-32020").contains("\"id\":7");
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.closed())
        .singleElement()
        .satisfies(record -> assertThat(record.getErrorCode()).isEqualTo("header_mismatch"));
  }

  @Test
  void aHeaderMayBeEncodedAndPadded() {
    Answer answer =
        wire.send(
            modernCall("/mcp", ADA, "files__read", "{}")
                .header("Mcp-Name", "  =?base64?ZmlsZXNfX3JlYWQ=?= "));

    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "io.modelcontextprotocol/protocolVersion",
    "io.modelcontextprotocol/clientCapabilities"
  })
  void requiredFieldsOfMetaMustBeThere(String field) {
    String body = modern("3", "tools/list", "").replace(field, "x.example/other");

    Answer answer = wire.send(modernPost("/mcp", ADA, "tools/list", null, body));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":-32602").contains("\"id\":3");
  }

  @ParameterizedTest
  @CsvSource({"ping", "initialize", "logging/setLevel", "resources/subscribe", "no/such"})
  void anUnknownMethodIsNotFound(String method) {
    Answer answer = wire.send(modernPost("/mcp", ADA, method, null, modern("\"x\"", method, "")));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("\"code\":-32601").contains("\"id\":\"x\"");
  }

  @Test
  void aSessionHeaderIsIgnored() {
    Answer answer = wire.send(modernList("/mcp", ADA).header("Mcp-Session-Id", "anything"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Mcp-Session-Id")).isNull();
  }

  @Test
  void aNotificationIsAcceptedAndAResponseIsNot() {
    assertThat(
            wire.send(
                    modernPost(
                        "/mcp",
                        ADA,
                        "notifications/cancelled",
                        null,
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}"))
                .status())
        .isEqualTo(202);
    assertThat(
            wire.send(
                    modernPost(
                        "/mcp", ADA, "x", null, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"))
                .status())
        .isEqualTo(400);
  }

  @Test
  void aListShowsWhatTheKeyMayUseByteForByte() {
    assertThat(names(wire.send(modernList("/mcp", ALICE)))).containsExactly("files__read");
    assertThat(names(wire.send(modernList("/mcp", NOBODY)))).isEmpty();
    assertThat(names(wire.send(modernList("/mcp", BOB))))
        .containsExactly("files__read_secret", "vault__open");
    assertThat(names(wire.send(modernList("/mcp/servers/files", ALICE)))).containsExactly("read");
    assertThat(wire.send(modernList("/mcp", ALICE)).body())
        .contains("{\"name\":\"files__read\",\"inputSchema\":{\"type\":\"object\"},\"x\":1.50}")
        .contains("\"resultType\":\"complete\"")
        .contains("\"cacheScope\":\"private\"");
  }

  private static List<String> names(Answer answer) {
    List<String> names = new ArrayList<>();
    JsonArray tools = new JsonObject(answer.body()).getJsonObject("result").getJsonArray("tools");
    for (int i = 0; i < tools.size(); i++) {
      names.add(tools.getJsonObject(i).getString("name"));
    }
    return names;
  }

  @Test
  void pagesGoOnWhereTheyStoppedEvenWhenTheCatalogueChanged() {
    Answer first = wire.send(modernList("/mcp", ADA));
    String cursor = cursor(first);
    catalogues.set(Fixture.ACME, Fixture.server("new", "tool"));

    Answer second = wire.send(page(ADA, cursor));

    assertThat(names(first)).containsExactly("files__read", "files__write", "notes__list");
    assertThat(names(second)).containsExactly("notes__read");
    assertThat(second.body()).doesNotContain("nextCursor");
  }

  private static String cursor(Answer answer) {
    return new JsonObject(answer.body()).getJsonObject("result").getString("nextCursor");
  }

  private static HttpWire.Request page(String key, String cursor) {
    return modernPost(
        "/mcp",
        key,
        "tools/list",
        null,
        modern("2", "tools/list", "\"cursor\":\"" + cursor + "\""));
  }

  @Test
  void aCursorOfAnotherKeyOrOfNobodyIsInvalid() {
    String cursor = cursor(wire.send(modernList("/mcp", ADA)));

    for (Answer answer :
        List.of(
            wire.send(page(ALICE, cursor)),
            wire.send(page(BOB, cursor)),
            wire.send(page(ADA, "")),
            wire.send(page(ADA, "bm90aGluZw")),
            wire.send(page(ADA, cursor.substring(0, cursor.length() - 2) + "AA")))) {
      assertThat(answer.body()).contains("\"code\":-32602");
    }
  }

  @Test
  void aCallPassesItsArgumentsAndItsResultUnchanged() {
    executor.behave(
        taken -> taken.complete("{\"content\":[ ],  \"n\":1e2,\"structuredContent\":null}"));

    Answer answer =
        wire.send(modernCall("/mcp", ADA, "files__read", "{\"a\" : 1.50, \"b\":\"\\u00e9\"}"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"resultType\":\"complete\",\"content\":[ ],  \"n\":1e2,\"structuredContent\":null}}");
    assertThat(executor.taken())
        .singleElement()
        .satisfies(
            taken -> {
              assertThat(taken.frame()).contains("{\"a\" : 1.50, \"b\":\"\\u00e9\"}");
              assertThat(taken.header().getServer()).isEqualTo("files");
              assertThat(taken.header().getUpstreamName()).isEqualTo("read");
              assertThat(taken.header().getFrameName()).isEqualTo("files__read");
              assertThat(taken.header().getRepeatable()).isTrue();
              assertThat(taken.header().getContext().getTenant()).isEqualTo(Fixture.ACME);
              assertThat(taken.header().getContext().getCaller()).isEqualTo("vk_ada");
              assertThat(taken.header().getContext().getRemainingMillis())
                  .isBetween(500_000, 600_000);
            });
  }

  @Test
  void aTraceGoesOnAndOneThatIsNoneDoesNot() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    wire.send(modernCall("/mcp", ADA, "files__read", "{}").header("traceparent", trace));
    wire.send(
        modernCall("/mcp", ADA, "files__read", "{}")
            .header("traceparent", trace.replace("0af7", "zzzz")));

    assertThat(executor.taken())
        .extracting(taken -> taken.header().getContext().getTraceparent())
        .containsExactly(trace, "");
    assertThat(evidence.opened())
        .extracting(record -> record.getTraceId())
        .containsExactly("0af7651916cd43dd8448eb211c80319c", "");
  }

  @Test
  void aResultTypeThatIsThereIsKept() {
    executor.behave(taken -> taken.complete("{\"resultType\":\"complete\"}"));

    assertThat(wire.send(modernCall("/mcp", ADA, "files__read", "{}")).body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"resultType\":\"complete\"}}");
  }

  @Test
  void anEmptyResultGetsOnlyItsType() {
    executor.behave(taken -> taken.complete("{ }"));

    assertThat(wire.send(modernCall("/mcp", ADA, "files__read", "{}")).body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"resultType\":\"complete\" }}");
  }

  @Test
  void mirroredArgumentsMustAgreeWithTheirHeadersAndTravelOn() {
    ServerEntry server = Fixture.server("files", "read");
    byte[] definition =
        "{\"name\":\"read\",\"inputSchema\":{\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}}"
            .getBytes(StandardCharsets.UTF_8);
    catalogues.set(
        Fixture.ACME,
        new ServerEntry(
            "files",
            1,
            "v",
            server.status(),
            false,
            "",
            new byte[0],
            server.callTimeout(),
            List.of(new ToolEntry("files", "read", "files__read", definition, definition, false)),
            Map.of(),
            ToolsOffered.ALL,
            ToolCosts.NOTHING,
            ToolsAsking.NONE,
            false));
    HttpWire.Request right =
        modernCall("/mcp", ADA, "files__read", "{\"region\":\"eu\"}")
            .header("Mcp-Param-Region", "eu")
            .header("Mcp-Param-Other", "kept");

    assertThat(wire.send(right).status()).isEqualTo(200);
    assertThat(executor.taken().getFirst().header().getForwardedHeadersMap())
        .containsEntry("mcp-param-region", "eu")
        .containsEntry("mcp-param-other", "kept");
    for (HttpWire.Request wrong :
        List.of(
            modernCall("/mcp", ADA, "files__read", "{\"region\":\"eu\"}"),
            modernCall("/mcp", ADA, "files__read", "{\"region\":\"eu\"}")
                .header("Mcp-Param-Region", "us"),
            modernCall("/mcp", ADA, "files__read", "{}").header("Mcp-Param-Region", "us"))) {
      Answer answer = wire.send(wrong);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("-32020").contains("\"id\":7");
    }
    assertThat(wire.send(modernCall("/mcp", NOBODY, "files__read", "{\"region\":\"eu\"}")).body())
        .contains("Unknown tool: files__read");
    assertThat(executor.taken()).hasSize(1);
  }

  @Test
  void aHiddenToolAndAnUnknownToolGetTheSameBytes() {
    Answer hidden = wire.send(modernCall("/mcp", ALICE, "files__write", "{}"));
    Answer ofAnotherTenant = wire.send(modernCall("/mcp", ALICE, "vault__open", "{}"));
    Answer unknown = wire.send(modernCall("/mcp", ALICE, "files__nope", "{}"));

    assertThat(hidden.status()).isEqualTo(200);
    assertThat(hidden.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32602,\"message\":\"Unknown tool: files__write\"}}");
    assertThat(unknown.body()).isEqualTo(hidden.body().replace("files__write", "files__nope"));
    assertThat(ofAnotherTenant.body())
        .isEqualTo(hidden.body().replace("files__write", "vault__open"));
    assertThat(unknown.headers().keySet()).isEqualTo(hidden.headers().keySet());
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.closed()).hasSize(3);
    assertThat(evidence.opened())
        .extracting(record -> record.getDecision() + " " + record.getRule())
        .containsExactly("deny tools", "deny catalogue", "deny catalogue");
  }

  @Test
  void anEndpointOfOneServerCallsByOriginalNames() {
    assertThat(wire.send(modernCall("/mcp/servers/files", ADA, "write", "{}")).body())
        .contains("\"result\"");
    assertThat(wire.send(modernCall("/mcp/servers/files", ADA, "files__write", "{}")).body())
        .contains("Unknown tool: files__write");
    assertThat(wire.send(modernCall("/mcp/servers/files", ADA, "list", "{}")).body())
        .contains("Unknown tool: list");
    assertThat(executor.taken()).hasSize(1);
  }

  @Test
  void progressMakesTheAnswerAStream() {
    executor.behave(
        taken -> {
          taken.progress("\"p\"", 1);
          taken.progress("\"p\"", 2);
          taken.complete("{}");
        });

    Answer answer = wire.send(modernCall("/mcp", ADA, "files__read", "{}"));

    assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
    assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
    assertThat(answer.events()).hasSize(3);
    assertThat(answer.events().get(0)).contains("\"progress\":1");
    assertThat(answer.events().get(1)).contains("\"progress\":2");
    assertThat(answer.events().get(2)).contains("\"result\":{\"resultType\":\"complete\"}");
    assertThat(answer.body()).doesNotContain("\nid:");
  }

  @Test
  void aLineBreakInAResultCannotStartAnotherEvent() {
    executor.behave(
        taken -> {
          taken.progress("1", 1);
          taken.completeRaw(
              "{\"jsonrpc\":\"2.0\",\r\n\"id\":7,\n\ndata: x\n\"result\":{}}"
                  .replace("data: x", ""));
        });

    Answer answer = wire.send(modernCall("/mcp", ADA, "files__read", "{}"));

    assertThat(answer.events()).hasSize(2);
    assertThat(answer.events().get(1)).contains("\"result\":{");
  }

  @Test
  void aQuietCallBecomesAStreamWithComments() {
    executor.behave(taken -> {});
    try (HttpWire.Stream stream =
        wire.open(modernCall("/mcp", ADA, "files__read", "{}")).collect()) {
      assertThat(stream.headers.get("Content-Type")).isEqualTo("text/event-stream");
      await().until(() -> stream.comments() >= 2);

      executor.taken().getFirst().complete("{}");

      await().until(stream::hasEnded);
      assertThat(stream.events()).singleElement().asString().contains("\"result\"");
    }
  }

  @Test
  void goingAwayCancels() throws Exception {
    executor.behave(taken -> {});
    Socket socket = wire.start(modernCall("/mcp", ADA, "files__read", "{}"));
    await().until(() -> executor.taken().size() == 1);

    socket.close();

    await().until(() -> executor.taken().getFirst().cancels().size() == 1);
    await().until(() -> evidence.closed().size() == 1);
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_CANCELLED);
  }

  @Test
  void aKeyThatIsRevokedHasItsCallsCancelledAndItsStreamsEnded() {
    executor.behave(taken -> {});
    try (HttpWire.Stream listening = wire.open(listen(ALICE, "5")).collect();
        HttpWire.Stream other = wire.open(listen(ADA, "6")).collect();
        HttpWire.Stream calling =
            wire.open(modernCall("/mcp", ALICE, "files__read", "{}")).collect()) {
      await().until(() -> listening.events().size() == 1);

      callers.revoke(ALICE);

      await().until(() -> listening.hasEnded() && calling.hasEnded());
      assertThat(executor.taken().getFirst().cancels()).hasSize(1);
      assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_CANCELLED);
      assertThat(listening.events().getLast()).contains("\"id\":5").contains("\"result\"");
      assertThat(other.hasEnded()).isFalse();
    }
  }

  private static HttpWire.Request listen(String key, String id) {
    return modernPost(
        "/mcp",
        key,
        "subscriptions/listen",
        null,
        modern(
            id,
            "subscriptions/listen",
            "\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true}"));
  }

  @Test
  void aListenerIsToldOfChangesToWhatItSeesAndOfNothingElse() {
    try (HttpWire.Stream alice = wire.open(listen(ALICE, "\"a\"")).collect();
        HttpWire.Stream ada = wire.open(listen(ADA, "1")).collect();
        HttpWire.Stream bob = wire.open(listen(BOB, "1")).collect()) {
      await()
          .until(
              () ->
                  alice.events().size() == 1
                      && ada.events().size() == 1
                      && bob.events().size() == 1);
      assertThat(alice.events().getFirst())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"a\"},\"notifications\":{\"toolsListChanged\":true}}}");

      catalogues.set(
          Fixture.ACME, Fixture.server("files", "read", "write"), Fixture.server("notes", "list"));
      await().until(() -> ada.events().size() == 2);
      catalogues.set(Fixture.ACME, Fixture.server("notes", "list"));
      await().until(() -> alice.events().size() == 2 && ada.events().size() == 3);

      assertThat(alice.events().getLast())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"a\"}}}");
      assertThat(bob.events()).hasSize(1);
      await().until(() -> bob.comments() > 0);
    }
  }

  @Test
  void aListenerIsToldWhenItsKeyMayUseSomethingElse() {
    try (HttpWire.Stream alice = wire.open(listen(ALICE, "1")).collect()) {
      await().until(() -> alice.events().size() == 1);

      callers.change(ALICE, Fixture.profile(Fixture.ACME, "vk_alice", "files__*"));

      await().until(() -> alice.events().size() == 2);
      assertThat(names(wire.send(modernList("/mcp", ALICE))))
          .containsExactly("files__read", "files__write");
    }
  }

  @Test
  void aCallThatCannotBeRecordedIsNotMade() {
    evidence.fillUp();

    Answer answer = wire.send(modernCall("/mcp", ADA, "files__read", "{}"));

    assertThat(answer.body()).contains("\"isError\":true").contains("audit spool is full");
    assertThat(executor.taken()).isEmpty();
  }
}
