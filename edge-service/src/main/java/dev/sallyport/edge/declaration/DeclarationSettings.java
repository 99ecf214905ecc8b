package dev.sallyport.edge.declaration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code sallyport.edge.declaration.*}: the files that declare servers and keys. */
@ConfigMapping(prefix = "sallyport.edge.declaration")
public interface DeclarationSettings {

  /** The {@code sallyport.yaml}. */
  Optional<Path> file();

  /** Files of clients, in order: of two servers with one name the first counts. */
  Optional<List<Path>> mcpJson();

  /** The tenant that the files are for. */
  @WithDefault("default")
  String tenant();

  /** How often the files are looked at, beside being watched. */
  @WithDefault("1s")
  Duration poll();

  /**
   * Whether what an earlier start took from files that are no longer named here is removed. Only
   * for a gateway that has its data to itself.
   */
  @WithDefault("false")
  boolean forgetAbsent();

  /** How long registry and policy may take to apply a file. */
  @WithDefault("10s")
  Duration timeout();
}
