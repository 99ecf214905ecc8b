package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.echo.EchoUpstream.Execution;
import dev.sallyport.testkit.echo.RawJson;
import dev.sallyport.testkit.wire.LegacySession;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments and results pass unparsed and unchanged, through everything. */
class ByteFaithfulnessTest {

  private static final int ROUNDS = 60;

  private final World world = World.get();

  @ParameterizedTest
  @CsvSource({"modern,echom", "modern,echol", "legacy,echol", "legacy,echom"})
  void fuzzedArgumentsArriveAndComeBackByteForByte(String era, String server) {
    // Given arguments that no model of JSON would keep
    Random random = new Random(20260728 + server.hashCode());
    LegacySession session = era.equals("legacy") ? world.wire("all").legacy() : null;
    for (int round = 0; round < ROUNDS; round++) {
      String arguments = OddJson.object(random, 4);

      // When a tool echoes them
      Answer answer =
          session == null
              ? world.wire("all").call(server + "__echo", arguments)
              : session.call(server + "__echo", arguments);

      // Then the bytes are those that were sent, on the way there and back
      assertThat(structured(answer)).isEqualTo(arguments);
      assertThat(lastExecuted(server)).isEqualTo(arguments);
    }
  }

  @Test
  void argumentsThatAreAbsentStayAbsent() {
    // Given a call without arguments / When it is made
    world.wire("all").modern("tools/call", "\"name\":\"echol__echo\"");

    // Then the upstream got none
    assertThat(lastExecuted("echol")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"echol", "echom"})
  void aResultOfTenMebibytesArrivesWhole(String server) {
    // Given a tool with a big answer / When it is called
    int size = 10 * 1024 * 1024;
    Answer answer = world.wire("all").call(server + "__big", "{\"bytes\":" + size + "}");

    // Then every byte is there
    assertThat(answer.status()).isEqualTo(200);
    byte[] message = answer.message();
    StringBuilder wanted = new StringBuilder(size);
    for (int i = 0; i < size; i++) {
      wanted.append((char) ('a' + i % 26));
    }
    String text = new String(message, StandardCharsets.US_ASCII);
    assertThat(text.length()).isBetween(size, size + 1000);
    assertThat(text.contains(wanted)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"echol", "echom"})
  void argumentsOfFourMebibytesArriveWhole(String server) {
    // Given arguments over gRPC's usual limit
    String arguments = "{\"text\":\"" + "x".repeat(4 * 1024 * 1024 + 17) + "\"}";

    // When they are echoed
    Answer answer = world.wire("all").call(server + "__echo", arguments);

    // Then they come back whole
    assertThat(structured(answer).equals(arguments)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"modern", "legacy"})
  void aResultWithRawNewlinesIsOneMessage(String era) {
    // Given an upstream that prints its JSON prettily, with line ends that would end an SSE field
    // When it is called
    Answer answer =
        era.equals("modern")
            ? world.wire("all").call("echol__pretty", "{}")
            : world.wire("all").legacy().call("echol__pretty", "{}");

    // Then it is one message, and the text inside is what it was
    assertThat(answer.messages()).hasSize(1);
    RawJson text = RawJson.of(answer.message()).at("result", "content");
    assertThat(text).isNotNull();
    assertThat(answer.text()).contains("two\\nlines");
  }

  private static String structured(Answer answer) {
    RawJson structured = RawJson.of(answer.message()).at("result", "structuredContent");
    return structured == null ? answer.text() : structured.text();
  }

  private String lastExecuted(String server) {
    var upstream = server.equals("echol") ? world.legacy : world.modern;
    Execution last = Objects.requireNonNull(upstream.executions().getLast());
    return new String(last.arguments(), StandardCharsets.UTF_8);
  }
}
