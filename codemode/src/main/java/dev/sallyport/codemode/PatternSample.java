package dev.sallyport.codemode;

import org.jspecify.annotations.Nullable;

/**
 * A short text that a plain regular expression matches: literals, classes, groups, alternatives and
 * counts, with {@code ^} first and {@code $} last. Of anything else it makes nothing. It never
 * matches, so it costs what it reads and writes.
 */
final class PatternSample {

  private static final int LONGEST_PATTERN = 300;
  private static final int LONGEST = 200;
  private static final int DEEPEST = 10;

  private final String pattern;
  private int at;

  /** The pattern is one of those of which nothing is made. */
  private static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown() {
      super(null, null, false, false);
    }
  }

  private PatternSample(String pattern) {
    this.pattern = pattern;
  }

  /** A text, or null. */
  static @Nullable String of(String pattern) {
    if (pattern.length() > LONGEST_PATTERN) {
      return null;
    }
    String plain = pattern.startsWith("^") ? pattern.substring(1) : pattern;
    if (plain.endsWith("$") && !plain.endsWith("\\$")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    PatternSample sample = new PatternSample(plain);
    try {
      String text = sample.alternatives(0);
      return sample.at == plain.length() ? text : null;
    } catch (Unknown e) {
      return null;
    }
  }

  /** The first of them. */
  private String alternatives(int depth) {
    if (depth > DEEPEST) {
      throw new Unknown();
    }
    String first = sequence(depth);
    while (is('|')) {
      at++;
      sequence(depth);
    }
    return first;
  }

  private String sequence(int depth) {
    StringBuilder text = new StringBuilder();
    while (at < pattern.length() && !is('|') && !is(')')) {
      String atom = atom(depth);
      int count = count();
      if (text.length() + (long) atom.length() * count > LONGEST) {
        throw new Unknown();
      }
      text.repeat(atom, count);
    }
    return text.toString();
  }

  private String atom(int depth) {
    char c = next();
    return switch (c) {
      case '(' -> {
        if (is('?')) {
          at++;
          require(':');
        }
        String inner = alternatives(depth + 1);
        require(')');
        yield inner;
      }
      case '[' -> String.valueOf(ofClass());
      case '\\' -> String.valueOf(escaped(next()));
      case '.' -> "a";
      case '^', '$', '*', '+', '?', '{', '}', ']' -> throw new Unknown();
      default -> String.valueOf(c);
    };
  }

  /** The first character of a class. */
  private char ofClass() {
    if (is('^') || is(']')) {
      throw new Unknown();
    }
    char first = next();
    first = first == '\\' ? escaped(next()) : first;
    while (!is(']')) {
      char c = next();
      if (c == '[' || (c == '&' && is('&'))) {
        throw new Unknown();
      }
      if (c == '\\') {
        escaped(next());
      }
    }
    at++;
    return first;
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'd' -> '1';
      case 'w' -> 'a';
      case 's' -> ' ';
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw new Unknown();
        }
        yield c;
      }
    };
  }

  /** How often what was read last stands: once where it may be missing. */
  private int count() {
    int count = 1;
    if (is('*') || is('+') || is('?')) {
      at++;
    } else if (is('{')) {
      at++;
      int least = number();
      int most = least;
      if (is(',')) {
        at++;
        most = is('}') ? Integer.MAX_VALUE : number();
      }
      require('}');
      count = Math.max(least, Math.min(1, most));
    }
    if (is('?') || is('+')) {
      // Lazy or possessive: the same text.
      at++;
    }
    return count;
  }

  private int number() {
    int begin = at;
    while (at < pattern.length() && at < begin + 4 && Character.isDigit(pattern.charAt(at))) {
      at++;
    }
    if (at == begin) {
      throw new Unknown();
    }
    return Integer.parseInt(pattern.substring(begin, at));
  }

  private boolean is(char c) {
    return at < pattern.length() && pattern.charAt(at) == c;
  }

  private char next() {
    if (at == pattern.length()) {
      throw new Unknown();
    }
    return pattern.charAt(at++);
  }

  private void require(char c) {
    if (next() != c) {
      throw new Unknown();
    }
  }
}
