package dev.sallyport.mcp.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.json.JsonTrees;
import dev.sallyport.mcp.sse.SseDecoder;
import dev.sallyport.mcp.sse.SseEncoder;
import dev.sallyport.mcp.sse.SseEvent;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** As {@link SmugglingTest}, for any JSON. */
class SmugglingPropertyTest {

  @Property(tries = 1000)
  void anyJsonIsOneLineAndOneEventAndMeansTheSame(@ForAll("texts") String json) {
    byte[] data = json.getBytes(UTF_8);

    byte[] line = LineSafe.singleLine(data);
    List<SseEvent> events = decode(SseEncoder.message(data));

    assertThat(LineSafe.firstLineBreak(line, 0, line.length)).isNegative();
    assertThat(line).hasSameSizeAs(data);
    assertThat(new String(line, UTF_8)).isEqualTo(json.replace('\n', ' ').replace('\r', ' '));
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().data()).isEqualTo(line);
  }

  private static List<SseEvent> decode(byte[] stream) {
    List<SseEvent> events = new ArrayList<>();
    new SseDecoder(1 << 20).feed(stream, events::add);
    return events;
  }

  @Provide
  Arbitrary<String> texts() {
    return JsonTrees.values();
  }
}
