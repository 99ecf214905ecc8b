package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.mcp.frame.ScanResult.Scanned;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameEditTest {

  @Test
  void changesIdNameAndMetaAndNothingElse() {
    Frame.Request call =
        request(
            """
            { "params" : {"name":"fs__read", "arguments":{ "n" : 1e400 }, "_meta":{ "a" : 1 } },
              "id":1, "jsonrpc":"2.0", "method":"tools/call", "x": [ 1.00 ] }""");

    String edited =
        text(
            FrameEdit.of(call)
                .setMeta("progressToken", bytes("42"))
                .replace(call.id(), bytes("\"up-7\""))
                .replace(Objects.requireNonNull(call.params().nameSpan()), bytes("\"read\""))
                .apply());

    assertThat(edited)
        .isEqualTo(
            """
            { "params" : {"name":"read", "arguments":{ "n" : 1e400 }, "_meta":{"progressToken":42, "a" : 1 } },
              "id":"up-7", "jsonrpc":"2.0", "method":"tools/call", "x": [ 1.00 ] }""");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"} | {\"params\":{\"_meta\":{\"k\":true}},\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{}} | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"k\":true}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{ }} | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"k\":true} }}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":1}} | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"k\":true},\"a\":1}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{}}} | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"k\":true}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"k\":[1, 2]}}} | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"k\":true}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"\\u006b\":0,\"z\":1}}} | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"\\u006b\":true,\"z\":1}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}} | {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"_meta\":{\"k\":true},\"content\":[]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"_meta\":{\"z\":1}}} | {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"_meta\":{\"k\":true,\"z\":1}}}",
      })
  void setsAMemberOfMetaAndMakesWhatIsMissing(String before, String after) {
    assertThat(text(FrameEdit.of(frame(before)).setMeta("k", bytes("true")).apply()))
        .isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1} | {}",
        "{ \"a\" : 1 } | {  }",
        "{\"a\":1,\"b\":2} | {\"b\":2}",
        "{\"b\":2,\"a\":1} | {\"b\":2}",
        "{\"b\":2 , \"a\":1 } | {\"b\":2 }",
        "{\"b\":2,\"a\":1,\"c\":3} | {\"b\":2,\"c\":3}",
        "{\"a\":1,\"aa\":1} | {}",
        "{\"a\":1,\"b\":2,\"aa\":1} | {\"b\":2}",
        "{\"b\":2,\"a\":1,\"aa\":1} | {\"b\":2}",
        "{\"b\":2,\"a\":1,\"aa\":1,\"c\":3} | {\"b\":2,\"c\":3}",
        "{\"\\u0061\":1,\"b\":2} | {\"b\":2}",
        "{\"b\":2} | {\"b\":2}",
        "{} | {}",
      })
  void removesMembersWithTheirCommas(String before, String after) {
    byte[] data = bytes(before);

    byte[] edited =
        new FrameEdit(data, 0, data.length)
            .removeMember(new Span(0, data.length), "a")
            .removeMember(new Span(0, data.length), "aa")
            .apply();

    assertThat(text(edited)).isEqualTo(after);
  }

  @Test
  void addsWhereItRemovesEverything() {
    byte[] data = bytes("{\"a\":1,\"b\":2}");
    Span all = new Span(0, data.length);

    byte[] edited =
        new FrameEdit(data, 0, data.length)
            .removeMember(all, "a")
            .setMember(all, "c", bytes("3"))
            .removeMember(all, "b")
            .setMember(all, "d", bytes("4"))
            .apply();

    assertThat(text(edited)).isEqualTo("{\"c\":3,\"d\":4}");
  }

  @Test
  void joinsANewMetaWithOtherChangesOfTheSameParams() {
    Frame.Request call =
        request(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"old\":1,\"keep\":2}}");

    byte[] edited =
        FrameEdit.of(call)
            .removeMember(Objects.requireNonNull(call.params().span()), "old")
            .setMeta("k", bytes("1"))
            .apply();

    assertThat(text(edited))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"k\":1},\"keep\":2}}");
  }

  @Test
  void quotesTheNamesOfNewMembers() {
    byte[] edited =
        FrameEdit.of(frame("{\"jsonrpc\":\"2.0\",\"method\":\"m\"}"))
            .setMeta("a\"},\"id\":9,\"x\":{\"", bytes("1"))
            .apply();

    assertThat(((Scanned) FrameScanner.scan(edited)).frame())
        .isInstanceOf(Frame.Notification.class);
  }

  @Test
  void doesNothingForAMetaThatOnlyLosesWhatItDoesNotHave() {
    String json = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}";

    assertThat(text(FrameEdit.of(frame(json)).removeMeta("k").apply())).isEqualTo(json);
  }

  @Test
  void putsWhatIsInsertedBeforeWhatIsReplaced() {
    byte[] data = bytes("[12,3]");

    byte[] edited =
        new FrameEdit(data, 0, data.length)
            .replace(new Span(1, 3), bytes("X"))
            .insert(1, bytes("a,"))
            .insert(1, bytes("b,"))
            .insert(3, bytes("Y"))
            .apply();

    assertThat(text(edited)).isEqualTo("[a,b,XY,3]");
  }

  @Test
  void refusesEditsThatOverlap() {
    FrameEdit edit = new FrameEdit(bytes("[1,2,3]"), 0, 7);
    edit.replace(new Span(1, 4), bytes("0")).replace(new Span(3, 5), bytes("0"));

    assertThatThrownBy(edit::apply).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesEditsOutsideTheFrame() {
    FrameEdit edit = new FrameEdit(bytes("##[1]##"), 2, 3);

    assertThatThrownBy(() -> edit.replace(new Span(1, 3), bytes("0")))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void carriesAResultOfTenMebibytes() {
    String big = ("é漢😀\\u0000 plain ").repeat(10 * 1024 * 1024 / 22);
    byte[] data =
        bytes(
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
                + big
                + "\"}]}}");
    assertThat(data.length).isGreaterThan(10 * 1024 * 1024);
    Frame.Response response = (Frame.Response) ((Scanned) FrameScanner.scan(data)).frame();

    byte[] edited =
        FrameEdit.of(response)
            .replace(Objects.requireNonNull(response.id()), bytes("\"client\""))
            .apply();

    int kept = data.length - "{\"jsonrpc\":\"2.0\",\"id\":5".length();
    assertThat(edited).startsWith(bytes("{\"jsonrpc\":\"2.0\",\"id\":\"client\","));
    assertThat(
            java.util.Arrays.equals(
                edited, edited.length - kept, edited.length, data, data.length - kept, data.length))
        .isTrue();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static Frame frame(String json) {
    ScanResult result = FrameScanner.scan(bytes(json));
    assertThat(result).as(json).isInstanceOf(Scanned.class);
    return ((Scanned) result).frame();
  }

  private static Frame.Request request(String json) {
    return (Frame.Request) frame(json);
  }
}
