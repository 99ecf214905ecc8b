package dev.sallyport.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A running child and its process group. Made by {@link ProcessWatcher#launch}. */
public final class ChildProcess {

  private static final Duration REMNANT_GRACE = Duration.ofSeconds(2);

  private final Process process;
  private final LaunchSpec spec;
  private final StandardError standardError;
  private final CompletableFuture<Integer> ended;
  private volatile boolean killed;

  ChildProcess(Process process, LaunchSpec spec, Runnable afterTheGroupEnded) {
    this.process = process;
    this.spec = spec;
    this.standardError = new StandardError(spec.errorLines());
    if (spec.error() == ProcessBuilder.Redirect.PIPE) {
      Thread.ofPlatform()
          .daemon()
          .name("stderr-" + process.pid())
          .start(() -> standardError.drain(process.getErrorStream()));
    }
    this.ended =
        process
            .onExit()
            .thenApplyAsync(
                exited -> {
                  endRemnants();
                  afterTheGroupEnded.run();
                  return exited.exitValue();
                },
                task -> Thread.ofVirtual().name("ended-" + process.pid()).start(task));
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public OutputStream stdin() {
    return process.getOutputStream();
  }

  public InputStream stdout() {
    return process.getInputStream();
  }

  public StandardError standardError() {
    return standardError;
  }

  /**
   * Completes with the exit status once the process has exited and nothing of its group is left.
   */
  public CompletableFuture<Integer> ended() {
    return ended.copy();
  }

  /**
   * Ends the child as the MCP specification asks (stdio, "Shutdown"): closes its standard input,
   * waits, sends the signal of its spec to the group, waits, kills the group. Returns at once.
   *
   * @param patience how long the child may take after its standard input was closed
   */
  public CompletableFuture<Integer> stop(Duration patience) {
    Thread.ofVirtual().name("stop-" + process.pid()).start(() -> stopAndWait(patience));
    return ended();
  }

  /** Ends the child and its group at once, by a signal that none can catch. Does not wait. */
  public CompletableFuture<Integer> kill() {
    killed = true;
    process.destroyForcibly();
    return ended();
  }

  private void stopAndWait(Duration patience) {
    try {
      // Closing may block behind a write into a full pipe, so it must not delay what follows.
      Thread closing =
          Thread.ofPlatform().daemon().name("close-" + process.pid()).start(this::closeStdin);
      if (!patience.isZero()) {
        closing.join(patience);
      }
      if (process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
      Session.signal(process.pid(), spec.signal());
      if (!process.waitFor(spec.grace().toNanos(), TimeUnit.NANOSECONDS)) {
        Session.signal(process.pid(), Signal.KILL);
      }
    } catch (InterruptedException e) {
      Session.signal(process.pid(), Signal.KILL);
      Thread.currentThread().interrupt();
    }
  }

  private void closeStdin() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // A broken pipe: the child has closed it already.
    }
  }

  /** The leader is gone; grandchildren in its group go too. */
  private void endRemnants() {
    long group = process.pid();
    if (!Session.exists(group)) {
      return;
    }
    if (killed) {
      Session.signal(group, Signal.KILL);
      return;
    }
    Session.signal(group, Signal.TERM);
    long until = System.nanoTime() + REMNANT_GRACE.toNanos();
    while (System.nanoTime() < until && Session.exists(group)) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        break;
      }
    }
    Session.signal(group, Signal.KILL);
  }
}
