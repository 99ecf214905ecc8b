package dev.sallyport.processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Ends everything that this process started, on every way in which this process can end. A small
 * shell process in a session of its own that ignores INT, TERM, HUP and QUIT and holds a pipe from
 * here; one is enough for a process. If it is killed itself, it is started again.
 *
 * <p>Safe for use by several threads.
 */
public final class ProcessWatcher implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ProcessWatcher.class.getName());
  private static final List<String> SCRIPTS = List.of("process.sh", "launch.sh", "watch.sh");
  private static final Duration LONGEST_END = Duration.ofSeconds(70);

  private final Path folder;
  private final Set<ChildProcess> children = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private Process watcher;
  private boolean closed;

  private ProcessWatcher(Path folder) throws IOException {
    this.folder = folder;
    this.watcher = startWatching(folder);
    restartWhenKilled(watcher);
  }

  /**
   * Ends what earlier owners left behind in {@code runFolder} and begins to watch.
   *
   * @param runFolder made if absent; several live processes may share one
   * @throws IOException if the folder cannot be written or the shell cannot be started
   */
  public static ProcessWatcher start(Path runFolder) throws IOException {
    Path root = Files.createDirectories(runFolder).toRealPath();
    reapLeftovers(root);
    long pid = ProcessHandle.current().pid();
    String born = StartTime.of(pid).orElse("unknown");
    Path folder =
        Files.createDirectory(
            root.resolve(pid + "." + born + "." + Long.toString(System.nanoTime(), 36)));
    for (String script : SCRIPTS) {
      try (InputStream from = ProcessWatcher.class.getResourceAsStream(script)) {
        if (from == null) {
          throw new IOException("the resource " + script + " is missing from the jar");
        }
        Files.copy(from, folder.resolve(script), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return new ProcessWatcher(folder);
  }

  /**
   * Starts a child in a process group of its own. It records itself before it becomes the command,
   * so there is no moment at which the death of this process would leak it.
   *
   * @throws IOException if the program is not there or the process cannot be started; the message
   *     names the program and no argument
   */
  public ChildProcess launch(LaunchSpec spec) throws IOException {
    Map<String, String> environment = environmentOf(spec);
    String program = spec.command().getFirst();
    if (!Programs.isFound(program, environment.get("PATH"), spec.directory())) {
      throw new IOException("program not found: " + program + "; install it or correct its path");
    }
    List<String> line = new ArrayList<>();
    line.add("/bin/sh");
    line.add(folder.resolve("launch.sh").toString());
    line.add(folder.toString());
    line.add(spec.signal().name());
    line.add(Long.toString(Math.max(0, spec.grace().toSeconds())));
    line.addAll(spec.command());
    ProcessBuilder builder =
        new ProcessBuilder(Session.leading(line))
            .redirectOutput(spec.output())
            .redirectError(spec.error());
    builder.environment().clear();
    builder.environment().putAll(environment);
    if (spec.directory() != null) {
      builder.directory(spec.directory().toFile());
    }
    synchronized (lock) {
      if (closed) {
        throw new IOException("the process watcher is closed");
      }
      Process process = builder.start();
      ChildProcess child = new ChildProcess(process, spec, () -> forget(process.pid()));
      children.add(child);
      child.ended().whenComplete((status, failure) -> children.remove(child));
      return child;
    }
  }

  /**
   * Records a process that something else started (a server that detaches itself). Prefer {@link
   * #launch}: what is recorded afterwards leaks when this process dies in between.
   *
   * @return closing it forgets the process without ending it
   * @throws IOException if there is no such process
   */
  public Recorded record(long pid, Signal signal, Duration grace) throws IOException {
    String born =
        StartTime.of(pid).orElseThrow(() -> new IOException("there is no process " + pid));
    Path file =
        folder.resolve(
            pid + "." + born + ".one." + signal.name() + "." + Math.max(0, grace.toSeconds()));
    Files.createFile(file);
    return () -> deleteQuietly(file);
  }

  /** A record made by {@link #record}. */
  @FunctionalInterface
  public interface Recorded extends AutoCloseable {
    @Override
    void close();
  }

  /** Ends every child and every recorded process, and waits for it (at most 70 seconds). */
  @Override
  public void close() {
    Process last;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      last = watcher;
    }
    List<CompletableFuture<Integer>> ends = new ArrayList<>();
    for (ChildProcess child : children) {
      ends.add(child.stop(Duration.ofMillis(500)));
    }
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .completeOnTimeout(null, LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)
          .join();
      last.getOutputStream().close();
      if (!last.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
        LOG.log(System.Logger.Level.WARNING, "Some child processes did not end in time.");
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "The process watcher could not be told to end.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Process id of the watcher, for those who report on it. */
  public long pid() {
    synchronized (lock) {
      return watcher.pid();
    }
  }

  private static void reapLeftovers(Path root) throws IOException {
    List<Process> reapers = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path left : folders) {
        String[] parts = left.getFileName().toString().split("\\.", -1);
        if (parts.length == 3 && parts[0].matches("[0-9]{1,18}") && !ownerLives(parts)) {
          reapers.add(script("reap", left, ProcessBuilder.Redirect.DISCARD).start());
        }
      }
    }
    try {
      for (Process reaper : reapers) {
        reaper.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean ownerLives(String[] nameOfFolder) {
    return StartTime.of(Long.parseLong(nameOfFolder[0]))
        .map(born -> born.equals(nameOfFolder[1]))
        .orElse(false);
  }

  /** Returns when the watcher ignores signals and holds the pipe. */
  private static Process startWatching(Path folder) throws IOException {
    Process started = script("watch", folder, ProcessBuilder.Redirect.PIPE).start();
    try (InputStream out = started.getInputStream()) {
      if (out.read() < 0) {
        throw new IOException("the process watcher did not start");
      }
    }
    return started;
  }

  private static ProcessBuilder script(String mode, Path folder, ProcessBuilder.Redirect output) {
    // A leftover folder has the scripts of the version that made it; they understand its records.
    return new ProcessBuilder(
            Session.leading(
                List.of("/bin/sh", folder.resolve("watch.sh").toString(), mode, folder.toString())))
        .redirectOutput(output)
        .redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  private void restartWhenKilled(Process running) {
    running
        .onExit()
        .thenAccept(
            gone -> {
              synchronized (lock) {
                if (closed || !Files.isDirectory(folder)) {
                  return;
                }
                try {
                  watcher = startWatching(folder);
                  restartWhenKilled(watcher);
                } catch (IOException e) {
                  LOG.log(System.Logger.Level.ERROR, "The process watcher cannot be restarted.", e);
                }
              }
            });
  }

  private Map<String, String> environmentOf(LaunchSpec spec) {
    Map<String, String> environment = new HashMap<>();
    for (String name : spec.inherited()) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    environment.putAll(spec.environment());
    // The mark by which a reaper knows the orphans of a group whose leader is gone.
    environment.put("SALLYPORT_RUN", folder.getFileName().toString());
    return environment;
  }

  private void forget(long pid) {
    try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, pid + ".*.group.*")) {
      records.forEach(ProcessWatcher::deleteQuietly);
    } catch (IOException e) {
      // The watcher has removed the folder already.
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A record could not be removed.", e);
    }
  }
}
