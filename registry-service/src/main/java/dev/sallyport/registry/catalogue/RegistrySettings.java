package dev.sallyport.registry.catalogue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of registry, {@code sallyport.registry.*}. */
@ConfigMapping(prefix = "sallyport.registry")
public interface RegistrySettings {

  /** How long one operation may take when its caller sets no shorter deadline. */
  @WithDefault("10s")
  Duration operationTimeout();

  /**
   * After how long without a note an executor is away, and others may report its servers. They note
   * themselves every 2 s.
   */
  @WithDefault("10s")
  Duration executorSilence();

  Watch watch();

  /** {@code sallyport.registry.watch.*} */
  interface Watch {

    /** How often the outbox is read for changes that other replicas made. */
    @WithDefault("100ms")
    Duration poll();

    @WithDefault("250ms")
    Duration heartbeat();
  }
}
