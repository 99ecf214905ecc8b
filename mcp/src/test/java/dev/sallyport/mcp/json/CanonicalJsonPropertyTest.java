package dev.sallyport.mcp.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.mcp.frame.Span;
import java.io.IOException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** As {@link CanonicalJsonTest}, for any JSON. */
class CanonicalJsonPropertyTest {

  @Property(tries = 1000)
  void meansTheSameAndDoesNotChangeAgain(@ForAll("texts") String json) throws IOException {
    ObjectMapper jackson =
        new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    String canonical = canonical(json);

    assertThat(jackson.readTree(canonical)).isEqualTo(jackson.readTree(json));
    assertThat(canonical(canonical)).isEqualTo(canonical);
  }

  @Provide
  Arbitrary<String> texts() {
    return JsonTrees.values();
  }

  private static String canonical(String json) {
    byte[] data = json.getBytes(UTF_8);
    return new String(CanonicalJson.text(data, new Span(0, data.length)), UTF_8);
  }
}
