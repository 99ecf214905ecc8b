package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.ScanResult.Malformed;
import dev.sallyport.mcp.frame.ScanResult.Scanned;
import dev.sallyport.mcp.sse.SseDecoder;
import dev.sallyport.mcp.sse.SseEncoder;
import dev.sallyport.mcp.sse.SseEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No frame can carry a second message past policy, towards stdio or towards a client. */
class SmugglingTest {

  /** Pretty-printed so that every line of it is a message or a piece of one. */
  private static final String NESTED =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"allowed","arguments":{"x":
      {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"forbidden","arguments":{}}}
      }}}""";

  @Test
  void aPrettyPrintedBodyIsOneLineTowardsStdio() {
    byte[] data = NESTED.getBytes(UTF_8);

    byte[] line = LineSafe.singleLine(data);

    assertThat(new String(line, UTF_8).lines()).hasSize(1);
    assertThat(line).isEqualTo(NESTED.replace('\n', ' ').getBytes(UTF_8));
    assertThat(data).as("the client's own bytes").isEqualTo(NESTED.getBytes(UTF_8));
    assertThat(((Scanned) FrameScanner.scan(line)).frame())
        .isInstanceOfSatisfying(
            Frame.Request.class, call -> assertThat(call.params().name()).isEqualTo("allowed"));
  }

  @Test
  void aReturnAloneIsALineBreakToo() {
    assertThat(LineSafe.singleLine("{\r\"a\"\r\n:1\n}\r".getBytes(UTF_8)))
        .isEqualTo("{ \"a\"  :1 } ".getBytes(UTF_8));
  }

  @Test
  void aFrameOfOneLineIsNotCopied() {
    byte[] data = "{\"a\":\"\\n\\r\",\"b\":\"é漢😀 long enough for two words\"}".getBytes(UTF_8);

    assertThat(LineSafe.singleLine(data)).isSameAs(data);
  }

  @Test
  void findsALineBreakAtEveryPlace() {
    for (int length = 1; length < 40; length++) {
      for (int at = 0; at < length; at++) {
        for (byte lineBreak : new byte[] {'\n', '\r'}) {
          byte[] data = new byte[length];
          java.util.Arrays.fill(data, (byte) 0x8A);
          data[at] = lineBreak;
          assertThat(LineSafe.firstLineBreak(data, 0, length)).isEqualTo(at);
        }
      }
    }
  }

  @Test
  void twoMessagesInOneBodyAreRefused() {
    byte[] two =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"b\"}"
            .getBytes(UTF_8);

    assertThat(FrameScanner.scan(two)).isInstanceOf(Malformed.class);
  }

  @Test
  void aRawLineBreakInsideAStringIsRefused() {
    byte[] raw =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":\"\n{}\n\"}}"
            .getBytes(UTF_8);

    assertThat(FrameScanner.scan(raw)).isInstanceOf(Malformed.class);
  }

  @Test
  void anUpstreamFrameCannotStartAnEventOfItsOwn() {
    byte[] frame =
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\n\nid: 9\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n\n"
                + "\"result\":{}}")
            .getBytes(UTF_8);

    List<SseEvent> events = decode(SseEncoder.message(frame, "3"));

    assertThat(events).hasSize(1);
    assertThat(events.getFirst().lastEventId()).isEqualTo("3");
  }

  private static List<SseEvent> decode(byte[] stream) {
    List<SseEvent> events = new ArrayList<>();
    new SseDecoder(1 << 20).feed(stream, events::add);
    return events;
  }
}
