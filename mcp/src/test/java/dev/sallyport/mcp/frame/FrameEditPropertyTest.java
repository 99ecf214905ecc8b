package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.ScanResult.Scanned;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonTrees;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The property that the whole gateway stands on. */
class FrameEditPropertyTest {

  /**
   * The property that the whole gateway stands on: all bytes outside the edits are the client's.
   */
  @Property(tries = 1500)
  void leavesEveryOtherByteAsItWas(
      @ForAll("texts") String arguments,
      @ForAll("texts") String unknown,
      @ForAll("strings") String name,
      @ForAll("blanks") String gap,
      @ForAll("orders") int order) {
    String[] members = {
      "\"id\"" + gap + ":" + gap + "\"the client's\"",
      "\"params\":"
          + gap
          + "{\"name\":"
          + name
          + gap
          + ",\"arguments\":"
          + arguments
          + ",\"u\":"
          + unknown
          + "}",
      "\"method\":\"tools/call\"",
      "\"unknown\"" + gap + ":" + unknown,
      "\"jsonrpc\":\"2.0\"",
    };
    StringBuilder json = new StringBuilder("{" + gap);
    for (int i = 0; i < members.length; i++) {
      json.append(i == 0 ? "" : gap + ",").append(members[(i + order) % members.length]);
    }
    String before = json + "}";
    Frame.Request call = request(before);
    byte[] newName = JsonText.quote("new \"name\" 😀");

    byte[] edited =
        FrameEdit.of(call)
            .replace(call.id(), bytes("7"))
            .replace(Objects.requireNonNull(call.params().nameSpan()), newName)
            .setMeta("progressToken", bytes("9"))
            .apply();

    String expected =
        before
            .replace("\"the client's\"", "7")
            .replace(
                "{\"name\":" + name, "{\"_meta\":{\"progressToken\":9},\"name\":" + text(newName));
    assertThat(text(edited)).isEqualTo(expected);
    Frame.Request again = request(text(edited));
    assertThat(again.params().name()).isEqualTo("new \"name\" 😀");
    assertThat(Objects.requireNonNull(again.params().meta().progressToken()).text(edited))
        .isEqualTo("9");
  }

  @Provide
  Arbitrary<String> texts() {
    return JsonTrees.values();
  }

  @Provide
  Arbitrary<String> strings() {
    return JsonTrees.strings();
  }

  @Provide
  Arbitrary<String> blanks() {
    return JsonTrees.blanks();
  }

  @Provide
  Arbitrary<Integer> orders() {
    return Arbitraries.integers().between(0, 4);
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
