package dev.sallyport.edge.mcp.legacy;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Messages.initialize;
import static dev.sallyport.edge.fixture.Messages.legacy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.fixture.FakeExecutor;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that break off and are taken up again, subscriptions, levels, and HTTP+SSE. */
@QuarkusTest
@TestProfile(McpSurface.class)
class SessionsAcrossStreamsTest extends SurfaceTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

  @BeforeEach
  void offer() {
    catalogues.set(
        Fixture.ACME,
        Fixture.withOffers(
            Fixture.server("files", "read"),
            Map.of(ListKind.RESOURCES, List.of(Fixture.resource("files", "file:///a")))));
  }

  @Test
  void aStreamThatBreaksOffIsTakenUpWhereItWas() {
    executor.behave(taken -> taken.progress("1", 1));
    String session = session("/mcp", ADA);
    String lastId;
    FakeExecutor.Taken running;
    try (HttpWire.Stream stream = wire.open(inSession("/mcp", ADA, session, call("9"))).collect()) {
      Awaitility.await().atMost(SOON).until(() -> stream.ids().size() == 2);
      lastId = stream.ids().getLast();
      running = executor.taken().getFirst();
    }
    running.progress("1", 2);
    running.complete("{\"content\":[]}");

    try (HttpWire.Stream again =
        wire.open(stream("/mcp", session).header("Last-Event-ID", lastId)).collect()) {
      Awaitility.await().atMost(SOON).until(again::hasEnded);

      assertThat(again.events()).hasSize(2);
      assertThat(again.events().getFirst()).contains("\"progress\":2");
      assertThat(again.events().getLast()).contains("\"id\":9").contains("\"content\":[]");
    }
  }

  @Test
  void anotherSessionGetsNothingOfIt() {
    executor.behave(taken -> taken.progress("1", 1));
    String session = session("/mcp", ADA);
    String other = session("/mcp", ADA);
    try (HttpWire.Stream stream = wire.open(inSession("/mcp", ADA, session, call("9"))).collect()) {
      Awaitility.await().atMost(SOON).until(() -> stream.ids().size() == 2);
      try (HttpWire.Stream again =
          wire.open(stream("/mcp", other).header("Last-Event-ID", stream.ids().getFirst()))
              .collect()) {
        Awaitility.await().atMost(SOON).until(again::hasEnded);
        assertThat(again.events()).isEmpty();
      }
    }
    executor.taken().getFirst().complete("{}");
  }

  @Test
  void aSubscriptionIsHeardOnTheStreamOfItsSession() {
    String session = session("/mcp", ADA);
    Answer subscribed =
        wire.send(
            inSession(
                "/mcp", ADA, session, legacy("1", "resources/subscribe", "\"uri\":\"file:///a\"")));
    try (HttpWire.Stream stream = wire.open(stream("/mcp", session)).collect()) {
      Awaitility.await().atMost(SOON).until(() -> executor.listening().size() == 1);
      executor.listening().getFirst().updated("file:///a");
      Awaitility.await().atMost(SOON).until(() -> stream.events().size() == 1);

      assertThat(subscribed.body()).contains("\"result\":{}");
      assertThat(stream.events().getFirst()).contains("notifications/resources/updated");
      wire.send(
          inSession(
              "/mcp", ADA, session, legacy("2", "resources/unsubscribe", "\"uri\":\"file:///a\"")));
      Awaitility.await().atMost(SOON).until(() -> executor.listening().isEmpty());
    }
  }

  @Test
  void nobodySubscribesToWhatIsNotThere() {
    Answer answer =
        wire.send(
            inSession(
                "/mcp",
                ADA,
                session("/mcp", ADA),
                legacy("1", "resources/subscribe", "\"uri\":\"gone:///1\"")));

    assertThat(answer.body()).contains("-32002");
  }

  @Test
  void theLevelOfASessionGoesWithItsCalls() {
    String session = session("/mcp", ADA);

    Answer set =
        wire.send(
            inSession(
                "/mcp", ADA, session, legacy("1", "logging/setLevel", "\"level\":\"warning\"")));
    Answer wrong =
        wire.send(
            inSession("/mcp", ADA, session, legacy("2", "logging/setLevel", "\"level\":\"loud\"")));
    wire.send(inSession("/mcp", ADA, session, call("3")));

    assertThat(set.body()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    assertThat(wrong.body()).contains("-32602");
    assertThat(executor.taken().getFirst().header().getLogLevel()).isEqualTo("warning");
  }

  @Test
  void theEndOfASessionIsToldToWhereItsConnectionsAre() {
    String session = session("/mcp", ADA);
    wire.send(inSession("/mcp", ADA, session, call("3")));
    String isolation = executor.taken().getFirst().header().getIsolationKey();

    wire.send(HttpWire.request("DELETE", "/mcp", ADA).header("Mcp-Session-Id", session));

    Awaitility.await().atMost(SOON).until(() -> !executor.told().isEmpty());
    assertThat(executor.told().getFirst().getSession()).isEqualTo(isolation).isNotEmpty();
    assertThat(executor.told().getFirst().hasEnded()).isTrue();
  }

  @Test
  void anOldClientTalksOverTwoConnections() {
    try (HttpWire.Stream stream = wire.open(HttpWire.request("GET", "/sse", ADA)).collect()) {
      Awaitility.await().atMost(SOON).until(() -> stream.events().size() == 1);
      String address = stream.events().getFirst();
      assertThat(address).startsWith("/sse/message?connection=");

      assertThat(wire.send(HttpWire.post(address, ADA, initialize("2024-11-05"))).status())
          .isEqualTo(202);
      Awaitility.await().atMost(SOON).until(() -> stream.events().size() == 2);
      wire.send(HttpWire.post(address, ADA, INITIALIZED));
      wire.send(HttpWire.post(address, ADA, call("9")));
      Awaitility.await().atMost(SOON).until(() -> stream.events().size() == 3);

      assertThat(stream.events().get(1)).contains("\"protocolVersion\":\"2024-11-05\"");
      assertThat(stream.events().get(2)).contains("\"id\":9").contains("\"content\":[]");
      assertThat(wire.send(HttpWire.post(address, Fixture.ALICE, call("9"))).status())
          .as("another key has no part in it")
          .isEqualTo(404);
    }
    Awaitility.await().atMost(SOON).until(() -> !executor.told().isEmpty());
    assertThat(executor.told().getFirst().hasEnded()).isTrue();
  }

  @Test
  void aMissingOrForeignConnectionIsSaidSo() {
    String gone = "/sse/message?connection=0123456789ab.00000000-0000-4000-8000-000000000000";

    assertThat(wire.send(HttpWire.post("/sse/message", ADA, call("1"))).status()).isEqualTo(400);
    assertThat(wire.send(HttpWire.post(gone, ADA, call("1"))).status()).isEqualTo(404);
  }

  private static String call(String id) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\"tools/call\",\"params\":{\"name\":\"files__read\","
        + "\"_meta\":{\"progressToken\":1}}}";
  }

  private static HttpWire.Request stream(String path, String session) {
    return HttpWire.request("GET", path, ADA).header("Mcp-Session-Id", session);
  }
}
