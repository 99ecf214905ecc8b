package dev.sallyport.starlark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Random expressions and programs that mean the same in Starlark and in Python 3. What is left out
 * is what differs (booleans as numbers, strings as iterables, chained comparisons, two equal keys
 * of a dictionary) and what one of them leaves open (the digits of floats, an empty separator).
 */
final class CommonSubset {

  private static final String LETTERS = "abcXYZ019 ,.-_äÉЖж\t\n";

  private final Random random;
  private final List<String> ints = new ArrayList<>();
  private final List<String> strings = new ArrayList<>();
  private int names;

  CommonSubset(long seed) {
    random = new Random(seed);
  }

  String expression() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> anInt(4);
      case 2, 3 -> aString(4);
      case 4 -> aBool(4);
      case 5 -> random.nextBoolean() ? intList(4) : stringList(4);
      case 6 -> aDict(3);
      default -> "(" + anInt(3) + ", " + aString(3) + ", " + intList(2) + ")";
    };
  }

  /** A function {@code f} that changes values and returns them. */
  String program() {
    StringBuilder body = new StringBuilder("def f():\n");
    body.append("    n = ").append(anInt(1)).append('\n');
    body.append("    s = ").append(aString(1)).append('\n');
    body.append("    l = ").append(intList(1)).append('\n');
    body.append("    d = ").append(aDict(1)).append('\n');
    ints.add("n");
    ints.add("len(l)");
    strings.add("s");
    int count = 3 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      statement(body, "    ", 2);
    }
    ints.clear();
    strings.clear();
    return body.append("    return (n, s, l, d)\n").toString();
  }

  private void statement(StringBuilder out, String indent, int depth) {
    int kind = random.nextInt(depth > 0 ? 17 : 12);
    switch (kind) {
      case 0 -> line(out, indent, "n = " + anInt(2) + " % 1000003");
      case 1 -> line(out, indent, "n " + pick("+=", "-=", "^=", "|=", "&=") + " " + anInt(2));
      case 2 -> line(out, indent, "s = (" + aString(2) + ")[:20]");
      case 3 -> line(out, indent, "l.append(" + anInt(2) + ")");
      case 4 -> line(out, indent, "l.insert(" + (random.nextInt(9) - 4) + ", " + anInt(1) + ")");
      case 5 -> line(out, indent, "l.extend((" + intList(2) + ")[:5])");
      case 6 -> line(out, indent, "l = l[:10] + [l.pop()" + pick("]", ", n]"));
      case 7 -> line(out, indent, "l[" + (random.nextInt(3) - 1) + "] = " + anInt(2));
      case 8 -> line(out, indent, "d[" + aString(1) + "] = " + anInt(2));
      case 9 ->
          line(
              out,
              indent,
              pick(
                  "n = d.pop(" + aString(1) + ", n)",
                  "n = d.setdefault(" + aString(1) + ", n)",
                  "d.update(" + aDict(1) + ")",
                  "d |= " + aDict(1),
                  "d = {k: v for k, v in d.items() if v > n}"));
      case 10 -> line(out, indent, "n, s = len(s), s + str(n % 10)");
      case 11 -> line(out, indent, "l.remove(" + pick("n", "l[-1]", "l[0]") + ")");
      case 12 -> {
        line(out, indent, "if " + aBool(2) + ":");
        statement(out, indent + "    ", depth - 1);
        if (random.nextBoolean()) {
          line(out, indent, "elif " + aBool(2) + ":");
          statement(out, indent + "    ", depth - 1);
        }
        if (random.nextBoolean()) {
          line(out, indent, "else:");
          statement(out, indent + "    ", depth - 1);
        }
      }
      case 13, 14 -> {
        String name = name();
        line(out, indent, "for " + name + " in list(" + intList(2) + ")[:6]:");
        ints.add(name);
        if (random.nextInt(3) == 0) {
          line(out, indent + "    ", "if " + aBool(2) + ":");
          line(out, indent + "        ", pick("break", "continue"));
        }
        statement(out, indent + "    ", depth - 1);
        if (random.nextBoolean()) {
          statement(out, indent + "    ", depth - 1);
        }
        ints.remove(name);
      }
      case 15 -> {
        String name = name();
        line(out, indent, "for " + name + ", n in list(d.items()):");
        strings.add(name);
        statement(out, indent + "    ", 0);
        strings.remove(name);
      }
      default -> {
        String name = name();
        String of = name();
        line(out, indent, "def " + name + "(" + of + ", by = " + anInt(1) + ", *rest):");
        line(out, indent, "    l.append(" + of + ")");
        line(out, indent, "    return (" + of + ", by, rest)");
        line(
            out,
            indent,
            "n = len(str("
                + name
                + pick("(n)", "(n, 1)", "(n, 1, 2)", "(by = n, " + of + " = 3)", "(*l)")
                + "))");
      }
    }
  }

  private static void line(StringBuilder out, String indent, String text) {
    out.append(indent).append(text).append('\n');
  }

  private String anInt(int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return intAtom();
    }
    int d = depth - 1;
    return switch (random.nextInt(27)) {
      case 0, 1, 2 -> "(" + anInt(d) + pick(" + ", " - ", " * ") + anInt(d) + ")";
      case 3, 4 -> "(" + anInt(d) + pick(" // ", " % ") + anInt(d) + ")";
      case 5 -> "(" + anInt(d) + pick(" & ", " | ", " ^ ") + anInt(d) + ")";
      case 6 -> "(" + anInt(d) + pick(" << ", " >> ") + random.nextInt(70) + ")";
      case 7 -> pick("-", "+", "~", "- -", "-~") + intAtom();
      case 8, 9 -> "(" + chain() + ")";
      case 10 -> "len(" + pick(aString(d), intList(d), stringList(d), aDict(d)) + ")";
      case 11 -> intList(d) + "[" + index(d) + "]";
      case 12 ->
          "("
              + aString(d)
              + ")."
              + pick("find", "rfind", "count", "find", "rfind", "count", "index", "rindex")
              + "("
              + separator()
              + bounds()
              + ")";
      case 13 -> "int(str(" + anInt(d) + "))";
      case 14 -> inBase();
      case 15 -> "abs(" + anInt(d) + ")";
      case 16 -> pick("max", "min") + "(" + pick(intList(d), anInt(d) + ", " + anInt(d)) + ")";
      case 17 -> "(" + anInt(d) + " if " + aBool(d) + " else " + anInt(d) + ")";
      case 18 -> "(" + anInt(d) + pick(" or ", " and ") + anInt(d) + ")";
      case 19 -> aDict(d) + ".get(" + aString(d) + ", " + anInt(d) + ")";
      case 20 -> {
        String key = aString(d);
        yield "(" + aDict(d) + pick(" | {" + key + ": 7}", "") + ")[" + key + "]";
      }
      case 21 -> lambda(d);
      case 22 -> {
        String wanted = anInt(d);
        yield "(" + intList(d) + pick(" + [" + wanted + "]", "") + ").index(" + wanted + ")";
      }
      case 23 -> "int(" + small() + " / " + small() + ")";
      case 24 -> "{" + intAtom() + ": " + anInt(d) + "}.get(" + intAtom() + ", " + anInt(d) + ")";
      case 25 -> "(" + intList(d) + " + [0])[0]";
      default ->
          "[v * w for v, w in zip(" + intList(d) + ", " + intList(d) + ")][" + index(0) + "]";
    };
  }

  private String intAtom() {
    if (!ints.isEmpty() && random.nextInt(3) > 0) {
      return pick(ints);
    }
    return switch (random.nextInt(9)) {
      case 0, 1, 2, 3 -> String.valueOf(random.nextInt(20));
      case 4 -> "(-" + random.nextInt(20) + ")";
      case 5 -> String.valueOf(random.nextInt());
      case 6 -> pick("2147483647", "2147483648", "(-2147483648)", "4294967296", "65536");
      case 7 -> pick("9223372036854775807", "9223372036854775808", "(-9223372036854775808)");
      default -> pick("0x7f", "0o17", "123456789012345678901234567890", "(1 << 70)");
    };
  }

  /** Operators without parentheses; the operands are so small that no shift is too large. */
  private String chain() {
    StringBuilder out = new StringBuilder();
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.append(
            pick(
                " + ", " - ", "*", " // ", " % ", " & ", " | ", " ^ ", " << ", " >> ", " - -",
                "+~"));
      }
      out.append(random.nextInt(6));
    }
    return out.toString();
  }

  private String inBase() {
    int base = 2 + random.nextInt(35);
    String digits = Integer.toString(random.nextInt(100000), base);
    return switch (random.nextInt(4)) {
      case 0 -> "int(\"" + pick("", "-", "+") + digits + "\", " + base + ")";
      case 1 -> "int(\"" + digits.toUpperCase(Locale.ROOT) + "\", " + base + ")";
      case 2 ->
          "int(\""
              + pick("", "-")
              + pick("0x1f", "0o17", "0b101", "12", "0", "0xg", "019")
              + "\", 0)";
      default ->
          "int(\""
              + pick("0x1f", "0o17", "0b101", "12")
              + "\", "
              + pick("2", "8", "10", "16")
              + ")";
    };
  }

  private String lambda(int depth) {
    String a = name();
    String b = name();
    String head = "(lambda " + a + ", " + b + " = " + anInt(1) + ": ";
    ints.add(a);
    ints.add(b);
    String body = anInt(depth);
    ints.remove(a);
    ints.remove(b);
    String call =
        switch (random.nextInt(4)) {
          case 0 -> anInt(depth);
          case 1 -> anInt(depth) + ", " + anInt(1);
          case 2 -> b + " = " + anInt(1) + ", " + a + " = " + anInt(1);
          default -> "*" + intList(1);
        };
    return head + body + ")(" + call + ")";
  }

  private String aString(int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return stringAtom();
    }
    int d = depth - 1;
    return switch (random.nextInt(24)) {
      case 0, 1, 2 -> "(" + aString(d) + " + " + aString(d) + ")";
      case 3 -> "(" + aString(d) + " * " + (random.nextInt(5) - 1) + ")";
      case 4 -> aString(d) + "[" + index(d) + "]";
      case 5, 6 -> aString(d) + "[" + slice(d) + "]";
      case 7 -> aString(d) + "." + pick("upper", "lower", "title", "capitalize") + "()";
      case 8 ->
          aString(d) + "." + pick("strip", "lstrip", "rstrip") + "(" + pick("", stringAtom()) + ")";
      case 9 ->
          aString(d)
              + ".replace("
              + separator()
              + ", "
              + aString(d)
              + pick("", ", " + (random.nextInt(5) - 1))
              + ")";
      case 10, 11 -> stringAtom() + ".join(" + stringList(d) + ")";
      case 12 -> "str(" + pick(anInt(d), intList(d), aBool(d)) + ")";
      case 13, 14 -> "(" + interpolation(d) + ")";
      case 15, 16 -> format(d);
      case 17 -> aString(d) + "." + pick("removeprefix", "removesuffix") + "(" + stringAtom() + ")";
      case 18 -> "(" + aString(d) + " if " + aBool(d) + " else " + aString(d) + ")";
      case 19 -> "(" + aString(d) + pick(" or ", " and ") + aString(d) + ")";
      case 20 -> stringList(d) + "[" + index(d) + "]";
      case 21 -> aString(d) + ".partition(" + separator() + ")[" + random.nextInt(3) + "]";
      case 22 -> pick("max", "min") + "(" + stringList(d) + ")";
      default -> "[" + aString(d) + ", " + aString(d) + "][" + aBool(d) + " and 1 or 0]";
    };
  }

  private String stringAtom() {
    if (!strings.isEmpty() && random.nextInt(3) > 0) {
      return pick(strings);
    }
    return literal(random.nextInt(7));
  }

  private String separator() {
    return random.nextInt(4) == 0 ? literal(2) : literal(1);
  }

  private String literal(int length) {
    String quote = pick("\"", "'", "\"\"\"");
    StringBuilder out = new StringBuilder(quote);
    for (int i = 0; i < length; i++) {
      char c = LETTERS.charAt(random.nextInt(LETTERS.length()));
      out.append(
          switch (c) {
            case '\n' -> "\\n";
            case '\t' -> pick("\\t", "\\x09", "\\11");
            case '_' -> pick("_", "\\\\", "\\x5f", "\\" + quote.charAt(0));
            case 'ж' -> "\\u0436";
            default -> String.valueOf(c);
          });
    }
    return out.append(quote).toString();
  }

  private String interpolation(int depth) {
    return switch (random.nextInt(6)) {
      case 0 -> "\"%s:%s\" % (" + aString(depth) + ", " + anInt(depth) + ")";
      case 1 -> "\"<%d>\" % " + pick(anInt(depth), "(" + anInt(depth) + ",)", aString(0));
      case 2 -> "\"" + pick("%x", "%X", "%o", "%d") + "%%\" % (" + anInt(depth) + ")";
      case 3 -> "\"%s\" % (" + intList(depth) + ")";
      case 4 -> "\"%r %s\" % (" + anInt(depth) + ", (" + anInt(1) + "," + pick("", anInt(1)) + "))";
      default ->
          "\""
              + pick("%f", "%e", "%E", "%F")
              + "\" % ("
              + small()
              + " / "
              + (1 + random.nextInt(9))
              + ")";
    };
  }

  private String format(int depth) {
    return switch (random.nextInt(5)) {
      case 0 -> "\"{}{}\".format(" + anInt(depth) + ", " + aString(depth) + ")";
      case 1 -> "\"{1}-{0}-{1}\".format(" + aString(depth) + ", " + aString(depth) + ")";
      case 2 -> "\"{{{a}}}{}\".format(" + anInt(depth) + ", a = " + intList(depth) + ")";
      case 3 ->
          "\"{"
              + pick("0", "1", "2", "a", "b", "", "{")
              + "}\".format("
              + anInt(depth)
              + ", a = "
              + aBool(1)
              + ")";
      default ->
          "\""
              + pick("{", "}", "{}", "{{", "}}", "{}{", "{0}{}")
              + "\".format("
              + anInt(0)
              + ", 1)";
    };
  }

  private String aBool(int depth) {
    if (depth == 0 || random.nextInt(8) == 0) {
      return pick("True", "False", "(" + intAtom() + " < " + intAtom() + ")");
    }
    int d = depth - 1;
    return switch (random.nextInt(16)) {
      case 0, 1 -> "(" + anInt(d) + comparison() + anInt(d) + ")";
      case 2 -> "(" + aString(d) + comparison() + aString(d) + ")";
      case 3 -> "(" + intList(d) + comparison() + intList(d) + ")";
      case 4 ->
          "(("
              + anInt(d)
              + ", "
              + aString(d)
              + ")"
              + comparison()
              + "("
              + anInt(d)
              + ", "
              + aString(d)
              + "))";
      case 5 -> "(" + anInt(d) + pick(" in ", " not in ") + intList(d) + ")";
      case 6 ->
          "("
              + aString(d)
              + pick(" in ", " not in ")
              + pick(aString(d), aDict(d), stringList(d))
              + ")";
      case 7 -> "(not " + aBool(d) + pick(" and ", " or ") + aBool(d) + ")";
      case 8 -> "(not " + chain() + comparison() + chain() + pick(" and ", " or ") + aBool(d) + ")";
      case 9 -> aString(d) + "." + pick("startswith", "endswith") + "(" + prefix() + bounds() + ")";
      case 10 ->
          aString(d)
              + "."
              + pick("isalpha", "isdigit", "isalnum", "isspace", "islower", "isupper", "istitle")
              + "()";
      case 11 -> pick("any", "all") + "([" + each("v", intList(d), () -> aBool(d)) + "])";
      case 12 -> "(" + aDict(d) + pick(" == ", " != ") + aDict(d) + ")";
      case 13 -> "bool(" + pick(anInt(d), aString(d), intList(d), aDict(d)) + ")";
      case 14 -> "(" + small() + " / " + small() + comparison() + small() + ")";
      default -> "(" + aBool(d) + pick(" == ", " != ") + aBool(d) + ")";
    };
  }

  private String prefix() {
    return random.nextInt(3) == 0 ? "(" + literal(1) + ", " + literal(1) + ")" : literal(1);
  }

  private String comparison() {
    return pick(" < ", " <= ", " > ", " >= ", " == ", " != ");
  }

  private String intList(int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return "["
          + String.join(", ", IntStream.range(0, size(5)).mapToObj(i -> intAtom()).toList())
          + "]";
    }
    int d = depth - 1;
    return switch (random.nextInt(15)) {
      case 0, 1 -> "(" + intList(d) + " + " + intList(d) + ")";
      case 2 -> "(" + intList(d) + " * " + (random.nextInt(4) - 1) + ")";
      case 3, 4 -> intList(d) + "[" + slice(d) + "]";
      case 5, 6 -> "[" + each("v", intList(d), () -> anInt(d)) + "]";
      case 7 -> "[" + nested(d) + "]";
      case 8 ->
          "sorted("
              + intList(d)
              + pick(
                  "", ", reverse = True", ", key = lambda k: k % 3", ", key = abs, reverse = True")
              + ")";
      case 9 ->
          "list(range("
              + pick("", anInt(d) + " % 10, ")
              + anInt(d)
              + " % 20))"
              + pick("", "[::" + pick("-1", "2", "-3") + "]");
      case 10 ->
          "list(range("
              + small()
              + " % 9, "
              + small()
              + " % 20, "
              + pick("1", "2", "-1", "-3", "5", "1", "2", "0")
              + "))";
      case 11 -> "list(reversed(" + intList(d) + "))";
      case 12 -> "[i * v for i, v in enumerate(" + intList(d) + pick("", ", 3") + ")]";
      case 13 -> "list(" + aDict(d) + ".values())";
      default -> "list((" + anInt(d) + ", " + anInt(d) + "))";
    };
  }

  private String stringList(int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return "["
          + String.join(", ", IntStream.range(0, size(4)).mapToObj(i -> stringAtom()).toList())
          + "]";
    }
    int d = depth - 1;
    return switch (random.nextInt(10)) {
      case 0, 1 ->
          aString(d)
              + "."
              + pick("split", "rsplit")
              + "("
              + pick(
                  "",
                  separator(),
                  separator() + ", " + (random.nextInt(4) - 1),
                  "None, " + random.nextInt(3))
              + ")";
      case 2 ->
          "("
              + aString(d)
              + " + \"\\n\" + "
              + aString(d)
              + ").splitlines("
              + pick("", "True", "False")
              + ")";
      case 3 -> "(" + stringList(d) + " + " + stringList(d) + ")";
      case 4 -> stringList(d) + "[" + slice(d) + "]";
      case 5 -> "[" + each("v", intList(d), () -> aString(d)) + "]";
      case 6 -> "sorted(" + stringList(d) + pick("", ", reverse = True", ", key = len") + ")";
      case 7 -> "list(" + aDict(d) + ".keys())";
      case 8 -> "list(" + aDict(d) + ")";
      default -> "list(" + aString(d) + ".partition(" + separator() + "))";
    };
  }

  private String aDict(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return "{"
          + String.join(
              ", ",
              IntStream.range(0, size(4))
                  .mapToObj(i -> "\"" + i + LETTERS.charAt(random.nextInt(6)) + "\": " + intAtom())
                  .toList())
          + "}";
    }
    int d = depth - 1;
    return switch (random.nextInt(6)) {
      case 0 -> "{" + each("v", intList(d), () -> aString(d) + ": " + anInt(d)) + "}";
      case 1 -> "dict(zip(" + stringList(d) + ", " + intList(d) + "))";
      case 2 ->
          "dict([(" + aString(d) + ", " + anInt(d) + "), [" + aString(d) + ", " + anInt(d) + "]])";
      case 3 -> "dict(" + aDict(d) + ", " + pick("a", "b0") + " = " + anInt(d) + ")";
      case 4 -> "(" + aDict(d) + " | " + aDict(d) + ")";
      default -> "{k: v for k, v in sorted(" + aDict(d) + ".items())}";
    };
  }

  /** A body for each element: {@code body for name in of}, or with a condition. */
  private String each(String prefix, String of, Supplier<String> body) {
    String name = prefix + names++;
    ints.add(name);
    String text = body.get();
    String condition = random.nextInt(3) == 0 ? " if " + aBool(1) : "";
    ints.remove(name);
    return text + " for " + name + " in " + of + "[:7]" + condition;
  }

  private String nested(int depth) {
    String a = name();
    String b = name();
    String outer = intList(depth);
    ints.add(a);
    String condition = random.nextBoolean() ? " if " + aBool(1) : "";
    String inner = intList(1);
    ints.add(b);
    String body = anInt(depth);
    ints.remove(a);
    ints.remove(b);
    return body + " for " + a + " in " + outer + "[:4]" + condition + " for " + b + " in " + inner
        + "[:4]";
  }

  private String index(int depth) {
    return switch (random.nextInt(5)) {
      case 0 -> "0";
      case 1 -> "-1";
      case 2 -> random.nextBoolean() ? anInt(depth) : "1";
      default -> String.valueOf(random.nextInt(5) - 2);
    };
  }

  private String slice(int depth) {
    StringBuilder out = new StringBuilder();
    out.append(bound(depth)).append(':').append(bound(depth));
    return switch (random.nextInt(4)) {
      case 0 -> out.append(':').append(bound(0)).toString();
      case 1 -> out.append(':').append(pick("-1", "2", "-2", "")).toString();
      default -> out.toString();
    };
  }

  private String bound(int depth) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> "";
      case 2 -> "None";
      case 3 -> anInt(depth);
      default -> String.valueOf(random.nextInt(9) - 4);
    };
  }

  private String bounds() {
    return switch (random.nextInt(4)) {
      case 0 -> ", " + (random.nextInt(7) - 3);
      case 1 -> ", " + pick("None", "0", "-5", "1") + ", " + (random.nextInt(9) - 4);
      default -> "";
    };
  }

  /** Seldom zero. */
  private int size(int bound) {
    return random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(bound);
  }

  private String small() {
    return String.valueOf(random.nextInt(2000) - 300);
  }

  private String name() {
    return "x" + names++;
  }

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
