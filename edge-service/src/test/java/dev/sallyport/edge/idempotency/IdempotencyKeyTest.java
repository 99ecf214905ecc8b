package dev.sallyport.edge.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'\"8e03978e-40d5\"',8e03978e-40d5",
        "8e03978e-40d5,8e03978e-40d5",
        "'  bare  ',bare",
        "'\"with space\"','with space'",
        "'\"a\\\"b\\\\c\"','a\"b\\c'",
        "a;b=c,a;b=c",
      })
  void takesAStringOrABareWord(String header, String value) {
    assertThat(IdempotencyKey.parse(header)).contains(new IdempotencyKey(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"\"",
        "\"open",
        "\"a\";p=1",
        "two words",
        "\"bad\\escape\"",
        "\"tab\there\"",
        "schlüssel",
        "\"schlüssel\"",
        "\"a\", \"b\""
      })
  void refusesEverythingElse(String header) {
    assertThat(IdempotencyKey.parse(header)).isEmpty();
  }

  @Test
  void takes255CharactersAndNotOneMore() {
    assertThat(IdempotencyKey.parse("x".repeat(255))).isPresent();
    assertThat(IdempotencyKey.parse("x".repeat(256))).isEmpty();
    assertThat(IdempotencyKey.parse("\"" + "\\\\".repeat(255) + "\"")).isPresent();
    assertThat(IdempotencyKey.parse("\"" + "\\\\".repeat(256) + "\"")).isEmpty();
  }
}
