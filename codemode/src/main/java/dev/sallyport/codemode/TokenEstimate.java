package dev.sallyport.codemode;

/**
 * About how many tokens a text is for a model, rather too many than too few: a word of English is
 * one or two of them, a sign is one. No tokenizer is needed to run.
 */
final class TokenEstimate {

  private static final int LETTERS = 6;
  private static final int DIGITS = 3;

  private TokenEstimate() {}

  static int of(CharSequence text) {
    int tokens = 0;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int begin = i;
      if (isLetter(c)) {
        do {
          i++;
        } while (i < text.length() && isSmall(text.charAt(i)));
        tokens += (i - begin + LETTERS - 1) / LETTERS;
      } else if (c >= '0' && c <= '9') {
        do {
          i++;
        } while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9');
        tokens += (i - begin + DIGITS - 1) / DIGITS;
      } else {
        i++;
        // A space, and the sign that joins words, are part of the word that follows.
        boolean joins = (c == ' ' || c == '_') && i < text.length() && isLetter(text.charAt(i));
        tokens += joins ? 0 : c < 0x80 ? 1 : c == '…' ? 1 : 2;
      }
    }
    return tokens;
  }

  private static boolean isLetter(char c) {
    return isSmall(c) || (c >= 'A' && c <= 'Z');
  }

  private static boolean isSmall(char c) {
    return c >= 'a' && c <= 'z';
  }
}
