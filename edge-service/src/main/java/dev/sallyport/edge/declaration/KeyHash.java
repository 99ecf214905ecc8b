package dev.sallyport.edge.declaration;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.evidence.Contents;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What policy knows of a virtual key.
 *
 * @param sha256 32 bytes
 * @param prefix the first characters of the key, for recognition; empty when only the hash is known
 */
public record KeyHash(ByteString sha256, String prefix) {

  /** {@code sp-} and 32 random bytes in base64url. */
  private static final Pattern KEY = Pattern.compile("sp-[A-Za-z0-9_-]{43}");

  private static final Pattern HASH = Pattern.compile("sha256:([0-9a-fA-F]{64})");
  private static final int SHOWN = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new key: 256 random bits. */
  public static String mint() {
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    return "sp-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  public static boolean isKey(String text) {
    return KEY.matcher(text).matches();
  }

  /** The hash of a key. */
  public static KeyHash of(String key) {
    return new KeyHash(
        ByteString.copyFrom(Contents.sha256(key.getBytes(StandardCharsets.UTF_8))),
        key.substring(0, Math.min(SHOWN, key.length())));
  }

  /**
   * Reads {@code sha256:<64 hex digits>}.
   *
   * @throws IllegalArgumentException if the text is something else
   */
  static KeyHash parse(String text) {
    var matcher = HASH.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be `sha256:` and 64 hex digits");
    }
    return new KeyHash(ByteString.copyFrom(HexFormat.of().parseHex(matcher.group(1))), "");
  }
}
