package dev.sallyport.edge.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseSettingsTest {

  @Test
  void theDefaultsAreThoseThatAreDocumented() {
    LeaseSettings defaults =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(LeaseSettings.class)
            .build()
            .getConfigMapping(LeaseSettings.class);

    assertThat(defaults.whenUnavailable()).isEqualTo(LeaseSettings.Unavailable.REFUSE);
    assertThat(defaults.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(defaults.patience()).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void theNamesAreThoseThatAreDocumented() {
    LeaseSettings set =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(LeaseSettings.class)
            .withDefaultValue("sallyport.edge.limits.when-unavailable", "allow")
            .withDefaultValue("sallyport.edge.limits.timeout", "1s")
            .withDefaultValue("sallyport.edge.limits.patience", "3s")
            .build()
            .getConfigMapping(LeaseSettings.class);

    assertThat(set.whenUnavailable()).isEqualTo(LeaseSettings.Unavailable.ALLOW);
    assertThat(set.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(set.patience()).isEqualTo(Duration.ofSeconds(3));
  }
}
