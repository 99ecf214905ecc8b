package dev.sallyport.starlark;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes values as text. What it writes is charged as it grows, so that a value that is small but
 * shared many times over cannot become a text that fills the memory.
 */
public final class Printer {
  private final StringBuilder out = new StringBuilder();
  private final Meter meter;
  private final List<Object> active = new ArrayList<>();

  Printer(Meter meter) {
    meter.bytes(Meter.OBJECT);
    this.meter = meter;
  }

  static String repr(Object value, Meter meter) {
    return new Printer(meter).repr(value).toString();
  }

  static String str(Object value, Meter meter) {
    return value instanceof String s ? s : new Printer(meter).str(value).toString();
  }

  public Printer append(String text) {
    meter.bytes(2L * text.length());
    meter.steps(1 + (text.length() >> 5));
    out.append(text);
    return this;
  }

  /** Charges work that goes into the text. */
  void charge(long steps) {
    meter.steps(steps);
  }

  /** The text of a value as {@code str} writes it. */
  public Printer str(Object value) {
    if (value instanceof String s) {
      return append(s);
    }
    if (value instanceof StarlarkValue v && !(value instanceof Tuple)) {
      nested(value, () -> v.str(this));
      return this;
    }
    return repr(value);
  }

  /** The text of a value as {@code repr} writes it. */
  public Printer repr(Object value) {
    switch (value) {
      case String s -> quote(s);
      case Boolean b -> append(b ? "True" : "False");
      case Double d -> {
        meter.steps(8);
        append(Floats.shortest(d));
      }
      case Long l -> append(l.toString());
      case java.math.BigInteger i -> append(Ints.toString(i, 10, meter));
      case StarlarkValue v -> nested(value, () -> v.repr(this));
      default -> throw new IllegalArgumentException("not a Starlark value: " + value.getClass());
    }
    return this;
  }

  /** The elements of a container, between commas; a container that contains itself is shortened. */
  Printer elements(String open, Iterable<Object> elements, String close) {
    append(open);
    boolean first = true;
    for (Object element : elements) {
      if (!first) {
        append(", ");
      }
      first = false;
      repr(element);
    }
    return append(close);
  }

  private void nested(Object value, Runnable body) {
    if (value instanceof StarlarkList || value instanceof Dict) {
      for (Object outer : active) {
        if (outer == value) {
          append(value instanceof Dict ? "{...}" : "[...]");
          return;
        }
      }
    }
    meter.enter();
    meter.steps(active.size() >> 4);
    active.add(value);
    body.run();
    active.remove(active.size() - 1);
    meter.leave();
  }

  private void quote(String text) {
    meter.steps(text.length() >> 2);
    append("\"");
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String escaped = null;
      if (c == '"' || c == '\\') {
        escaped = "\\" + c;
      } else if (c == '\n') {
        escaped = "\\n";
      } else if (c == '\t') {
        escaped = "\\t";
      } else if (c == '\r') {
        escaped = "\\r";
      } else if (c < ' ' || c == 0x7f) {
        escaped = hex("\\x", c, 2);
      } else if ((c >= 0x80 && c < 0xa0) || loneSurrogate(text, i)) {
        escaped = hex("\\u", c, 4);
      }
      if (escaped != null) {
        append(text.substring(plain, i));
        append(escaped);
        plain = i + 1;
      }
    }
    append(text.substring(plain));
    append("\"");
  }

  static String hex(String prefix, int value, int digits) {
    String hex = Integer.toHexString(value);
    return prefix + "0".repeat(Math.max(0, digits - hex.length())) + hex;
  }

  static boolean loneSurrogate(CharSequence text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
