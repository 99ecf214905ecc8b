package dev.sallyport.cli.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** 2025-11-25 basic/transports and basic/lifecycle, towards the gateway. */
class LegacyBridgeTest {

  private static final String INITIALIZE = "\"method\":\"initialize\"";
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";
  private static final String GONE =
      "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-31003,\"message\":\"This session is not known.\"}}";

  private final FakeGateway gateway = FakeGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** Opens sessions s1, s2 …; the rest is the test's. */
  private void answering(FakeGateway.Behaviour rest) {
    AtomicInteger sessions = new AtomicInteger();
    gateway.answering(
        seen -> {
          if (seen.has(INITIALIZE)) {
            seen.with("Mcp-Session-Id", "s" + sessions.incrementAndGet())
                .json(
                    200,
                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\","
                        + "\"capabilities\":{},\"serverInfo\":{\"name\":\"g\",\"version\":\"1\"}}}");
          } else {
            rest.answer(seen);
          }
        });
  }

  private void answeringRequestsOnly(FakeGateway.Behaviour requests) {
    answering(
        seen -> {
          if (seen.isGet()) {
            seen.empty(405);
          } else if (seen.has("\"id\"")) {
            requests.answer(seen);
          } else {
            seen.empty(202);
          }
        });
  }

  private FakeGateway.Seen nextThatHas(String text) throws InterruptedException {
    FakeGateway.Seen seen = gateway.next();
    while (!seen.has(text)) {
      seen = gateway.next();
    }
    return seen;
  }

  @Test
  void everythingAfterInitializeCarriesSessionVersionAndKey() throws Exception {
    // Given a gateway that opens a session in an older revision
    answeringRequestsOnly(seen -> seen.json(200, PONG));

    // When a client initializes, asks and ends
    try (BridgeClient client = BridgeClient.to(gateway.url())) {
      client.initialized().send(PING);
      assertThat(client.next()).isEqualTo(PONG);
      // The stream is opened beside the requests; a client that ends earlier never has it.
      FakeGateway.Seen seen = gateway.next();
      while (!seen.isGet()) {
        seen = gateway.next();
      }
    }

    // Then
    List<FakeGateway.Seen> all = gateway.all();
    FakeGateway.Seen first = all.getFirst();
    assertThat(first.header("Mcp-Session-Id")).isNull();
    assertThat(first.header("MCP-Protocol-Version")).isNull();
    assertThat(first.header("Accept")).contains("application/json").contains("text/event-stream");
    assertThat(all)
        .allSatisfy(
            seen ->
                assertThat(seen.header("Authorization")).isEqualTo("Bearer " + FakeGateway.KEY));
    assertThat(all.subList(1, all.size()))
        .allSatisfy(
            seen -> {
              assertThat(seen.header("Mcp-Session-Id")).isEqualTo("s1");
              assertThat(seen.header("MCP-Protocol-Version")).isEqualTo("2025-06-18");
            });
    assertThat(all).extracting(FakeGateway.Seen::method).contains("GET").endsWith("DELETE");
  }

  @Test
  void aQuestionOfTheServerReachesTheClientAndItsAnswerTheServer() throws Exception {
    // Given a gateway that asks on the GET stream
    String question = "{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\"roots/list\"}";
    answering(
        seen -> {
          if (seen.isGet()) {
            seen.stream().message(question).hold();
          } else {
            seen.empty(202);
          }
        });

    try (BridgeClient client = BridgeClient.to(gateway.url()).initialized()) {
      assertThat(client.next()).isEqualTo(question);

      // When the client answers
      String answer = "{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"result\":{\"roots\":[]}}";
      client.send(answer);

      // Then
      assertThat(nextThatHas("roots\":[]").body()).isEqualTo(answer);
    }
  }

  @Test
  void theGetStreamIsTakenUpAgainWhereItEnded() throws Exception {
    // Given a gateway that ends the stream after an event
    AtomicInteger gets = new AtomicInteger();
    answering(
        seen -> {
          if (!seen.isGet()) {
            seen.empty(202);
          } else if (gets.incrementAndGet() == 1) {
            seen.stream().write("id: e7\nretry: 10\ndata:\n\n");
          } else {
            seen.stream().message("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}").hold();
          }
        });

    // When the stream has ended
    try (BridgeClient client = BridgeClient.to(gateway.url()).initialized()) {
      assertThat(client.next()).contains("notifications/x");
    }

    // Then
    assertThat(gateway.all())
        .filteredOn(FakeGateway.Seen::isGet)
        .extracting(seen -> seen.header("Last-Event-ID"))
        .containsExactly(null, "e7");
  }

  @Test
  void anAnswerWhoseStreamBreaksOffIsTakenUpAgain() throws Exception {
    // Given a gateway that closes the stream of a call in its middle
    answering(
        seen -> {
          if (seen.has("tools/call")) {
            seen.stream()
                .write("id: c1\nretry: 10\ndata:\n\n")
                .message("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}");
          } else if ("c1".equals(seen.header("Last-Event-ID"))) {
            seen.stream().message("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}");
          } else if (seen.isGet()) {
            seen.empty(405);
          } else {
            seen.empty(202);
          }
        });

    // When it is called
    try (BridgeClient client = BridgeClient.to(gateway.url()).initialized().send(CALL)) {

      // Then
      assertThat(client.next()).contains("notifications/progress");
      assertThat(client.next()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}");
    }
  }

