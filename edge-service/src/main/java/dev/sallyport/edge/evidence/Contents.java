package dev.sallyport.edge.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.proto.audit.v1.Content;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Arguments and results as the record keeps them. */
public final class Contents {

  /** Content over this many bytes is kept as digest, length and this much of its beginning. */
  public static final int KEPT_BYTES = 64 * 1024;

  private static final SecureRandom RANDOM = new SecureRandom();

  private Contents() {}

  /**
   * Keeps {@code length} bytes of {@code data} from {@code offset}, with a salted digest over all
   * of them.
   */
  public static Content keep(byte[] data, int offset, int length) {
    byte[] salt = new byte[16];
    RANDOM.nextBytes(salt);
    byte[] digest;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(salt, "HmacSHA256"));
      mac.update(data, offset, length);
      digest = mac.doFinal();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
    return Content.newBuilder()
        .setData(ByteString.copyFrom(data, offset, Math.min(length, KEPT_BYTES)))
        .setLength(length)
        .setSaltedDigest(UnsafeByteOperations.unsafeWrap(digest))
        .setSalt(UnsafeByteOperations.unsafeWrap(salt))
        .build();
  }

  /** SHA-256 of a credential, as policy stores it. */
  public static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
