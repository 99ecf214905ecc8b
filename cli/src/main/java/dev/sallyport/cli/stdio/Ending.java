package dev.sallyport.cli.stdio;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether the bridge ends. Any thread. */
final class Ending {

  private final CountDownLatch ends = new CountDownLatch(1);

  /** Whether this is the first to say so. */
  synchronized boolean begin() {
    boolean first = ends.getCount() > 0;
    ends.countDown();
    return first;
  }

  boolean hasBegun() {
    return ends.getCount() == 0;
  }

  /** Lets time pass; returns false, and at once, when the bridge ends. */
  boolean pause(Duration time) {
    try {
      return !ends.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
