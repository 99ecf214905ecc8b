package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the text, parsing ends soon, and in a program or in errors with a place. */
class HostileSourceTest {

  static Stream<String> deepSources() {
    int n = 100_000;
    return Stream.of(
        "x = " + "(".repeat(n),
        "x = " + "(".repeat(n) + ")".repeat(n),
        "x = " + "[".repeat(n) + "]".repeat(n),
        "x = " + "{1:".repeat(n) + "}".repeat(n),
        "x = " + "-".repeat(n) + "1",
        "x = " + "not ".repeat(n) + "1",
        "x = " + "lambda: ".repeat(n) + "1",
        "x = " + "1 if 1 else ".repeat(n / 2) + "1",
        "x = " + "f(".repeat(n) + ")".repeat(n),
        "x = a" + "[0]".repeat(n),
        "x = a" + ".b".repeat(n),
        "x = a" + "()".repeat(n),
        "x = " + "[1 for x in ".repeat(n / 8) + "1" + "]".repeat(n / 8),
        "x = a" + "[a".repeat(n) + "]".repeat(n),
        "(".repeat(n) + "a" + ")".repeat(n) + " = 1",
        "for " + "(".repeat(n) + "x" + ")".repeat(n) + " in []: pass",
        "def f(x = " + "(".repeat(n) + "1" + ")".repeat(n) + "): pass",
        nestedBlocks(1000));
  }

