package dev.sallyport.system;

import java.util.Random;

/** JSON that is valid and that no parser would print again as it was. */
final class OddJson {

  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1e400",
    "-1E+05",
    "1.000",
    "123456789012345678901234567890",
    "0.1e-7",
    "9007199254740993"
  };
  private static final String[] STRINGS = {
    "plain",
    "\\u0041\\u0042",
    "\\/slash",
    "\\ud83d\\ude00",
    "😀 é 漢",
    "\\b\\f\\n\\r\\t",
    "\\u2028",
    "\\ud800",
    "}],\\\"",
    ""
  };
  private static final String[] SPACES = {"", "", "", " ", "\t", "  "};

  private OddJson() {}

  static String object(Random random, int depth) {
    StringBuilder text = new StringBuilder("{");
    int members = random.nextInt(5);
    for (int i = 0; i < members; i++) {
      text.append(i == 0 ? "" : ",").append(space(random));
      text.append("\"k").append(i).append(pick(random, STRINGS)).append('"');
      text.append(space(random)).append(':').append(space(random));
      text.append(value(random, depth - 1)).append(space(random));
    }
    return text.append('}').toString();
  }

  private static String value(Random random, int depth) {
    if (depth <= 0) {
      return scalar(random);
    }
    return switch (random.nextInt(5)) {
      case 0 -> object(random, depth);
      case 1 -> array(random, depth);
      case 2 -> nested(random.nextInt(40));
      default -> scalar(random);
    };
  }

  private static String array(Random random, int depth) {
    StringBuilder text = new StringBuilder("[");
    int items = random.nextInt(4);
    for (int i = 0; i < items; i++) {
      text.append(i == 0 ? "" : ",").append(space(random)).append(value(random, depth - 1));
    }
    return text.append(space(random)).append(']').toString();
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth) + (depth == 0 ? "null" : "");
  }

  private static String scalar(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> pick(random, NUMBERS);
      case 1 -> "true";
      case 2 -> "null";
      default -> '"' + pick(random, STRINGS) + '"';
    };
  }

  private static String space(Random random) {
    return pick(random, SPACES);
  }

  private static String pick(Random random, String[] of) {
    return of[random.nextInt(of.length)];
  }
}
