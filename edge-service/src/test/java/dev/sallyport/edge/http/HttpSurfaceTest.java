package dev.sallyport.edge.http;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.ALICE;
import static dev.sallyport.edge.fixture.Fixture.BOB;
import static dev.sallyport.edge.fixture.Fixture.EXPIRED;
import static dev.sallyport.edge.fixture.Fixture.NOBODY;
import static dev.sallyport.edge.fixture.Fixture.REVOKED;
import static dev.sallyport.edge.fixture.HttpWire.post;
import static dev.sallyport.edge.fixture.HttpWire.request;
import static dev.sallyport.edge.fixture.Messages.initialize;
import static dev.sallyport.edge.fixture.Messages.modernCall;
import static dev.sallyport.edge.fixture.Messages.modernList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.SurfaceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(McpSurface.class)
class HttpSurfaceTest extends SurfaceTest {

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "OPTIONS", "PATCH", "HEAD"})
  void otherMethodsAreNotAllowedAndAllowSaysWhichAre(String method) {
    Answer answer = wire.send(request(method, "/mcp", ADA));

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, POST, DELETE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void theModernEraHasNeitherGetNorDelete(String method) {
    Answer answer =
        wire.send(request(method, "/mcp", ADA).header("MCP-Protocol-Version", "2026-07-28"));

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }

  @Test
  void aBodyThatIsAnnouncedOverTheCapIsRefusedBeforeItIsSent() {
    Answer answer =
        wire.send(post("/mcp", ADA, "{").header("Content-Length", "" + (1024 * 1024 + 1)));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("\"error\":{\"code\":-32600").doesNotContain("\"id\"");
  }

  @Test
  void aBodyThatGrowsOverTheCapIsRefused() {
    byte[] large = new byte[3 * 1024 * 1024];
    java.util.Arrays.fill(large, (byte) ' ');
    byte[] head = (Integer.toHexString(large.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] chunked = new byte[head.length + large.length + 7];
    System.arraycopy(head, 0, chunked, 0, head.length);
    System.arraycopy(large, 0, chunked, head.length, large.length);
    System.arraycopy(
        "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
        0,
        chunked,
        head.length + large.length,
        7);

    Answer answer =
        wire.send(
            post("/mcp", ADA, "")
                .header("Transfer-Encoding", "chunked")
                .header("Content-Length", null)
                .body(chunked)
                .header("Content-Length", null));

    assertThat(answer.status()).isIn(413, 400);
  }

  @Test
  void aBodyOfExactlyTheCapIsRead() {
    String body = modernListBody();
    String padded = body + " ".repeat(1024 * 1024 - body.length());

    Answer answer = wire.send(modernList("/mcp", ADA).body(padded));

    assertThat(answer.status()).isEqualTo(200);
  }

  private static String modernListBody() {
    return dev.sallyport.edge.fixture.Messages.modern("1", "tools/list", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/jsonp", ""})
  void anotherContentTypeIsNotTaken(String type) {
    Answer answer =
        wire.send(modernList("/mcp", ADA).header("Content-Type", type.isEmpty() ? null : type));

    assertThat(answer.status()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "Application/JSON; charset=utf-8"})
  void jsonIsTakenHoweverItIsWritten(String type) {
    assertThat(wire.send(modernList("/mcp", ADA).header("Content-Type", type)).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream", "text/html", ""})
  void acceptMustListBoth(String accept) {
    Answer answer =
        wire.send(modernList("/mcp", ADA).header("Accept", accept.isEmpty() ? null : accept));

    assertThat(answer.status()).isEqualTo(406);
    assertThat(answer.body()).contains("application/json, text/event-stream");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/*, text/*",
        "text/event-stream;q=0.5 , application/json;q=1",
        "text/html, */*;q=0.1"
      })
  void acceptMayUseWildcards(String accept) {
    assertThat(wire.send(modernList("/mcp", ADA).header("Accept", accept)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "file://localhost",
        "garbage"
      })
  void aPageOfAnotherOriginIsTurnedAwayBeforeItsKeyIsLookedAt(String origin) {
    Answer answer = wire.send(modernList("/mcp", "sp-unknown").header("Origin", origin));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).startsWith("{\"jsonrpc\":\"2.0\",\"error\":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:6274",
        "http://127.0.0.1",
        "https://[::1]:8080",
        "https://console.acme.example"
      })
  void aPageOfThisMachineOrOnTheListMayCall(String origin) {
    assertThat(wire.send(modernList("/mcp", ADA).header("Origin", origin)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:8686", "127.0.0.1.evil.example", "[::2]"})
  void onLoopbackAnotherHostIsTurnedAway(String host) {
    assertThat(wire.send(modernList("/mcp", ADA).header("Host", host)).status()).isEqualTo(403);
  }

  @Test
  void twoHostsOrTwoOriginsAreNotChosenFrom() {
    assertThat(wire.send(modernList("/mcp", ADA).also("Host", "evil.example")).status())
        .isIn(400, 403);
    assertThat(
            wire.send(
                    modernList("/mcp", ADA)
                        .header("Origin", "http://localhost")
                        .also("Origin", "https://evil.example"))
                .status())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:8686", "127.0.0.1:1", "[::1]:8686"})
  void onLoopbackItsNamesAreTaken(String host) {
    assertThat(wire.send(modernList("/mcp", ADA).header("Host", host)).status()).isEqualTo(200);
  }

  @Test
  void noKeyAndAKeyThatIsUnknownExpiredOrRevokedGetTheSameBytes() {
    Answer none = wire.send(modernList("/mcp", ADA).header("Authorization", null));

    List<Answer> answers =
        List.of(
            wire.send(modernList("/mcp", "sp-unknown")),
            wire.send(modernList("/mcp", REVOKED)),
            wire.send(modernList("/mcp", EXPIRED)),
            wire.send(modernList("/mcp", ADA).header("Authorization", "Basic " + ADA)),
            wire.send(modernList("/mcp/servers/files", "sp-unknown")),
            wire.send(modernList("/mcp/servers/nothing", "sp-unknown")));

    assertThat(none.status()).isEqualTo(401);
    assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answers).allSatisfy(answer -> assertSame(answer, none));
  }

  private static void assertSame(Answer answer, Answer expected) {
    assertThat(answer.status()).isEqualTo(expected.status());
    assertThat(answer.body()).isEqualTo(expected.body());
    assertThat(answer.headers()).isEqualTo(expected.headers());
  }

  @Test
  void eachOfTheThreeHeadersBringsAKey() {
    assertThat(wire.send(modernList("/mcp", ADA)).status()).isEqualTo(200);
    assertThat(
            wire.send(
                    modernList("/mcp", ADA)
                        .header("Authorization", null)
                        .header("x-sallyport-key", ADA))
                .status())
        .isEqualTo(200);
    assertThat(
            wire.send(
                    modernList("/mcp", ADA).header("Authorization", null).header("X-Api-Key", ADA))
                .status())
        .isEqualTo(200);
  }

  @Test
  void theSameKeyTwiceIsOneKey() {
    assertThat(wire.send(modernList("/mcp", ADA).header("x-api-key", ADA)).status()).isEqualTo(200);
  }

  @Test
  void twoDifferentKeysAreRefused() {
    assertThat(wire.send(modernList("/mcp", ADA).header("x-api-key", ALICE)).status())
        .isEqualTo(400);
    assertThat(
            wire.send(
                    modernList("/mcp", ADA)
                        .header("Authorization", "Bearer " + ADA)
                        .also("Authorization", "Bearer " + BOB))
                .status())
        .isEqualTo(400);
    assertThat(
            wire.send(
                    modernList("/mcp", ADA)
                        .header("Authorization", "Basic abc")
                        .header("x-sallyport-key", ADA))
                .status())
        .isEqualTo(400);
  }

  @Test
  void whilePolicyIsSilentNobodyGetsIn() {
    callers.fallSilent();

    Answer answer = wire.send(modernList("/mcp", ADA));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }

  @Test
  void anUnknownServerAndOneThatTheKeyMayNotUseAnswerAlike() {
    Answer unknown = wire.send(modernList("/mcp/servers/nothing", ALICE));
    Answer hidden = wire.send(modernList("/mcp/servers/notes", ALICE));
    Answer ofAnotherTenant = wire.send(modernList("/mcp/servers/vault", ADA));
    Answer ofNobody = wire.send(modernList("/mcp/servers/files", NOBODY));

    assertThat(unknown.status()).isEqualTo(404);
    assertSame(hidden, unknown);
    assertSame(ofAnotherTenant, unknown);
    assertSame(ofNobody, unknown);
    assertThat(wire.send(modernList("/mcp/servers/files", ALICE)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]x",
        "{\"jsonrpc\":\"2.0\"} {}",
        "{'a':1}",
        "\u00ff",
        "{\"a\":\"\\x\"}",
        "nul"
      })
  void whatIsNotJsonIsAParseError(String body) {
    Answer answer = wire.send(post("/mcp", ADA, body));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":-32700").doesNotContain("\"id\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "[]",
        "\"text\"",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"method\":\"tools/call\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"m\\u0065thod\":\"a\",\"method\":\"b\"}"
      })
  void whatIsJsonButNoMessageIsAnInvalidRequest(String body) {
    Answer answer = wire.send(post("/mcp", ADA, body));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":-32600");
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] body = initialize("2025-11-25").getBytes(StandardCharsets.UTF_8);
    body[body.length - 20] = (byte) 0xC0;

    Answer answer = wire.send(post("/mcp", ADA, "").body(body));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("-32700");
  }

  @Test
  void nothingReachesAToolWhenTheRequestIsTurnedAway() {
    wire.send(modernCall("/mcp", "sp-unknown", "files__read", "{}"));
    wire.send(
        modernCall("/mcp", ADA, "files__read", "{}").header("Origin", "https://evil.example"));
    wire.send(modernCall("/mcp", ADA, "files__read", "{}").header("x-api-key", BOB));
    wire.send(post("/mcp", ADA, "[" + initialize("2025-11-25") + "]"));

    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.records()).isEmpty();
  }

  @Test
  void aConnectionServesManyRequests() {
    for (int i = 0; i < 3; i++) {
      assertThat(wire.send(modernList("/mcp", ADA)).status()).isEqualTo(200);
    }
  }
}
