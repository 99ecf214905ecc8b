package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.starlark.SpecificationHost.Outcome;
import dev.sallyport.starlark.SpecificationHost.Program;
import java.util.EnumSet;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The {@code repr} of a string is a literal that denotes the string, whatever is in it. */
class ReprTest {

  private static final int BLOCK = 512;

  private final SpecificationHost host = SpecificationHost.find();

  @Test
  void aLiteralDenotesTheStringThatItIsTheFormOf() {
    for (int start = 0; start <= 0x10FFFF; start = next(start)) {
      String codePoints =
          IntStream.range(start, start + BLOCK)
              .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
              .mapToObj("\\U%08x"::formatted)
              .collect(Collectors.joining());

      String literal = print("print(repr(\"" + codePoints + "\"))");

      assertThat(print("print(" + literal + " == \"" + codePoints + "\")"))
          .as("the form of the code points from %x", start)
          .isEqualTo("True");
    }
  }

  /** Of the planes above the first only some: they are all alike. */
  private static int next(int start) {
    return start < 0x3000 || (start >= 0xF800 && start < 0x10000)
        ? start + BLOCK
        : start < 0xF800 ? start + 8 * BLOCK : start + 128 * BLOCK;
  }

  private String print(String source) {
    Outcome outcome =
        host.run(
            new Program(source + "\n", EnumSet.noneOf(SpecificationHost.Option.class), Map.of()));
    assertThat(outcome.failure()).as(source).isNull();
    return String.join("\n", outcome.prints());
  }
}
