package dev.sallyport.edge.mcp;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code sallyport.edge.mcp.*}. */
@ConfigMapping(prefix = "sallyport.edge.mcp")
public interface McpSettings {

  /** A call without an answer by then is answered with a stream, so that it can be kept open. */
  @WithDefault("10s")
  Duration streamAfter();

  /** How often a quiet stream gets a comment. */
  @WithDefault("15s")
  Duration keepAlive();

  /** What a legacy client should wait before it opens its stream again. */
  @WithDefault("1s")
  Duration retry();
}
