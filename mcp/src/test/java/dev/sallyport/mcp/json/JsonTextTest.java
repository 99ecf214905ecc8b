package dev.sallyport.mcp.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.mcp.frame.Span;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {

  private static final ObjectMapper JACKSON = new ObjectMapper();

  @Test
  void doesNotInventTextForALoneSurrogate() {
    for (String json :
        new String[] {"\"\\ud800\"", "\"a\\udc00b\"", "\"\\udc00\\ud800\"", "\"\\ud800\\ud800\""}) {
      byte[] data = json.getBytes(UTF_8);
      assertThat(JsonText.string(data, new Span(0, data.length))).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "7,7",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
    "9223372036854775808,",
    "-9223372036854775809,",
    "99999999999999999999,",
    "1.0,",
    "1e3,",
    "true,",
    "null,",
    "123456789012345678901234,"
  })
  void readsIntegersThatFitAndNoOthers(
      String json, java.lang.@org.jspecify.annotations.Nullable Long value) {
    byte[] data = ("{\"n\":" + json + "}").getBytes(UTF_8);

    java.util.OptionalLong read = JsonObject.of(data).integer("n");

    assertThat(read)
        .isEqualTo(
            value == null ? java.util.OptionalLong.empty() : java.util.OptionalLong.of(value));
  }

  @Test
  void findsMembersByDecodedNameAndType() {
    JsonObject object =
        JsonObject.of(
            "{ \"s\\u0031\" : \"x\\n\", \"t\":true, \"f\":false, \"o\":{\"in\":[1]}, \"n\":null }"
                .getBytes(UTF_8));

    assertThat(object.string("s1")).isEqualTo("x\n");
    assertThat(object.string("t")).isNull();
    assertThat(object.isTrue("t")).isTrue();
    assertThat(object.isTrue("f")).isFalse();
    assertThat(object.isTrue("none")).isFalse();
    assertThat(object.has("n")).isTrue();
    assertThat(object.object("n")).isNull();
    JsonObject inner = object.object("o");
    assertThat(inner).isNotNull();
    if (inner != null) {
      assertThat(new String(inner.bytes(), UTF_8)).isEqualTo("{\"in\":[1]}");
    }
  }

  @Test
  void takesOneObjectAndNothingElse() {
    assertThatThrownBy(() -> JsonObject.of("[1]".getBytes(UTF_8)))
        .isInstanceOf(MalformedJson.class);
    assertThatThrownBy(() -> JsonObject.of("{}1".getBytes(UTF_8)))
        .isInstanceOf(MalformedJson.class);
  }

  @Test
  void writesNestedMessages() throws IOException {
    byte[] json =
        new JsonWriter()
            .beginObject()
            .member("a", "é\"")
            .name("list")
            .beginArray()
            .value(1)
            .value("two")
            .beginObject()
            .endObject()
            .raw("[3]".getBytes(UTF_8))
            .endArray()
            .member("t", true)
            .member("raw", "{\"x\":1}".getBytes(UTF_8))
            .endObject()
            .toBytes();

    assertThat(new String(json, UTF_8))
        .isEqualTo("{\"a\":\"é\\\"\",\"list\":[1,\"two\",{},[3]],\"t\":true,\"raw\":{\"x\":1}}");
    assertThat(JACKSON.readTree(json).at("/list/3/0").intValue()).isEqualTo(3);
  }
}
