package dev.sallyport.edge.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ApprovalSettingsTest {

  @Test
  void namesAndDefaultsAreThoseThatAreDocumented() {
    assertThat(settings("3s").timeout()).isEqualTo(Duration.ofSeconds(3));
    ApprovalSettings defaults =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(ApprovalSettings.class)
            .build()
            .getConfigMapping(ApprovalSettings.class);
    assertThat(defaults.timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  private static ApprovalSettings settings(String timeout) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(ApprovalSettings.class)
        .withDefaultValue("sallyport.edge.approvals.timeout", timeout)
        .build()
        .getConfigMapping(ApprovalSettings.class);
  }
}
