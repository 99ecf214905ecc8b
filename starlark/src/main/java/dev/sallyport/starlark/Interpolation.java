package dev.sallyport.starlark;

import java.util.Locale;

/** {@code format % args} (section "String interpolation") and {@code format(*args, **kwargs)}. */
final class Interpolation {
  private Interpolation() {}

  static String format(String format, Object args, Meter meter) {
    Object[] operands = args instanceof Tuple t ? t.items : new Object[] {args};
    Printer out = new Printer(meter);
    int next = 0;
    int at = 0;
    while (true) {
      int percent = format.indexOf('%', at);
      if (percent < 0) {
        out.append(format.substring(at));
        break;
      }
      out.append(format.substring(at, percent));
      if (percent + 1 == format.length()) {
        throw StarlarkException.of(
            "the format ends in the middle of a conversion", "write %% for a percent sign");
      }
      char conversion = format.charAt(percent + 1);
      at = percent + 2;
      if (conversion == '%') {
        out.append("%");
        continue;
      }
      if ("srdoxXeEfFgG".indexOf(conversion) < 0) {
        throw unknown(conversion, format, percent);
      }
      if (next == operands.length) {
        throw StarlarkException.of("not enough arguments for format string");
      }
      convert(out, conversion, operands[next++], meter);
    }
    if (next < operands.length) {
      throw StarlarkException.of(
          next == 0 && !(args instanceof Tuple)
              ? "not all arguments converted: the format string has no conversion"
              : "too many arguments for format string",
          args instanceof Tuple && next == 1
              ? "to format a tuple as one value write % (x,)"
              : null);
    }
    return out.toString();
  }

  private static StarlarkException unknown(char conversion, String format, int percent) {
    String hint = "use %s, %r, %d, %o, %x, %e, %f or %g; write %% for a percent sign";
    if (conversion == '(') {
      hint = "write \"{name}\".format(name = x)";
    } else if ((conversion >= '0' && conversion <= '9') || "-+ #.*".indexOf(conversion) >= 0) {
      hint = "widths and precisions are not supported; pad with \" \" * n";
    } else if (conversion == 'i' || conversion == 'u') {
      hint = "write %d";
    }
    String shown = format.substring(percent, format.offsetByCodePoints(percent + 1, 1));
    return StarlarkException.of("unknown conversion " + Text.valid(shown), hint);
  }

  private static void convert(Printer out, char conversion, Object value, Meter meter) {
    // The exact decimals of a float may have hundreds of digits.
    meter.steps("eEfF".indexOf(conversion) >= 0 ? 60 : 4);
    switch (conversion) {
      case 's' -> out.str(value);
      case 'r' -> out.repr(value);
      case 'd' -> out.append(Ints.toString(integer(conversion, value), 10, meter));
      case 'o' -> out.append(Ints.toString(integer(conversion, value), 8, meter));
      case 'x' -> out.append(Ints.toString(integer(conversion, value), 16, meter));
      case 'X' ->
          out.append(Ints.toString(integer(conversion, value), 16, meter).toUpperCase(Locale.ROOT));
      case 'e' -> out.append(Floats.exponential(number(conversion, value)));
      case 'E' ->
          out.append(Floats.exponential(number(conversion, value)).toUpperCase(Locale.ROOT));
      case 'f', 'F' -> out.append(Floats.fixed(number(conversion, value)));
      case 'g' -> out.append(Floats.shortest(number(conversion, value)));
      default -> out.append(Floats.shortest(number(conversion, value)).toUpperCase(Locale.ROOT));
    }
  }

  private static Object integer(char conversion, Object value) {
    if (Ints.isInt(value)) {
      return value;
    }
    if (value instanceof Double d) {
      return Floats.toInt(d);
    }
    throw notNumber(conversion, value);
  }

  private static double number(char conversion, Object value) {
    if (Ints.isInt(value) || value instanceof Double) {
      return Operations.toDouble(value);
    }
    throw notNumber(conversion, value);
  }

  private static StarlarkException notNumber(char conversion, Object value) {
    return StarlarkException.of(
        "%" + conversion + " needs a number, not " + Values.typeName(value),
        value instanceof String ? "use %s for text" : null);
  }

  /** The method format of strings. */
  static String braces(String format, Tuple args, Dict kwargs, Meter meter) {
    Printer out = new Printer(meter);
    int automatic = 0;
    boolean numbered = false;
    int at = 0;
    while (at < format.length()) {
      int brace = at;
      while (brace < format.length()
          && format.charAt(brace) != '{'
          && format.charAt(brace) != '}') {
        brace++;
      }
      out.append(format.substring(at, brace));
      if (brace == format.length()) {
        break;
      }
      char c = format.charAt(brace);
      if (brace + 1 < format.length() && format.charAt(brace + 1) == c) {
        out.append(c == '{' ? "{" : "}");
        at = brace + 2;
        continue;
      }
      if (c == '}') {
        throw StarlarkException.of("single '}' in the format", "write }} for a brace");
      }
      int close = format.indexOf('}', brace);
      if (close < 0) {
        throw StarlarkException.of("unmatched '{' in the format", "write {{ for a brace");
      }
      String field = format.substring(brace + 1, close);
      at = close + 1;
      if (field.isEmpty()) {
        if (numbered) {
          throw mixed();
        }
        out.str(positional(args, Integer.toString(automatic++)));
      } else if (field.chars().allMatch(d -> d >= '0' && d <= '9')) {
        if (automatic > 0) {
          throw mixed();
        }
        numbered = true;
        out.str(positional(args, field));
      } else {
        out.str(named(kwargs, field, meter));
      }
    }
    return out.toString();
  }

  private static StarlarkException mixed() {
    return StarlarkException.of("{} and {0} cannot be mixed in one format");
  }

  private static Object positional(Tuple args, String field) {
    int zeros = 0;
    while (zeros < field.length() - 1 && field.charAt(zeros) == '0') {
      zeros++;
    }
    int index =
        field.length() - zeros > 9 ? Integer.MAX_VALUE : Integer.parseInt(field.substring(zeros));
    if (index >= args.items.length) {
      throw StarlarkException.of(
          "the format needs argument "
              + Text.valid(field.substring(0, Math.min(20, field.length())))
              + ", but only "
              + Signature.counted(args.items.length, "positional argument")
              + " given: index out of range");
    }
    return args.items[index];
  }

  private static Object named(Dict kwargs, String field, Meter meter) {
    for (char c : new char[] {'!', ':', '.', '[', '{', ','}) {
      int found = field.indexOf(c);
      if (found >= 0) {
        throw StarlarkException.of(
            "'" + c + "' is not supported in {...}",
            switch (c) {
              case '!' -> "pass repr(x)";
              case ':' -> "widths and precisions are not supported; convert the value first";
              case '.', '[' -> "pass the attribute or element itself";
              default -> "a field is {}, {0} or {name}";
            });
      }
    }
    Object value = kwargs.get(field, meter);
    if (value == null) {
      throw StarlarkException.of(
          "the format needs keyword argument " + Indexing.shown(field, meter),
          "pass it: .format(name = value)");
    }
    return value;
  }
}
