package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.Meter;

/**
 * A text that charges for being read: a search reads each char once for each time that it passes
 * it, and does work in proportion to the size of its pattern.
 */
final class MeteredText implements CharSequence {
  private static final int BATCH = 64;

  private final String text;
  private final Meter meter;
  private final long cost;
  private int read;

  MeteredText(String text, int patternSize, Meter meter) {
    this.text = text;
    this.meter = meter;
    this.cost = BATCH * (2L + patternSize) / 8;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++read == BATCH) {
      read = 0;
      meter.steps(cost);
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
