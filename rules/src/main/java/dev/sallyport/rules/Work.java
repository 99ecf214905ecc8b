package dev.sallyport.rules;

/**
 * How much work the conditions of one decision may do. A unit is a step of an evaluation, or 32
 * characters of a text that a function reads, some 30 nanoseconds; what takes longer costs more.
 * Not safe for several threads.
 */
public final class Work {

  /** Of one condition. */
  public static final int MOST = 100_000;

  /** Of all conditions of one decision together. */
  public static final int MOST_IN_ALL = 2 * MOST;

  private int left;
  private int spared;

  public Work() {
    this(MOST_IN_ALL);
  }

  Work(int left) {
    this.left = left;
  }

  /** Begins the next condition. */
  void begin() {
    spared = Math.max(0, left - MOST);
    left -= spared;
  }

  /** Ends a condition: what it did not use is there for the next one. */
  void end() {
    left = Math.max(0, left) + spared;
    spared = 0;
  }

  /**
   * @throws Spent when there is not so much left
   */
  void take(long units) {
    if (units > left) {
      left = 0;
      throw new Spent();
    }
    left -= (int) units;
  }

  int left() {
    return left;
  }

  /**
   * Ends an evaluation at once. An error and no exception, because a logical operator of CEL would
   * take an exception for a part that has no value, and go on.
   */
  static final class Spent extends Error {
    private static final long serialVersionUID = 1L;

    Spent() {
      super("the work of a condition is spent", null, false, false);
    }
  }
}
