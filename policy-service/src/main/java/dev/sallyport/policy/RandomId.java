package dev.sallyport.policy;

import java.security.SecureRandom;
import java.util.Base64;

/** Ids that cannot be guessed: a prefix that says of what, and 128 random bits in 22 characters. */
public final class RandomId {

  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomId() {}

  /**
   * @param prefix such as {@code vk_}
   */
  public static String of(String prefix) {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
