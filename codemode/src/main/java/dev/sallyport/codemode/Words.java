package dev.sallyport.codemode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Text as the words that a search compares: split where letters and digits end and where a name
 * begins a capital, in lower case, without the plural.
 */
final class Words {

  private static final int LONGEST = 40;

  private Words() {}

  /**
   * The words in their order.
   *
   * @param most how many characters of the text are looked at
   */
  static List<String> of(String text, int most) {
    List<String> words = new ArrayList<>();
    int end = Math.min(text.length(), most);
    int begin = -1;
    for (int i = 0; i <= end; i++) {
      boolean inside = i < end && isLetter(text.charAt(i));
      if (begin >= 0 && (!inside || beginsAnother(text, begin, i, end))) {
        add(text, begin, i, words);
        begin = -1;
      }
      if (inside && begin < 0) {
        begin = i;
      }
    }
    return words;
  }

  private static void add(String text, int begin, int end, List<String> words) {
    String word = text.substring(begin, Math.min(end, begin + LONGEST)).toLowerCase(Locale.ROOT);
    words.add(stem(word));
  }

  /**
   * {@code issues} and {@code issue} are one word, {@code status} is another than {@code statu}.
   */
  private static String stem(String word) {
    int length = word.length();
    if (length > 4 && word.endsWith("ies")) {
      return word.substring(0, length - 3) + "y";
    }
    if (length > 4 && (word.endsWith("sses") || word.endsWith("xes") || word.endsWith("ches"))) {
      return word.substring(0, length - 2);
    }
    return length > 3 && word.endsWith("s") && "su".indexOf(word.charAt(length - 2)) < 0
        ? word.substring(0, length - 1)
        : word;
  }

  private static boolean isLetter(char c) {
    return Character.isLetterOrDigit(c) || Character.isSurrogate(c);
  }

  /** {@code fooBar} is two words, {@code HTTPServer} too, {@code DNS} one. */
  private static boolean beginsAnother(String text, int begin, int at, int end) {
    if (at == begin || !Character.isUpperCase(text.charAt(at))) {
      return false;
    }
    return !Character.isUpperCase(text.charAt(at - 1))
        || (at + 1 < end && Character.isLowerCase(text.charAt(at + 1)));
  }
}
