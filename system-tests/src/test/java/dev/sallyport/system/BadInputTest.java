package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.RawHttp.Header;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in gets the answer that the specification asks for, and nothing gets through. */
class BadInputTest {

  private static final String CALL = "\"name\":\"echol__write\",\"arguments\":{}";

  private final World world = World.get();
  private final Wire wire = world.wire("all");
  private int executedBefore;

  @BeforeEach
  void countExecutions() {
    executedBefore = world.legacy.executed("write") + world.modern.executed("write");
  }

  @AfterEach
  void nothingGotThrough() {
    assertThat(world.legacy.executed("write") + world.modern.executed("write"))
        .isEqualTo(executedBefore);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "not json",
        "",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"} trailing",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echol__write\"}}{}"
      })
  void aMalformedFrameIsAParseError(String body) throws IOException {
    // Given bytes that are no JSON text / When they are posted
    Answer answer = wire.post(Wire.bytes(body), Wire.modernHeaders("tools/call", CALL));

    // Then that is said
    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).path("code").asInt()).isIn(-32700, -32600);
    assertLeaksNothing(answer);
  }

  @Test
  void invalidUtf8IsRefused() throws IOException {
    // Given a name that hides a broken character
    byte[] body =
        Wire.modernBody(1, "tools/call", "\"name\":\"echol__write\",\"arguments\":{\"a\":\"#\"}");
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '#') {
        body[i] = (byte) 0xC3;
      }
    }

    // When it is posted
    Answer answer = wire.post(body, Wire.modernHeaders("tools/call", CALL));

    // Then it is refused
    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).path("code").asInt()).isIn(-32700, -32600);
  }

  @Test
  void aBatchIsRefused() throws IOException {
    // Given an array of requests / When it is posted
    Answer answer =
        wire.post(
            Wire.bytes(
                "["
                    + new String(Wire.modernBody(1, "tools/call", CALL), StandardCharsets.UTF_8)
                    + "]"),
            Wire.modernHeaders("tools/call", CALL));

    // Then it is an invalid request
    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).path("code").asInt()).isEqualTo(-32600);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"method\":\"tools/call\",\"params\":{%s}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echol__echo\",%s}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"n\\u0061me\":\"echol__echo\",%s}}"
      })
  void duplicateMembersAreRefused(String frame) throws IOException {
    // Given a member that two readers could read differently / When it is posted
    String meta =
        ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    Answer answer =
        wire.post(Wire.bytes(frame.formatted(CALL + meta)), Wire.modernHeaders("tools/call", CALL));

    // Then nobody reads it
    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).path("code").asInt()).isIn(-32700, -32600, -32602);
  }

  @Test
  void anEscapedMemberNameDoesNotPassPolicy() {
    // Given a key that may not use a tool, and a frame that spells `name` with an escape
    byte[] body =
        Wire.modernBody(1, "tools/call", "\"n\\u0061me\":\"echol__write\",\"arguments\":{}");

    // When it is posted
    Answer answer = world.wire("narrow").post(body, Wire.modernHeaders("tools/call", CALL));

    // Then the name is read as it is
    assertThat(answer.text()).contains("Unknown tool: echol__write");
  }

  @Test
  void aBodyOverTheCapIsRefused() {
    // Given 33 MiB, one over the cap / When they are posted
    byte[] body =
        Wire.modernBody(
            1,
            "tools/call",
            "\"name\":\"echol__write\",\"arguments\":{\"a\":\"" + "x".repeat(33 << 20) + "\"}");
    int status;
    try {
      status = wire.post(body, Wire.modernHeaders("tools/call", CALL)).status();
    } catch (java.io.UncheckedIOException closedOnUs) {
      status = 413;
    }

    // Then it is too large, and the gateway is still there
    assertThat(status).isEqualTo(413);
    assertThat(wire.modern("tools/list", "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "Mcp-Name,echol__echo,-32020",
    "Mcp-Method,tools/list,-32020",
    "MCP-Protocol-Version,2025-11-25,-32020",
    "Mcp-Name,,-32020",
    "Mcp-Method,,-32020",
    "MCP-Protocol-Version,,-32020"
  })
  void aWrongOrMissingHeaderIsAMismatch(String name, String value, int code) throws IOException {
    // Given a header that differs from the body, or is not there
    List<Header> headers = new ArrayList<>(Wire.modernHeaders("tools/call", CALL));
    headers.removeIf(header -> header.name().equals(name));
    if (value != null) {
      headers.add(new Header(name, value));
    }

    // When the request is posted
    Answer answer = wire.post(Wire.modernBody(77, "tools/call", CALL), headers);

    // Then it is refused under its id
    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).path("code").asInt()).isEqualTo(code);
    assertThat(World.JSON.readTree(answer.message()).path("id").asInt()).isEqualTo(77);
  }

  @Test
  void anUnknownVersionIsToldTheSupportedOnes() throws IOException {
    // Given what discover says
    JsonNode discovered =
        World.JSON
            .readTree(wire.modern("server/discover", "").message())
            .path("result")
            .path("supportedVersions");

    // When a version from the future is used
    byte[] body =
        Wire.bytes(
            new String(Wire.modernBody(1, "tools/call", CALL), StandardCharsets.UTF_8)
                .replace("2026-07-28", "2099-01-01"));
    List<Header> headers = new ArrayList<>(Wire.modernHeaders("tools/call", CALL));
    headers.removeIf(header -> header.name().equals("MCP-Protocol-Version"));
    headers.add(new Header("MCP-Protocol-Version", "2099-01-01"));
    Answer answer = wire.post(body, headers);

    // Then the same list comes back
    assertThat(answer.status()).isEqualTo(400);
    assertThat(error(answer).path("code").asInt()).isEqualTo(-32022);
    assertThat(error(answer).at("/data/supported")).isEqualTo(discovered);
    assertThat(discovered.toString()).contains("2026-07-28");
  }

  @Test
  void anUnknownMethodIs404InTheModernEra() throws IOException {
    // Given / When a removed method is called
    Answer answer = wire.modern("ping", "");

    // Then
    assertThat(answer.status()).isEqualTo(404);
    assertThat(error(answer).path("code").asInt()).isEqualTo(-32601);
  }

  @Test
  void anUnknownToolIsInvalidParamsInBothEras() throws IOException {
    // Given / When a tool is called that nobody has
    Answer modern = wire.call("echol__nothing_of_that_name", "{}");
    Answer legacy = wire.legacy().call("echol__nothing_of_that_name", "{}");

    // Then
    assertThat(error(modern).path("code").asInt()).isEqualTo(-32602);
    assertThat(error(legacy).path("code").asInt()).isEqualTo(-32602);
    assertThat(error(legacy).path("message").asText())
        .isEqualTo("Unknown tool: echol__nothing_of_that_name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sp-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "sp-short", "x", "sa-admin"})
  void anUnknownKeyIs401(String key) {
    // Given / When a call comes under a key that is none
    Answer answer = new Wire(world.gateway.mcpUrl(), key).call("echol__write", "{}");

    // Then it is not known, and not said why
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("www-authenticate")).startsWithIgnoringCase("Bearer");
    assertThat(answer.text()).doesNotContain(key.length() > 10 ? key : "\u0000");
    assertLeaksNothing(answer);
  }

  @Test
  void noKeyIs401EvenForInitialize() {
    // Given / When an agent without a key begins
    Answer answer =
        new Wire(world.gateway.mcpUrl(), null)
            .post(
                Wire.bytes(
                    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}}"),
                Wire.jsonHeaders());

    // Then
    assertThat(answer.status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-sallyport-key", "x-api-key"})
  void aKeyIsTakenFromItsOtherHeadersAndTwoDifferentOnesAreRefused(String header) {
    // Given the key in another header
    List<Header> one = new ArrayList<>(Wire.modernHeaders("tools/list", ""));
    one.add(new Header(header, world.gateway.key("narrow")));
    byte[] list = Wire.modernBody(1, "tools/list", "");

    // When it comes alone, and beside a different one
    Answer alone = new Wire(world.gateway.mcpUrl(), null).post(list, one);
    Answer two = wire.post(list, one);

    // Then
    assertThat(alone.status()).isEqualTo(200);
    assertThat(two.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin,https://evil.example,403",
    "Origin,null,403",
    "Host,evil.example,403",
    "Host,evil.example:80,403"
  })
  void aForeignOriginOrHostIsRefused(String name, String value, int status) {
    // Given a request that a foreign page made, or that came by a rebound name
    List<Header> headers = new ArrayList<>(Wire.modernHeaders("tools/call", CALL));
    headers.add(new Header(name, value));

    // When it comes with a good key
    Answer answer = wire.post(Wire.modernBody(1, "tools/call", CALL), headers);

    // Then it is refused all the same
    assertThat(answer.status()).isEqualTo(status);
    assertLeaksNothing(answer);
  }

  @Test
  void anEndedOrForeignSessionIsNotFound() {
    // Given a session that was ended, and one of another key
    LegacySession ended = wire.legacy();
    assertThat(ended.end().status()).isBetween(200, 204);
    LegacySession foreign = world.wire("narrow").legacy();

    // When both are used
    Answer after = ended.call("echol__write", "{}");
    List<Header> headers = new ArrayList<>(foreign.headers());
    Answer stolen =
        wire.post(
            Wire.bytes(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                    + CALL
                    + "}}"),
            headers);

    // Then they are 404, which tells a client to begin again
    assertThat(after.status()).isEqualTo(404);
    assertThat(stolen.status()).isEqualTo(404);
  }

  @Test
  void aLegacyRequestWithoutItsSessionIs400() {
    // Given / When
    Answer answer =
        wire.post(
            Wire.bytes(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                    + CALL
                    + "}}"),
            Wire.jsonHeaders());

    // Then
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void theAdminApiIsClosedWithoutItsKey() {
    // Given the admin API / When it is asked without a key, with a wrong one, with a virtual one
    var admin = world.gateway.admin();
    int none = admin.send("GET", "/api/v1/servers", null, null).status();
    int wrong = admin.send("GET", "/api/v1/servers", null, "sa-wrong").status();
    int virtual = admin.send("GET", "/api/v1/servers", null, world.gateway.key("all")).status();

    // Then it is closed
    assertThat(List.of(none, wrong, virtual)).containsOnly(401);
  }

  private JsonNode error(Answer answer) throws IOException {
    JsonNode error = World.JSON.readTree(answer.message()).path("error");
    assertThat(error.isObject()).as(answer.text()).isTrue();
    return error;
  }

  private void assertLeaksNothing(Answer answer) {
    assertThat(answer.text())
        .doesNotContain(
            "dev.sallyport", "io.vertx", "Exception", "127.0.0.1:" + world.legacy.port());
  }
}
