package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key sees and calls exactly what its list allows; the rest does not exist for it. */
class AllowListTest {

  private final World world = World.get();

  @Test
  void aKeyListsExactlyWhatItsPatternsAllow() {
    // Given a key for two names and a glob / When it lists, in either era
    List<String> modern = world.wire("narrow").names();
    List<String> legacy = world.wire("narrow").legacy().names();

    // Then it is those and no other
    assertThat(modern).contains("echol__echo", "ev__echo", "fs__read_text_file");
    assertThat(modern)
        .allMatch(
            name ->
                name.equals("echol__echo")
                    || name.equals("ev__echo")
                    || name.startsWith("fs__read_"));
    assertThat(legacy).containsExactlyInAnyOrderElementsOf(modern);
    assertThat(world.wire("nothing").names()).isEmpty();
    assertThat(world.wire("nothing").legacy().names()).isEmpty();
  }

  @Test
  void anAllowedToolAnswersAndItsHiddenTwinNeverReachesTheUpstream() {
    // Given two tools of one server, one of them allowed
    int before = world.legacy.executed("write");

    // When both are called
    Answer allowed = world.wire("narrow").call("echol__echo", "{\"n\":1}");
    Answer hidden = world.wire("narrow").call("echol__write", "{\"n\":1}");

    // Then one is executed
    assertThat(allowed.text()).contains("\"structuredContent\":{\"n\":1}");
    assertThat(hidden.text()).contains("-32602").contains("Unknown tool: echol__write");
    assertThat(world.legacy.executed("write")).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"modern", "legacy"})
  void aHiddenToolAnswersByteForByteLikeAnUnknownOne(String era) {
    // Given a tool that exists but is hidden, and one of the same length that does not exist
    String hidden = "echol__write";
    String unknown = "echol__wrote";

    // When both are called under the same id
    Answer first = call(era, hidden);
    Answer second = call(era, unknown);

    // Then nothing but the name that was asked for differs: status, headers, body
    assertThat(first.text().replace(hidden, unknown)).isEqualTo(second.text());
    assertThat(first.status()).isEqualTo(second.status());
    assertThat(comparable(first)).isEqualTo(comparable(second));
  }

  @Test
  void theEndpointOfAServerObeysTheKeyToo() {
    // Given the endpoint of one server and a key that may use one tool of it
    Wire own = world.wireOf("echol", "narrow");

    // When it lists and calls
    List<String> names = own.names();
    Answer hidden = own.call("write", "{}");

    // Then the key still decides
    assertThat(names).containsExactly("echo");
    assertThat(hidden.text()).contains("-32602").contains("Unknown tool: write");
  }

  private Answer call(String era, String tool) {
    String members = "\"name\":\"" + tool + "\",\"arguments\":{}";
    if (era.equals("modern")) {
      return world
          .wire("narrow")
          .post(
              Wire.modernBody(7, "tools/call", members), Wire.modernHeaders("tools/call", members));
    }
    LegacySession session = world.wire("narrow").legacy();
    return session.send(
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{" + members + "}}");
  }

  private static java.util.Map<String, String> comparable(Answer answer) {
    java.util.Map<String, String> headers = new java.util.TreeMap<>(answer.headers());
    headers.remove("date");
    return headers;
  }
}
