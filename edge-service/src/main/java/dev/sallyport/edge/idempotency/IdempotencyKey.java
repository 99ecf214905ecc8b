package dev.sallyport.edge.idempotency;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The value of an {@code Idempotency-Key} header (draft-ietf-httpapi-idempotency-key-header,
 * section 2.1): a string of RFC 8941, section 3.3.3. Because many clients leave the quotes out, a
 * bare word of visible ASCII is taken too, and means the same.
 *
 * @param value 1 to 255 characters
 */
public record IdempotencyKey(String value) {

  private static final int LONGEST = 255;
  private static final Pattern STRING =
      Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\]){1," + 2 * LONGEST + "})\"");
  private static final Pattern BARE = Pattern.compile("[!#-~][!-~]*");
  private static final Pattern ESCAPED = Pattern.compile("\\\\([\"\\\\])");

  /** Empty when the header says something else. */
  public static Optional<IdempotencyKey> parse(String header) {
    String text = header.strip();
    var string = STRING.matcher(text);
    if (string.matches()) {
      return of(ESCAPED.matcher(string.group(1)).replaceAll("$1"));
    }
    return BARE.matcher(text).matches() ? of(text) : Optional.empty();
  }

  private static Optional<IdempotencyKey> of(String value) {
    return value.length() <= LONGEST ? Optional.of(new IdempotencyKey(value)) : Optional.empty();
  }
}
