package dev.sallyport.mcp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.Span;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of 2026-07-28 streamable-http, "Custom Headers from Tool Parameters". */
class ParamHeadersTest {

  private static ParamHeaders.Read read(String schema) {
    byte[] data =
        ("{\"name\":\"t\",\"inputSchema\":" + schema + "}").getBytes(StandardCharsets.UTF_8);
    return ParamHeaders.of(data, new Span(0, data.length));
  }

  private static Map<String, String> headers(String schema, String arguments) {
    byte[] data = arguments.getBytes(StandardCharsets.UTF_8);
    return ((ParamHeaders.Usable) read(schema)).headers().headers(data, new Span(0, data.length));
  }

  @Test
  void valuesAreMirroredInTheirTextFormOrEncoded() {
    String schema =
        "{\"type\":\"object\",\"properties\":{"
            + "\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
            + "\"n\":{\"type\":\"integer\",\"x-mcp-header\":\"N\"},"
            + "\"dry\":{\"type\":\"boolean\",\"x-mcp-header\":\"Dry\"},"
            + "\"deep\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\",\"x-mcp-header\":\"Deep\"}}},"
            + "\"absent\":{\"type\":\"string\",\"x-mcp-header\":\"Absent\"},"
            + "\"nothing\":{\"type\":\"string\",\"x-mcp-header\":\"Nothing\"}}}";

    assertThat(
            headers(
                schema,
                "{\"region\":\"Hello, 世界\",\"n\":42.0,\"dry\":true,\"deep\":{\"p\":\" padded \"},\"nothing\":null}"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "mcp-param-region", "=?base64?SGVsbG8sIOS4lueVjA==?=",
                "mcp-param-n", "42",
                "mcp-param-dry", "true",
                "mcp-param-deep", "=?base64?IHBhZGRlZCA=?="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a b\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a\\r\\nb\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":7}}}",
        "{\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"object\",\"x-mcp-header\":\"A\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"},\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}}",
        "{\"properties\":{\"a\":{\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}}",
        "{\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"string\",\"x-mcp-header\":\"A\"}]}}}",
        "{\"if\":{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}}",
        "{\"$defs\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}",
        "{\"type\":\"string\",\"x-mcp-header\":\"A\"}",
        "{\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-he\\u0061der\":\"A\"}}}"
      })
  void anAnnotationThatBreaksARuleMakesTheToolInvalid(String schema) {
    assertThat(read(schema)).isInstanceOf(ParamHeaders.Invalid.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"properties\":{\"x-mcp-header\":{\"type\":\"string\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"object\",\"default\":{\"x-mcp-header\":7}}}}",
        "{\"properties\":{\"a\":{\"enum\":[{\"x-mcp-header\":7}]}}}"
      })
  void theNameElsewhereMeansNothing(String schema) {
    assertThat(read(schema))
        .isInstanceOfSatisfying(
            ParamHeaders.Usable.class, usable -> assertThat(usable.headers().isEmpty()).isTrue());
  }
}
