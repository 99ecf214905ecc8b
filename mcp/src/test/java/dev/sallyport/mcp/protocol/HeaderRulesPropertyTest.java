package dev.sallyport.mcp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** As {@link HeaderRulesTest}, for any text. */
class HeaderRulesPropertyTest {

  @Property
  void decodesWhatItEncodesAndSendsOnlyVisibleAscii(@ForAll String text) {
    String clean = new String(text.getBytes(UTF_8), UTF_8);

    String header = HeaderRules.encode(clean);

    assertThat(header.chars()).allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'));
    assertThat(HeaderRules.decode(header)).isEqualTo(clean);
  }
}
