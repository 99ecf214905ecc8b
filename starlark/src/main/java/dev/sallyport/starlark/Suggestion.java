package dev.sallyport.starlark;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The name that was probably meant. */
final class Suggestion {
  private static final int MAX_LENGTH = 60;

  private Suggestion() {}

  /** The candidate nearest to a name, or null where none is near. */
  static @Nullable String nearest(String name, Iterable<String> candidates) {
    if (name.length() > MAX_LENGTH) {
      return null;
    }
    String best = null;
    int bestDistance = Math.max(1, name.length() / 3) + 1;
    String wanted = name.toLowerCase(Locale.ROOT);
    for (String candidate : candidates) {
      if (candidate.length() > MAX_LENGTH || candidate.equals(name)) {
        continue;
      }
      int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT), bestDistance);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Edits between two words, where a swap of neighbours counts as one; at most the cap. */
  private static int distance(String a, String b, int cap) {
    if (Math.abs(a.length() - b.length()) >= cap) {
      return cap;
    }
    int[] before = new int[b.length() + 1];
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, before[j - 2] + 1);
        }
        current[j] = least;
      }
      int[] spare = before;
      before = previous;
      previous = current;
      current = spare;
    }
    return previous[b.length()];
  }
}
