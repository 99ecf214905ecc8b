package dev.sallyport.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo server in a process of its own, over its standard streams. */
class DemoServerTest {

  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

  private DemoProcess demo;

  @BeforeEach
  void start() throws IOException {
    demo = new DemoProcess();
  }

  @AfterEach
  void stop() {
    demo.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2024-11-05,2024-11-05",
    "2025-11-25,2025-11-25",
    "2026-07-28,2025-11-25",
    "1999-01-01,2025-11-25"
  })
  void opensTheLegacyEra(String asked, String answered) {
    JsonNode result = initialize(asked);

    assertThat(result.at("/protocolVersion").asText()).isEqualTo(answered);
    assertThat(result.at("/capabilities/tools/listChanged").asBoolean()).isTrue();
    assertThat(result.at("/serverInfo/name").asText()).isEqualTo("sallyport-demo");
    assertThat(result.has("resultType")).isFalse();
  }

  @Test
  void discoversItselfInTheModernEra() {
    JsonNode result = demo.ask(modern("d-1", "server/discover", "")).path("result");

    assertThat(result.at("/resultType").asText()).isEqualTo("complete");
    assertThat(result.at("/supportedVersions").toString()).isEqualTo("[\"2026-07-28\"]");
    assertThat(result.at("/capabilities/tools").isObject()).isTrue();
    assertThat(result.at("/ttlMs").isIntegralNumber()).isTrue();
    assertThat(result.at("/cacheScope").asText()).isEqualTo("public");
    assertThat(
            result.path("_meta").path("io.modelcontextprotocol/serverInfo").path("name").asText())
        .isEqualTo("sallyport-demo");
  }

  @Test
  void refusesAnUnknownModernVersionAndNamesItsOwn() {
    JsonNode error =
        demo.ask(modern("1", "tools/list", "").replace("2026-07-28", "2030-01-01")).path("error");

    assertThat(error.path("code").asInt()).isEqualTo(-32022);
    assertThat(error.at("/data/supported").toString()).isEqualTo("[\"2026-07-28\"]");
    assertThat(error.at("/data/requested").asText()).isEqualTo("2030-01-01");
  }

  @Test
  void refusesAModernRequestWithoutCapabilities() {
    String request = modern("1", "tools/list", "").replace("clientCapabilities", "other");

    assertThat(demo.ask(request).at("/error/code").asInt()).isEqualTo(-32602);
  }

  @Test
  void refusesALegacyRequestBeforeInitialize() {
    assertThat(demo.ask(legacy("1", "tools/list", "{}")).at("/error/code").asInt())
        .isEqualTo(-32602);
  }

  @Test
  void answersPingInTheLegacyEraOnly() {
    assertThat(demo.ask(legacy("1", "ping", "{}")).path("result").isObject()).isTrue();
    assertThat(demo.ask(modern("2", "ping", "")).at("/error/code").asInt()).isEqualTo(-32601);
  }

  @Test
  void listsItsToolsAlikeInBothEras() {
    JsonNode modern = demo.ask(modern("1", "tools/list", "")).path("result");
    initialize("2025-06-18");
    JsonNode legacy = demo.ask(legacy("2", "tools/list", "{}")).path("result");

    List<String> names = new ArrayList<>();
    modern.path("tools").forEach(tool -> names.add(tool.path("name").asText()));
    assertThat(names).containsExactly("echo", "add", "now", "countdown", "fail", "announce");
    assertThat(modern.path("tools"))
        .allSatisfy(
            tool -> {
              assertThat(tool.at("/inputSchema/type").asText()).isEqualTo("object");
              assertThat(tool.path("description").asText()).isNotBlank();
            });
    assertThat(legacy.path("tools")).isEqualTo(modern.path("tools"));
    assertThat(legacy.has("ttlMs")).isFalse();
    assertThat(modern.path("cacheScope").asText()).isEqualTo("public");
  }

  @Test
  void echoesTextAsItWasWritten() {
    JsonNode result = call("echo", "{\"text\":\"é \\ud83d\\ude00 \\u0000 \\n \\\"\"}");

    assertThat(text(result)).isEqualTo("é 😀 \0 \n \"");
    assertThat(result.path("resultType").asText()).isEqualTo("complete");
    assertThat(result.path("isError").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1,2,3",
    "0.1,0.2,0.3",
    "-1.50,1,-0.50",
    "123456789012345678901234567890,1,123456789012345678901234567891"
  })
  void addsExactly(String a, String b, String sum) {
    JsonNode result = call("add", "{\"a\":" + a + ",\"b\":" + b + "}");

    assertThat(text(result)).isEqualTo(sum);
    assertThat(result.at("/structuredContent/sum").decimalValue()).isEqualByComparingTo(sum);
  }

  @Test
  void tellsTheTimeInAZone() {
    assertThat(text(call("now", "{}"))).endsWith("Z");
    assertThat(text(call("now", "{\"zone\":\"Asia/Tokyo\"}"))).endsWith("+09:00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo | {}",
        "echo | {\"text\":1}",
        "add | {\"a\":1}",
        "add | {\"a\":1,\"b\":\"2\"}",
        "add | {\"a\":1,\"b\":1e999999999}",
        "add | {\"a\":1,\"b\":1e99999999999999}",
        "now | {\"zone\":\"Moon/Base\"}",
        "now | {\"zone\":7}",
        "countdown | {}",
        "countdown | {\"steps\":0}",
        "countdown | {\"steps\":1e1}",
        "countdown | {\"steps\":1,\"delayMillis\":-1}",
        "announce | {\"name\":\"a b\"}",
        "announce | {\"name\":\"echo\"}",
      })
  void saysWhatIsWrongWithArgumentsInAResult(String tool, String arguments) {
    JsonNode result = call(tool, arguments);

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(text(result)).endsWith(".");
  }

  @Test
  void failsAsItIsTold() {
    JsonNode result = call("fail", "{\"message\":\"broken pump\"}");

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(text(result)).isEqualTo("broken pump");
  }

  @Test
  void takesACallWithoutArguments() {
    demo.send(modern("1", "tools/call", "\"name\":\"now\","));

    assertThat(demo.next().path("result").path("isError").asBoolean()).isFalse();
  }

  @Test
  void refusesAnUnknownTool() {
    JsonNode error =
        demo.ask(modern("1", "tools/call", "\"name\":\"nope\",\"arguments\":{},")).path("error");

    assertThat(error.path("code").asInt()).isEqualTo(-32602);
    assertThat(error.path("message").asText()).isEqualTo("Unknown tool: nope");
  }

  @Test
  void reportsProgressBeforeTheResult() {
    demo.send(countdown("c", 3, 0, "\"progressToken\":\"t-1\","));

    for (int step = 1; step <= 3; step++) {
      JsonNode progress = demo.next();
      assertThat(progress.path("method").asText()).isEqualTo("notifications/progress");
      assertThat(progress.at("/params/progressToken").asText()).isEqualTo("t-1");
      assertThat(progress.at("/params/progress").asInt()).isEqualTo(step);
      assertThat(progress.at("/params/total").asInt()).isEqualTo(3);
    }
    assertThat(text(demo.next().path("result"))).isEqualTo("Counted down from 3.");
  }

  @Test
  void saysNothingMoreOfACancelledCall() {
    demo.send(countdown("c", 1000, 5, "\"progressToken\":1,"));
    assertThat(demo.next().path("method").asText()).isEqualTo("notifications/progress");

    demo.send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"\\u0063\"}}");
    demo.send(modern("after", "server/discover", ""));

    JsonNode message = demo.next();
    while (message.has("method")) {
      message = demo.next(); // What was sent before the cancellation was read.
    }
    assertThat(message.path("id").asText()).isEqualTo("after");
    // A call that went on would speak within 5 ms; this one takes longer than that.
    demo.send(countdown("later", 1, 100, ""));
    assertThat(demo.next().path("id").asText()).isEqualTo("later");
  }

  @Test
  void servesOthersWhileACallTakesTime() {
    demo.send(countdown("slow", 1000, 1000, ""));

    assertThat(demo.ask(modern("quick", "server/discover", "")).path("id").asText())
        .isEqualTo("quick");
  }

  @Test
  void refusesTheIdOfARunningCall() {
    demo.send(countdown("same", 1000, 1000, ""));

    JsonNode refusal = demo.ask(countdown("same", 1, 0, ""));
    assertThat(refusal.at("/error/code").asInt()).isEqualTo(-32600);
  }

  @Test
  void tellsLegacyClientsOfANewTool() {
    initialize("2025-11-25");
    demo.send(legacy("1", "tools/call", "{\"name\":\"announce\",\"arguments\":{\"name\":\"hi\"}}"));

    assertThat(demo.next().path("method").asText()).isEqualTo("notifications/tools/list_changed");
    assertThat(demo.next().path("id").asText()).isEqualTo("1");
    assertThat(demo.ask(legacy("2", "tools/list", "{}")).path("result").path("tools")).hasSize(7);
    assertThat(text(call("hi", "{}"))).isEqualTo("Hello from hi.");
  }

  @Test
  void tellsListenersOfANewToolUntilTheyCancel() {
    demo.send(
        modern(
            "L", "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true,\"x\":1},"));
    JsonNode acknowledged = demo.next();
    assertThat(acknowledged.path("method").asText())
        .isEqualTo("notifications/subscriptions/acknowledged");
    assertThat(acknowledged.at("/params/notifications").toString())
        .isEqualTo("{\"toolsListChanged\":true}");
    assertThat(subscription(acknowledged)).isEqualTo("L");

    demo.send(modern("1", "tools/call", "\"name\":\"announce\",\"arguments\":{\"name\":\"one\"},"));
    JsonNode changed = demo.next();
    assertThat(changed.path("method").asText()).isEqualTo("notifications/tools/list_changed");
    assertThat(subscription(changed)).isEqualTo("L");
    assertThat(demo.next().path("id").asText()).isEqualTo("1");

    demo.send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"L\"}}");
    demo.send(modern("2", "tools/call", "\"name\":\"announce\",\"arguments\":{\"name\":\"two\"},"));
    assertThat(demo.next().path("id").asText()).isEqualTo("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "{",
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "null",
        "\"\"",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}",
      })
  void answersBadInputWithAnErrorAndGoesOn(String line) {
    assertThat(demo.ask(line).path("error").path("code").isInt()).isTrue();
    assertAlive();
  }

  @Test
  void survivesEveryCallThatIsNotOne() {
    for (String params :
        new String[] {
          "",
          "\"name\":7,",
          "\"name\":null,",
          "\"name\":\"echo\",\"arguments\":[],",
          "\"name\":\"echo\",\"arguments\":null,",
        }) {
      assertThat(demo.ask(modern("1", "tools/call", params)).at("/error/code").asInt())
          .isEqualTo(-32602);
    }
    assertAlive();
  }

  @Test
  void survivesBytesThatAreNotText() {
    demo.send(new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1, '\n'});
    assertThat(demo.next().at("/error/code").asInt()).isEqualTo(-32700);
    assertAlive();
  }

  @Test
  void survivesALineThatIsTooLong() {
    byte[] chunk = "x".repeat(1024 * 1024).getBytes(UTF_8);
    for (int i = 0; i < 20; i++) {
      demo.send(chunk);
    }
    demo.send("");
    assertThat(demo.next().at("/error/code").asInt()).isEqualTo(-32600);
    assertAlive();
  }

  @Test
  void ignoresBlankLinesUnknownNotificationsAndResponses() {
    demo.send("");
    demo.send("  \r");
    demo.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\"}");
    demo.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}");
    demo.send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":[]}}");
    demo.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    assertAlive();
  }

  @Test
  void endsWhenItsInputEndsEvenWhileACallRuns() throws Exception {
    demo.send(countdown("slow", 1000, 60_000, ""));
    assertAlive();

    demo.closeInput();

    assertThat(demo.exit()).isZero();
  }

  private void assertAlive() {
    assertThat(demo.ask(modern("alive", "server/discover", "")).path("id").asText())
        .isEqualTo("alive");
  }

  private JsonNode initialize(String version) {
    JsonNode result =
        demo.ask(
                legacy(
                    "i",
                    "initialize",
                    "{\"protocolVersion\":\""
                        + version
                        + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}"))
            .path("result");
    demo.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return result;
  }

  private JsonNode call(String tool, String arguments) {
    return demo.ask(
            modern(
                "call", "tools/call", "\"name\":\"" + tool + "\",\"arguments\":" + arguments + ","))
        .path("result");
  }

  private static String countdown(String id, int steps, int delay, String meta) {
    return modern(
            id,
            "tools/call",
            "\"name\":\"countdown\",\"arguments\":{\"steps\":"
                + steps
                + ",\"delayMillis\":"
                + delay
                + "},")
        .replace("\"_meta\":{", "\"_meta\":{" + meta);
  }

  private static String modern(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":\""
        + id
        + "\",\"method\":\""
        + method
        + "\",\"params\":{"
        + params
        + META
        + "}}";
  }

  private static String legacy(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":\""
        + id
        + "\",\"method\":\""
        + method
        + "\",\"params\":"
        + params
        + "}";
  }

  private static String text(JsonNode result) {
    return result.at("/content/0/text").asText();
  }

  private static String subscription(JsonNode notification) {
    return notification
        .path("params")
        .path("_meta")
        .path("io.modelcontextprotocol/subscriptionId")
        .asText();
  }
}
