package dev.sallyport.edge.admin;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** Credentials of administrators that are not in the configuration. */
final class AdminCredential {

  /** {@code spa-} and 32 random bytes in base64url. */
  private static final Pattern CREDENTIAL = Pattern.compile("spa-[A-Za-z0-9_-]{43}");

  private static final SecureRandom RANDOM = new SecureRandom();

  private AdminCredential() {}

  /** A new one: 256 random bits. */
  static String mint() {
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    return "spa-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** Anything else is nobody's, and nobody is asked about it. */
  static boolean isOne(String text) {
    return CREDENTIAL.matcher(text).matches();
  }
}
