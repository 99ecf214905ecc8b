package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.ScanResult.Malformed;
import dev.sallyport.mcp.frame.ScanResult.Reason;
import dev.sallyport.mcp.frame.ScanResult.Scanned;
import dev.sallyport.mcp.protocol.JsonRpcError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScannerTest {

  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":"a-1","method":"tools/call","params":{"name":"get_weather",\
      "arguments":{"location":"Bern","n":1e400},"x":[1,2,{"name":"no"}],"_meta":{\
      "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"},\
      "io.modelcontextprotocol/clientCapabilities":{},"progressToken":7,\
      "io.modelcontextprotocol/logLevel":"info",\
      "traceparent":"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01","com.example/x":{}}}}""";

  @Test
  void readsWhatTheGatewayNeedsOfACall() {
    Frame.Request call = request(CALL);

    assertThat(text(call, call.id())).isEqualTo("\"a-1\"");
    assertThat(call.method()).isEqualTo("tools/call");
    assertThat(call.params().name()).isEqualTo("get_weather");
    assertThat(text(call, call.params().nameSpan())).isEqualTo("\"get_weather\"");
    assertThat(text(call, call.params().arguments()))
        .isEqualTo("{\"location\":\"Bern\",\"n\":1e400}");
    Meta meta = call.params().meta();
    assertThat(meta.protocolVersion()).isEqualTo("2026-07-28");
    assertThat(text(call, meta.clientInfo())).isEqualTo("{\"name\":\"c\",\"version\":\"1\"}");
    assertThat(text(call, meta.clientCapabilities())).isEqualTo("{}");
    assertThat(text(call, meta.progressToken())).isEqualTo("7");
    assertThat(meta.logLevel()).isEqualTo("info");
    assertThat(meta.traceparent()).startsWith("00-0af7");
    assertThat(call.params().uri()).isNull();
    assertThat(call.params().cursor()).isNull();
  }

  @Test
  void readsAFrameInTheMiddleOfAnArray() {
    byte[] data = ("####  " + CALL + " \n####").getBytes(UTF_8);

    ScanResult result = FrameScanner.scan(data, 4, data.length - 8, Limits.DEFAULT);

    Frame.Request call = (Frame.Request) ((Scanned) result).frame();
    assertThat(text(call, call.whole())).isEqualTo(CALL);
    assertThat(call.params().name()).isEqualTo("get_weather");
  }

  @Test
  void readsCancelledAndProgressNotifications() {
    Frame.Notification cancelled =
        (Frame.Notification)
            frame(
                """
                {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":12,"reason":"no"}}""");
    Frame.Notification progress =
        (Frame.Notification)
            frame(
                """
                {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1}}""");

    assertThat(text(cancelled, cancelled.params().requestId())).isEqualTo("12");
    assertThat(text(progress, progress.params().progressToken())).isEqualTo("\"t\"");
    assertThat(progress.params().meta().progressToken()).isNull();
  }

  @Test
  void readsAResultAndItsMarks() {
    Frame.Response response =
        response(
            """
            {"jsonrpc":"2.0","id":3,"result":{"content":[{"isError":false}],"isError":true,\
            "resultType":"complete","_meta":{"a":1}}}""");

    assertThat(text(response, response.id())).isEqualTo("3");
    assertThat(response.resultIsError()).isTrue();
    assertThat(response.resultType()).isEqualTo("complete");
    assertThat(text(response, response.resultMeta())).isEqualTo("{\"a\":1}");
    assertThat(response.error()).isNull();
    assertThat(response.tools()).isNull();
  }

  @Test
  void readsAnErrorAndItsCode() {
    Frame.Response response =
        response(
            """
            {"jsonrpc":"2.0","id":3,"error":{"data":{"code":1},"code":-32022,"message":"no"}}""");

    assertThat(response.errorCode()).isEqualTo(JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION);
    assertThat(text(response, response.errorMessage())).isEqualTo("\"no\"");
    assertThat(response.result()).isNull();
  }

  @Test
  void decodesEscapedMemberNamesAndValues() {
    Frame.Request call =
        request(
            """
            {"jsonrpc":"2\\u002e0","\\u0069d":1,"meth\\u006fd":"tools\\/call",\
            "params":{"na\\u006de":"d\\u0065l\\u00e9te"}}""");

    assertThat(call.method()).isEqualTo("tools/call");
    assertThat(call.params().name()).isEqualTo("deléte");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"metho\\u0064\":\"n\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":1,\"x\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"\\u0078\":1,\"x\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"name\":\"a\",\"na\\u006de\":\"b\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"n\":\"a\",\"n\":\"b\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{},\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{},\"\\u005fmeta\":{}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"a\":1,\"a\":2}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"progressToken\":1,\"progressToke\\u006E\":2}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"isError\":true,\"isError\":false}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"code\":2,\"message\":\"\"}}",
      })
  void refusesNamesThatOccurTwice(String json) {
    assertThat(malformed(json).reason()).isEqualTo(Reason.DUPLICATE_MEMBER);
  }

  @Test
  void findsDuplicatesAmongManyMembers() {
    StringBuilder params =
        new StringBuilder("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"m\",\"params\":{");
    for (int i = 0; i < 10_000; i++) {
      params.append("\"m").append(i).append("\":").append(i).append(',');
    }

    assertThat(frame(params + "\"last\":1}}")).isInstanceOf(Frame.Request.class);
    Malformed refused = malformed(params + "\"m7\\u00377\":1}}");
    assertThat(refused.reason()).isEqualTo(Reason.DUPLICATE_MEMBER);
    assertThat(refused.id()).isNotNull();
  }

  @Test
  void leavesDuplicatesInsideArgumentsAlone() {
    assertThat(
            frame(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"arguments\":{\"a\":1,\"a\":2}}}"))
        .isInstanceOf(Frame.Request.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "nul",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}{}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",}",
        "{\"jsonrpc\":\"2.0\",\"id\":01,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":NaN}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":Infinity}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":+1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":.5}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":5.}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":1e}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":-}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":0x10}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":[1,]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":[,1]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":'a'}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",x:1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\"\\x\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\"\\u12g4\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\"\t\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\"\n\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"/**/}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":truE}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":falsy}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"\f}",
        "\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}",
      })
  void refusesWhatIsNotJson(String json) {
    Malformed refused = malformed(json);

    assertThat(refused.reason()).isEqualTo(Reason.NOT_JSON);
    assertThat(refused.code()).isEqualTo(JsonRpcError.PARSE_ERROR);
    assertThat(refused.id()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080",
        "\u00C0\u0080",
        "\u00C1\u00BF",
        "\u00E0\u0080\u0080",
        "\u00E0\u009F\u00BF",
        "\u00ED\u00A0\u0080",
        "\u00ED\u00BF\u00BF",
        "\u00F0\u0080\u0080\u0080",
        "\u00F0\u008F\u00BF\u00BF",
        "\u00F4\u0090\u0080\u0080",
        "\u00F5\u0080\u0080\u0080",
        "\u00FF",
        "\u00C3",
        "\u00E2\u0082",
        "\u00F0\u009F\u0098",
        "\u00C3A",
        "\u00E2\u0082A",
        "\u00C3\u00C3",
        "\u00F0\u009F\u0098A",
      })
  void refusesInvalidUtf8(String bytes) {
    byte[] data =
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"arguments\":{\"long enough\":\"ab"
                + bytes
                + "\"}}}")
            .getBytes(ISO_8859_1);

    assertThat(FrameScanner.scan(data))
        .isInstanceOfSatisfying(
            Malformed.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_JSON));
  }

  @Test
  void takesEveryKindOfCharacter() {
    String text = "\u0000\u0001\u007f é ߿ ࠀ ퟿  \uFFFF 😀 \uDBFF\uDFFF \" \\ \b\f\n\r\t";
    String quoted = new String(dev.sallyport.mcp.json.JsonText.quote(text), UTF_8);

    Frame.Request call =
        request(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"name\":" + quoted + "}}");

    assertThat(call.params().name()).isEqualTo(text);
  }

  @Test
  void refusesABatchWithAReasonOfItsOwn() {
    Malformed refused = malformed("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}]");

    assertThat(refused.reason()).isEqualTo(Reason.BATCH);
    assertThat(refused.code()).isEqualTo(JsonRpcError.INVALID_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "\"x\"",
        "null",
        "{}",
        "{\"id\":1,\"method\":\"m\"}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"}",
        "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{\"code\":1,\"message\":\"\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":7}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"message\":\"no code\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1.5,\"message\":\"\"}}",
      })
  void refusesWhatIsNotAMessage(String json) {
    Malformed refused = malformed(json);

    assertThat(refused.reason()).isEqualTo(Reason.NOT_A_MESSAGE);
    assertThat(refused.code()).isEqualTo(JsonRpcError.INVALID_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1.0", "1e3", "1E3", "true", "[]", "{}", "\"\\ud800\""})
  void refusesIdsThatAreNeitherStringNorInteger(String id) {
    Malformed refused = malformed("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"m\"}");

    assertThat(refused.reason()).isEqualTo(Reason.BAD_ID);
    assertThat(refused.id()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-7", "\"\"", "123456789012345678901234567890", "\"a\\nb\""})
  void keepsIdsAsTheyStand(String id) {
    Frame.Request call = request("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"m\"}");

    assertThat(text(call, call.id())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "null", "\"x\"", "{\"_meta\":[]}", "{\"_meta\":null}"})
  void refusesParamsThatAreNotObjectsAndNamesTheRequest(String params) {
    Malformed refused =
        malformed("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":" + params + ",\"id\":5}");

    assertThat(refused.reason()).isEqualTo(Reason.BAD_PARAMS);
    assertThat(refused.code()).isEqualTo(JsonRpcError.INVALID_PARAMS);
    assertThat(refused.id()).isNotNull();
  }

  @Test
  void takesAnErrorWithoutOrWithNullIdButNoResultWithout() {
    assertThat(
            response("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"\"}}")
                .id())
        .isNull();
    assertThat(response("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"\"}}").id())
        .isNull();
    assertThat(malformed("{\"jsonrpc\":\"2.0\",\"result\":{}}").reason()).isEqualTo(Reason.BAD_ID);
    assertThat(malformed("{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}").reason())
        .isEqualTo(Reason.BAD_ID);
  }

  @Test
  void capsDepthExactly() {
    Limits limits = new Limits(1 << 20, 10);
    // The message and its params are two levels.
    byte[] atTheCap = nested(8);
    byte[] overTheCap = nested(9);

    assertThat(FrameScanner.scan(atTheCap, 0, atTheCap.length, limits)).isInstanceOf(Scanned.class);
    assertThat(FrameScanner.scan(overTheCap, 0, overTheCap.length, limits))
        .isInstanceOfSatisfying(
            Malformed.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_DEEP));
  }

  @Test
  void doesNotOverflowTheStackAtTheDeepestCap() {
    Limits deepest = new Limits(1 << 24, 512);
    byte[] deep = nested(510);
    byte[] tooDeep = nested(1_000_000);

    assertThat(FrameScanner.scan(deep, 0, deep.length, deepest)).isInstanceOf(Scanned.class);
    assertThat(FrameScanner.scan(tooDeep, 0, tooDeep.length, deepest))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void capsSizeExactly() {
    byte[] data = CALL.getBytes(UTF_8);

    assertThat(FrameScanner.scan(data, 0, data.length, Limits.DEFAULT.withMaxBytes(data.length)))
        .isInstanceOf(Scanned.class);
    assertThat(
            FrameScanner.scan(data, 0, data.length, Limits.DEFAULT.withMaxBytes(data.length - 1)))
        .isInstanceOfSatisfying(
            Malformed.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void refusesMemberNamesThatHaveNoOneDecoding() {
    assertThat(
            malformed("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"\\ud800\":1}}")
                .reason())
        .isEqualTo(Reason.DUPLICATE_MEMBER);
  }

  @Test
  void saysNothingOfTheContentInARefusal() {
    Malformed refused =
        malformed("{\"jsonrpc\":\"2.0\",\"s3cret\":1,\"s3cret\":1,\"id\":1,\"method\":\"m\"}");

    assertThat(refused.message()).doesNotContain("s3cret");
  }

  private static byte[] nested(int levels) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":"
            + "[".repeat(levels)
            + "]".repeat(levels)
            + "}}")
        .getBytes(UTF_8);
  }

  private static Frame frame(String json) {
    ScanResult result = FrameScanner.scan(json.getBytes(UTF_8));
    assertThat(result).isInstanceOf(Scanned.class);
    return ((Scanned) result).frame();
  }

  private static Frame.Request request(String json) {
    return (Frame.Request) frame(json);
  }

  private static Frame.Response response(String json) {
    return (Frame.Response) frame(json);
  }

  private static Malformed malformed(String json) {
    ScanResult result = FrameScanner.scan(json.getBytes(UTF_8));
    assertThat(result).isInstanceOf(Malformed.class);
    return (Malformed) result;
  }

  private static String text(Frame frame, @org.jspecify.annotations.Nullable Span span) {
    assertThat(span).isNotNull();
    return span == null ? "" : span.text(frame.data());
  }
}
