package dev.sallyport.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Quarkus reads the settings of every jar on the class path. A service's own would leak into the
 * assembly, so only this module may set anything of Quarkus.
 */
class ConfigurationComesFromHereTest {

  private static final List<String> PLACES =
      List.of(
          "application.properties",
          "META-INF/microprofile-config.properties",
          "config/application.properties");

  @TempDir Path temp;

  @Test
  void noOtherModuleSetsAnythingOfQuarkus() throws IOException {
    assertThat(leaks(ConfigurationComesFromHereTest.class.getClassLoader())).isEmpty();
  }

  @Test
  void aLeakIsFoundAndNamed() throws IOException {
    // Given a jar (here a folder) with a setting of its own
    Files.writeString(
        temp.resolve("application.properties"), "quarkus.http.port=1\nsallyport.own=1\n");
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {temp.toUri().toURL()},
            ConfigurationComesFromHereTest.class.getClassLoader())) {

      // When
      List<String> leaks = leaks(loader);

      // Then
      assertThat(leaks).singleElement().asString().contains("quarkus.http.port", temp.toString());
    }
  }

  private static List<String> leaks(ClassLoader loader) throws IOException {
    URL own = Standalone.class.getProtectionDomain().getCodeSource().getLocation();
    List<String> leaks = new ArrayList<>();
    for (String place : PLACES) {
      for (URL file : Collections.list(loader.getResources(place))) {
        if (file.toString().startsWith(own.toString())) {
          continue;
        }
        Properties settings = new Properties();
        try (InputStream in = file.openStream()) {
          settings.load(in);
        }
        settings.stringPropertyNames().stream()
            .filter(name -> name.startsWith("quarkus.") || name.startsWith("%"))
            .map(name -> name + " in " + file)
            .forEach(leaks::add);
      }
    }
    return leaks;
  }
}
