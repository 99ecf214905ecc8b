package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The estimate beside a real tokenizer, over what tools answer with. */
class TokenEstimateTest {

  private static final Encoding TOKENIZER =
      Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final long SEED = 20261129;

  private static final double TEXTS = 0.15;
  private static final double LANGUAGES = 0.25;

  @Test
  void isNearTheTokenizerForEnglishCodeAndData() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("english", file("english.txt"));
    texts.put("english with markup", file("markdown.txt"));
    texts.put("java", file("java.txt"));
    texts.put("python", file("python.txt"));
    texts.put("html", file("html.txt"));
    texts.put("rows of json", rows().toString());
    texts.put(
        "rows of json, indented", JSON.writerWithDefaultPrettyPrinter().writeValueAsString(rows()));
    texts.put("a table of numbers", numbers());
    texts.put("base64 as text", Base64.getEncoder().encodeToString(random(3_000)));
    texts.put("hexadecimal", HexFormat.of().formatHex(random(2_000)));

    for (Map.Entry<String, String> text : texts.entrySet()) {
      near(text.getKey(), text.getValue(), JSON, TEXTS);
    }
  }

  @Test
  void isNotFarFromItForOtherLanguagesEscapedOrNot() throws IOException {
    for (String language :
        List.of("chinese", "japanese", "korean", "russian", "german", "french")) {
      near(language, file(language + ".txt"), JSON, LANGUAGES);
      near(language + ", escaped", file(language + ".txt"), ASCII, LANGUAGES);
    }
  }

  @Test
  void aBlobCountsByItsSizeAndBase64ElsewhereAsText() throws JsonProcessingException {
    String small = Base64.getEncoder().encodeToString(random(600));
    String middle = Base64.getEncoder().encodeToString(random(30_000));
    String large = Base64.getEncoder().encodeToString(random(1_000_000));
    long around = of(image(""));

    assertThat(of(image(small)) - around).isBetween(80L, 90L);
    assertThat(of(image(middle)) - around).isBetween(290L, 310L);
    assertThat(of(image(large)) - around).isBetween(1_590L, 1_610L);
    // As PHP writes it, and in lines
    assertThat(of(image(large).replace("/", "\\/")) - around).isBetween(1_590L, 1_610L);
    assertThat(
            of(
                    image(
                        Base64.getMimeEncoder()
                            .encodeToString(random(1_000_000))
                            .replace("\r\n", "\\r\\n")))
                - around)
        .isBetween(1_590L, 1_610L);
    assertThat(of("{\"contents\":[{\"uri\":\"a:b\",\"blob\" : \"" + large + "\"}]}"))
        .isLessThan(1_700);
    assertThat(of("{\"content\":[{\"type\":\"text\",\"text\":\"" + large + "\"}]}"))
        .isGreaterThan(800_000);
    // Text in a member of that name is text.
    String words = "a word and ".repeat(10_000);
    assertThat(of("{\"structuredContent\":{\"data\":\"" + words + "\"}}")).isGreaterThan(20_000);
  }

  @Test
  void whatIsSaidTwiceCountsOnceAndWhatIsForTheClientNotAtAll() throws JsonProcessingException {
    String text = JSON.writeValueAsString(rows().toString());
    String content = "\"content\":[{\"type\":\"text\",\"text\":" + text + "}]";
    long once = of("{" + content + "}");

    assertThat(of("{\"structuredContent\":" + rows() + "," + content + "}"))
        .isBetween(once, once + once / 4);
    assertThat(of("{" + content + ",\"structuredContent\":" + rows() + "}"))
        .isBetween(once, once + once / 4);
    assertThat(of("{\"_meta\":{\"a\":" + rows() + "}," + content + "}")).isBetween(once, once + 20);
    assertThat(
            of(
                "{\"structuredContent\":{},\"a\":1,\"_meta\":{\"a\":"
                    + rows()
                    + "},"
                    + content
                    + "}"))
        .isBetween(once, once + 30);
    assertThat(of("{\"content\":[],\"structuredContent\":" + rows() + "}"))
        .isGreaterThan(once * 3 / 4);
    assertThat(of("{}")).isEqualTo(1);
  }

  @Test
  void anErrorCountsToo() {
    assertThat(
            TokenEstimate.of(
                scan(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"no such file\"}}")))
        .isBetween(5L, 20L);
  }

  /** Whatever a server sends: never nothing, never less than the least, never an exception. */
  @Property(tries = 300)
  void noTextIsWorthNothing(@ForAll("hostile") String text) throws JsonProcessingException {
    long tokens =
        of("{\"content\":[{\"type\":\"text\",\"text\":" + JSON.writeValueAsString(text) + "}]}");

    assertThat(tokens).isBetween(1 + text.length() / 64L, 60 + 6L * text.length() * 4);
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(2_000),
        Arbitraries.of("\\u", "\\", "\"", " ", "A", "data\":\"", "\ud83d\ude00", "\n")
            .list()
            .ofMaxSize(2_000)
            .map(parts -> String.join("", parts)));
  }

  private static void near(String what, String text, ObjectMapper writer, double error)
      throws JsonProcessingException {
    long real = TOKENIZER.countTokensOrdinary(text);
    long empty = of("{\"content\":[{\"type\":\"text\",\"text\":\"\"}]}");
    long estimate =
        of("{\"content\":[{\"type\":\"text\",\"text\":" + writer.writeValueAsString(text) + "}]}")
            - empty;
    assertThat((double) estimate / real)
        .as("%s: %d tokens, estimated %d", what, real, estimate)
        .isBetween(1 - error, 1 + error);
  }

  private static long of(String result) {
    return TokenEstimate.of(scan("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}"));
  }

  private static Frame.Response scan(String frame) {
    byte[] bytes = frame.getBytes(UTF_8);
    Limits limits = new Limits(Integer.MAX_VALUE, 512);
    return (Frame.Response)
        ((ScanResult.Scanned) FrameScanner.scan(bytes, 0, bytes.length, limits)).frame();
  }

  private static String image(String base64) {
    return "{\"content\":[{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\""
        + base64
        + "\"}]}";
  }

  private static ArrayNode rows() {
    Random random = new Random(SEED);
    ArrayNode rows = JSON.createArrayNode();
    List<String> names = List.of("open", "closed", "in review", "blocked");
    for (int i = 0; i < 60; i++) {
      ObjectNode row = rows.addObject();
      row.put("id", 4_000 + i).put("state", names.get(random.nextInt(4)));
      row.put("title", "Refuse calls while the ledger recovers")
          .put("author_email", "ada" + i + "@example.com");
      row.put("uuid", new UUID(random.nextLong(), random.nextLong()).toString());
      row.put("created_at", "2026-11-" + (10 + random.nextInt(19)) + "T08:15:42Z")
          .put("score", random.nextInt(1000) / 1000.0);
      row.putArray("labels").add("bug").add("good first issue");
      row.put("assigned", random.nextBoolean()).putNull("closedBy");
    }
    return rows;
  }

  private static String numbers() {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder("day,region,orders,revenue,share\n");
    for (int i = 0; i < 150; i++) {
      text.append("2026-10-")
          .append(10 + random.nextInt(20))
          .append(",north-")
          .append(random.nextInt(9))
          .append(',')
          .append(random.nextInt(100_000))
          .append(',')
          .append(random.nextInt(10_000_000) / 100.0)
          .append(',')
          .append(random.nextInt(100))
          .append("%\n");
    }
    return text.toString();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private static String file(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/tokens", name));
  }
}
