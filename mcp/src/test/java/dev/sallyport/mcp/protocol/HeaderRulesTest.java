package dev.sallyport.mcp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

  private static final Frame.Request CALL = request("tools/call", "\"name\":\"foo\"");

  @Test
  void takesHeadersThatSayWhatTheBodySays() {
    assertThat(check(CALL, "2026-07-28", "tools/call", "foo")).isEqualTo(OK);
    assertThat(check(CALL, " 2026-07-28\t", "tools/call ", "  foo ")).isEqualTo(OK);
    assertThat(check(CALL, "2026-07-28", "tools/call", "=?base64?Zm9v?=")).isEqualTo(OK);
    assertThat(check(request("tools/list", ""), "2026-07-28", "tools/list", null)).isEqualTo(OK);
  }

  @Test
  void looksAtTheUriOfAResourceAndTheIdOfATask() {
    Frame.Request read = request("resources/read", "\"uri\":\"file:///a\",\"name\":\"b\"");
    Frame.Request task = request("tasks/get", "\"taskId\":\"t-1\"");

    assertThat(check(read, "2026-07-28", "resources/read", "file:///a")).isEqualTo(OK);
    assertMismatch(check(read, "2026-07-28", "resources/read", "b"));
    assertThat(check(task, "2026-07-28", "tasks/get", "t-1")).isEqualTo(OK);
    assertMismatch(check(task, "2026-07-28", "tasks/get", "t-2"));
    assertMismatch(check(task, "2026-07-28", "tasks/get", null));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,tools/call,foo",
        "2026-07-28,-,foo",
        "2026-07-28,tools/call,-",
        "2025-11-25,tools/call,foo",
        "2026-07-28,Tools/Call,foo",
        "2026-07-28,tools/list,foo",
        "2026-07-28,tools/call,Foo",
        "2026-07-28,tools/call,bar",
        "2026-07-28,tools/call,''",
        "2026-07-28,tools/call,=?base64?YmFy?=",
        "2026-07-28,tools/call,=?base64?***?=",
        "2026-07-28,tools/call,=?BASE64?Zm9v?=",
        "2026-07-28,tools/call,=?base64?/w==?=",
        "2026-07-28,=?base64?dG9vbHMvY2FsbA==?=,foo",
      })
  void refusesWhatDiffersIsMissingOrMalformed(
      @org.jspecify.annotations.Nullable String version,
      @org.jspecify.annotations.Nullable String method,
      @org.jspecify.annotations.Nullable String name) {
    assertMismatch(check(CALL, version, method, name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fo\u0000o", "föo", "foo\r\nX: y", "foo\u007f"})
  void refusesInvalidCharacters(String name) {
    assertMismatch(check(CALL, "2026-07-28", "tools/call", name));
  }

  @Test
  void refusesAHeaderThatIsThereTwice() {
    McpHeaders twice =
        name ->
            switch (name) {
              case McpHeaders.PROTOCOL_VERSION -> List.of("2026-07-28");
              case McpHeaders.METHOD -> List.of("tools/call");
              default -> List.of("foo", "bar");
            };

    assertMismatch(HeaderRules.check(CALL, twice));
  }

  @Test
  void refusesANameThatTheBodyDoesNotHave() {
    assertMismatch(check(request("tools/call", ""), "2026-07-28", "tools/call", "foo"));
  }

  @Test
  void saysWhatDiffers() {
    assertThat(
            ((HeaderRules.Result.Mismatch)
                    check(
                        request("tools/call", "\"name\":\"bar\""),
                        "2026-07-28",
                        "tools/call",
                        "foo"))
                .message())
        .isEqualTo("Header mismatch: Mcp-Name header value 'foo' does not match body value 'bar'");
  }

  /** The table of 2026-07-28 streamable-http, "Value Encoding". */
  @ParameterizedTest
  @CsvSource({
    "us-west1,us-west1",
    "'Hello, 世界',=?base64?SGVsbG8sIOS4lueVjA==?=",
    "' padded ',=?base64?IHBhZGRlZCA=?=",
    "'line1\nline2',=?base64?bGluZTEKbGluZTI=?=",
    "=?base64?literal?=,=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=",
  })
  void encodesAsTheSpecificationShows(String value, String header) {
    assertThat(HeaderRules.encode(value)).isEqualTo(header);
    assertThat(HeaderRules.decode(header)).isEqualTo(value);
  }

  @Test
  void writesHeadersThatItTakesItself() {
    Frame.Request odd = request("tools/call", "\"name\":\"wörk\\n\"");
    Map<String, String> written = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    written.putAll(HeaderRules.of(odd));

    assertThat(written).containsEntry("Mcp-Name", "=?base64?d8O2cmsK?=").hasSize(3);
    assertThat(HeaderRules.check(odd, name -> List.of(written.getOrDefault(name, ""))))
        .isEqualTo(OK);
  }

  @Test
  void checksParamHeadersBothWays() {
    McpHeaders eu = name -> name.equals("Mcp-Param-Region") ? List.of("eu") : List.of();

    assertThat(HeaderRules.checkParam("Mcp-Param-Region", eu, "eu")).isEqualTo(OK);
    assertThat(HeaderRules.checkParam("Mcp-Param-Other", eu, null)).isEqualTo(OK);
    assertMismatch(HeaderRules.checkParam("Mcp-Param-Region", eu, "us"));
    assertMismatch(HeaderRules.checkParam("Mcp-Param-Region", eu, null));
    assertMismatch(HeaderRules.checkParam("Mcp-Param-Other", eu, "x"));
  }

  @Test
  void knowsTheRevisionsAndTheirEras() {
    assertThat(ProtocolVersion.supported())
        .containsExactly("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");
    assertThat(ProtocolVersion.supported(Era.MODERN)).containsExactly("2026-07-28");
    assertThat(ProtocolVersion.of("1900-01-01")).isEmpty();
    assertThat(ProtocolVersion.forInitialize("2025-03-26")).isEqualTo(ProtocolVersion.V2025_03_26);
    assertThat(ProtocolVersion.forInitialize("2026-07-28")).isEqualTo(ProtocolVersion.V2025_11_25);
    assertThat(ProtocolVersion.forInitialize("x")).isEqualTo(ProtocolVersion.V2025_11_25);
  }

  private static final HeaderRules.Result OK = new HeaderRules.Result.Ok();

  private static void assertMismatch(HeaderRules.Result result) {
    assertThat(result).isInstanceOf(HeaderRules.Result.Mismatch.class);
  }

  private static HeaderRules.Result check(
      Frame.Request request,
      @org.jspecify.annotations.Nullable String version,
      @org.jspecify.annotations.Nullable String method,
      @org.jspecify.annotations.Nullable String name) {
    return HeaderRules.check(
        request,
        header ->
            switch (header) {
              case McpHeaders.PROTOCOL_VERSION -> version == null ? List.of() : List.of(version);
              case McpHeaders.METHOD -> method == null ? List.of() : List.of(method);
              case McpHeaders.NAME -> name == null ? List.of() : List.of(name);
              default -> List.of();
            });
  }

  private static Frame.Request request(String method, String params) {
    String json =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + method
            + "\",\"params\":{"
            + params
            + (params.isEmpty() ? "" : ",")
            + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}";
    return (Frame.Request) ((ScanResult.Scanned) FrameScanner.scan(json.getBytes(UTF_8))).frame();
  }
}
