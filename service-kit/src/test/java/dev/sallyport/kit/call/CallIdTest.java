package dev.sallyport.kit.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallIdTest {

  @Test
  void isAUuidOfVersionSevenThatCarriesItsTime() {
    CallId id = CallId.at(1_700_000_000_123L);

    assertThat(id.value().version()).isEqualTo(7);
    assertThat(id.value().variant()).isEqualTo(2);
    assertThat(id.time()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
    assertThat(CallId.parse(id.toString())).isEqualTo(id);
  }

  @Test
  void sortsByTimeAsValueAndAsText() {
    CallId earlier = CallId.at(1_700_000_000_123L);
    CallId later = CallId.at(1_700_000_000_124L);

    assertThat(earlier).isLessThan(later);
    assertThat(earlier.toString()).isLessThan(later.toString());
  }

  @Test
  void refusesOtherVersionsAndNonsense() {
    assertThatThrownBy(() -> CallId.parse("7d444840-9dc0-11d1-b245-5ffdce74fad2"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CallId.parse("nonsense")).isInstanceOf(IllegalArgumentException.class);
  }
}
