package dev.sallyport.edge.lease;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of limits at the edge, {@code sallyport.edge.limits.*}. */
@ConfigMapping(prefix = "sallyport.edge.limits")
public interface LeaseSettings {

  /** What becomes of a call that a limit counts while limits cannot be asked for. */
  @WithDefault("refuse")
  Unavailable whenUnavailable();

  /** How long policy may take to answer. */
  @WithDefault("2s")
  Duration timeout();

  /** How long a call waits for a ledger that has lost its memory. */
  @WithDefault("6s")
  Duration patience();

  /** The choices. */
  enum Unavailable {
    /** The call is refused. */
    REFUSE,
    /** The call runs uncounted. */
    ALLOW
  }
}
