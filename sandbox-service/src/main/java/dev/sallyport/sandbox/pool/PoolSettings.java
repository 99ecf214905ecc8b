package dev.sallyport.sandbox.pool;

import java.time.Duration;

/**
 * How many workers there are.
 *
 * @param warm workers that wait for their first run
 * @param most workers at once, those that start included
 * @param runs scripts that one worker runs in its life
 * @param idle how long a worker that has run for a tenant waits for the tenant's next run
 * @param start how long a worker may take to become ready
 * @param waiting runs that wait for a worker at once
 * @param turn how long a tenant keeps getting a worker of its own while another tenant waits
 * @param longestFrame bytes of one message of a worker, at most
 */
public record PoolSettings(
    int warm,
    int most,
    int runs,
    Duration idle,
    Duration start,
    int waiting,
    Duration turn,
    int longestFrame) {

  public PoolSettings {
    if (most < 1 || warm < 0 || warm > most || runs < 1 || waiting < 0) {
      throw new IllegalArgumentException(
          "sallyport.sandbox.workers: most is at least 1, warm at most most, runs at least 1");
    }
  }
}
