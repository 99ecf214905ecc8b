package dev.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

  @ParameterizedTest
  @CsvSource({
    "10,10000000,10.00",
    "10.5,10500000,10.50",
    "0.1,100000,0.10",
    "0.30,300000,0.30",
    "0.000001,1,0.000001",
    "1000000000,1000000000000000,1000000000.00",
    "999999999.999999,999999999999999,999999999.999999",
    "0,0,0.00"
  })
  void isExactBothWays(String text, long millionths, String shown) {
    assertThat(Money.parse(text)).hasValue(millionths);
    assertThat(Money.text(millionths)).isEqualTo(shown);
    assertThat(Money.parse(shown)).hasValue(millionths);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "+1",
        "-1",
        "01",
        "1.",
        ".5",
        "1,5",
        "1e3",
        "1.0000000",
        "NaN",
        "0x10",
        "1_0",
        "12345678901"
      })
  void refusesWhatIsNoAmount(String text) {
    assertThat(Money.parse(text)).isEmpty();
  }
}
