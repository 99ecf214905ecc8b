package dev.sallyport.edge.catalog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How edge follows registry, {@code sallyport.edge.catalogue.*}. */
@ConfigMapping(prefix = "sallyport.edge.catalogue")
public interface CatalogueSettings {

  /** A stream that says nothing for longer than this is replaced. */
  @WithDefault("5s")
  Duration silenceBound();

  /** How long changes are gathered before the copy on disk is written. */
  @WithDefault("200ms")
  Duration saveAfter();

  /**
   * For how long a registry that knows less than edge is waited for before it is believed (it may
   * lag behind another replica, or have been restored from a backup).
   */
  @WithDefault("30s")
  Duration patience();

  /**
   * On the aggregate endpoint tools and prompts have their own names, and {@code server__name} only
   * where two servers have the same. A new server may then rename what was there before.
   */
  @WithDefault("false")
  boolean bareNames();
}
