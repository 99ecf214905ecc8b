package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.mcp.frame.ScanResult.Malformed;
import dev.sallyport.mcp.frame.ScanResult.Reason;
import dev.sallyport.mcp.frame.ScanResult.Scanned;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonTrees;
import dev.sallyport.mcp.json.MalformedJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Two readers that were written apart must take and refuse the same texts. */
class ScannerAgreesWithJacksonTest {

  private static final ObjectMapper JACKSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(128)
                      .maxNumberLength(100_000)
                      .build())
              .build());

  private static final ObjectMapper STRICT =
      JACKSON.copy().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  @Property(tries = 1500)
  void bothTakeValidText(@ForAll("texts") String json) throws IOException {
    byte[] data = json.getBytes(UTF_8);

    assertThat(readerTakes(data)).isTrue();
    assertThat(jacksonTakes(data, JACKSON)).isTrue();
  }

  @Example
  void neitherGuessesAnEncodingOtherThanUtf8() {
    byte[] utf16 = {0, '0'};

    assertThat(readerTakes(utf16)).isFalse();
    assertThat(jacksonTakes(utf16, JACKSON)).isFalse();
  }

  /** One byte replaced, removed or put in; the outcome must be the same on both sides. */
  @Property(tries = 6000)
  void bothJudgeABrokenTextAlike(
      @ForAll("texts") String json,
      @ForAll int where,
      @ForAll("bytesThatMatter") byte with,
      @ForAll("ways") String way) {
    byte[] data = json.getBytes(UTF_8);
    byte[] mutated = mutate(data, Math.floorMod(where, data.length), with, way);

    assertThat(readerTakes(mutated))
        .as("%s: %s", way, new String(mutated, UTF_8))
        .isEqualTo(jacksonTakes(mutated, JACKSON) && isUtf8(mutated));
  }

  @Property(tries = 1500)
  void bothFindTheSameMembers(@ForAll("texts") String arguments, @ForAll("strings") String name)
      throws IOException {
    byte[] data =
        ("{\"method\":\"tools/call\",\"id\":\"i\",\"params\":{\"arguments\":"
                + arguments
                + ",\"n\\u0061me\":"
                + name
                + ",\"other\":"
                + arguments
                + "},\"jsonrpc\":\"2.0\"}")
            .getBytes(UTF_8);

    Frame.Request call = (Frame.Request) ((Scanned) FrameScanner.scan(data)).frame();
    JsonNode tree = JACKSON.readTree(data);

    assertThat(call.params().name()).isEqualTo(tree.at("/params/name").textValue());
    Span span = call.params().arguments();
    assertThat(span).isNotNull();
    if (span != null) {
      assertThat(span.text(data)).isEqualTo(arguments.strip());
    }
  }

  @Property(tries = 1000)
  void bothSeeADuplicateHoweverItIsWritten(
      @ForAll("strings") String first, @ForAll("strings") String second) throws IOException {
    byte[] data =
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{"
                + first
                + ":1,"
                + second
                + ":2}}")
            .getBytes(UTF_8);

    boolean refused =
        FrameScanner.scan(data) instanceof Malformed malformed
            && malformed.reason() == Reason.DUPLICATE_MEMBER;

    assertThat(refused).isEqualTo(!jacksonTakes(data, STRICT));
  }

  private static boolean readerTakes(byte[] data) {
    try {
      JsonReader reader = new JsonReader(data, 0, data.length, 128);
      reader.skipValue();
      reader.expectEnd();
      return true;
    } catch (MalformedJson e) {
      return false;
    }
  }

  /**
   * Token by token, so that no number has to fit a Java type. Jackson is given characters: from
   * bytes it guesses the encoding, and takes a NUL before a digit for UTF-16, which RFC 8259
   * section 8.1 does not allow.
   */
  private static boolean jacksonTakes(byte[] data, ObjectMapper jackson) {
    try (JsonParser parser = jackson.getFactory().createParser(new String(data, UTF_8))) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isUtf8(byte[] data) {
    try {
      UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(data));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static byte[] mutate(byte[] data, int at, byte with, String way) {
    int insert = way.equals("insert") ? 1 : 0;
    int remove = way.equals("insert") ? 0 : 1;
    int put = way.equals("remove") ? 0 : 1;
    byte[] out = new byte[data.length + insert - (way.equals("remove") ? 1 : 0)];
    System.arraycopy(data, 0, out, 0, at);
    if (put == 1) {
      out[at] = with;
    }
    System.arraycopy(data, at + remove, out, at + put, data.length - at - remove);
    return out;
  }

  @Provide
  Arbitrary<String> texts() {
    return Combinators.combine(JsonTrees.blanks(), JsonTrees.values(), JsonTrees.blanks())
        .as((before, value, after) -> before + value + after);
  }

  @Provide
  Arbitrary<String> strings() {
    return JsonTrees.strings();
  }

  @Provide
  Arbitrary<Byte> bytesThatMatter() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            (byte) '"',
            (byte) '\\',
            (byte) '{',
            (byte) '}',
            (byte) '[',
            (byte) ']',
            (byte) ',',
            (byte) ':',
            (byte) '0',
            (byte) '-',
            (byte) '.',
            (byte) 'e',
            (byte) 'u',
            (byte) 0,
            (byte) '\n',
            (byte) 0x80,
            (byte) 0xC0,
            (byte) 0xED,
            (byte) 0xFF),
        Arbitraries.bytes());
  }

  @Provide
  Arbitrary<String> ways() {
    return Arbitraries.of("replace", "insert", "remove");
  }
}
