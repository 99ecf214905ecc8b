package dev.sallyport.edge.call;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code sallyport.edge.call.*}. */
@ConfigMapping(prefix = "sallyport.edge.call")
public interface CallSettings {

  /** How long a call may take with whatever progress, unless its server is allowed longer. */
  @WithDefault("10m")
  Duration longest();
}
