package dev.sallyport.starlark;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Values to JSON (RFC 8259) and back. Strict in both directions: a text with a name twice in one
 * object is refused, as is a float that is not finite. Integers have any size; a number with a
 * point or an exponent is a float. The order of members is kept.
 */
public final class Json {
  private Json() {}

  /** The text of a value; an error where the value has none. */
  public static String encode(Object value, Meter meter) {
    StringBuilder out = new StringBuilder();
    write(value, out, Integer.MAX_VALUE, meter);
    return out.toString();
  }

  /**
   * Writes the text of a value as it goes; an error where the value has none.
   *
   * @param integerBits integers that take more bits are refused, since few readers of JSON keep
   *     them
   */
  public static void write(Object value, Appendable out, int integerBits, Meter meter) {
    try {
      new JsonWriter(out, integerBits, meter).value(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value of a text; an error with the place where the text is no JSON. */
  public static Object decode(String text, Meter meter) {
    return new JsonReader(text, meter).document();
  }

  /**
   * The text with each member and element on a line of its own.
   *
   * @param prefix begins every line but the first
   * @param indent is repeated for each level
   */
  public static String indent(String text, String prefix, String indent, Meter meter) {
    decode(text, meter);
    Printer out = new Printer(meter);
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> {
          int begin = i++;
          while (text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
          }
          out.append(text.substring(begin, i + 1));
        }
        case '{', '[' -> {
          int next = i + 1;
          while (space(text.charAt(next))) {
            next++;
          }
          if (text.charAt(next) == '}' || text.charAt(next) == ']') {
            out.append(c == '{' ? "{}" : "[]");
            i = next;
          } else {
            out.append(String.valueOf(c));
            line(out, prefix, indent, ++depth);
          }
        }
        case '}', ']' -> {
          line(out, prefix, indent, --depth);
          out.append(String.valueOf(c));
        }
        case ',' -> {
          out.append(",");
          line(out, prefix, indent, depth);
        }
        case ':' -> out.append(": ");
        case ' ', '\t', '\n', '\r' -> {}
        default -> {
          int begin = i;
          while (i + 1 < text.length() && ",:]} \t\r\n".indexOf(text.charAt(i + 1)) < 0) {
            i++;
          }
          out.append(text.substring(begin, i + 1));
        }
      }
    }
    return out.toString();
  }

  private static void line(Printer out, String prefix, String indent, int depth) {
    out.append("\n").append(prefix);
    for (int i = 0; i < depth; i++) {
      out.append(indent);
    }
  }

  static boolean space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  /** The value of a text, or null where the text is no JSON. */
  public static @Nullable Object decodeOrNull(String text, Meter meter) {
    int nesting = meter.nesting();
    try {
      return decode(text, meter);
    } catch (StarlarkException e) {
      if (!e.catchable()) {
        throw e;
      }
      meter.nestingBackTo(nesting);
      return null;
    }
  }
}
