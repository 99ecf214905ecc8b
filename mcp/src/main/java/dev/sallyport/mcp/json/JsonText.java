package dev.sallyport.mcp.json;

import dev.sallyport.mcp.frame.Span;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON strings, both ways. Reading expects text that was checked by a {@link JsonReader}. */
public final class JsonText {

  private static final byte[] HEX = new byte[128];

  static {
    java.util.Arrays.fill(HEX, (byte) -1);
    for (int i = 0; i < 10; i++) {
      HEX['0' + i] = (byte) i;
    }
    for (int i = 0; i < 6; i++) {
      HEX['a' + i] = (byte) (10 + i);
      HEX['A' + i] = (byte) (10 + i);
    }
  }

  private JsonText() {}

  /** The value of a hexadecimal digit, or -1. */
  static int hex(byte digit) {
    return digit < 0 ? -1 : HEX[digit];
  }

  /**
   * The text of a JSON string.
   *
   * @param span the string with its quotes
   * @return null if the value is not a string or holds a lone surrogate, which has no UTF-8 form
   */
  public static @Nullable String string(byte[] data, @Nullable Span span) {
    if (span == null || span.length() < 2 || data[span.start()] != '"') {
      return null;
    }
    return content(data, span.start() + 1, span.end() - 1);
  }

  /**
   * The text between the quotes at {@code start - 1} and {@code end}; null for a lone surrogate.
   */
  public static @Nullable String content(byte[] data, int start, int end) {
    int p = start;
    while (p < end && data[p] != '\\') {
      p++;
    }
    if (p == end) {
      return new String(data, start, end - start, StandardCharsets.UTF_8);
    }
    StringBuilder text = new StringBuilder(end - start);
    int run = start;
    while (p < end) {
      if (data[p] != '\\') {
        p++;
        continue;
      }
      text.append(new String(data, run, p - run, StandardCharsets.UTF_8));
      byte kind = data[p + 1];
      if (kind == 'u') {
        text.append(unit(data, p + 2));
        p += 6;
      } else {
        text.append(plain(kind));
        p += 2;
      }
      run = p;
    }
    text.append(new String(data, run, end - run, StandardCharsets.UTF_8));
    return hasLoneSurrogate(text) ? null : text.toString();
  }

  private static char unit(byte[] data, int at) {
    return (char)
        (hex(data[at]) << 12 | hex(data[at + 1]) << 8 | hex(data[at + 2]) << 4 | hex(data[at + 3]));
  }

  private static char plain(byte kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> (char) kind;
    };
  }

  private static boolean hasLoneSurrogate(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)) {
        if (++i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return true;
        }
      } else if (Character.isLowSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  /** The text as a JSON string with quotes, in UTF-8. Lone surrogates become U+FFFD. */
  public static byte[] quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2);
    appendQuoted(quoted, text);
    return quoted.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Escapes as RFC 8785 section 3.2.2.2 does: only what has to be escaped. */
  static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u00")
                .append(Character.forDigit(c >> 4, 16))
                .append(Character.forDigit(c & 15, 16));
          } else if (Character.isSurrogate(c)) {
            if (Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1))) {
              out.append(c).append(text.charAt(++i));
            } else {
              out.append('\uFFFD');
            }
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
