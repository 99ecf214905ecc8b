package dev.sallyport.mcp.name;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The word that was probably meant. */
public final class Nearest {

  private Nearest() {}

  /**
   * The closest of {@code words}, if it is at most a third of the letters (and at least two) away.
   */
  public static Optional<String> of(String word, Collection<String> words) {
    if (word.length() > 60) {
      return Optional.empty();
    }
    String nearest = null;
    int best = Math.max(2, word.length() / 3) + 1;
    for (String candidate : words) {
      int distance = distance(fold(word), fold(candidate));
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(Math.min(row[j - 1], above) + 1, replaced);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
