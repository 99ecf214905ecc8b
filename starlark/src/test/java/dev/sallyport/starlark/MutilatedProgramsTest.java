package dev.sallyport.starlark;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.starlark.SpecificationCorpus.Case;
import dev.sallyport.starlark.SpecificationHost.Program;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the text is, it is a program that comes to an end or to an error of Starlark: nothing
 * else leaves the interpreter. The texts are programs of the corpus, spoilt, and some of no sense.
 */
class MutilatedProgramsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> SCRAPS =
      List.of(
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "\"",
          "'",
          "\"\"\"",
          "\\",
          "\n",
          "\n    ",
          "    ",
          "\t",
          "\r",
          ":",
          ",",
          ".",
          ";",
          "=",
          "==",
          "+=",
          "*",
          "**",
          "-",
          "~",
          "not ",
          " in ",
          " if ",
          " else ",
          "for x in ",
          "lambda: ",
          "def f(): ",
          "return ",
          "break\n",
          "load(",
          "b\"",
          "r'",
          "0",
          "1.",
          "1e",
          "0x",
          "None",
          "[]",
          "x",
          "#",
          "\0",
          "\u00a0",
          "\ufeff",
          "\ud800",
          "\uffff",
          "é");

  private final SpecificationHost host = SpecificationHost.find();

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void spoiltProgramsComeToAnEnd(long seed) {
    Random random = new Random(seed);
    for (Case one : SpecificationCorpus.read()) {
      StringBuilder text = new StringBuilder(one.program().source());
      for (int i = random.nextInt(3); i >= 0 && !text.isEmpty(); i--) {
        spoil(text, random);
      }
      run(new Program(text.toString(), one.program().options(), one.program().modules()));
    }
  }

  /** Brackets, operators, blocks and names in large numbers. */
  @Test
  void endlessTextsComeToAnEnd() {
    int many = 20_000;
    for (String text :
        List.of(
            "(".repeat(many),
            "[".repeat(many) + "]".repeat(many),
            "x = " + "(".repeat(many) + "1" + ")".repeat(many),
            "x = " + "[".repeat(many) + "]".repeat(many),
            "x = " + "{1: ".repeat(many) + "1" + "}".repeat(many),
            "x = " + "-".repeat(many) + "1",
            "x = " + "not ".repeat(many) + "1",
            "x = " + "1 + ".repeat(many) + "1",
            "x = " + "1 or ".repeat(many) + "1",
            "x = " + "lambda: ".repeat(many) + "1",
            "x = " + "1 if 1 else ".repeat(many) + "1",
            "x = []" + "[0]".repeat(many),
            "x = []" + ".x".repeat(many),
            "x = len" + "()".repeat(many),
            "x = " + "f(".repeat(many),
            "x = [1 " + "for x in [1] ".repeat(many) + "]",
            "x = [1 for x in [1] " + "if 1 ".repeat(many) + "]",
            "x = [" + "1, ".repeat(many) + "]",
            "(".repeat(many) + "x" + ",)".repeat(many) + " = 1",
            "def f(" + "x, ".repeat(many) + "): pass",
            "def f():\n" + blocks("if 1:", 2_000),
            "def f():\n" + blocks("for x in []:", 2_000),
            blocks("def f():", 2_000),
            "def f(x):\n    if x: pass\n" + "    elif x: pass\n".repeat(many),
            "\"" + "\\x41".repeat(many) + "\"",
            "x = 1" + "0".repeat(many),
            "x".repeat(many),
            "x = 1;".repeat(many),
            "\n".repeat(many),
            "\\\n".repeat(many))) {
      run(new Program(text + "\n", EnumSet.noneOf(SpecificationHost.Option.class), Map.of()));
    }
  }

  private static String blocks(String head, int depth) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      out.append(" ".repeat(i + 1)).append(head).append('\n');
    }
    return (head.startsWith("def") ? out.toString().replaceAll("(?m)^ ", "") : out.toString())
        + " ".repeat(depth + 1)
        + "pass";
  }

  private static void spoil(StringBuilder text, Random random) {
    int at = random.nextInt(text.length());
    int to = Math.min(text.length(), at + 1 + random.nextInt(4));
    switch (random.nextInt(6)) {
      case 0 -> text.delete(at, to);
      case 1 -> text.setLength(at);
      case 2 -> text.insert(at, text.substring(at, to));
      case 3 -> {
        char c = text.charAt(at);
        text.setCharAt(at, text.charAt(to - 1));
        text.setCharAt(to - 1, c);
      }
      case 4 -> text.replace(at, to, SCRAPS.get(random.nextInt(SCRAPS.size())));
      default -> text.insert(at, SCRAPS.get(random.nextInt(SCRAPS.size())));
    }
  }

  private void run(Program program) {
    assertTimeoutPreemptively(
        LIMIT,
        () -> host.run(program),
        () -> program.source().substring(0, Math.min(2000, program.source().length())));
  }
}
