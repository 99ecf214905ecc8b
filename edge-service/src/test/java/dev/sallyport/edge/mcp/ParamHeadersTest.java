package dev.sallyport.edge.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.protocol.McpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParamHeadersTest {

  private static final String SCHEMA =
      "{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\",\"properties\":{"
          + "\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
          + "\"count\":{\"type\":\"integer\",\"x-mcp-header\":\"Count\"},"
          + "\"deep\":{\"type\":\"object\",\"properties\":{\"flag\":{\"type\":\"boolean\",\"x-mcp-header\":\"Flag\"}}},"
          + "\"plain\":{\"type\":\"string\"}}}}";

  private static ParamHeaders headersOf(String definition) {
    byte[] bytes = definition.getBytes(StandardCharsets.UTF_8);
    return ParamHeaders.of(new ToolEntry("s", "t", "s__t", bytes, bytes, false));
  }

  private static Frame.Request call(String arguments) {
    byte[] frame =
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\",\"arguments\":"
                + arguments
                + "}}")
            .getBytes(StandardCharsets.UTF_8);
    if (FrameScanner.scan(frame) instanceof ScanResult.Scanned(Frame.Request request)) {
      return request;
    }
    throw new AssertionError("not a request");
  }

  private static McpHeaders only(String name, String value) {
    return asked -> asked.equalsIgnoreCase(name) ? List.of(value) : List.of();
  }

  @Test
  void readsMarksAlongChainsOfPropertiesOnly() {
    assertThat(headersOf(SCHEMA).params())
        .extracting(ParamHeaders.Param::header)
        .containsExactly("Mcp-Param-Region", "Mcp-Param-Count", "Mcp-Param-Flag");
    assertThat(
            headersOf(
                    "{\"name\":\"x-mcp-header\",\"inputSchema\":{\"items\":{\"properties\":{\"a\":{\"x-mcp-header\":\"A\"}}}}}")
                .params())
        .isEmpty();
    assertThat(headersOf("{\"name\":\"t\"}").params()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"region\":\"eu\"}|Mcp-Param-Region|eu",
        "{\"region\":\"é\"}|Mcp-Param-Region|=?base64?w6k=?=",
        "{\"r\\u0065gion\":\"eu\"}|Mcp-Param-Region|eu",
        "{\"count\":42}|Mcp-Param-Count|42",
        "{\"count\":42.0}|Mcp-Param-Count|42",
        "{\"deep\":{\"flag\":true}}|Mcp-Param-Flag|true",
        "{\"region\":null,\"count\":1}|mcp-param-count|1",
        "{\"plain\":\"x\"}|Other|x"
      })
  void headersThatSayTheSameAreRight(String arguments, String header, String value) {
    assertThat(headersOf(SCHEMA).mismatch(call(arguments), only(header, value))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"region\":\"eu\"}|Mcp-Param-Region|us",
        "{\"region\":\"eu\"}|Other|eu",
        "{\"region\":null}|Mcp-Param-Region|null",
        "{}|Mcp-Param-Region|eu",
        "{\"count\":42}|Mcp-Param-Count|43",
        "{\"count\":42}|Mcp-Param-Count|4e1",
        "{\"deep\":{\"flag\":true}}|Mcp-Param-Flag|false",
        "{\"deep\":{\"flag\":true}}|Mcp-Param-Flag|True",
        "{\"region\":\"eu\",\"r\\u0065gion\":\"us\"}|Mcp-Param-Region|us",
        "{\"region\":\"é\"}|Mcp-Param-Region|é"
      })
  void headersThatSaySomethingElseAreRefused(String arguments, String header, String value) {
    assertThat(headersOf(SCHEMA).mismatch(call(arguments), only(header, value)))
        .startsWith("Header mismatch: ");
  }
}
