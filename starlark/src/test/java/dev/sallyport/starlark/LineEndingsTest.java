package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.starlark.SpecificationHost.Failure;
import dev.sallyport.starlark.SpecificationHost.Outcome;
import dev.sallyport.starlark.SpecificationHost.Program;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file of the corpus cannot hold: carriage returns, and a program that ends in its line. */
class LineEndingsTest {

  private final SpecificationHost host = SpecificationHost.find();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "print(\"done\")",
        "def f(): return \"done\"\nprint(f())",
        "print(\"done\") # a comment",
        "print(\"done\");",
        "print(\"done\")\n    ",
        "print(\"done\")\n    # a comment",
        "print(\"done\")\ndef f():\n    return 1",
        "print(\"done\")\ndef f():\n    if True:\n        return 1 # a comment",
      })
  void theLastLineNeedsNoEnd(String source) {
    Outcome outcome = run(source);

    assertThat(outcome.failure()).isNull();
    assertThat(outcome.prints()).containsExactly("done");
  }

  @Test
  void carriageReturnsAreWhiteSpace() {
    Outcome outcome =
        run(
            """
            x = [1, # one
              2]

            def f(n):
              # a comment
              if n:
                return x

              return None

            print(f(1), f(0))
            """
                .replace("\n", "\r\n"));

    assertThat(outcome.failure()).isNull();
    assertThat(outcome.prints()).containsExactly("[1, 2] None");
  }

  @Test
  void anUnescapedLineEndInAMultilineStringIsALineFeed() {
    Outcome outcome =
        run(
            "print(repr('''a\r\nb'''), repr(\"\"\"\r\n\"\"\"), repr(b'''a\r\nb''') == repr(b'a\\nb'))\r\n");

    assertThat(outcome.failure()).isNull();
    assertThat(outcome.prints()).containsExactly("\"a\\nb\" \"\\n\" True");
  }

  @Test
  void anEscapedLineEndIsIgnoredWhateverItIs() {
    Outcome outcome = run("print('a\\\r\nb', '''c\\\r\nd''')\r\n");

    assertThat(outcome.failure()).isNull();
    assertThat(outcome.prints()).containsExactly("ab cd");
  }

  @Test
  void aCarriageReturnWithALineFeedIsOneLine() {
    Outcome outcome = run("x = 1\r\n\r\ny = '''\r\n'''\r\nz = x // 0\r\n");

    assertThat(outcome.failure()).extracting(Failure::line).isEqualTo(5);
  }

  @Test
  void anOrdinaryStringDoesNotSpanLinesThatEndWithACarriageReturn() {
    Outcome outcome = run("print('done')\r\nx = 'a\r\nb'\r\n");

    assertThat(outcome.failure()).extracting(Failure::line).isEqualTo(2);
    assertThat(outcome.prints()).isEmpty();
  }

  private Outcome run(String source) {
    return host.run(new Program(source, EnumSet.noneOf(SpecificationHost.Option.class), Map.of()));
  }
}
