package dev.sallyport.edge.list;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** {@code sallyport.edge.list.*}. */
@ConfigMapping(prefix = "sallyport.edge.list")
public interface ListSettings {

  /** Tools on one page of tools/list. */
  @WithDefault("1000")
  int pageSize();

  /** Memory for compiled lists: half for joined pages, half for what each profile sees. */
  @WithDefault("64M")
  MemorySize cache();
}
