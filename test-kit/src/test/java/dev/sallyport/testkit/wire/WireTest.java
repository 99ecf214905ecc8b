package dev.sallyport.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.echo.RawJson;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The plain client says what it is told, and reads what comes, in both eras. */
class WireTest {

  @Test
  void bytesGoOutAndComeBackAsTheyAre() {
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.BOTH)) {
      // Given spelling that no parser would repeat
      String arguments = "{ \"a\\u0062\":1e400 ,\"\\ud83d\\ude00\":[ -0 ,{}]\t}";
      Wire wire = new Wire(upstream.url(), null);

      // When it is echoed in both eras
      RawHttp.Answer modern = wire.call("echo", arguments);
      RawHttp.Answer legacy = wire.legacy().call("echo", arguments);

      // Then it is what it was
      assertThat(structured(modern)).isEqualTo(arguments);
      assertThat(structured(legacy)).isEqualTo(arguments);
      assertThat(upstream.executions())
          .extracting(EchoUpstream.Execution::modern)
          .containsExactly(true, false);
    }
  }

  @Test
  void pagesAreFollowedAndStreamsAreRead() throws IOException {
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.BOTH)) {
      // Given a server that lists in pages
      upstream.pages(3);
      Wire wire = new Wire(upstream.url(), null);
      LegacySession session = wire.legacy();

      // When it is listed, and a tool is added while both kinds of stream are open
      assertThat(wire.names()).containsExactlyInAnyOrderElementsOf(upstream.tools());
      assertThat(session.names()).containsExactlyInAnyOrderElementsOf(upstream.tools());
      try (RawHttp.Open stream = session.openStream();
          RawHttp.Open listen =
              wire.openModern(
                  "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}")) {
        assertThat(listen.nextEvent()).contains("acknowledged");
        upstream.addTool("fresh");

        // Then both hear of it
        assertThat(stream.nextEvent()).contains("notifications/tools/list_changed");
        assertThat(listen.nextEvent())
            .contains("notifications/tools/list_changed")
            .contains("subscriptionId");
      }
    }
  }

  private static String structured(RawHttp.Answer answer) {
    return Objects.requireNonNull(
            RawJson.of(answer.message()).at("result", "structuredContent"), answer.text())
        .text();
  }
}
