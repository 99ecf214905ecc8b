package dev.sallyport.cli.stdio;

import dev.sallyport.cli.stdio.http.HttpExchange;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** By which a request can be broken off, through all its attempts. Any thread. */
final class Ticket {

  private final CountDownLatch written = new CountDownLatch(1);
  private @Nullable HttpExchange running;
  private boolean cancelled;

  /** Whether the exchange may be sent. */
  synchronized boolean begin(HttpExchange exchange) {
    running = exchange;
    return !cancelled;
  }

  void written() {
    written.countDown();
  }

  /** Waits until the request has left, or will not any more. */
  void awaitWritten(Duration atMost) {
    try {
      written.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void cancel() {
    cancelled = true;
    if (running != null) {
      running.abort();
    }
  }
}
