package dev.sallyport.cli.split;

import dev.sallyport.host.Replica;
import dev.sallyport.host.StartFailed;
import dev.sallyport.processes.ChildProcess;
import dev.sallyport.processes.LaunchSpec;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.processes.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One service, kept running. A service that ends is started again at once; one that keeps ending,
 * after pauses that double up to {@link #LONGEST_PAUSE}.
 */
final class ServiceProcess {

  static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  /** A service that ran for so long is not one that keeps ending. */
  private static final Duration SETTLED = Duration.ofSeconds(20);

  private final Replica replica;
  private final int port;
  private final List<String> command;
  private final Path folder;
  private final Path log;
  private final ProcessWatcher watcher;
  private final Runnable changed;
  private @Nullable ChildProcess process;
  private long startedNanos;
  private Duration pause = FIRST_PAUSE;
  private boolean stopping;

  /**
   * @param command how to start it
   * @param folder working directory
   * @param log its standard output and error are appended to this file
   * @param changed told after each start
   */
  ServiceProcess(
      Replica replica,
      int port,
      List<String> command,
      Path folder,
      Path log,
      ProcessWatcher watcher,
      Runnable changed) {
    this.replica = replica;
    this.port = port;
    this.command = List.copyOf(command);
    this.folder = folder;
    this.log = log;
    this.watcher = watcher;
    this.changed = changed;
  }

  String name() {
    return replica.name();
  }

  boolean isEdge() {
    return replica.service().equals("edge");
  }

  int port() {
    return port;
  }

  Path log() {
    return log;
  }

  /** Process id of the running process; 0 between two. */
  synchronized long pid() {
    return process != null && process.isAlive() ? process.pid() : 0;
  }

  /**
   * Starts it.
   *
   * @throws StartFailed if there is no such program
   */
  void start() {
    synchronized (this) {
      if (stopping) {
        return;
      }
      ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(log.toFile());
      try {
        process =
            watcher.launch(
                LaunchSpec.of(new ArrayList<>(command))
                    .withDirectory(folder)
                    // The executor resolves env: references and starts programs from the PATH.
                    .withInherited(System.getenv().keySet())
                    .withEnding(Signal.TERM, Duration.ofSeconds(10))
                    .withOutput(output, output));
      } catch (IOException e) {
        throw new StartFailed("The " + name() + " service cannot be started: " + e.getMessage(), e);
      }
      startedNanos = System.nanoTime();
      process.ended().thenAccept(this::ended);
    }
    changed.run();
  }

  private void ended(int status) {
    Duration wait;
    synchronized (this) {
      if (stopping) {
        return;
      }
      boolean settled = System.nanoTime() - startedNanos > SETTLED.toNanos();
      wait = settled ? FIRST_PAUSE : pause;
      Duration next = wait.multipliedBy(2);
      pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }
    System.err.println(
        "sallyport: the "
            + name()
            + " service ended with status "
            + status
            + " and is started again; its log is "
            + log);
    CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS).execute(this::start);
  }

  /** Ends it for good; the future completes when it is gone. */
  CompletableFuture<Integer> stop() {
    synchronized (this) {
      stopping = true;
      return process == null ? CompletableFuture.completedFuture(0) : process.stop(Duration.ZERO);
    }
  }
}
