package dev.sallyport.mcp.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** As {@link SseDecoderTest}, for any cut of a stream. */
class SseDecoderPropertyTest {

  private final SseDecoder decoder = new SseDecoder(1000);
  private final List<SseEvent> events = new ArrayList<>();

  @Property(tries = 1000)
  void doesNotCareWhereChunksEnd(
      @ForAll("streams") String stream, @ForAll("cuts") List<Integer> cuts) {
    byte[] bytes = stream.getBytes(UTF_8);
    List<SseEvent> whole = new ArrayList<>();
    new SseDecoder(1000).feed(bytes, whole::add);

    SseDecoder chunked = new SseDecoder(1000);
    List<SseEvent> pieces = new ArrayList<>();
    int from = 0;
    for (int i = 0; from < bytes.length; i++) {
      int length = Math.min(bytes.length - from, cuts.get(i % cuts.size()));
      chunked.feed(bytes, from, length, pieces::add);
      from += length;
    }

    assertThat(pieces)
        .extracting(SseDecoderPropertyTest::text)
        .isEqualTo(whole.stream().map(SseDecoderPropertyTest::text).toList());
    assertThat(pieces)
        .extracting(SseEvent::lastEventId)
        .isEqualTo(whole.stream().map(SseEvent::lastEventId).toList());
    assertThat(pieces)
        .extracting(SseEvent::type)
        .isEqualTo(whole.stream().map(SseEvent::type).toList());
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(
            "data: ",
            "data:é漢😀",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\r\n\r\n",
            ": c",
            "id: 1",
            "event: e",
            "x",
            "retry: 1")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Arbitraries.integers().between(1, 7).list().ofMinSize(1).ofMaxSize(10);
  }

  private void feed(String text) {
    assertThat(decoder.feed(text.getBytes(UTF_8), events::add)).isEqualTo(SseDecoder.Fed.MORE);
  }

  private static String text(SseEvent event) {
    return new String(event.data(), UTF_8);
  }
}
