package dev.sallyport.edge.declaration.tree;

/**
 * A place in a text, as editors count.
 *
 * @param line from 1
 * @param column from 1, in code points
 */
public record Position(int line, int column) {

  public static final Position START = new Position(1, 1);

  /** The place of {@code index} (in UTF-16 units) in {@code text}. */
  static Position of(String text, int index) {
    int line = 1;
    int lineStart = 0;
    int end = Math.min(index, text.length());
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Position(line, text.codePointCount(lineStart, end) + 1);
  }
}
