package dev.sallyport.sandbox.pool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs of this machine. */
final class Programs {

  private static final Pattern LIBRARY = Pattern.compile("(?:=>\\s+|^\\s*)(/\\S+)\\s+\\(");

  private Programs() {}

  /** Where a program is; looked for where systems keep theirs, and not on the PATH. */
  static Optional<Path> find(String name) {
    for (String folder :
        List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin")) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** Whether a command ends with status 0 within five seconds. */
  static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** The shared libraries that programs and libraries need, as the system's loader finds them. */
  static TreeSet<Path> librariesOf(List<Path> files) {
    TreeSet<Path> libraries = new TreeSet<>();
    Optional<Path> ldd = find("ldd");
    if (ldd.isEmpty()) {
      return libraries;
    }
    for (Path file : files) {
      try {
        Process process =
            new ProcessBuilder(ldd.get().toString(), file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        said.lines()
            .map(LIBRARY::matcher)
            .filter(Matcher::find)
            .forEach(found -> libraries.add(Path.of(found.group(1))));
      } catch (IOException e) {
        // What is missing shows when the worker is tried.
        continue;
      }
    }
    return libraries;
  }
}
