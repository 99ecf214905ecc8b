package dev.sallyport.starlark;

import java.io.IOException;
import java.math.BigInteger;

/** Writes values as a JSON text. */
final class JsonWriter {
  private final Appendable out;
  private final int integerBits;
  private final Meter meter;

  JsonWriter(Appendable out, int integerBits, Meter meter) {
    this.out = out;
    this.integerBits = integerBits;
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
              "cannot encode float " + Floats.shortest(d) + " as JSON", "JSON has no such number");
        }
        meter.steps(8);
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
        if (value instanceof BigInteger big && big.bitLength() > integerBits) {
          throw StarlarkException.of(
              "cannot encode an int of " + big.bitLength() + " bits as JSON",
              "readers of JSON do not keep such numbers; write str(n)");
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
    meter.steps(text.length() >> 2);
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
