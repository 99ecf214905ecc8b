package dev.sallyport.edge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DialectSettingsTest {

  @Test
  void theDefaultsAreThoseThatAreDocumented() {
    DialectSettings defaults =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(DialectSettings.class)
            .build()
            .getConfigMapping(DialectSettings.class);

    assertThat(defaults.file()).isEmpty();
    assertThat(defaults.mostOnPage()).isEqualTo(10_000);
  }

  @Test
  void theNamesAreThoseThatAreDocumented() {
    DialectSettings set =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(DialectSettings.class)
            .withDefaultValue("sallyport.edge.dialects.file", "/etc/dialects.yaml")
            .withDefaultValue("sallyport.edge.dialects.most-on-page", "7")
            .build()
            .getConfigMapping(DialectSettings.class);

    assertThat(set.file()).contains(Path.of("/etc/dialects.yaml"));
    assertThat(set.mostOnPage()).isEqualTo(7);
  }
}
