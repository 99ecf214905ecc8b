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

  Approvals approvals();

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

  /** {@code sallyport.policy.approvals.*} */
  interface Approvals {

    /** How long a request can be decided, where the rule that asks says nothing else. */
    @WithDefault("1h")
    Duration expiresIn();

    /** How long a call may take an approval, where whoever approves says nothing else. */
    @WithDefault("1h")
    Duration validFor();

    /** Calls of one key that wait for approval at the same time. */
    @WithDefault("100")
    int mostPerKey();

    /** The same of a whole tenant. */
    @WithDefault("10000")
    int mostPerTenant();

    /** How long an approval is kept after it is over. */
    @WithDefault("90d")
    Duration kept();
  }
}
