package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PolicySettingsTest {

  @Test
  void namesAndDefaultsAreThoseThatAreDocumented() {
    PolicySettings settings =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(PolicySettings.class)
            .withDefaultValue("sallyport.policy.watch.heartbeat", "1s")
            .build()
            .getConfigMapping(PolicySettings.class);

    assertThat(settings.operationTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.watch().poll()).isEqualTo(Duration.ofMillis(100));
    assertThat(settings.watch().heartbeat()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.approvals().expiresIn()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.approvals().validFor()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.approvals().mostPerKey()).isEqualTo(100);
    assertThat(settings.approvals().mostPerTenant()).isEqualTo(10_000);
    assertThat(settings.approvals().kept()).isEqualTo(Duration.ofDays(90));
  }
}
