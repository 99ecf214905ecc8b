package dev.sallyport.edge.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccessSettingsTest {

  @Test
  void theDefaultsAreThoseThatAreDocumented() {
    AccessSettings defaults =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(AccessSettings.class)
            .build()
            .getConfigMapping(AccessSettings.class);

    assertThat(defaults.silenceBound()).isEqualTo(Duration.ofSeconds(5));
    assertThat(defaults.resolveTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(defaults.cachedKeys()).isEqualTo(10_000);
    assertThat(defaults.cachedRefusals()).isEqualTo(1_000);
    assertThat(defaults.refusalLife()).isEqualTo(Duration.ofSeconds(10));
    assertThat(defaults.lookUps()).isEqualTo(1_000);
  }

  @Test
  void theNamesAreThoseThatAreDocumented() {
    AccessSettings set =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(AccessSettings.class)
            .withDefaultValue("sallyport.edge.access.silence-bound", "3s")
            .withDefaultValue("sallyport.edge.access.cached-keys", "7")
            .build()
            .getConfigMapping(AccessSettings.class);

    assertThat(set.silenceBound()).isEqualTo(Duration.ofSeconds(3));
    assertThat(set.cachedKeys()).isEqualTo(7);
  }
}