  private static String nestedBlocks(int depth) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      out.append(" ".repeat(i)).append("if 1:\n");
    }
    return out.append(" ".repeat(depth)).append("pass\n").toString();
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("deepSources")
  void aDeepTextIsRefusedInASentence(String source) {
    Duration begin = Scripts.cpuTime();
    ParseResult result = Program.parse(source, "deep.star", Scripts.WIDE);
    Duration took = Scripts.cpuTime().minus(begin);

    assertThat(result).isInstanceOf(ParseResult.Refused.class);
    StarlarkException error = ((ParseResult.Refused) result).errors().get(0);
    assertThat(error.getMessage()).containsAnyOf("nested too deeply", "is never closed");
    assertThat(took).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aLongTextThatIsNotDeepIsAProgram() {
    String chain = "x = 1" + " + 1".repeat(50_000) + "\n";
    String logic = "y = 0" + " or 0".repeat(50_000) + "\n";
    String list = "z = [" + "1,".repeat(50_000) + "]\n";
    StringBuilder branches = new StringBuilder("def f(n):\n  if n == 0: return 0\n");
    for (int i = 1; i < 5000; i++) {
      branches.append("  elif n == ").append(i).append(": return ").append(i).append("\n");
    }

    StarlarkModule module = Scripts.run(chain + logic + list + branches + "w = f(4999)\n");

    assertThat(module.get("x")).isEqualTo(50_001L);
    assertThat(module.get("y")).isEqualTo(0L);
    assertThat(((StarlarkList) module.require("z")).size()).isEqualTo(50_000);
    assertThat(module.get("w")).isEqualTo(4999L);
  }

  /** The deepest text that is allowed runs in a small stack, at the deepest level of calls. */
  @Test
  void theDeepestProgramRunsInAStackOfAMegabyte() throws Exception {
    String deep = "[".repeat(60) + "f(n + 1)" + "]".repeat(60);
    String source = "def f(n):\n  return " + deep + "\nf(0)\n";
    StarlarkException[] seen = new StarlarkException[1];
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                Scripts.run(source, Environment.EMPTY, new Meter(Limits.NONE));
              } catch (StarlarkException e) {
                seen[0] = e;
              }
            },
            "small",
            1 << 20);
    thread.start();
    thread.join();

    assertThat(seen[0]).isInstanceOf(LimitExceeded.class);
    assertThat(seen[0].stack()).as("stopped by the count, not by the stack").hasSizeGreaterThan(5);
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    assertThat(Program.parse("#".repeat(Program.MAX_SOURCE + 1), "a", Dialect.STRICT))
        .isInstanceOf(ParseResult.Refused.class);
    assertThat(Program.parse("x = " + "9".repeat(20_000), "a", Dialect.STRICT))
        .isInstanceOf(ParseResult.Refused.class);
  }

  @Test
  void bytesMustBeUtf8() {
    assertThat(Program.parse(new byte[] {(byte) 0xff}, "a", Dialect.STRICT))
        .isInstanceOf(ParseResult.Refused.class);
    assertThat(
            Program.parse(
                "\ufeffx = '\u00e9'".getBytes(StandardCharsets.UTF_8), "a", Dialect.STRICT))
        .isInstanceOf(ParseResult.Parsed.class);
  }

  private static void parsesOrRefuses(String source) {
    switch (Program.parse(source, "random.star", Scripts.WIDE)) {
      case ParseResult.Refused refused -> {
        assertThat(refused.errors()).isNotEmpty();
        for (StarlarkException error : refused.errors()) {
          assertThat(error.position()).isNotNull();
          assertThat(error.getMessage()).isNotBlank().doesNotContain("\n");
        }
      }
      case ParseResult.Parsed parsed -> runsOrFails(parsed.program());
    }
  }

  private static void runsOrFails(Program program) {
    try {
      program.run(
          Scripts.LIBRARIES,
          new Meter(new Limits(20_000, 4 << 20, 50, 50, 10_000)),
          PrintSink.NONE);
    } catch (StarlarkException e) {
      assertThat(e.kind()).isNotEqualTo(StarlarkException.Kind.HOST);
      assertThat(e.position()).isNotNull();
    }
  }

  @Property(tries = 2000)
  void anyTextIsAProgramOrRefused(@ForAll String source) {
    parsesOrRefuses(source);
  }

  @Property(tries = 3000)
  void anySequenceOfTokensIsAProgramOrRefused(@ForAll("tokens") String source) {
    parsesOrRefuses(source);
  }

  @Provide
  Arbitrary<String> tokens() {
    return Arbitraries.of(
            ("x y f ( ) [ ] { } , : ; . = += == < in not and or if else for def lambda return pass break"
                    + " continue while load 1 2.5 'a' b'b' None True len range print * ** % - + // << | ~")
                .split(" "))
        .list()
        .ofMinSize(1)
        .ofMaxSize(25)
        .map(words -> String.join(" ", words).replace(" ;", "\n").replace(": ", ":\n  "));
  }

  private static final String PROGRAM =
      """
      def f(a, b = 2, *args, c, **kw):
        total = 0
        for i, (x, y) in enumerate([(1, 2), (3, 4)]):
          if x % 2 == 0 and not y in args:
            total += x * y // b
          elif kw.get("k", None):
            continue
          else:
            total -= -x
        return {"t": total, "l": [v for v in range(10) if v > a], "s": "%s-%d" % ("a", c)}
      g = lambda *a, k = 1: (a, k)
      r = f(1, 2, 3, c = 4, k = g(1, k = 2))
      s = sorted(r.items(), key = lambda kv: kv[0])[::-1]
      t = json.encode(s) + re.sub("a+", "b", "caat").upper()[1:-1] + str(1 << 70) + repr(b"\\xff")
      """;

  /** A program in which a few characters are changed, lost or doubled. */
  @Property(tries = 1500)
  void aMutatedProgramRunsOrFailsCleanly(@ForAll int[] changes) {
    StringBuilder source = new StringBuilder(PROGRAM);
    for (int change : Arrays.copyOf(changes, Math.min(changes.length, 4))) {
      int at = Math.floorMod(change, source.length());
      int other = Math.floorMod(change / 7, source.length());
      switch (Math.floorMod(change / 31, 4)) {
        case 0 -> source.deleteCharAt(at);
        case 1 -> source.insert(at, source.charAt(other));
        case 2 -> source.setCharAt(at, source.charAt(other));
        default ->
            source.insert(at, source.substring(other, Math.min(source.length(), other + 12)));
      }
    }
    parsesOrRefuses(source.toString());
  }

  @Test
  void theProgramThatIsMutatedRuns() {
    Scripts.run(PROGRAM);
  }
}
