package dev.sallyport.starlark.lib;

import java.util.ArrayDeque;
import java.util.Deque;

/** How many instructions a pattern takes at most, and how deep its groups are nested. */
final class PatternSize {
  private static final long HUGE = Integer.MAX_VALUE;

  private final long size;
  private final int depth;

  private PatternSize(long size, int depth) {
    this.size = size;
    this.depth = depth;
  }

  long size() {
    return size;
  }

  int depth() {
    return depth;
  }

  static PatternSize of(String pattern) {
    Deque<Long> outer = new ArrayDeque<>();
    long sum = 0;
    long last = 0;
    int deepest = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      long atom = 1;
      switch (c) {
        case '\\' -> i++;
        case '[' -> {
          i++;
          if (i < pattern.length() && pattern.charAt(i) == '^') {
            i++;
          }
          // A bracket that comes first is a member of the class.
          int first = i;
          while (i < pattern.length() && (pattern.charAt(i) != ']' || i == first)) {
            if (pattern.charAt(i) == '\\') {
              i++;
            } else if (pattern.startsWith("[:", i)) {
              int close = pattern.indexOf(":]", i);
              i = close < 0 ? i : close + 1;
            }
            i++;
          }
          atom = 2;
        }
        case '(' -> {
          outer.push(sum);
          deepest = Math.max(deepest, outer.size());
          sum = 0;
          atom = 0;
        }
        case ')' -> {
          atom = sum + 2;
          sum = outer.isEmpty() ? 0 : outer.pop();
        }
        case '{' -> {
          int close = pattern.indexOf('}', i);
          long times = close < 0 ? 1 : times(pattern.substring(i + 1, close));
          long more = Math.min(HUGE, last * times);
          sum = Math.min(HUGE, sum + more);
          last = Math.min(HUGE, last + more);
          continue;
        }
        default -> {}
      }
      sum = Math.min(HUGE, sum + atom);
      last = atom;
    }
    while (!outer.isEmpty()) {
      sum += outer.pop();
    }
    return new PatternSize(sum, deepest);
  }

  /** The greatest number in a repetition. */
  private static long times(String bounds) {
    long greatest = 1;
    for (String bound : bounds.split(",", -1)) {
      if (!bound.isEmpty() && bound.length() < 9 && bound.chars().allMatch(Character::isDigit)) {
        greatest = Math.max(greatest, Long.parseLong(bound));
      }
    }
    return greatest;
  }
}
