package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameBytesTest {

  private static final byte[] ID = "\"a\\u0031\"".getBytes(UTF_8);

  @Test
  void givesTheIdBackAsItWasWritten() {
    assertThat(text(FrameBytes.result(ID, "{}".getBytes(UTF_8))))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"a\\u0031\",\"result\":{}}");
    assertThat(text(FrameBytes.error(ID, -32602, "Unknown tool: \"x\"\n")))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\\u0031\",\"error\":{\"code\":-32602,\"message\":\"Unknown tool: \\\"x\\\"\\n\"}}");
  }

  @Test
  void leavesTheIdOutOrNullWhereNoneCouldBeRead() {
    assertThat(text(FrameBytes.error(null, -32700, "no", "{\"a\":1}".getBytes(UTF_8))))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"no\",\"data\":{\"a\":1}}}");
    assertThat(text(FrameBytes.errorWithNullId(-32700, "no")))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"no\"}}");
  }

  @Test
  void writesRequestsAndNotificationsThatScan() {
    byte[] request = FrameBytes.request("7".getBytes(UTF_8), "tools/list", "{}".getBytes(UTF_8));
    byte[] bare = FrameBytes.request("7".getBytes(UTF_8), "ping", null);
    byte[] notification = FrameBytes.notification("notifications/initialized", null);

    assertThat(text(request))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{}}");
    assertThat(text(bare)).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
    assertThat(text(notification))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    assertThat(FrameScanner.scan(request)).isInstanceOf(ScanResult.Scanned.class);
    assertThat(FrameScanner.scan(notification)).isInstanceOf(ScanResult.Scanned.class);
  }

  @Test
  void writesATextResultForEitherEra() {
    assertThat(text(FrameBytes.textResult("line\none", true, true)))
        .isEqualTo(
            "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"line\\none\"}],\"isError\":true}");
    assertThat(text(FrameBytes.textResult("ok", false, false)))
        .isEqualTo("{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
