package dev.sallyport.edge.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code sallyport.edge.session.*}. */
@ConfigMapping(prefix = "sallyport.edge.session")
public interface SessionSettings {

  /** How long a session lasts, counted from initialize. */
  @WithDefault("7d")
  Duration life();

  /** How long the events of a response stream are kept for a client that comes back. */
  @WithDefault("5m")
  Duration keepEvents();

  /** How many sessions an edge keeps opened, so that it need not unseal their id again. */
  @WithDefault("20000")
  int cached();
}
