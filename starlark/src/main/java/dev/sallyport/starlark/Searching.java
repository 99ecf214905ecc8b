package dev.sallyport.starlark;

/**
 * Finding one text in another. The cost of a search that goes wrong is the product of the lengths;
 * such searches are charged by what they compared.
 */
final class Searching {
  private Searching() {}

  /** The first index of sub in text[from:to], or -1. */
  static int find(String text, String sub, int from, int to, Meter meter) {
    if (from > to || sub.length() > to - from) {
      return -1;
    }
    if (sub.length() <= 4) {
      int found = text.indexOf(sub, from, to);
      meter.steps(((found < 0 ? to : found) - from) >> 4);
      return found;
    }
    char first = sub.charAt(0);
    int last = to - sub.length();
    int i = from;
    while (i <= last) {
      int candidate = text.indexOf(first, i, last + 1);
      meter.steps(((candidate < 0 ? last + 1 : candidate) - i) >> 4);
      if (candidate < 0) {
        return -1;
      }
      int matched = 1;
      while (matched < sub.length() && text.charAt(candidate + matched) == sub.charAt(matched)) {
        matched++;
      }
      if (matched == sub.length()) {
        meter.steps(matched >> 4);
        return candidate;
      }
      meter.steps(1 + (matched >> 4));
      i = candidate + 1;
    }
    return -1;
  }

  /** The last index of sub in text[from:to], or -1. */
  static int findLast(String text, String sub, int from, int to, Meter meter) {
    int last = to - sub.length();
    for (int i = last; i >= from; i--) {
      int matched = 0;
      while (matched < sub.length() && text.charAt(i + matched) == sub.charAt(matched)) {
        matched++;
      }
      if (matched == sub.length()) {
        meter.steps(((last - i) >> 4) + (matched >> 4));
        return i;
      }
      if (matched > 8) {
        meter.steps(matched >> 4);
      }
      if ((i & 7) == 0) {
        meter.step();
      }
    }
    return -1;
  }

  /** The first index of sub in data, or -1. */
  static int find(byte[] data, byte[] sub, Meter meter) {
    for (int i = 0; i + sub.length <= data.length; i++) {
      int matched = 0;
      while (matched < sub.length && data[i + matched] == sub[matched]) {
        matched++;
      }
      if (matched == sub.length) {
        return i;
      }
      if (matched > 8) {
        meter.steps(matched >> 4);
      }
      if ((i & 7) == 0) {
        meter.step();
      }
    }
    return -1;
  }
}
