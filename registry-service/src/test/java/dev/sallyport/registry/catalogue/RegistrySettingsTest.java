package dev.sallyport.registry.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistrySettingsTest {

  @Test
  void namesAndDefaultsAreThoseThatAreDocumented() {
    RegistrySettings settings =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(RegistrySettings.class)
            .withDefaultValue("sallyport.registry.watch.heartbeat", "1s")
            .build()
            .getConfigMapping(RegistrySettings.class);

    assertThat(settings.operationTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.watch().poll()).isEqualTo(Duration.ofMillis(100));
    assertThat(settings.watch().heartbeat()).isEqualTo(Duration.ofSeconds(1));
  }
}
