package dev.sallyport.edge.evidence;

import dev.sallyport.edge.evidence.Evidence.Appended;
import dev.sallyport.proto.audit.v1.RecordKind;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets one of the threads that append serve all of them. Each puts its frame on a stack; the one
 * that finds nobody serving takes all that wait, oldest first, and the others see their outcome
 * without having taken a lock.
 */
final class AppendQueue {

  private static final Logger LOG = Logger.getLogger(AppendQueue.class);

  /** Looks at the outcome so often before it sleeps: about as long as one write takes. */
  private static final int SPINS = 200;

  private static final long SLEEP_NANOS = 1_000_000;

  /** One thread's wish to append. A null frame only asks for owed GAP records to be written. */
  static final class Pending {
    final byte @Nullable [] frame;
    final String tenant;
    final RecordKind kind;
    @Nullable Pending nextInBuffer;
    private @Nullable Pending below;
    private volatile @Nullable Appended outcome;
    private volatile @Nullable Thread sleeping;

    Pending(byte @Nullable [] frame, String tenant, RecordKind kind) {
      this.frame = frame;
      this.tenant = tenant;
      this.kind = kind;
    }

    /** Its thread goes on. */
    void complete(Appended reached) {
      outcome = reached;
      Thread thread = sleeping;
      if (thread != null) {
        LockSupport.unpark(thread);
      }
    }
  }

  private final AtomicReference<@Nullable Pending> waiting = new AtomicReference<>();
  private final AtomicBoolean serving = new AtomicBoolean();
  private final Consumer<Pending> take;
  private final Runnable finish;
  private final Runnable abandon;

  /**
   * @param take does the work of one; only one thread at a time is in here
   * @param finish after each round; by its end every one that was taken is complete
   * @param abandon instead, when either has thrown
   */
  AppendQueue(Consumer<Pending> take, Runnable finish, Runnable abandon) {
    this.take = take;
    this.finish = finish;
    this.abandon = abandon;
  }

  /** Returns when {@code mine} is complete. */
  Appended submit(Pending mine) {
    Pending top;
    do {
      top = waiting.get();
      mine.below = top;
    } while (!waiting.compareAndSet(top, mine));

    int spins = 0;
    Appended outcome;
    while ((outcome = mine.outcome) == null) {
      if (!serving.get() && serving.compareAndSet(false, true)) {
        try {
          serve();
        } finally {
          serving.set(false);
          wakeOne();
        }
      } else if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        mine.sleeping = Thread.currentThread();
        if (mine.outcome == null && serving.get()) {
          LockSupport.parkNanos(this, SLEEP_NANOS);
        }
        mine.sleeping = null;
      }
    }
    return outcome;
  }

  /** Runs {@code work} while nobody is served. */
  void alone(Runnable work) {
    while (!serving.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
    try {
      work.run();
    } finally {
      serving.set(false);
      wakeOne();
    }
  }

  /** Those who came while the last round was served: one of them must serve the next. */
  private void wakeOne() {
    for (Pending p = waiting.get(); p != null; p = p.below) {
      Thread thread = p.sleeping;
      if (thread != null) {
        LockSupport.unpark(thread);
        return;
      }
    }
  }

  private void serve() {
    Pending newest = waiting.getAndSet(null);
    Pending oldest = null;
    while (newest != null) {
      Pending below = newest.below;
      newest.below = oldest;
      oldest = newest;
      newest = below;
    }
    try {
      for (Pending p = oldest; p != null; p = p.below) {
        take.accept(p);
      }
      finish.run();
    } catch (RuntimeException | Error e) {
      // Nobody may wait for ever for a thread that failed.
      LOG.error("the spool failed; the records of this round are refused", e);
      abandon.run();
      for (Pending p = oldest; p != null; p = p.below) {
        if (p.outcome == null) {
          p.complete(Appended.REFUSED);
        }
      }
    }
  }
}
