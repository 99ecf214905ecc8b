package dev.sallyport.cli.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageLinesTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void linesAreFoundWhereverTheInputIsCut(int most) throws IOException {
    // Given input that comes in pieces
    byte[] input = "{1}\r\n\n  \r\ntoo long!\nabcde\nrest".getBytes(StandardCharsets.UTF_8);
    MessageLines lines =
        new MessageLines(
            new FilterInputStream(new ByteArrayInputStream(input)) {
              @Override
              public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(most, length));
              }
            },
            5);

    // When
    List<String> found = new ArrayList<>();
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      found.add(
          MessageLines.isTooLong(line) ? "TOO LONG" : new String(line, StandardCharsets.UTF_8));
    }

    // Then
    assertThat(found).containsExactly("{1}\r", "TOO LONG", "abcde", "rest");
  }
}
