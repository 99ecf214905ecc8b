package dev.sallyport.sandbox.pool;

import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a service that is being started, or of one that waits until somebody needs them:
 * they are tried beside everything else, and tried again where that fails.
 */
public final class StartingWorkers implements Supplier<Optional<Workers>>, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(StartingWorkers.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** What a run is told that comes before the first worker could. */
  public static final Failure NOT_YET =
      new Failure(
          ErrorCode.SANDBOX_UNAVAILABLE,
          "Scripts cannot be run yet: the sandbox is being started; try again shortly.",
          Duration.ofSeconds(1));

  /** Starts workers. */
  public interface Start {
    Workers start() throws IOException, InterruptedException;
  }

  private final Start start;
  private @Nullable Workers workers;
  private boolean begun;
  private boolean closed;

  public StartingWorkers(Start start) {
    this.start = start;
  }

  /** Begins, on a thread of its own. Does nothing when it has begun. */
  public synchronized void begin() {
    if (!begun && !closed) {
      begun = true;
      Thread.ofPlatform().daemon().name("sandbox-start").start(this::tryUntilStarted);
    }
  }

  /** False until somebody needs workers. */
  public synchronized boolean hasBegun() {
    return begun;
  }

  /** As {@link #get}, for whoever needs them. */
  public Optional<Workers> needed() {
    begin();
    return get();
  }

  private void tryUntilStarted() {
    while (true) {
      try {
        take(start.start());
        return;
      } catch (IOException | RuntimeException e) {
        LOG.log(
            System.Logger.Level.ERROR,
            "Scripts cannot be run: no worker can be started. It is tried again.",
            e);
      } catch (InterruptedException e) {
        return;
      }
      synchronized (this) {
        long end = System.nanoTime() + PAUSE.toNanos();
        for (long left = PAUSE.toMillis(); left > 0 && !closed; ) {
          try {
            wait(left);
          } catch (InterruptedException e) {
            return;
          }
          left = (end - System.nanoTime()) / 1_000_000;
        }
        if (closed) {
          return;
        }
      }
    }
  }

  private void take(Workers started) {
    boolean late;
    synchronized (this) {
      late = closed;
      workers = started;
    }
    if (late) {
      started.close();
    }
  }

  /** Empty until they are started. */
  @Override
  public synchronized Optional<Workers> get() {
    return Optional.ofNullable(workers);
  }

  @Override
  public void close() {
    Workers last;
    synchronized (this) {
      closed = true;
      last = workers;
      notifyAll();
    }
    if (last != null) {
      last.close();
    }
  }
}
