package dev.sallyport.mcp.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseDecoderTest {

  private final SseDecoder decoder = new SseDecoder(1000);
  private final List<SseEvent> events = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void takesEveryLineEnd(String end) {
    feed(("event: x\ndata: 1\ndata:2\nid: 7\n\ndata\n\n").replace("\n", end));

    assertThat(events).extracting(SseEvent::type).containsExactly("x", "message");
    assertThat(events).extracting(SseDecoderTest::text).containsExactly("1\n2", "");
    assertThat(events).extracting(SseEvent::lastEventId).containsExactly("7", "7");
  }

  @Test
  void skipsCommentsUnknownFieldsAndAByteOrderMark() {
    feed("\uFEFFdata: a\n: comment\n:\nfoo: bar\n\n:\n\n\n");

    assertThat(events).extracting(SseDecoderTest::text).containsExactly("a");
  }

  @Test
  void removesOneSpaceOnly() {
    feed("data:  two\n\ndata:none\n\ndata:\ttab\n\n");

    assertThat(events).extracting(SseDecoderTest::text).containsExactly(" two", "none", "\ttab");
  }

  @Test
  void keepsIdAndRetryOfAnEventWithoutData() {
    feed("id: 5\nretry: 500\n\n");

    assertThat(events).isEmpty();
    assertThat(decoder.lastEventId()).isEqualTo("5");
    assertThat(decoder.retry()).contains(Duration.ofMillis(500));
  }

  @Test
  void ignoresARetryThatIsNotANumberAndAnIdWithNul() {
    feed("retry: 5x\nretry:\nretry: -1\nretry: 99999999999999\nid: a\u0000b\n\n");

    assertThat(decoder.retry()).isEmpty();
    assertThat(decoder.lastEventId()).isEmpty();
  }

  @Test
  void anEmptyIdForgetsTheLastOne() {
    feed("id: 5\ndata: a\n\nid\ndata: b\n\n");

    assertThat(events).extracting(SseEvent::lastEventId).containsExactly("5", "");
  }

  @Test
  void aTypeHoldsForOneEventOnly() {
    feed("event: a\n\ndata: 1\n\n");

    assertThat(events.getFirst().type()).isEqualTo("message");
  }

  @Test
  void doesNotDispatchAnEventThatIsCutOff() {
    feed("data: a\n\ndata: b\n");

    assertThat(events).hasSize(1);
  }

  @Test
  void capsAnEventExactly() {
    SseDecoder small = new SseDecoder(10);
    assertThat(small.feed("data: 123456789A\n\n".getBytes(UTF_8), events::add))
        .isEqualTo(SseDecoder.Fed.MORE);
    assertThat(events).hasSize(1);
    assertThat(small.feed("data: 123456789AB\n\n".getBytes(UTF_8), events::add))
        .isEqualTo(SseDecoder.Fed.EVENT_TOO_LARGE);
    assertThat(events).hasSize(1);
  }

  @Test
  void capsManyLinesAndALineWithoutEnd() {
    SseDecoder lines = new SseDecoder(10);
    assertThat(lines.feed("data: 12345\ndata: 12345\n\n".getBytes(UTF_8), events::add))
        .isEqualTo(SseDecoder.Fed.EVENT_TOO_LARGE);
    SseDecoder endless = new SseDecoder(10);
    SseDecoder.Fed last = SseDecoder.Fed.MORE;
    for (int i = 0; i < 100; i++) {
      last = endless.feed("aaaa".getBytes(UTF_8), events::add);
    }
    assertThat(last).isEqualTo(SseDecoder.Fed.EVENT_TOO_LARGE);
    assertThat(endless.feed("\n\ndata: x\n\n".getBytes(UTF_8), events::add))
        .isEqualTo(SseDecoder.Fed.EVENT_TOO_LARGE);
    assertThat(events).isEmpty();
  }

  @Test
  void readsWhatTheEncoderWrites() {
    SseDecoder other = new SseDecoder(1000);
    other.feed(SseEncoder.prime("s/1", Duration.ofSeconds(2)), events::add);
    other.feed(SseEncoder.keepAlive(), events::add);
    other.feed(SseEncoder.message("{\n}".getBytes(UTF_8), "s/2"), events::add);
    other.feed(SseEncoder.event("endpoint", "/messages?x=1\nid: 9"), events::add);

    assertThat(events)
        .extracting(SseDecoderTest::text)
        .containsExactly("", "{ }", "/messages?x=1 id: 9");
    assertThat(events).extracting(SseEvent::lastEventId).containsExactly("s/1", "s/2", "s/2");
    assertThat(events).extracting(SseEvent::type).containsExactly("message", "message", "endpoint");
    assertThat(other.retry()).contains(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\u0000b"})
  void theEncoderRefusesAnIdThatIsNotOneLine(String id) {
    assertThatThrownBy(() -> SseEncoder.message(new byte[0], id))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void feed(String text) {
    assertThat(decoder.feed(text.getBytes(UTF_8), events::add)).isEqualTo(SseDecoder.Fed.MORE);
  }

  private static String text(SseEvent event) {
    return new String(event.data(), UTF_8);
  }
}
