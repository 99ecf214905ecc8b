package dev.sallyport.mcp.name;

import java.util.ArrayList;
import java.util.List;

/**
 * Text in which {@code *} stands for any run of characters. The pieces between the stars are looked
 * for one after the other, each at its first place: no backtracking, and nothing is allocated.
 */
public final class Glob {

  private final List<String> pieces;

  /** A pattern; text without {@code *} matches itself only. */
  public Glob(String text) {
    List<String> found = new ArrayList<>();
    int from = 0;
    for (int star = text.indexOf('*'); star >= 0; star = text.indexOf('*', from)) {
      found.add(text.substring(from, star));
      from = star + 1;
    }
    found.add(text.substring(from));
    this.pieces = List.copyOf(found);
  }

  /** Whether the whole text fits; case counts. */
  public boolean matches(String text) {
    String head = pieces.getFirst();
    if (pieces.size() == 1) {
      return text.equals(head);
    }
    String tail = pieces.getLast();
    if (text.length() < head.length() + tail.length()
        || !text.startsWith(head)
        || !text.endsWith(tail)) {
      return false;
    }
    int from = head.length();
    int to = text.length() - tail.length();
    for (int i = 1; i < pieces.size() - 1; i++) {
      String piece = pieces.get(i);
      int at = text.indexOf(piece, from);
      if (at < 0 || at + piece.length() > to) {
        return false;
      }
      from = at + piece.length();
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob glob && glob.pieces.equals(pieces);
  }

  @Override
  public int hashCode() {
    return pieces.hashCode();
  }
}
