package dev.sallyport.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the built-in demo server is started: a small JVM of the kind that runs this one. */
public final class DemoUpstream {

  private static final List<String> LIBRARIES = List.of("demo-server", "mcp", "jspecify");

  private DemoUpstream() {}

  /**
   * The command line.
   *
   * @param libraries folders with the jars of this installation
   * @return empty when its jars are not there
   */
  public static List<String> command(List<Path> libraries) {
    List<String> jars = new ArrayList<>();
    for (String name : LIBRARIES) {
      for (Path folder : libraries) {
        jars.addAll(jars(folder, name));
      }
    }
    if (jars.stream().noneMatch(jar -> jar.contains("demo-server"))) {
      return List.of();
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx32m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        String.join(File.pathSeparator, jars),
        "dev.sallyport.demo.DemoServer");
  }

  private static List<String> jars(Path folder, String name) {
    List<String> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      // Quarkus puts the group in front of the file name.
      for (String pattern : List.of(name + "-[0-9]*.jar", "*." + name + "-[0-9]*.jar")) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
          files.forEach(file -> found.add(file.toAbsolutePath().toString()));
        } catch (IOException e) {
          throw new StartFailed("The folder " + folder + " cannot be read.", e);
        }
      }
    }
    return found;
  }
}
