package dev.sallyport.starlark;

/**
 * What a run may use.
 *
 * @param steps units of work: one for each statement, loop iteration and call, and more for what
 *     built-in functions do in bulk, such that a step is about a hundred nanoseconds at most
 * @param bytes an upper estimate of all memory that values take, counted when they are made and not
 *     given back: a run that is within the limit never holds more
 * @param callDepth active calls of functions
 * @param nesting how deep data may be nested that is printed, compared, hashed or converted
 * @param outputBytes what {@code print} may write, as UTF-8
 */
public record Limits(long steps, long bytes, int callDepth, int nesting, long outputBytes) {
  /** Ten million steps, 256 MiB, 200 calls, nesting of 200, 1 MiB of output. */
  public static final Limits DEFAULT = new Limits(10_000_000, 256L << 20, 200, 200, 1 << 20);

  /** No limit but those of the Java stack. */
  public static final Limits NONE =
      new Limits(Long.MAX_VALUE, Long.MAX_VALUE, 1000, 200, Long.MAX_VALUE);

  public Limits {
    if (steps < 0 || bytes < 0 || callDepth < 1 || nesting < 1 || outputBytes < 0) {
      throw new IllegalArgumentException("limits cannot be negative");
    }
    if (callDepth > 1000 || nesting > 500) {
      throw new IllegalArgumentException("callDepth is at most 1000, nesting at most 500");
    }
  }

  public Limits withSteps(long value) {
    return new Limits(value, bytes, callDepth, nesting, outputBytes);
  }

  public Limits withBytes(long value) {
    return new Limits(steps, value, callDepth, nesting, outputBytes);
  }

  public Limits withCallDepth(int value) {
    return new Limits(steps, bytes, value, nesting, outputBytes);
  }

  public Limits withNesting(int value) {
    return new Limits(steps, bytes, callDepth, value, outputBytes);
  }

  public Limits withOutputBytes(long value) {
    return new Limits(steps, bytes, callDepth, nesting, value);
  }
}
