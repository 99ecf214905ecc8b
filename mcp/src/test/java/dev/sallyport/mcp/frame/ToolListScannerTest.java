package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.ScanResult.Scanned;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolListScannerTest {

  private static final String READ =
      "{\"name\":\"read\",\"description\":\"d\\u00e9\",\"inputSchema\":{\"type\":\"object\",\"maximum\":1e400},"
          + "\"annotations\":{\"readOnlyHint\":true},\"x-new\":[1.00]}";
  private static final String WRITE =
      "{ \"inputSchema\": {}, \"name\" : \"wr\\u0069te\", \"annotations\":{\"readOnlyHint\":false,\"idempotentHint\": true} }";

  @Test
  void keepsEveryDefinitionByteForByte() {
    Page page = page("{\"tools\":[" + READ + " , " + WRITE + "],\"nextCursor\":\"c\\u0031\"}");

    assertThat(page.list().tools()).hasSize(2);
    ListedTool.Valid read = (ListedTool.Valid) page.list().tools().get(0);
    ListedTool.Valid write = (ListedTool.Valid) page.list().tools().get(1);
    assertThat(read.definition().text(page.data())).isEqualTo(READ);
    assertThat(read.name()).isEqualTo("read");
    assertThat(read.readOnly()).isTrue();
    assertThat(read.idempotent()).isFalse();
    assertThat(write.definition().text(page.data())).isEqualTo(WRITE);
    assertThat(write.name()).isEqualTo("write");
    assertThat(write.nameSpan().text(page.data())).isEqualTo("\"wr\\u0069te\"");
    assertThat(write.readOnly()).isFalse();
    assertThat(write.repeatable()).isTrue();
    assertThat(Objects.requireNonNull(page.list().nextCursor()).text(page.data()))
        .isEqualTo("\"c\\u0031\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "null",
        "{}",
        "{\"name\":7,\"inputSchema\":{}}",
        "{\"name\":\"\",\"inputSchema\":{}}",
        "{\"name\":\"a\\u0000b\",\"inputSchema\":{}}",
        "{\"name\":\"\\ud800\",\"inputSchema\":{}}",
        "{\"name\":\"t\"}",
        "{\"name\":\"t\",\"inputSchema\":null}",
        "{\"name\":\"t\",\"inputSchema\":{},\"annotations\":[]}",
        "{\"name\":\"t\",\"n\\u0061me\":\"u\",\"inputSchema\":{}}",
        "{\"name\":\"read\",\"inputSchema\":{}}",
      })
  void reportsABrokenToolAndKeepsTheOthers(String broken) {
    Page page = page("{\"tools\":[" + READ + "," + broken + "," + WRITE + "]}");

    assertThat(page.list().valid())
        .extracting(ListedTool.Valid::name)
        .containsExactly("read", "write");
    assertThat(page.list().tools().get(1))
        .isInstanceOfSatisfying(
            ListedTool.Invalid.class, tool -> assertThat(tool.reason()).endsWith("."));
  }

  @Test
  void believesAHintOnlyWhereItIsNotContradicted() {
    Page page =
        page(
            "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{},"
                + "\"annotations\":{\"readOnlyHint\":true,\"readOnlyHint\":false}}]}");

    assertThat(page.list().valid().getFirst().readOnly()).isFalse();
  }

  @Test
  void anEmptyCursorIsACursor() {
    assertThat(page("{\"tools\":[],\"nextCursor\":\"\"}").list().nextCursor()).isNotNull();
    assertThat(page("{\"tools\":[],\"nextCursor\":null}").list().nextCursor()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"tools\":{}}", "{\"tools\":null}"})
  void anythingElseIsNotAList(String result) {
    byte[] data = ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}").getBytes(UTF_8);
    Frame.Response response = (Frame.Response) ((Scanned) FrameScanner.scan(data)).frame();

    assertThat(ToolListScanner.scan(data, Objects.requireNonNull(response.result()))).isNull();
  }

  private record Page(byte[] data, ToolListScanner.Page list) {}

  private static Page page(String result) {
    byte[] data = ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}").getBytes(UTF_8);
    Frame.Response response = (Frame.Response) ((Scanned) FrameScanner.scan(data)).frame();
    return new Page(
        data,
        Objects.requireNonNull(
            ToolListScanner.scan(data, Objects.requireNonNull(response.result()))));
  }
}
