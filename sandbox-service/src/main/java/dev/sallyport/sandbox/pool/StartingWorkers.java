package dev.sallyport.sandbox.pool;

import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a service that is being started: they are tried beside everything else, and tried
 * again where that fails.
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
  private boolean closed;

  /** Begins at once, on a thread of its own. */
  public StartingWorkers(Start start) {
    this.start = start;
    Thread.ofPlatform().daemon().name("sandbox-start").start(this::begin);
  }

  private void begin() {
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

  /** Empty while they are being started. */
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
