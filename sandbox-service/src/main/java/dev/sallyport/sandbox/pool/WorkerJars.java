package dev.sallyport.sandbox.pool;

import com.google.re2j.Pattern;
import dev.sallyport.sandbox.worker.WorkerMain;
import dev.sallyport.starlark.Program;
import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a worker needs of this process's own class path: its jars, wherever this process has them
 * (folders of classes in a build, {@code lib/main} of a runnable).
 *
 * @param paths jars, or folders of classes; absolute, without links
 */
public record WorkerJars(List<Path> paths) {

  public WorkerJars {
    paths = List.copyOf(paths);
  }

  /**
   * The ones that this process runs from.
   *
   * @throws IllegalStateException where they are not files
   */
  public static WorkerJars ofThisProcess() {
    return new WorkerJars(
        Stream.of(WorkerMain.class, Program.class, Pattern.class).map(WorkerJars::of).toList());
  }

  private static Path of(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL place = source == null ? null : source.getLocation();
    try {
      if (place != null && place.getProtocol().equals("file")) {
        Path path = Path.of(place.toURI());
        if (Files.exists(path)) {
          return path.toRealPath();
        }
      }
    } catch (URISyntaxException | java.io.IOException e) {
      throw new IllegalStateException("workers cannot be started from " + place, e);
    }
    throw new IllegalStateException(
        "workers cannot be started: " + type.getName() + " comes from no file but from " + place);
  }

  /** Whether all are jars, as a cache of loaded classes needs them. */
  boolean areJars() {
    return paths.stream().allMatch(Files::isRegularFile);
  }

  String classPath() {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
