package dev.sallyport.sandbox.pool;

import dev.sallyport.processes.ChildProcess;
import dev.sallyport.processes.LaunchSpec;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.processes.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Starts workers in one way. The command line is put together once.
 *
 * @param folder where they run, empty; nothing can be written there by them
 */
final class Launching {

  /**
   * What the shell takes from the process before it becomes the worker. A limit that this system
   * does not know is left out.
   */
  private static final String LIMITS =
      """
      ulimit -c 0 2>/dev/null
      ulimit -f 0 2>/dev/null
      ulimit -n 64 2>/dev/null
      ulimit -v "$1" 2>/dev/null
      shift
      exec "$@"
      """;

  private final ProcessWatcher watcher;
  private final Path folder;
  private final Isolator isolator;
  private final JavaCommand java;
  private final List<String> serving;

  Launching(ProcessWatcher watcher, Path folder, Isolator isolator, JavaCommand java) {
    this.watcher = watcher;
    this.folder = folder;
    this.isolator = isolator;
    this.java = java;
    this.serving = line(List.of("serve"));
  }

  Isolator isolator() {
    return isolator;
  }

  JavaCommand java() {
    return java;
  }

  /** The same way with a cache of classes. */
  Launching withCache(Path cache) {
    return new Launching(watcher, folder, isolator, java.withCache(cache));
  }

  /**
   * Starts a worker.
   *
   * @param errors told what it says on standard error
   */
  ChildProcess serve(Consumer<String> errors) throws IOException {
    return launch(serving, errors);
  }

  /** Starts something else in the same way. */
  ChildProcess run(List<String> mode) throws IOException {
    return launch(line(mode), line -> {});
  }

  private List<String> line(List<String> mode) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                LIMITS,
                "worker",
                Long.toString((java.heapMiB() + java.reservedMiB()) * 1024L),
                Programs.find("env").map(Path::toString).orElse("env"),
                "-i"));
    line.addAll(isolator.around(java, java.line(List.of(), mode.toArray(String[]::new))));
    return line;
  }

  private ChildProcess launch(List<String> line, Consumer<String> errors) throws IOException {
    return watcher.launch(
        LaunchSpec.of(line)
            .withInherited(Set.of())
            .withDirectory(folder)
            .withEnding(Signal.KILL, Duration.ZERO)
            .withErrorLines(errors));
  }
}
