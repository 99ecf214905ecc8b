package dev.sallyport.edge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {

  @ParameterizedTest
  @CsvSource({
    ">=1.2 <2, 1.2, true",
    ">=1.2 <2, 1.10.3-beta.1, true",
    ">=1.2 <2, v1.2.0+5, true",
    ">=1.2 <2, 1.1.9, false",
    ">=1.2 <2, 2.0, false",
    "=1.2, 1.2.0, true",
    "=1.2, 1.2.0.1, false",
    ">1.2, 1.2, false",
    "<=1.2, 1.2, true",
    ">=1, unknown, false",
    ">=1, '', false",
  })
  void comparesNumberByNumber(String range, String version, boolean within) {
    assertThat(VersionRange.parse(range).orElseThrow().contains(version)).isEqualTo(within);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.2", ">=x", ">= 1", "~1", "^1.2", ">=1.2.3.4.5", ">=99999999999"})
  void anythingElseIsNoRange(String text) {
    assertThat(VersionRange.parse(text)).isEmpty();
  }
}
