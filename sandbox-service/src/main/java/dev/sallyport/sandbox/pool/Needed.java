package dev.sallyport.sandbox.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files that a worker needs, and no others. */
final class Needed {

  private static final List<String> NATIVE =
      List.of("libjli", "libjava", "libjimage", "libzip", "libnio", "libnet", "libverify");

  private Needed() {}

  /**
   * The JDK, the worker's jars, its cache, and what of the system's libraries they and {@code
   * program} need.
   */
  static Set<Path> files(JavaCommand java, List<Path> programs) {
    Set<Path> files = new LinkedHashSet<>();
    files.add(java.home());
    files.addAll(linkedOutside(java.home()));
    files.addAll(java.jars().paths());
    if (java.cache() != null) {
      files.add(java.cache());
    }
    List<Path> binaries = new ArrayList<>(programs);
    binaries.add(java.home().resolve("bin/java"));
    binaries.add(java.home().resolve("lib/server/libjvm.so"));
    for (String name : NATIVE) {
      Path library = java.home().resolve("lib/" + name + ".so");
      if (Files.exists(library)) {
        binaries.add(library);
      }
    }
    for (Path library : Programs.librariesOf(binaries)) {
      if (!library.startsWith(java.home())) {
        files.add(library);
      }
    }
    files.addAll(programs);
    return files;
  }

  /** Distributions keep a JDK's configuration in /etc, behind links. */
  private static List<Path> linkedOutside(Path home) {
    List<Path> outside = new ArrayList<>();
    for (String folder : List.of("conf", "lib", "lib/security", "conf/security")) {
      try (Stream<Path> entries = Files.list(home.resolve(folder))) {
        for (Path entry : entries.filter(Files::isSymbolicLink).toList()) {
          Path target = entry.toRealPath();
          // A worker talks to nobody, so whom it trusts is of no use to it.
          if (!target.startsWith(home) && !entry.endsWith("cacerts")) {
            outside.add(target);
          }
        }
      } catch (IOException e) {
        // A JDK without that folder; what is missing shows when the worker is tried.
        continue;
      }
    }
    return outside;
  }
}
