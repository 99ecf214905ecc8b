package dev.sallyport.mcp.name;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Whether a URI can have come from a URI template (RFC 6570), for finding the server that offers
 * it. Variables are not bound. An expression without operator stands for characters other than
 * {@code /}, {@code ?} and {@code #}, since expansion would have encoded those; any other stands
 * for anything. Takes time in the product of the lengths, whatever the template is like.
 */
public final class UriTemplate {

  private static final char WITHIN = 1;
  private static final char ANYTHING = 2;

  private final String text;

  /** Literal characters, {@link #WITHIN} and {@link #ANYTHING}. */
  private final char[] pattern;

  private UriTemplate(String text, char[] pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /** Any text is a template: a brace that is not closed stands for itself. */
  public static UriTemplate of(String text) {
    List<Character> pattern = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int close = text.charAt(at) == '{' ? text.indexOf('}', at) : -1;
      if (close > at + 1) {
        char first = text.charAt(at + 1);
        boolean simple = Character.isLetterOrDigit(first) || first == '_' || first == '%';
        boolean exploded = text.charAt(close - 1) == '*';
        pattern.add(simple && !exploded ? WITHIN : ANYTHING);
        at = close + 1;
      } else {
        pattern.add(text.charAt(at));
        at++;
      }
    }
    char[] all = new char[pattern.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = pattern.get(i);
    }
    return new UriTemplate(text, all);
  }

  public boolean matches(String uri) {
    // Which places of the pattern can be reached after what was read of the URI.
    BitSet reached = new BitSet(pattern.length + 1);
    reached.set(0);
    skipWildcards(reached);
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      BitSet next = new BitSet(pattern.length + 1);
      for (int p = reached.nextSetBit(0);
          p >= 0 && p < pattern.length;
          p = reached.nextSetBit(p + 1)) {
        switch (pattern[p]) {
          case ANYTHING -> next.set(p);
          case WITHIN -> {
            if (c != '/' && c != '?' && c != '#') {
              next.set(p);
            }
          }
          default -> {
            if (pattern[p] == c) {
              next.set(p + 1);
            }
          }
        }
      }
      skipWildcards(next);
      if (next.isEmpty()) {
        return false;
      }
      reached = next;
    }
    return reached.get(pattern.length);
  }

  /** A wildcard may stand for nothing. */
  private void skipWildcards(BitSet reached) {
    for (int p = reached.nextSetBit(0); p >= 0; p = reached.nextSetBit(p + 1)) {
      if (p < pattern.length && (pattern[p] == WITHIN || pattern[p] == ANYTHING)) {
        reached.set(p + 1);
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
