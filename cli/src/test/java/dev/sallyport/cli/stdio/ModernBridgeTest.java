package dev.sallyport.cli.stdio;

import static dev.sallyport.cli.stdio.BridgeClient.MODERN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 2026-07-28 streamable-http, towards the gateway. */
class ModernBridgeTest {

  private static final String ANSWER =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\"}}";
  private static final String MISMATCH =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32020,\"message\":\"Header mismatch\"}}";

  private final FakeGateway gateway = FakeGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static String request(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
        + method
        + "\",\"params\":{"
        + params
        + (params.isEmpty() ? "" : ",")
        + MODERN
        + "}}";
  }

  private static String call(String name, String arguments) {
    return request("tools/call", "\"name\":\"" + name + "\",\"arguments\":" + arguments);
  }

  /** A page with one tool, one of whose arguments is mirrored in the header that is named. */
  private static String page(String id, String tool, String header, String cursor) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"result\":{\"resultType\":\"complete\",\"tools\":[{\"name\":\""
        + tool
        + "\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\","
        + "\"x-mcp-header\":\""
        + header
        + "\"}}}}]"
        + (cursor.isEmpty() ? "" : ",\"nextCursor\":\"" + cursor + "\"")
        + "}}";
  }

  private static String id(FakeGateway.Seen seen) {
    return seen.body().replaceAll(".*\"id\":(\"[^\"]*\"|[0-9]+).*", "$1");
  }

  @ParameterizedTest
  @CsvSource({
    "tools/call, name, plain, plain",
    "tools/call, name, wörld, =?base64?d8O2cmxk?=",
    "prompts/get, name, p, p",
    "resources/read, uri, file:///a b, file:///a b",
    "tasks/get, taskId, t-1, t-1",
    "completion/complete, name, p,"
  })
  void theBodyIsMirroredInHeaders(String method, String member, String value, String header)
      throws Exception {
    // Given
    gateway.answering(
        seen -> seen.json(200, seen.has("tools/list") ? page(id(seen), "plain", "R", "") : ANSWER));
    String asked = request(method, "\"" + member + "\":\"" + value + "\"");

    // When
    try (BridgeClient client = BridgeClient.to(gateway.url()).send(asked)) {
      assertThat(client.next()).isEqualTo(ANSWER);
    }

    // Then
    FakeGateway.Seen seen = gateway.all().getLast();
    assertThat(seen.body()).isEqualTo(asked);
    assertThat(seen.header("MCP-Protocol-Version")).isEqualTo("2026-07-28");
    assertThat(seen.header("Mcp-Method")).isEqualTo(method);
    assertThat(seen.header("Mcp-Name")).isEqualTo(header);
    assertThat(seen.header("Mcp-Session-Id")).isNull();
  }

  @Test
  void argumentsAreMirroredAsAListThatCameBySays() throws Exception {
    // Given a client that has listed
    gateway.answering(
        seen -> seen.json(200, seen.has("tools/list") ? page("1", "t", "Region", "") : ANSWER));
    try (BridgeClient client = BridgeClient.to(gateway.url())) {
      client.send(request("tools/list", ""));
      assertThat(client.next()).isEqualTo(page("1", "t", "Region", ""));

      // When it calls
      client.send(call("t", "{\"region\":\"eu west\"}"));
      client.next();
    }

    // Then
    assertThat(gateway.all()).hasSize(2);
    assertThat(gateway.all().getLast().header("Mcp-Param-Region")).isEqualTo("eu west");
  }

  @Test
  void aCallThatComesBeforeAnyListHasTheToolsListedFirst() throws Exception {
    // Given tools on two pages
    gateway.answering(
        seen -> {
          if (!seen.has("tools/list")) {
            seen.json(200, ANSWER);
          } else if (seen.has("\"cursor\":\"c2\"")) {
            seen.json(200, page(id(seen), "t", "Region", ""));
          } else {
            seen.json(200, page(id(seen), "other", "Other", "c2"));
          }
        });

    // When one of the second page is called, twice
    String asked = call("t", "{\"region\":\"eu\"}");
    try (BridgeClient client = BridgeClient.to(gateway.url()).send(asked)) {
      assertThat(client.next()).isEqualTo(ANSWER);
      client.send(asked);
      assertThat(client.next()).isEqualTo(ANSWER);
      assertThat(client.waiting()).isZero();
    }

    // Then both pages were listed once, in the name of the client
    List<FakeGateway.Seen> all = gateway.all();
    assertThat(all)
        .extracting(seen -> seen.header("Mcp-Method"))
        .containsExactly("tools/list", "tools/list", "tools/call", "tools/call");
    assertThat(all.getFirst().body())
        .contains("\"io.modelcontextprotocol/clientInfo\":{\"name\":\"c\",\"version\":\"1\"}")
        .contains("\"io.modelcontextprotocol/clientCapabilities\":{}");
    assertThat(all.subList(2, 4))
        .allSatisfy(seen -> assertThat(seen.header("Mcp-Param-Region")).isEqualTo("eu"));
  }

  @Test
  void aHeaderThatNoLongerFitsIsLearnedAnewAndTheCallRepeatedOnce() throws Exception {
    // Given a tool whose schema has changed since it was listed
    AtomicInteger lists = new AtomicInteger();
    gateway.answering(
        seen -> {
          if (seen.has("tools/list")) {
            seen.json(200, page(id(seen), "t", lists.incrementAndGet() == 1 ? "Old" : "New", ""));
          } else if (seen.header("Mcp-Param-New") == null) {
            seen.json(400, MISMATCH);
          } else {
            seen.json(200, ANSWER);
          }
        });

    // When it is called
    try (BridgeClient client =
        BridgeClient.to(gateway.url()).send(call("t", "{\"region\":\"eu\"}"))) {

      // Then
      assertThat(client.next()).isEqualTo(ANSWER);
      assertThat(client.waiting()).isZero();
    }
    assertThat(gateway.all()).hasSize(4);
  }

  @Test
  void aMismatchThatRemainsReachesTheClient() throws Exception {
    // Given
    gateway.answering(
        seen -> {
          if (seen.has("tools/list")) {
            seen.json(200, page(id(seen), "t", "R", ""));
          } else {
            seen.json(400, MISMATCH);
          }
        });

    // When
    try (BridgeClient client = BridgeClient.to(gateway.url()).send(call("t", "{}"))) {

      // Then
      assertThat(client.next()).isEqualTo(MISMATCH);
    }
    assertThat(gateway.all()).filteredOn(seen -> seen.has("tools/call")).hasSize(2);
  }

  @Test
  void cancellationClosesTheStreamAndIsNotPosted() throws Exception {
    // Given a call that streams
    CountDownLatch left = new CountDownLatch(1);
    String progress = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{}}";
    gateway.answering(
        seen -> {
          if (seen.has("prompts/get")) {
            seen.stream().message(progress).hold();
            left.countDown();
          } else {
            seen.json(200, ANSWER);
          }
        });
    BridgeClient client =
        BridgeClient.to(gateway.url()).send(request("prompts/get", "\"name\":\"p\""));
    assertThat(client.next()).isEqualTo(progress);

    // When it is cancelled
    client.send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");

    // Then
    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    client.end();
    assertThat(client.waiting()).isZero();
    assertThat(gateway.all()).hasSize(1);
  }

  @Test
  void aSubscriptionLastsWhileOtherRequestsAreAnsweredAndKeepsNoEndWaiting() throws Exception {
    // Given an open subscription
    CountDownLatch left = new CountDownLatch(1);
    String acknowledged =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\"}";
    gateway.answering(
        seen -> {
          if (seen.has("listen")) {
            seen.stream().message(acknowledged).hold();
            left.countDown();
          } else {
            seen.json(200, ANSWER);
          }
        });
    BridgeClient client =
        BridgeClient.to(gateway.url())
            .send(request("subscriptions/listen", "\"notifications\":{}").replace("1,", "9,"));
    assertThat(client.next()).isEqualTo(acknowledged);
    client.send(request("server/discover", ""));
    assertThat(client.next()).isEqualTo(ANSWER);

    // When the client ends
    long begun = System.nanoTime();
    client.end();

    // Then
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(4));
    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
