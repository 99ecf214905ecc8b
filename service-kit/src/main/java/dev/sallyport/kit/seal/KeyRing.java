package dev.sallyport.kit.seal;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The AES-256 keys that seal envelopes, by id. New envelopes use the current key; older ones stay
 * readable while their key is on the ring, which is how keys are rotated: add one, make it current,
 * remove the old one after the longest life of an envelope.
 *
 * <p>File form: <code>{"current":"k1","keys":{"k1":"&lt;base64 of 32 bytes&gt;"}}</code>.
 */
public final class KeyRing {

  private static final int KEY_BYTES = 32;

  private final String current;
  private final Map<String, SecretKey> keys;

  private KeyRing(String current, Map<String, SecretKey> keys) {
    this.current = current;
    this.keys = Map.copyOf(keys);
  }

  /** A ring with one new key, for tests and for the first start. */
  public static KeyRing random() {
    return new KeyRing("k1", Map.of("k1", newKey()));
  }

  /**
   * Reads a ring.
   *
   * @throws IllegalArgumentException naming the file and what is wrong with it, never key material
   */
  public static KeyRing read(Path file) {
    JsonObject json;
    try {
      json = new JsonObject(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("the key ring " + file + " cannot be read", e);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("the key ring " + file + " is not a JSON object");
    }
    String current = json.getString("current", "");
    JsonObject entries = json.getJsonObject("keys", new JsonObject());
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    for (String id : entries.fieldNames()) {
      if (!id.matches("[A-Za-z0-9]{1,16}")) {
        throw new IllegalArgumentException(
            "the key ring " + file + " has a key id that is not 1 to 16 letters and digits");
      }
      keys.put(id, toKey(file, id, entries.getString(id)));
    }
    if (!keys.containsKey(current)) {
      throw new IllegalArgumentException(
          "the key ring "
              + file
              + " names '"
              + current
              + "' as current, which is not one of its keys");
    }
    return new KeyRing(current, keys);
  }

  private static SecretKey toKey(Path file, String id, String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the key ring " + file + ": key '" + id + "' is not base64");
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "the key ring " + file + ": key '" + id + "' is not 32 bytes long");
    }
    return new SecretKeySpec(bytes, "AES");
  }

  /** The JSON text of a ring with one new key. */
  public static String newRingJson() {
    return new JsonObject()
        .put("current", "k1")
        .put(
            "keys",
            new JsonObject().put("k1", Base64.getEncoder().encodeToString(newKey().getEncoded())))
        .encode();
  }

  private static SecretKey newKey() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new SecretKeySpec(bytes, "AES");
  }

  String current() {
    return current;
  }

  @Nullable SecretKey key(String id) {
    return keys.get(id);
  }
}
