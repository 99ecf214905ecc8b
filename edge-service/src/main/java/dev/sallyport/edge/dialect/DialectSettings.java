package dev.sallyport.edge.dialect;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** {@code sallyport.edge.dialects.*}. */
@ConfigMapping(prefix = "sallyport.edge.dialects")
public interface DialectSettings {

  /** A file of dialects that are tried before the built-in ones, and replace those of one name. */
  Optional<Path> file();

  /**
   * How many entries the one page has at most that a client gets which ignores further pages. A
   * longer list goes on on further pages, as for everybody.
   */
  @WithDefault("10000")
  int mostOnPage();
}
