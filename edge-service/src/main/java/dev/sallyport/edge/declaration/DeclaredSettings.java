package dev.sallyport.edge.declaration;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes the {@code settings} of {@code sallyport.yaml} configuration of the gateway: over its
 * defaults, under environment variables and system properties. A file that is wrong sets nothing;
 * it stops the start elsewhere, with its findings.
 */
public final class DeclaredSettings implements ConfigSourceFactory {

  /** Between application.properties (250) and the environment (300). */
  private static final int ORDINAL = 275;

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    ConfigValue file = context.getValue("sallyport.edge.declaration.file");
    if (file == null || file.getValue() == null || file.getValue().isBlank()) {
      return List.of();
    }
    Map<String, String> settings =
        switch (DeclarationFile.read(Path.of(file.getValue()))) {
          case Declaration declaration -> declaration.settings();
          case Findings _ -> Map.of();
        };
    return List.of(new PropertiesConfigSource(settings, "sallyport.yaml settings", ORDINAL));
  }
}
