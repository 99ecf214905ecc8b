package dev.sallyport.edge.declaration.tree;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes to characters, strictly. */
final class Text {

  private Text() {}

  /**
   * The text without a byte order mark; null, with a finding, when it is too large or not UTF-8.
   */
  static @Nullable String decode(byte[] bytes, Limits limits, Report report) {
    if (bytes.length > limits.bytes()) {
      report.add(
          Position.START,
          "",
          "the document has " + bytes.length + " bytes; the most is " + limits.bytes());
      return null;
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer characters = CharBuffer.allocate(bytes.length + 1);
    CoderResult outcome = decoder.decode(ByteBuffer.wrap(bytes), characters, true);
    String text = characters.flip().toString();
    if (outcome.isError()) {
      report.add(Position.of(text, text.length()), "", "this is not UTF-8; save the file as UTF-8");
      return null;
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
