package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What an agent wrote.
 *
 * @param text UTF-8
 * @param digest SHA-256 of it
 * @param dry its calls are only told
 */
record Script(ByteString text, ByteString digest, boolean dry) {

  static Script of(String text, boolean dry) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      return new Script(
          ByteString.copyFrom(bytes),
          ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes)),
          dry);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
