package dev.sallyport.starlark;

/** Reads a JSON text into values. */
final class JsonReader {
  private final String text;
  private final Meter meter;
  private int at;

  JsonReader(String text, Meter meter) {
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
    while (at < text.length() && Json.space(text.charAt(at))) {
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
    meter.bytes(Meter.TABLE);
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
