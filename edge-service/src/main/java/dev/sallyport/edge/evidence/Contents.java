package dev.sallyport.edge.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.proto.audit.v1.Content;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Arguments and results as the record keeps them. Any thread. */
public final class Contents {

  /** Content over this many bytes is kept as digest, length and this much of its beginning. */
  public static final int KEPT_BYTES = 64 * 1024;

  private static final int SALT_BYTES = 16;
  private static final int DIGEST_BYTES = 32;
  private static final int BLOCK_BYTES = 64;

  /** A digest and random bytes for each thread: looking up a provider costs more than the hash. */
  private static final ThreadLocal<Hmac> HMAC = ThreadLocal.withInitial(Hmac::new);

  private Contents() {}

  /**
   * Keeps {@code length} bytes of {@code data} from {@code offset}, with a salted digest over all
   * of them.
   */
  public static Content keep(byte[] data, int offset, int length) {
    Hmac hmac = HMAC.get();
    byte[] salt = hmac.nextSalt();
    byte[] digest = hmac.digest(salt, data, offset, length);
    return Content.newBuilder()
        .setData(ByteString.copyFrom(data, offset, Math.min(length, KEPT_BYTES)))
        .setLength(length)
        .setSaltedDigest(UnsafeByteOperations.unsafeWrap(digest))
        .setSalt(UnsafeByteOperations.unsafeWrap(salt))
        .build();
  }

  /** SHA-256 of a credential, as policy stores it. */
  public static byte[] sha256(byte[] data) {
    MessageDigest digest = HMAC.get().sha256;
    digest.reset();
    return digest.digest(data);
  }

  /** HMAC-SHA-256 (RFC 2104) with a 16-byte key. One thread. */
  private static final class Hmac {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final MessageDigest sha256;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final byte[] salts = new byte[64 * SALT_BYTES];
    private int nextSalt = salts.length;

    Hmac() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    byte[] nextSalt() {
      if (nextSalt == salts.length) {
        RANDOM.nextBytes(salts);
        nextSalt = 0;
      }
      byte[] salt = java.util.Arrays.copyOfRange(salts, nextSalt, nextSalt + SALT_BYTES);
      nextSalt += SALT_BYTES;
      return salt;
    }

    byte[] digest(byte[] key, byte[] data, int offset, int length) {
      byte[] digest = new byte[DIGEST_BYTES];
      sha256.reset();
      try {
        sha256.update(padded(key, (byte) 0x36));
        sha256.update(data, offset, length);
        sha256.digest(digest, 0, DIGEST_BYTES);
        sha256.update(padded(key, (byte) 0x5c));
        sha256.update(digest);
        sha256.digest(digest, 0, DIGEST_BYTES);
      } catch (DigestException e) {
        throw new IllegalStateException("a SHA-256 digest has 32 bytes", e);
      }
      return digest;
    }

    private byte[] padded(byte[] key, byte with) {
      for (int i = 0; i < BLOCK_BYTES; i++) {
        block[i] = (byte) ((i < key.length ? key[i] : 0) ^ with);
      }
      return block;
    }
  }
}
