package dev.sallyport.edge.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "1500ms,PT1.5S,1500ms",
    "90s,PT1M30S,90s",
    "60s,PT1M,1m",
    "90m,PT1H30M,90m",
    "36h,PT36H,36h",
    "24h,PT24H,1d",
    "366d,PT8784H,366d",
    "0s,PT0S,0s"
  })
  void showsTheShortestTextThatIsReadBack(String text, Duration duration, String shown) {
    assertThat(Durations.parse(text)).contains(duration);
    assertThat(Durations.text(duration)).isEqualTo(shown);
    assertThat(Durations.parse(shown)).contains(duration);
  }
}
