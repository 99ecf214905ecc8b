package dev.sallyport.mcp.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.mcp.frame.OfferListScanner.Listed;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfferListScannerTest {

  private static OfferListScanner.Page scan(String result, Kind kind) {
    byte[] data = bytes(result);
    return Objects.requireNonNull(
        OfferListScanner.scan(data, new Span(0, data.length), kind), "no page");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindIsNamedByItsOwnMemberAndStaysTheBytesItWas(Kind kind) {
    String definition =
        "{ \"n\\u0061me\":\"shown\",\"%s\" : \"\\u00e9://a\", \"size\":1.0E+2 }"
            .formatted(kind == Kind.PROMPTS ? "x" : kind.nameMember());
    if (kind == Kind.PROMPTS) {
      definition = "{ \"n\\u0061me\" : \"\\u00e9://a\", \"size\":1.0E+2 }";
    }
    String result = "{\"%s\":[ %s ],\"nextCursor\":\"c\"}".formatted(kind.list(), definition);

    OfferListScanner.Page page = scan(result, kind);

    Listed entry = page.entries().getFirst();
    assertThat(entry.problem()).isEmpty();
    assertThat(entry.name()).isEqualTo("é://a");
    assertThat(entry.definition().text(bytes(result))).isEqualTo(definition);
    assertThat(Objects.requireNonNull(page.nextCursor()).text(bytes(result))).isEqualTo("\"c\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "{}",
        "{\"uri\":7}",
        "{\"uri\":\"\"}",
        "{\"uri\":\"a\",\"ur\\u0069\":\"b\"}",
        "{\"uri\":\"a\\u0000b\"}",
        "{\"uri\":\"\\ud800\"}"
      })
  void oneBadEntryIsReportedAndCostsTheOthersNothing(String bad) {
    OfferListScanner.Page page =
        scan(
            "{\"resources\":[{\"uri\":\"a:1\"},%s,{\"uri\":\"a:2\"}]}".formatted(bad),
            Kind.RESOURCES);

    assertThat(page.entries()).extracting(Listed::name).contains("a:1", "a:2");
    assertThat(page.entries().get(1).problem()).isNotEmpty();
    assertThat(page.nextCursor()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{}", "{\"resources\":{}}", "{\"prompts\":[]}", "[]", "{\"resources\":["})
  void whatHoldsNoSuchListIsNone(String result) {
    byte[] data = bytes(result);

    assertThat(OfferListScanner.scan(data, new Span(0, data.length), Kind.RESOURCES)).isNull();
  }

  @Test
  void anEmptyListIsOne() {
    assertThat(scan("{\"prompts\":[]}", Kind.PROMPTS).entries()).isEmpty();
  }
}
