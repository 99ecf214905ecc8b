package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.values.NullValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

  @Test
  void readsNumbersAsIntWhereTheyFitAndElseAsDouble() {
    Arguments read =
        read(
            """
            {"int": -9223372036854775808, "over": 9223372036854775808, "whole": 1.0, "exp": 1e2,
             "text": "12", "zero": -0, "huge": 1e300}
            """);

    assertThat(read)
        .isEqualTo(
            new Arguments.Read(
                Map.of(
                    "int", Long.MIN_VALUE,
                    "over", 9.223372036854776E18,
                    "whole", 1.0,
                    "exp", 100.0,
                    "text", "12",
                    "zero", 0L,
                    "huge", 1e300)));
  }

  @Test
  void readsEverythingElseAsItIs() {
    assertThat(read("{\"a\": [true, null, \"\\u00e9\\n\", {\"b\": []}]}"))
        .isEqualTo(
            new Arguments.Read(
                Map.of("a", List.of(true, NullValue.NULL_VALUE, "é\n", Map.of("b", List.of())))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"a\":2} | name \"a\" twice",
        "{\"b\":[{\"c\":{\"a\":1,\"\\u0061\":2}}]} | name \"a\" twice",
        "{\"a\":1e999} | out of range",
        "{\"a\":\"\\ud800\"} | surrogate",
        "[1] | must be a JSON object",
        "{\"a\":01} | not valid JSON",
      })
  void refusesWhatTwoReadersMayUnderstandDifferently(String json, String message) {
    assertThat(read(json))
        .isInstanceOfSatisfying(
            Arguments.Ambiguous.class,
            ambiguous -> assertThat(ambiguous.message()).contains(message));
  }

  @Test
  void doesNotLookAtWhatIsTooLargeOrTooDeep() {
    String atMost = "{\"a\":\"" + "x".repeat(Arguments.MOST_BYTES - 8) + "\"}";

    assertThat(read(atMost)).isInstanceOf(Arguments.Read.class);
    assertThat(read(atMost + " "))
        .isEqualTo(new Arguments.Unread("the arguments are larger than 256 KiB"));
    assertThat(read("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}"))
        .isInstanceOf(Arguments.Read.class);
    assertThat(read("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}"))
        .isEqualTo(new Arguments.Unread("the arguments are nested deeper than 64 levels"));
  }

  private static Arguments read(String json) {
    byte[] bytes = ("  " + json).getBytes(StandardCharsets.UTF_8);
    return Arguments.read(bytes, 2, bytes.length);
  }
}
