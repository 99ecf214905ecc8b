package dev.sallyport.cli.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bridge says where the gateway does not. */
class BridgeFailuresTest {

  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

  private FakeGateway gateway = FakeGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "no", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} {}"})
  void whatIsNoJsonIsAParseErrorAndTheNextLineIsTakenAsEver(String line) throws Exception {
    // Given
    gateway.answering(seen -> seen.json(200, PONG));
    try (BridgeClient client = BridgeClient.to(gateway.url())) {

      // When
      client.send(line);

      // Then
      assertThat(client.next())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700");
      client.send("").send(PING);
      assertThat(client.next()).isEqualTo(PONG);
    }
    assertThat(gateway.all()).filteredOn(seen -> !seen.isGet()).hasSize(1);
  }

  @Test
  void whatIsNoMessageIsAnsweredUnderItsId() throws Exception {
    // Given / When
    try (BridgeClient client =
        BridgeClient.to(gateway.url()).send("{\"id\":7,\"method\":\"ping\"}")) {

      // Then
      assertThat(client.next())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32600");
    }
  }

  @Test
  void aGatewayThatIsAwayIsNamedWithTheRemedyAndUsedOnceItIsBack() throws Exception {
    // Given no gateway
    int port = gateway.port();
    gateway.close();
    try (BridgeClient client = BridgeClient.to(URI.create("http://127.0.0.1:" + port + "/mcp"))) {
      client.send(PING);
      assertThat(client.next())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-31005")
          .contains("127.0.0.1:" + port)
          .contains("./sallyport up");

      // When it is back
      gateway = FakeGateway.startOn(port).answering(seen -> seen.json(200, PONG));
      client.send(PING);

      // Then
      assertThat(client.next()).isEqualTo(PONG);
    }
  }

  @Test
  void aGatewayThatStartsAgainOnAnotherPortIsFound() throws Exception {
    // Given a bridge that has used a gateway which is gone
    gateway.answering(seen -> seen.json(200, PONG));
    URI[] where = {gateway.url()};
    try (BridgeClient client =
        BridgeClient.to(() -> new Destination.Known(where[0], null), Duration.ofSeconds(5))) {
      client.send(PING);
      assertThat(client.next()).isEqualTo(PONG);
      gateway.close();

      // When another one is there
      gateway = FakeGateway.start().answering(seen -> seen.json(200, PONG));
      where[0] = gateway.url();
      client.send(PING);

      // Then
      assertThat(client.next()).isEqualTo(PONG);
    }
  }

  @Test
  void aKeyThatIsNotAcceptedIsNamedWithTheRemedyAndNotShown() throws Exception {
    // Given
    gateway.answering(
        seen ->
            seen.json(
                401, "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-31001,\"message\":\"No key.\"}}"));

    // When
    try (BridgeClient client = BridgeClient.to(gateway.url()).send(PING)) {

      // Then
      assertThat(client.next())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-31001")
          .contains("--key-env")
          .contains("./sallyport keys create")
          .doesNotContain(FakeGateway.KEY);
      assertThat(client.notes()).doesNotContain(FakeGateway.KEY);
    }
  }

  @Test
  void aRefusalWithoutIdIsGivenTheIdOfItsRequest() throws Exception {
    // Given
    gateway.answering(
        seen ->
            seen.json(
                403,
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-31004,\"message\":\"Not this host.\"}}"));

    // When
    try (BridgeClient client = BridgeClient.to(gateway.url()).send(PING)) {

      // Then
      assertThat(client.next())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-31004,\"message\":\"Not this"
                  + " host.\"}}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "", "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}", "[]"})
  void somethingElseThatAnswersIsRecognised(String body) throws Exception {
    // Given
    gateway.answering(seen -> seen.json(200, body));

    // When
    try (BridgeClient client = BridgeClient.to(gateway.url()).send(PING)) {

      // Then
      assertThat(client.next())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-31004")
          .contains("--url");
    }
  }

  @Test
  void theEndWaitsForWhatWasAsked() throws Exception {
    // Given a gateway that answers once the input has ended
    CountDownLatch ended = new CountDownLatch(1);
    gateway.answering(
        seen -> {
          ended.await(10, TimeUnit.SECONDS);
          seen.json(200, PONG);
        });
    BridgeClient client = BridgeClient.to(gateway.url()).send(PING);
    gateway.next();

    // When
    Thread.ofVirtual().start(ended::countDown);
    client.end();

    // Then
    assertThat(client.next()).isEqualTo(PONG);
  }

  @Test
  void theEndDoesNotWaitForever() throws Exception {
    // Given a gateway that never answers
    gateway.answering(seen -> seen.stream().hold());
    BridgeClient client =
        BridgeClient.to(() -> new Destination.Known(gateway.url(), null), Duration.ofMillis(50));
    client.send(PING);
    gateway.next();

    // When / Then
    client.end();
    assertThat(client.waiting()).isZero();
  }
}
