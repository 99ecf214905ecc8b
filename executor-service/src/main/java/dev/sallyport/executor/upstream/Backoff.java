package dev.sallyport.executor.upstream;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt: doubling, capped, with half of it left to chance. */
record Backoff(Duration first, Duration longest) {

  /**
   * @param failures attempts in a row that failed, at least 1
   */
  Duration after(int failures) {
    long cap = longest.toMillis();
    long full = Math.min(cap, first.toMillis() << Math.min(20, Math.max(0, failures - 1)));
    return Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}
