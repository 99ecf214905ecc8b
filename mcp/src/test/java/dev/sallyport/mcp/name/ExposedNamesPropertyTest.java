package dev.sallyport.mcp.name;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** As {@link ExposedNamesTest}, for any pair of tools. */
class ExposedNamesPropertyTest {

  @Property(tries = 3000)
  void isAlwaysAShortNameOfAllowedCharacters(
      @ForAll("servers") String server, @ForAll("tools") String tool) {
    String exposed = ExposedNames.of(server, tool, null);

    assertThat(exposed).matches("[A-Za-z0-9_-]{1,46}").startsWith(server + "__");
    assertThat(ExposedNames.of(server, tool, null)).isEqualTo(exposed);
  }

  @Property(tries = 3000)
  void givesNoTwoToolsOneName(
      @ForAll("servers") String serverA,
      @ForAll("tools") String toolA,
      @ForAll("servers") String serverB,
      @ForAll("tools") String toolB) {
    boolean same = serverA.equals(serverB) && toolA.equals(toolB);

    assertThat(ExposedNames.of(serverA, toolA, null).equals(ExposedNames.of(serverB, toolB, null)))
        .isEqualTo(same);
  }

  @Provide
  Arbitrary<String> servers() {
    return Arbitraries.strings().withChars("ab1-").ofMinLength(1).ofMaxLength(30);
  }

  @Provide
  Arbitrary<String> tools() {
    return Arbitraries.oneOf(
        Arbitraries.strings().withChars("ab_.-A2").ofMaxLength(12),
        Arbitraries.strings().withChars("ab_.-A2é/😀 ").ofMinLength(30).ofMaxLength(80),
        Arbitraries.strings().all().ofMaxLength(60));
  }
}
