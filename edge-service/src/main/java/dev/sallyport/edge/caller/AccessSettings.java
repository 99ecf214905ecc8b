package dev.sallyport.edge.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How edge asks policy, {@code sallyport.edge.access.*}. */
@ConfigMapping(prefix = "sallyport.edge.access")
public interface AccessSettings {

  /** Nobody gets in once policy has been silent for longer than this. */
  @WithDefault("5s")
  Duration silenceBound();

  /** How long policy may take to resolve one key. */
  @WithDefault("2s")
  Duration resolveTimeout();

  /** How many keys are kept resolved. */
  @WithDefault("10000")
  int cachedKeys();

  /** How many refused credentials are remembered, so that repeating one does not reach policy. */
  @WithDefault("1000")
  int cachedRefusals();

  /** For how long a refusal is remembered; policy takes it back sooner when it changes. */
  @WithDefault("10s")
  Duration refusalLife();

  /** How many look-ups may wait for policy at once; the next one is told to try again. */
  @WithDefault("1000")
  int lookUps();
}
