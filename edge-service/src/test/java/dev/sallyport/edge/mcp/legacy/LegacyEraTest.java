package dev.sallyport.edge.mcp.legacy;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.Fixture.BOB;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.HttpWire.request;
import static dev.sallyport.edge.fixture.Messages.initialize;
import static dev.sallyport.edge.fixture.Messages.legacy;
import static dev.sallyport.edge.fixture.Messages.legacyCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.common.v1.Era;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(McpSurface.class)
class LegacyEraTest extends SurfaceTest {

  private static final String CANCELLED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%s}}";

  @ParameterizedTest
  @CsvSource({
    "2024-11-05,2024-11-05",
    "2025-03-26,2025-03-26",
    "2025-06-18,2025-06-18",
    "2025-11-25,2025-11-25",
    "2026-07-28,2025-11-25",
    "1900-01-01,2025-11-25"
  })
  void initializeAnswersTheVersionAskedForOrTheLatest(String asked, String given) {
    Answer answer = wire.send(post("/mcp", ADA, initialize(asked)));

    JsonObject result = new JsonObject(answer.body()).getJsonObject("result");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(result.getString("protocolVersion")).isEqualTo(given);
    assertThat(result.getJsonObject("capabilities"))
        .isEqualTo(new JsonObject("{\"tools\":{\"listChanged\":true}}"));
    assertThat(result.getJsonObject("serverInfo").getString("name")).isEqualTo("sallyport");
    assertThat(answer.header("Mcp-Session-Id")).matches("[\\x21-\\x7E]{20,}");
  }

  @Test
  void initializeWithoutAVersionIsInvalid() {
    Answer answer = wire.send(post("/mcp", ADA, legacy("0", "initialize", "")));

    assertThat(answer.body()).contains("\"code\":-32602");
    assertThat(answer.header("Mcp-Session-Id")).isNull();
  }

  @Test
  void anEndpointOfOneServerPassesItsInstructions() {
    assertThat(wire.send(post("/mcp/servers/files", ADA, initialize("2025-11-25"))).body())
        .contains("\"instructions\":\"Use files well.\"");
  }

  @Test
  void everythingElseNeedsASession() {
    for (String body :
        List.of(
            legacy("1", "tools/list", ""),
            legacy("1", "ping", ""),
            legacyCall("1", "files__read"),
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")) {
      assertThat(wire.send(post("/mcp", ADA, body)).status()).isEqualTo(400);
    }
    assertThat(wire.send(request("GET", "/mcp", ADA)).status()).isEqualTo(400);
    assertThat(wire.send(request("DELETE", "/mcp", ADA)).status()).isEqualTo(400);
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void aSessionThatIsUnknownOrOfAnotherKeyIsNotFound() {
    String session = session("/mcp", ADA);

    for (Answer answer :
        List.of(
            wire.send(inSession("/mcp", ADA, "nonsense", legacy("1", "ping", ""))),
            wire.send(inSession("/mcp", ADA, session + "A", legacy("1", "ping", ""))),
            wire.send(inSession("/mcp", ALICE, session, legacy("1", "ping", ""))),
            wire.send(inSession("/mcp", BOB, session, legacyCall("1", "files__read"))))) {
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.body()).contains("\"id\":1");
    }
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void aVersionThatIsNotSupportedIsABadRequest() {
    String session = session("/mcp", ADA);

    assertThat(
            wire.send(
                    inSession("/mcp", ADA, session, legacy("1", "ping", ""))
                        .header("MCP-Protocol-Version", "1999-01-01"))
                .status())
        .isEqualTo(400);
    assertThat(
            wire.send(
                    inSession("/mcp", ADA, session, legacy("1", "ping", ""))
                        .header("MCP-Protocol-Version", null))
                .status())
        .isEqualTo(200);
  }

  @Test
  void notificationsAreAccepted() {
    String session = session("/mcp", ADA);

    for (String method :
        List.of("notifications/initialized", "notifications/roots/list_changed", "x/y")) {
      Answer answer =
          wire.send(
              inSession(
                  "/mcp", ADA, session, "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\"}"));
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  void pingIsAnsweredAndAnUnknownMethodIsNot() {
    String session = session("/mcp", ADA);

    assertThat(wire.send(inSession("/mcp", ADA, session, legacy("\"p\"", "ping", ""))).body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}");
    Answer unknown = wire.send(inSession("/mcp", ADA, session, legacy("2", "no/such", "")));
    assertThat(unknown.status()).isEqualTo(200);
    assertThat(unknown.body()).contains("\"code\":-32601").contains("\"id\":2");
  }

  @Test
  void aListShowsWhatTheKeyMayUseInPages() {
    String session = session("/mcp", ADA);
    Answer first = wire.send(inSession("/mcp", ADA, session, legacy("1", "tools/list", "")));
    String cursor = new JsonObject(first.body()).getJsonObject("result").getString("nextCursor");

    Answer second =
        wire.send(
            inSession(
                "/mcp", ADA, session, legacy("2", "tools/list", "\"cursor\":\"" + cursor + "\"")));

    assertThat(first.body())
        .contains("files__read")
        .contains("files__write")
        .contains("notes__list")
        .doesNotContain("ttlMs");
    assertThat(second.body()).contains("notes__read").doesNotContain("nextCursor");
    assertThat(
            wire.send(
                    inSession("/mcp", ADA, session, legacy("3", "tools/list", "\"cursor\":\"x\"")))
                .body())
        .contains("\"code\":-32602");
    assertThat(
            wire.send(
                    inSession("/mcp", ALICE, session("/mcp", ALICE), legacy("1", "tools/list", "")))
                .body())
        .contains("files__read")
        .doesNotContain("write")
        .doesNotContain("notes");
  }

  @Test
  void aCallPassesUnchangedAndCarriesTheSession() {
    String session = session("/mcp", ADA);
    executor.behave(taken -> taken.complete("{\"content\":[ ]}"));

    Answer answer = wire.send(inSession("/mcp", ADA, session, legacyCall("41", "files__read")));

    assertThat(answer.body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":41,\"result\":{\"content\":[ ]}}");
    assertThat(executor.taken())
        .singleElement()
        .satisfies(
            taken -> {
              assertThat(taken.frame()).contains("{\"n\": 1.50}");
              assertThat(taken.header().getClientEra()).isEqualTo(Era.ERA_LEGACY);
              assertThat(taken.header().getClientProtocolVersion()).isEqualTo("2025-11-25");
              assertThat(taken.header().getClientCapabilities().toStringUtf8())
                  .isEqualTo("{\"elicitation\":{}}");
            });
    assertThat(evidence.opened().getFirst().getClientInfo()).isEqualTo("tester 9");
  }

  @Test
  void deleteEndsTheSessionAndItsCalls() {
    String session = session("/mcp", ADA);
    executor.behave(taken -> {});
    try (HttpWire.Stream calling =
            wire.open(inSession("/mcp", ADA, session, legacyCall("1", "files__read"))).collect();
        HttpWire.Stream listening =
            wire.open(request("GET", "/mcp", ADA).header("Mcp-Session-Id", session)).collect()) {
      await().until(() -> executor.taken().size() == 1);

      Answer answer = wire.send(request("DELETE", "/mcp", ADA).header("Mcp-Session-Id", session));

      assertThat(answer.status()).isEqualTo(204);
      await().until(() -> calling.hasEnded() && listening.hasEnded());
      assertThat(executor.taken().getFirst().cancels()).hasSize(1);
      assertThat(wire.send(inSession("/mcp", ADA, session, legacy("1", "ping", ""))).status())
          .isEqualTo(404);
      assertThat(
              wire.send(request("DELETE", "/mcp", ADA).header("Mcp-Session-Id", session)).status())
          .isEqualTo(404);
    }
  }

  @Test
  void anotherKeyCannotEndASession() {
    String session = session("/mcp", ADA);

    assertThat(wire.send(request("DELETE", "/mcp", BOB).header("Mcp-Session-Id", session)).status())
        .isEqualTo(404);
    assertThat(wire.send(inSession("/mcp", ADA, session, legacy("1", "ping", ""))).status())
        .isEqualTo(200);
  }

  @Test
  void aCancellationReachesExactlyItsCall() {
    String mine = session("/mcp", ADA);
    String other = session("/mcp", ADA);
    String ofAnotherTenant = session("/mcp", BOB);
    executor.behave(taken -> {});
    try (HttpWire.Stream one =
            wire.open(inSession("/mcp", ADA, mine, legacyCall("1", "files__read"))).collect();
        HttpWire.Stream two =
            wire.open(inSession("/mcp", ADA, mine, legacyCall("\"1\"", "files__read"))).collect();
        HttpWire.Stream three =
            wire.open(inSession("/mcp", ADA, other, legacyCall("1", "files__read"))).collect()) {
      await().until(() -> executor.taken().size() == 3);

      wire.send(inSession("/mcp", BOB, ofAnotherTenant, CANCELLED.formatted("1")));
      wire.send(inSession("/mcp", ADA, mine, CANCELLED.formatted("99")));
      assertThat(wire.send(inSession("/mcp", ADA, mine, CANCELLED.formatted("1"))).status())
          .isEqualTo(202);

      await().until(one::hasEnded);
      assertThat(one.events()).isEmpty();
      assertThat(two.hasEnded()).isFalse();
      assertThat(three.hasEnded()).isFalse();
      assertThat(executor.taken()).extracting(taken -> taken.cancels().size()).contains(0, 0, 1);
    }
  }

  @Test
  void goingAwayDoesNotCancelAndTheCallIsRecorded() throws Exception {
    String session = session("/mcp", ADA);
    executor.behave(taken -> {});
    Socket socket = wire.start(inSession("/mcp", ADA, session, legacyCall("1", "files__read")));
    await().until(() -> executor.taken().size() == 1);

    socket.close();
    // Another request on the same event loops has been served since, so the hang-up was seen.
    wire.send(inSession("/mcp", ADA, session, legacy("2", "ping", "")));
    wire.send(inSession("/mcp", ADA, session, legacy("3", "ping", "")));
    executor.taken().getFirst().complete("{}");

    await().until(() -> evidence.closed().size() == 1);
    assertThat(executor.taken().getFirst().cancels()).isEmpty();
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
  }

  @Test
  void anUpstreamMayAskTheClientAndGetsItsAnswer() {
    String session = session("/mcp", ADA);
    executor.behave(
        taken ->
            taken.ask(
                "q1",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"elicitation/create\",\"params\":{}}"));
    try (HttpWire.Stream calling =
        wire.open(inSession("/mcp", ADA, session, legacyCall("1", "files__read"))).collect()) {
      await().until(() -> calling.events().size() == 1);
      JsonObject question = new JsonObject(calling.events().getFirst());
      String answer =
          "{\"jsonrpc\":\"2.0\",\"id\":\"" + question.getString("id") + "\",\"result\":{\"a\": 1}}";

      String other = session("/mcp", ADA);
      assertThat(wire.send(inSession("/mcp", ADA, other, answer)).status()).isEqualTo(202);
      assertThat(executor.taken().getFirst().responses()).isEmpty();
      assertThat(wire.send(inSession("/mcp", ADA, session, answer)).status()).isEqualTo(202);

      assertThat(executor.taken().getFirst().responses()).containsExactly("q1 " + answer);
      executor.taken().getFirst().complete("{}");
      await().until(calling::hasEnded);
      assertThat(calling.events()).hasSize(2);
    }
  }

  @Test
  void aStreamStartsWithAnIdAndTellsOfChangesWithIds() {
    String session = session("/mcp", ALICE);
    try (HttpWire.Stream stream =
        wire.open(request("GET", "/mcp", ALICE).header("Mcp-Session-Id", session)).collect()) {
      assertThat(stream.headers.get("Content-Type")).isEqualTo("text/event-stream");
      assertThat(stream.headers.get("X-Accel-Buffering")).isEqualTo("no");
      await().until(() -> stream.ids().size() == 1);
      assertThat(stream.lines()).contains("retry: 1000");

      catalogues.set(Fixture.ACME, Fixture.server("notes", "list"));

      await().until(() -> stream.events().size() == 1);
      assertThat(stream.events().getFirst())
          .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
      assertThat(stream.ids()).hasSize(2).doesNotHaveDuplicates();
      await().until(() -> stream.comments() > 0);
    }
  }

  @Test
  void aClientThatComesBackIsToldOfTheChangeItMissed() {
    String session = session("/mcp", ADA);
    String last;
    try (HttpWire.Stream stream =
        wire.open(request("GET", "/mcp", ADA).header("Mcp-Session-Id", session)).collect()) {
      await().until(() -> stream.ids().size() == 1);
      last = stream.ids().getFirst();
    }
    catalogues.set(Fixture.ACME, Fixture.server("notes", "list"));

    try (HttpWire.Stream again =
        wire.open(
                request("GET", "/mcp", ADA)
                    .header("Mcp-Session-Id", session)
                    .header("Last-Event-ID", last))
            .collect()) {
      await().until(() -> again.events().size() == 1);
    }
  }

  @Test
  void aNewerStreamTakesThePlaceOfTheOlder() {
    String session = session("/mcp", ADA);
    try (HttpWire.Stream older =
            wire.open(request("GET", "/mcp", ADA).header("Mcp-Session-Id", session)).collect();
        HttpWire.Stream newer =
            wire.open(request("GET", "/mcp", ADA).header("Mcp-Session-Id", session)).collect()) {
      await().until(older::hasEnded);

      catalogues.set(Fixture.ACME, Fixture.server("notes", "list"));

      await().until(() -> newer.events().size() == 1);
      assertThat(older.events()).isEmpty();
    }
  }

  @Test
  void aRevokedKeyLosesItsStreamsAndItsSessions() {
    String session = session("/mcp", ALICE);
    try (HttpWire.Stream stream =
        wire.open(request("GET", "/mcp", ALICE).header("Mcp-Session-Id", session)).collect()) {
      await().until(() -> stream.ids().size() == 1);

      callers.revoke(ALICE);

      await().until(stream::hasEnded);
      assertThat(wire.send(inSession("/mcp", ALICE, session, legacy("1", "ping", ""))).status())
          .isEqualTo(401);
    }
  }
}
