package dev.sallyport.mcp.json;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** JSON texts for property tests, as a hostile or merely odd peer would write them. */
public final class JsonTrees {

  private JsonTrees() {}

  /** Any JSON value. Names in one object differ once decoded. */
  public static Arbitrary<String> values() {
    return values(4);
  }

  private static Arbitrary<String> values(int depth) {
    Arbitrary<String> scalars =
        Arbitraries.oneOf(strings(), numbers(), Arbitraries.of("true", "false", "null"));
    if (depth == 0) {
      return scalars;
    }
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(3, scalars),
        net.jqwik.api.Tuple.of(2, objects(depth - 1)),
        net.jqwik.api.Tuple.of(2, arrays(depth - 1)));
  }

  /** An object whose member names are m0, m1, …, some of them written with escapes. */
  public static Arbitrary<String> objects(int depth) {
    Arbitrary<String> blank = blanks();
    return values(depth)
        .list()
        .ofMaxSize(5)
        .flatMap(
            values ->
                blank.flatMap(
                    gap ->
                        Arbitraries.integers()
                            .between(0, 63)
                            .map(mask -> object(values, gap, mask))));
  }

  private static String object(List<String> values, String gap, int escapes) {
    StringBuilder out = new StringBuilder("{").append(gap);
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        out.append(gap).append(',').append(gap);
      }
      out.append((escapes & 1 << i) == 0 ? "\"m" : "\"\\u006d").append(i).append('"');
      out.append(gap).append(':').append(gap).append(values.get(i));
    }
    return out.append(gap).append('}').toString();
  }

  private static Arbitrary<String> arrays(int depth) {
    return values(depth)
        .list()
        .ofMaxSize(5)
        .flatMap(
            values ->
                blanks().map(gap -> "[" + gap + String.join(gap + "," + gap, values) + gap + "]"));
  }

  /** Strings with every kind of escape, astral characters and long plain runs. */
  public static Arbitrary<String> strings() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a",
            "plain text of some length that spans words",
            "\\\"",
            "\\\\",
            "\\/",
            "\\b",
            "\\f",
            "\\n",
            "\\r",
            "\\t",
            "\\u0000",
            "\\u001f",
            "\\u00e9",
            "\\uD83D\\uDE00",
            "\\ud834\\udd1e",
            "é",
            "ß",
            "漢字",
            "😀",
            "\uFFFF",
            " ",
            "\u007f",
            "\\\\\\\"",
            "}",
            "]",
            "{\\\"jsonrpc\\\":",
            " ",
            "   ");
    return pieces.list().ofMaxSize(6).map(list -> '"' + String.join("", list) + '"');
  }

  /** Numbers that no Java type holds among those that fit. */
  public static Arbitrary<String> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "0",
            "-0",
            "1e400",
            "-1E-400",
            "1.0",
            "1.00",
            "0.1e+1",
            "123456789012345678901234567890123456789012345678901234567890",
            "3.141592653589793238462643383279502884197",
            "9007199254740993"),
        Arbitraries.longs().map(String::valueOf),
        Arbitraries.doubles().map(d -> d.toString()));
  }

  /** White space between tokens, line breaks included. */
  public static Arbitrary<String> blanks() {
    return Arbitraries.of("", "", "", " ", "\n", "\r\n", "\t", " \n  ");
  }
}
