package dev.sallyport.mcp.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.Span;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

  /** RFC 8785 section 3.2.3, the example of the sorting order. */
  @Test
  void ordersNamesByUtf16CodeUnits() {
    String json =
        "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\","
            + "\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
            + "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}";

    assertThat(canonical(json))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                + "\"😀\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  /** RFC 8785 section 3.2.2.2, the example of string serialisation. */
  @Test
  void escapesOnlyWhatMustBe() {
    assertThat(canonical("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\""))
        .isEqualTo("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"b\":[true,null]} | { \"b\" : [ true ,null ],\"a\":1 }",
        "{\"n\\u0061me\":\"x\\/y\"} | {\"name\":\"x/y\"}",
        "{\"a\":{\"z\":1,\"y\":2}} | {\"a\":{\"y\":2,\"z\":1}}",
        "[\"\\ud83d\\ude00\"] | [\"😀\"]",
      })
  void isTheSameHoweverItWasWritten(String one, String other) {
    assertThat(digest(one)).isEqualTo(digest(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1} | {\"a\":2}",
        "{\"a\":1} | {\"a\":\"1\"}",
        "{\"a\":1} | {\"a\":1.0}",
        "{\"a\":1e400} | {\"a\":1e401}",
        "{\"a\":9007199254740993} | {\"a\":9007199254740992}",
        "[1,2] | [2,1]",
        "[12] | [1,2]",
        "{\"a\":[]} | {\"a\":{}}",
        "{} | []",
        "null | \"null\"",
        "{\"a\":{\"b\":1}} | {\"a\":{},\"b\":1}",
      })
  void differsWhereTheValueDiffers(String one, String other) {
    assertThat(digest(one)).isNotEqualTo(digest(other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":1}",
        "{\"x\":{\"a\":1,\"\\u0061\":2}}",
        "[\"\\ud800\"]",
        "{\"\\udc00\":1}",
        "{} {}",
        "{",
        "",
      })
  void refusesWhatTwoParsersReadDifferently(String json) {
    assertThat(CanonicalJson.digest(json.getBytes(UTF_8)))
        .isInstanceOf(CanonicalJson.Result.Refused.class);
  }

  @Test
  void digestsOnlyTheSpan() {
    byte[] data = "##{ \"a\":1 }##".getBytes(UTF_8);

    assertThat(((CanonicalJson.Result.Digest) CanonicalJson.digest(data, new Span(2, 11))).sha256())
        .isEqualTo(HexFormat.of().parseHex(digest("{\"a\":1}")));
  }

  private static String canonical(String json) {
    byte[] data = json.getBytes(UTF_8);
    return new String(CanonicalJson.text(data, new Span(0, data.length)), UTF_8);
  }

  private static String digest(String json) {
    CanonicalJson.Result result = CanonicalJson.digest(json.getBytes(UTF_8));
    return HexFormat.of().formatHex(((CanonicalJson.Result.Digest) result).sha256());
  }
}
