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
    write(value, out, meter);
    return out.toString();
  }

  /** Writes the text of a value as it goes; an error where the value has none. */
  public static void write(Object value, Appendable out, Meter meter) {
    try {
      new Writer(out, meter).value(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value of a text; an error with the place where the text is no JSON. */
  public static Object decode(String text, Meter meter) {
    return new Reader(text, meter).document();
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

  private static boolean space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static final class Writer {
    private final Appendable out;
    private final Meter meter;

    Writer(Appendable out, Meter meter) {
      this.out = out;
      this.meter = meter;
    }

    private void append(String text) throws IOException {
      meter.bytes(2L * text.length());
      meter.steps(1 + (text.length() >> 5));
      out.append(text);
    }

    void value(Object value) throws IOException {
      switch (value) {
        case String s -> string(s);
        case Boolean b -> append(b ? "true" : "false");
        case Double d -> {
          if (Double.isNaN(d) || Double.isInfinite(d)) {
            throw StarlarkException.of(
                "cannot encode float " + Floats.shortest(d) + " as JSON",
                "JSON has no such number");
          }
          append(Floats.shortest(d));
        }
        case None n -> append("null");
        case Dict d -> dict(d);
        case StarlarkIterable i -> {
          meter.enter();
          append("[");
          String separator = "";
          for (Object element : i) {
            append(separator);
            value(element);
            separator = ",";
          }
          append("]");
          meter.leave();
        }
        default -> {
          if (!Ints.isInt(value)) {
            throw StarlarkException.of(
                "cannot encode a value of type " + Values.typeName(value) + " as JSON",
                value instanceof StarlarkCallable
                    ? "call the function"
                    : value instanceof Bytes ? "write str(b)" : null);
          }
          append(Ints.toString(value, 10, meter));
        }
      }
    }

    private void dict(Dict dict) throws IOException {
      meter.enter();
      append("{");
      String separator = "";
      for (int i = 0; i < dict.table.end(); i++) {
        Object key = dict.table.keyAt(i);
        if (key == null) {
          continue;
        }
        if (!(key instanceof String name)) {
          throw StarlarkException.of(
              "cannot encode a dict with a key of type " + Values.typeName(key) + " as JSON",
              "write {str(k): v for k, v in d.items()}");
        }
        append(separator);
        string(name);
        append(":");
        value(dict.table.valueAt(i));
        separator = ",";
      }
      append("}");
      meter.leave();
    }

    private void string(String text) throws IOException {
      append("\"");
      int plain = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        String escaped =
            switch (c) {
              case '"' -> "\\\"";
              case '\\' -> "\\\\";
              case '\n' -> "\\n";
              case '\r' -> "\\r";
              case '\t' -> "\\t";
              default -> {
                if (c < ' ') {
                  yield Printer.hex("\\u", c, 4);
                }
                if (Character.isSurrogate(c) && Printer.loneSurrogate(text, i)) {
                  yield "\ufffd";
                }
                yield null;
              }
            };
        if (escaped != null) {
          append(text.substring(plain, i));
          append(escaped);
          plain = i + 1;
        }
      }
      append(text.substring(plain));
      append("\"");
    }
  }

  private static final class Reader {
    private final String text;
    private final Meter meter;
    private int at;

    Reader(String text, Meter meter) {
      this.text = text;
      this.meter = meter;
    }

    Object document() {
      meter.steps(text.length() >> 4);
      Object value = value();
      skipSpace();
      if (at < text.length()) {
        throw error("unexpected text after the value");
      }
      return value;
    }

    private void skipSpace() {
      while (at < text.length() && space(text.charAt(at))) {
        at++;
      }
    }

    private StarlarkException error(String message) {
      int line = 1;
      int begin = 0;
      for (int i = 0; i < Math.min(at, text.length()); i++) {
        if (text.charAt(i) == '\n') {
          line++;
          begin = i + 1;
        }
      }
      return StarlarkException.of(
          "invalid JSON at line " + line + ", column " + (at - begin + 1) + ": " + message);
    }

    private Object value() {
      meter.step();
      skipSpace();
      if (at >= text.length()) {
        throw error("the text ends too early");
      }
      char c = text.charAt(at);
      return switch (c) {
        case '{' -> object();
        case '[' -> array();
        case '"' -> string();
        case 't' -> word("true", true);
        case 'f' -> word("false", false);
        case 'n' -> word("null", None.NONE);
        default -> {
          if (c == '-' || (c >= '0' && c <= '9')) {
            yield number();
          }
          throw error("unexpected character");
        }
      };
    }

    private Object word(String word, Object value) {
      if (!text.startsWith(word, at)) {
        throw error("unexpected word");
      }
      at += word.length();
      return value;
    }

    private boolean accept(char c) {
      skipSpace();
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private Object object() {
      at++;
      meter.enter();
      meter.bytes(Meter.OBJECT);
      Dict dict = new Dict();
      if (!accept('}')) {
        do {
          skipSpace();
          if (at >= text.length() || text.charAt(at) != '"') {
            throw error("expected a name in quotes");
          }
          int nameAt = at;
          String name = string();
          if (!accept(':')) {
            throw error("expected ':'");
          }
          Object value = value();
          if (!dict.table.put(name, value, meter)) {
            at = nameAt;
            throw error("the name is twice in the object");
          }
        } while (accept(','));
        if (!accept('}')) {
          throw error("expected ',' or '}'");
        }
      }
      meter.leave();
      return dict;
    }

    private Object array() {
      at++;
      meter.enter();
      meter.bytes(Meter.OBJECT);
      StarlarkList list = new StarlarkList();
      if (!accept(']')) {
        do {
          list.add(value(), meter);
        } while (accept(','));
        if (!accept(']')) {
          throw error("expected ',' or ']'");
        }
      }
      meter.leave();
      return list;
    }

    private String string() {
      int begin = ++at;
      StringBuilder out = null;
      while (true) {
        if (at >= text.length()) {
          throw error("the string is never closed");
        }
        char c = text.charAt(at);
        if (c == '"') {
          break;
        }
        if (c < ' ') {
          throw error("a control character in a string");
        }
        if (c == '\\') {
          out = out == null ? new StringBuilder() : out;
          out.append(text, begin, at);
          out.append(escape());
          begin = at;
        } else {
          at++;
        }
      }
      meter.text(at - begin + (out == null ? 0L : out.length()));
      String rest = text.substring(begin, at++);
      return out == null ? rest : out.append(rest).toString();
    }

    private char escape() {
      at++;
      char c = at < text.length() ? text.charAt(at) : 0;
      at++;
      switch (c) {
        case '"', '\\', '/' -> {
          return c;
        }
        case 'b' -> {
          return '\b';
        }
        case 'f' -> {
          return '\f';
        }
        case 'n' -> {
          return '\n';
        }
        case 'r' -> {
          return '\r';
        }
        case 't' -> {
          return '\t';
        }
        case 'u' -> {
          int value = 0;
          for (int i = 0; i < 4; i++) {
            char h = at < text.length() ? text.charAt(at) : 0;
            int digit = h < 128 ? Character.digit(h, 16) : -1;
            if (digit < 0) {
              throw error("an escape needs four hexadecimal digits");
            }
            value = (value << 4) | digit;
            at++;
          }
          return (char) value;
        }
        default -> {
          at--;
          throw error("unknown escape");
        }
      }
    }

    private Object number() {
      int begin = at;
      if (text.charAt(at) == '-') {
        at++;
      }
      int digits = at;
      skipDigits();
      if (at == digits || (text.charAt(digits) == '0' && at > digits + 1)) {
        throw error("malformed number");
      }
      boolean isFloat = false;
      if (at < text.length() && text.charAt(at) == '.') {
        isFloat = true;
        int fraction = ++at;
        skipDigits();
        if (at == fraction) {
          throw error("malformed number");
        }
      }
      if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
        isFloat = true;
        at++;
        if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
          at++;
        }
        int exponent = at;
        skipDigits();
        if (at == exponent) {
          throw error("malformed number");
        }
      }
      String number = text.substring(begin, at);
      if (!isFloat) {
        return Ints.parse(number, 10, meter);
      }
      meter.steps(number.length() >> 2);
      if (number.length() > 2000) {
        throw error("the number is too long");
      }
      double value = Double.parseDouble(number);
      if (Double.isInfinite(value)) {
        throw error("the number is too large");
      }
      return value;
    }

    private void skipDigits() {
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
    }
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
