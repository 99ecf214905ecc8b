package dev.sallyport.policy.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of policy, {@code sallyport.policy.*}. */
@ConfigMapping(prefix = "sallyport.policy")
public interface PolicySettings {

  /** How long one operation may take when its caller sets no shorter deadline. */
  @WithDefault("5s")
  Duration operationTimeout();

  Watch watch();

  /** {@code sallyport.policy.watch.*} */
  interface Watch {

    /** How often the outbox is read for changes that other replicas made. */
    @WithDefault("100ms")
    Duration poll();

    @WithDefault("250ms")
    Duration heartbeat();

    /** How many events a watcher may be behind before it has to drop everything. */
    @WithDefault("2000")
    int kept();
  }
}
