package dev.sallyport.cli.stdio;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What the bridge is at, counted, so that its end can wait for it. Any thread. */
final class Work {

  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private final Notes notes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int running;

  Work(Notes notes) {
    this.notes = notes;
  }

  /** Runs a task once something else is over; counted from now on. */
  CompletableFuture<Void> after(CompletableFuture<Void> before, Runnable task) {
    count(1);
    return before.handleAsync(
        (nothing, neverFails) -> {
          try {
            guarded(task);
          } finally {
            count(-1);
          }
          return null;
        },
        THREADS);
  }

  /** Runs a task that nobody waits for at the end. */
  void beside(Runnable task) {
    THREADS.execute(() -> guarded(task));
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      notes.say("a defect of the bridge: " + e);
    }
  }

  private void count(int change) {
    lock.lock();
    try {
      running += change;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing runs that counts. */
  void awaitIdle(Duration atMost) {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (running > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
