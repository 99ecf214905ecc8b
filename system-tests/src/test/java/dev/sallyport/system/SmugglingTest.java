package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.testkit.wire.RawHttp.Answer;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One message in is one message on: line ends carry nothing past policy to a stdio server. */
class SmugglingTest {

  private final World world = World.get();

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void aPrettyPrintedBodyCannotCarryASecondMessageToStdio(String lineEnd) throws IOException {
    // Given a key that may only read, and a read whose arguments hold, on a line of its own, a
    // write
    Path note = Files.writeString(world.files.resolve("readable.txt"), "readable");
    Path smuggled = world.files.resolve("smuggled.txt");
    String write =
        "{\"jsonrpc\":\"2.0\",\"id\":4711,\"method\":\"tools/call\",\"params\":{\"name\":\"write_file\","
            + "\"arguments\":{\"path\":"
            + World.quote(smuggled.toString())
            + ",\"content\":\"got through\"}}}";
    String members =
        "\"name\":\"fs__read_text_file\",\"arguments\":{\"path\":"
            + World.quote(note.toString())
            + ",\"extra\":"
            + lineEnd
            + write
            + lineEnd
            + "}";
    Wire wire = world.wire("narrow");

    // When it is posted in either era, and something else after it
    Answer modern = wire.modern("tools/call", members);
    Answer legacy = wire.legacy().request("tools/call", "{" + members + "}");
    Answer after =
        wire.call("fs__read_text_file", "{\"path\":" + World.quote(note.toString()) + "}");

    // Then the reads were answered and nothing was written
    assertThat(new String(modern.message(), StandardCharsets.UTF_8)).contains("readable");
    assertThat(new String(legacy.message(), StandardCharsets.UTF_8)).contains("readable");
    assertThat(after.text()).contains("readable");
    assertThat(smuggled).doesNotExist();
  }
}
