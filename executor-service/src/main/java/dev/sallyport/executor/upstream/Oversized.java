package dev.sallyport.executor.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose answer an oversized message was. Its middle was not kept, so this looks where servers write
 * the id: first or last in the message.
 */
final class Oversized {

  private static final Pattern FIRST =
      Pattern.compile(
          "^\\s*\\{\\s*(?:\"jsonrpc\"\\s*:\\s*\"2\\.0\"\\s*,\\s*)?\"id\"\\s*:\\s*(\\d{1,18})\\s*,");
  private static final Pattern LAST =
      Pattern.compile(
          ",\\s*\"id\"\\s*:\\s*(\\d{1,18})\\s*(?:,\\s*\"jsonrpc\"\\s*:\\s*\"2\\.0\"\\s*)?}\\s*$");

  private Oversized() {}

  static Optional<Long> idIn(byte[] head, byte[] tail) {
    Matcher first = FIRST.matcher(new String(head, StandardCharsets.ISO_8859_1));
    if (first.find()) {
      return Optional.of(Long.valueOf(first.group(1)));
    }
    Matcher last = LAST.matcher(new String(tail, StandardCharsets.ISO_8859_1));
    return last.find() ? Optional.of(Long.valueOf(last.group(1))) : Optional.empty();
  }
}
