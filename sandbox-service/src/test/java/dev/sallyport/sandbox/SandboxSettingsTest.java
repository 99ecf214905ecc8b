package dev.sallyport.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.proto.sandbox.v1.Isolation;
import dev.sallyport.sandbox.pool.PoolSettings;
import dev.sallyport.sandbox.run.RunCeilings;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names and defaults of the configuration. */
class SandboxSettingsTest {

  private static SandboxSettings settings(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withConverter(
            io.quarkus.runtime.configuration.MemorySize.class, 100, new MemorySizeConverter())
        .withConverter(
            Duration.class, 100, new io.quarkus.runtime.configuration.DurationConverter())
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .withMapping(SandboxSettings.class)
        .build()
        .getConfigMapping(SandboxSettings.class);
  }

  @Test
  void hasTheDefaultsOfTheDocumentation() {
    SandboxSettings settings = settings(Map.of());

    assertThat(settings.ceilings()).isEqualTo(RunCeilings.DEFAULT);
    assertThat(settings.pool())
        .isEqualTo(
            new PoolSettings(
                2,
                8,
                200,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                1_000,
                Duration.ofMillis(100),
                RunCeilings.DEFAULT.longestMessage()));
    assertThat(settings.options().heapMiB()).isEqualTo(64);
    assertThat(settings.options().required()).isEqualTo(Isolation.ISOLATION_PROCESS);
    assertThat(settings.options().container()).isFalse();
  }

  @Test
  void takesWhatComposeSays() {
    SandboxSettings settings =
        settings(
            Map.of(
                "sallyport.sandbox.container", "true",
                "sallyport.sandbox.require", "container",
                "sallyport.sandbox.workers.most", "4"));

    assertThat(settings.options().required()).isEqualTo(Isolation.ISOLATION_CONTAINER);
    assertThat(settings.options().container()).isTrue();
    assertThat(settings.pool().most()).isEqualTo(4);
  }

  @Test
  void refusesLimitsThatAWorkerCannotHold() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Map.of("sallyport.sandbox.run.allocated", "64M")).ceilings())
        .withMessageContaining("sallyport.sandbox.run.allocated");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Map.of("sallyport.sandbox.workers.warm", "9")).pool())
        .withMessageContaining("sallyport.sandbox.workers");
  }
}
