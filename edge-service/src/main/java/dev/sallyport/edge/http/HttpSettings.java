package dev.sallyport.edge.http;

import dev.sallyport.mcp.frame.Limits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;
import java.util.Set;

/** {@code sallyport.edge.http.*}. */
@ConfigMapping(prefix = "sallyport.edge.http")
public interface HttpSettings {

  /** The largest message that is taken. */
  @WithDefault("32M")
  MemorySize maxBody();

  /** Origins of web pages that may call, such as {@code https://app.example.com}. */
  Optional<Set<String>> allowedOrigins();

  /**
   * Values of Host, without port, that are taken besides loopback names when bound to loopback;
   * when set, also the only ones that are taken when bound elsewhere.
   */
  Optional<Set<String>> allowedHosts();

  /** What a message may be like. */
  default Limits limits() {
    return Limits.DEFAULT.withMaxBytes(
        (int) Math.min(maxBody().asLongValue(), Integer.MAX_VALUE - 8));
  }
}
