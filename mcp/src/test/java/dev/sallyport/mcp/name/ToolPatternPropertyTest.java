package dev.sallyport.mcp.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** As {@link ToolPatternTest}, against regular expressions. */
class ToolPatternPropertyTest {

  @Property(tries = 3000)
  void agreesWithARegularExpression(@ForAll("globs") String glob, @ForAll("names") String name) {
    String regex =
        java.util.Arrays.stream(glob.split("\\*", -1))
            .map(Pattern::quote)
            .collect(java.util.stream.Collectors.joining(".*"));

    assertThat(ToolPattern.parse("s__" + glob).matches("s", name))
        .isEqualTo(Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches());
  }

  @Provide
  Arbitrary<String> globs() {
    return Arbitraries.strings().withChars("ab*").ofMinLength(1).ofMaxLength(8);
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withChars("ab").ofMaxLength(10);
  }
}
