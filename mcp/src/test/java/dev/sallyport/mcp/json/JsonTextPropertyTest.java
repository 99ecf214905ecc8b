package dev.sallyport.mcp.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.mcp.frame.Span;
import java.io.IOException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** As {@link JsonTextTest}, for any text. */
class JsonTextPropertyTest {

  private static final ObjectMapper JACKSON = new ObjectMapper();

  @Property(tries = 1000)
  void readsWhatItAndOthersWrite(@ForAll String text) throws IOException {
    String clean = new String(text.getBytes(UTF_8), UTF_8);
    byte[] ours = JsonText.quote(text);

    assertThat(JsonText.string(ours, new Span(0, ours.length))).isEqualTo(clean);
    assertThat(JACKSON.readValue(ours, String.class)).isEqualTo(clean);
    byte[] theirs = JACKSON.writeValueAsBytes(clean);
    assertThat(JsonText.string(theirs, new Span(0, theirs.length))).isEqualTo(clean);
  }

  @Property(tries = 1000)
  void readsOddEscapesAsJacksonDoes(@ForAll("strings") String json) throws IOException {
    byte[] data = json.getBytes(UTF_8);

    assertThat(JsonText.string(data, new Span(0, data.length)))
        .isEqualTo(JACKSON.readValue(data, String.class));
  }

  @Provide
  Arbitrary<String> strings() {
    return JsonTrees.strings();
  }
}
