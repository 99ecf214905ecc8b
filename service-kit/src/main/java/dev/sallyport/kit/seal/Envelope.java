package dev.sallyport.kit.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals bytes that leave the gateway and come back: session ids, cursors, request state.
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The purpose and the binding are
 * authenticated, not carried: an envelope opens only for the purpose and the binding (tenant,
 * caller, …) that it was sealed for.
 *
 * <p>Layout: version 1, length of the key id, key id, nonce, ciphertext with tag. Safe for any
 * thread.
 */
public final class Envelope {

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyRing ring;

  public Envelope(KeyRing ring) {
    this.ring = ring;
  }

  /**
   * Seals {@code plaintext}.
   *
   * @param purpose what the envelope is for, such as {@code session}; one purpose's envelopes never
   *     open as another's
   * @param binding what it is bound to, such as tenant and caller
   */
  public byte[] seal(String purpose, String binding, byte[] plaintext) {
    String id = ring.current();
    SecretKey key = ring.key(id);
    if (key == null) {
      throw new IllegalStateException("the key ring lost its current key");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] idBytes = id.getBytes(StandardCharsets.US_ASCII);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, purpose, binding).doFinal(plaintext);
      return ByteBuffer.allocate(2 + idBytes.length + NONCE_BYTES + sealed.length)
          .put(VERSION)
          .put((byte) idBytes.length)
          .put(idBytes)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /** Opens what {@link #seal} made; empty for anything else, whatever the reason. */
  public Optional<byte[]> open(String purpose, String binding, byte[] sealed) {
    if (sealed.length < 2 || sealed[0] != VERSION) {
      return Optional.empty();
    }
    int idLength = sealed[1];
    int body = 2 + idLength + NONCE_BYTES;
    if (idLength < 1 || sealed.length < body + TAG_BITS / 8) {
      return Optional.empty();
    }
    @Nullable SecretKey key = ring.key(new String(sealed, 2, idLength, StandardCharsets.US_ASCII));
    if (key == null) {
      return Optional.empty();
    }
    byte[] nonce = new byte[NONCE_BYTES];
    System.arraycopy(sealed, 2 + idLength, nonce, 0, NONCE_BYTES);
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, key, nonce, purpose, binding)
              .doFinal(sealed, body, sealed.length - body));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** {@link #seal} as base64url text without padding: visible ASCII, fit for headers and JSON. */
  public String sealText(String purpose, String binding, byte[] plaintext) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(seal(purpose, binding, plaintext));
  }

  /** {@link #open} for {@link #sealText}. */
  public Optional<byte[]> openText(String purpose, String binding, String text) {
    byte[] sealed;
    try {
      sealed = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return open(purpose, binding, sealed);
  }

  private static Cipher cipher(
      int mode, SecretKey key, byte[] nonce, String purpose, String binding)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    // The length in front keeps (purpose, binding) unambiguous.
    cipher.updateAAD((purpose.length() + ":" + purpose + binding).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