  @Test
  void aCallWhoseStreamIsLostIsAnsweredWithAnErrorAndNotRepeated() throws Exception {
    // Given a gateway that ends the stream without event ids
    answeringRequestsOnly(seen -> seen.stream().write(":\n\n"));

    // When it is called
    try (BridgeClient client = BridgeClient.to(gateway.url()).initialized().send(CALL)) {

      // Then
      assertThat(client.next())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-31004")
          .contains("unknown");
    }
    assertThat(gateway.all()).filteredOn(seen -> seen.has("tools/call")).hasSize(1);
  }

  @Test
  void cancellationIsPostedAfterItsCallAndLeavesItWithoutAnswer() throws Exception {
    // Given a call that runs until it is cancelled
    CountDownLatch cancelled = new CountDownLatch(1);
    answering(
        seen -> {
          if (seen.isGet()) {
            seen.empty(405);
          } else if (seen.has("tools/call")) {
            cancelled.await(10, TimeUnit.SECONDS);
            seen.stream().write(":\n\n");
          } else {
            if (seen.has("cancelled")) {
              cancelled.countDown();
            }
            seen.empty(202);
          }
        });
    String cancel =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"\\u0061\"}}";

    // When it is cancelled
    BridgeClient client = BridgeClient.to(gateway.url()).initialized().send(CALL).send(cancel);
    assertThat(nextThatHas("cancelled").body()).isEqualTo(cancel);
    client.end();

    // Then
    assertThat(client.waiting()).isZero();
  }

  @Test
  void aSessionThatIsGoneIsReplacedWithoutTheClientNoticing() throws Exception {
    // Given a gateway that forgets its first session once it has been told a log level
    answeringRequestsOnly(
        seen -> {
          if (seen.has("setLevel")) {
            seen.json(200, "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}");
          } else if ("s1".equals(seen.header("Mcp-Session-Id"))) {
            seen.json(404, GONE);
          } else {
            seen.json(200, PONG);
          }
        });
    BridgeClient client = BridgeClient.to(gateway.url()).initialized();
    client.send(
        "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"info\"}}");
    assertThat(client.next()).contains("\"id\":5");

    // When it asks
    client.send(PING);
    assertThat(client.next()).isEqualTo(PONG);
    client.end();

    // Then the new session was opened like the first, and the client saw nothing of it
    List<FakeGateway.Seen> opened =
        gateway.all().stream().filter(seen -> seen.has(INITIALIZE)).toList();
    assertThat(opened).hasSize(2);
    assertThat(opened.getLast().body()).isEqualTo(opened.getFirst().body());
    assertThat(gateway.all())
        .filteredOn(seen -> "s2".equals(seen.header("Mcp-Session-Id")) && !seen.isGet())
        .extracting(
            seen -> seen.method() + " " + seen.body().replaceAll(".*\"method\":\"([^\"]*).*", "$1"))
        .containsExactly(
            "POST notifications/initialized", "POST logging/setLevel", "POST ping", "DELETE ");
    assertThat(client.waiting()).isZero();
  }

  @Test
  void aGatewayThatKnowsNoSessionAtAllIsAskedTwiceAndNoMore() throws Exception {
    // Given
    answeringRequestsOnly(seen -> seen.json(404, GONE));

    // When
    try (BridgeClient client = BridgeClient.to(gateway.url()).initialized().send(PING)) {

      // Then
      assertThat(client.next())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-31003,\"message\":\"This session is"
                  + " not known.\"}}");
    }
    assertThat(gateway.all()).filteredOn(seen -> seen.has("ping")).hasSize(2);
  }

  @Test
  void requestsRunBesideEachOther() throws Exception {
    // Given a gateway that answers the first only after the second
    CountDownLatch second = new CountDownLatch(1);
    answeringRequestsOnly(
        seen -> {
          if (seen.has("tools/call")) {
            second.await(10, TimeUnit.SECONDS);
            seen.json(200, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}");
          } else {
            seen.json(200, PONG);
          }
        });

    // When both are asked
    try (BridgeClient client = BridgeClient.to(gateway.url()).initialized().send(CALL).send(PING)) {

      // Then
      assertThat(client.next()).isEqualTo(PONG);
      second.countDown();
      assertThat(client.next()).contains("\"id\":\"a\"");
    }
  }

  @Test
  void messagesComeAsTheBytesThatWereSentOnOneLine() throws IOException, InterruptedException {
    // Given an answer with everything that a parser would change
    answeringRequestsOnly(
        seen ->
            seen.json(
                200,
                "\n{ \"jsonrpc\":\"2.0\",\r\n \"id\":1,\"result\":{\"b\":1.0e5,\"a\":\"\\u00e9é\\n\",\"a\":2}\n}\n"));

    // When
    try (BridgeClient client = BridgeClient.to(gateway.url()).initialized().send(PING)) {

      // Then
      assertThat(client.next())
          .isEqualTo(
              "{ \"jsonrpc\":\"2.0\",   \"id\":1,\"result\":{\"b\":1.0e5,\"a\":\"\\u00e9é\\n\",\"a\":2} }");
    }
  }
}
