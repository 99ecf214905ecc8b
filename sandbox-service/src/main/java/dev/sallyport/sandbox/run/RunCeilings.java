package dev.sallyport.sandbox.run;

import dev.sallyport.proto.sandbox.v1.RunLimits;
import dev.sallyport.sandbox.worker.wire.Up;
import java.time.Duration;

/**
 * What a run may use at most. Edge may ask for less; zeros and what is above are these.
 *
 * @param scriptBytes of a script's UTF-8
 * @param steps as the interpreter counts them
 * @param allocatedBytes of all values, as the interpreter counts them; fits the heap of a worker
 * @param wall from Start to the end
 * @param calls of tools
 * @param parallel calls side by side
 * @param outputBytes of what is printed
 * @param resultBytes of the JSON of the result
 * @param argumentBytes of the JSON of one call's arguments
 * @param answerBytes of the JSON of one call's answer
 * @param patience how long a run waits for a worker
 * @param grace how long a worker may take to stop when it is told to
 */
public record RunCeilings(
    int scriptBytes,
    long steps,
    long allocatedBytes,
    Duration wall,
    int calls,
    int parallel,
    long outputBytes,
    int resultBytes,
    int argumentBytes,
    int answerBytes,
    Duration patience,
    Duration grace) {

  /** For a worker with a heap of 64 MiB. */
  public static final RunCeilings DEFAULT =
      new RunCeilings(
          512 << 10,
          20_000_000,
          48L << 20,
          Duration.ofMinutes(2),
          200,
          16,
          64 << 10,
          1 << 20,
          1 << 20,
          4 << 20,
          Duration.ofSeconds(5),
          Duration.ofMillis(300));

  /** The longest message of a worker. */
  public int longestMessage() {
    return Math.max(resultBytes, argumentBytes) + dev.sallyport.sandbox.worker.wire.Down.OVERHEAD;
  }

  Up.RunCaps caps(RunLimits asked) {
    return new Up.RunCaps(
        least(asked.getSteps(), steps),
        least(asked.getAllocatedBytes(), allocatedBytes),
        (int) least(Integer.toUnsignedLong(asked.getCalls()), calls),
        (int) least(Integer.toUnsignedLong(asked.getParallel()), parallel),
        least(asked.getOutputBytes(), outputBytes),
        (int) least(asked.getResultBytes(), resultBytes),
        argumentBytes);
  }

  Duration wall(RunLimits asked) {
    return Duration.ofMillis(least(asked.getWallMillis(), wall.toMillis()));
  }

  /** Numbers of the contract have no sign. */
  private static long least(long asked, long ceiling) {
    return asked == 0 || Long.compareUnsigned(asked, ceiling) > 0 ? ceiling : asked;
  }
}
