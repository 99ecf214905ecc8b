package dev.sallyport.codemode;

/**
 * Text of servers, made harmless for the page of text that it is put in: what cannot be seen, turns
 * the direction of writing or ends a line is gone.
 */
final class PlainText {

  private static final String MORE = "…";

  private PlainText() {}

  /**
   * The text on one line.
   *
   * @param most how many characters it may have, at least 2; one that is longer ends in …
   */
  static String line(String text, int most) {
    return clean(text, most, false).strip();
  }

  /** The same with its line breaks, of which no three follow each other. */
  static String block(String text, int most) {
    return clean(text, most, true).strip();
  }

  /** Whether a reader does not see it, or sees what follows it differently. */
  static boolean isHidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      // Variation selectors: 256 of them can carry any bytes behind any letter.
      default -> (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF);
    };
  }

  private static String clean(String text, int most, boolean lines) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), most) + 1);
    int breaks = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      boolean space = isSpace(point);
      if (lines && isBreak(point)) {
        if (++breaks <= 2) {
          clean.append('\n');
        }
      } else if (space) {
        if (!clean.isEmpty() && !Character.isWhitespace(clean.charAt(clean.length() - 1))) {
          clean.append(' ');
        }
      } else if (!isHidden(point)) {
        breaks = 0;
        if (point == '"' && clean.length() >= 2 && endsInQuotes(clean)) {
          clean.append('\'');
        } else {
          clean.appendCodePoint(point);
        }
      }
      if (clean.length() > most) {
        return cut(clean, most);
      }
    }
    return clean.toString();
  }

  /** Keeps characters whole. */
  static String cut(CharSequence text, int most) {
    int end = most - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.subSequence(0, end).toString().stripTrailing() + MORE;
  }

  private static boolean endsInQuotes(CharSequence text) {
    int end = text.length();
    return text.charAt(end - 1) == '"' && text.charAt(end - 2) == '"';
  }

  private static boolean isBreak(int point) {
    return point == '\n' || point == 0x2028 || point == 0x2029 || point == 0x85;
  }

  private static boolean isSpace(int point) {
    return Character.isWhitespace(point) || Character.isSpaceChar(point) || isBreak(point);
  }
}
