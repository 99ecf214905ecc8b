package dev.sallyport.starlark;

import dev.sallyport.starlark.LimitExceeded.Limit;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one run uses and stops it at its {@link Limits}. A meter that is spent stays spent.
 * It belongs to one run on one thread at a time; only {@link #interrupt} may be called from others,
 * at any time, also before the run begins.
 */
public final class Meter {
  // What things take on a Java without compressed pointers, with the slack of arrays that grow.

  /** A slot of a list or tuple, with the number that may be in it. */
  static final int SLOT = 40;

  /** A key and a value of a dict or set, with the numbers that they may be. */
  static final int ENTRY = 48;

  /** The tables behind an entry; charged when they grow. */
  static final int TABLE_SLOT = 36;

  /** A dict or set without entries. */
  static final int TABLE = 112;

  /** Any other object, besides its contents. */
  static final int OBJECT = 64;

  private final Limits limits;
  private long stepsLeft;
  private long bytesLeft;
  private long outputLeft;
  private int nesting;
  private volatile @Nullable String interruption;

  public Meter(Limits limits) {
    this.limits = limits;
    this.stepsLeft = limits.steps();
    this.bytesLeft = limits.bytes();
    this.outputLeft = limits.outputBytes();
  }

  /** A meter that stops nothing, for conversions by the host. */
  public static Meter unlimited() {
    return new Meter(Limits.NONE);
  }

  public Limits limits() {
    return limits;
  }

  public long stepsUsed() {
    return limits.steps() - Math.max(0, stepsLeft);
  }

  public long bytesUsed() {
    return limits.bytes() - Math.max(0, bytesLeft);
  }

  public long outputUsed() {
    return limits.outputBytes() - Math.max(0, outputLeft);
  }

  /**
   * Stops the run at its next step, with an error of kind {@code INTERRUPTED}. From any thread.
   *
   * @param cause a short phrase that says why, for the message
   */
  public void interrupt(String cause) {
    interruption = cause;
  }

  /** Charges one step. */
  void step() {
    if (--stepsLeft < 0 || interruption != null) {
      stop();
    }
  }

  /** Charges steps for work that a host function or a library does in bulk. */
  public void steps(long count) {
    if (count < 0 || count > stepsLeft) {
      stepsLeft = -1;
      stop();
    }
    stepsLeft -= count;
    if (interruption != null) {
      stop();
    }
  }

  /** Charges memory; to be called before the memory is taken. */
  public void bytes(long count) {
    if (count < 0 || count > bytesLeft) {
      bytesLeft = -1;
      throw new LimitExceeded(
          Limit.BYTES,
          "the script uses too much memory: the limit is " + limits.bytes() + " bytes");
    }
    bytesLeft -= count;
  }

  /** Charges a text of so many chars: its memory, and the work of writing it. */
  void text(long chars) {
    bytes(OBJECT + times(chars, 2));
    steps(chars >> 5);
  }

  /** Charges a list or tuple of so many elements, and the work of filling it. */
  void slots(long count) {
    bytes(OBJECT + times(count, SLOT));
    steps(count >> 2);
  }

  /** Charges output. */
  void output(long count) {
    if (count > outputLeft) {
      outputLeft = -1;
      throw new LimitExceeded(
          Limit.OUTPUT,
          "the script prints too much: the limit is " + limits.outputBytes() + " bytes");
    }
    outputLeft -= count;
  }

  /** Goes one level deeper into nested data. */
  void enter() {
    if (++nesting > limits.nesting()) {
      throw new LimitExceeded(
          Limit.NESTING, "the data is nested too deeply: the limit is " + limits.nesting());
    }
  }

  void leave() {
    nesting--;
  }

  int nesting() {
    return nesting;
  }

  /** After an error that a host function caught. */
  void nestingBackTo(int level) {
    nesting = level;
  }

  /** A product that saturates, for sizes. */
  static long times(long a, long b) {
    if (a < 0 || b < 0) {
      throw new IllegalArgumentException("sizes are not negative");
    }
    return a != 0 && b > Long.MAX_VALUE / 4 / a ? Long.MAX_VALUE / 4 : a * b;
  }

  private void stop() {
    String cause = interruption;
    if (cause != null) {
      throw StarlarkException.of(
          StarlarkException.Kind.INTERRUPTED, "the script was stopped: " + cause, null);
    }
    if (stepsLeft < 0) {
      throw new LimitExceeded(
          Limit.STEPS, "the script takes too many steps: the limit is " + limits.steps());
    }
  }
}
