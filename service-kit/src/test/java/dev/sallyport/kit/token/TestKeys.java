package dev.sallyport.kit.token;

import dev.sallyport.kit.call.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Optional;

/** Writes key files of services, as host does. */
public final class TestKeys {

  private TestKeys() {}

  /**
   * Makes a key pair for {@code peer} in {@code folder} and returns the settings with which it
   * runs.
   */
  public static TokenSettings write(Path folder, Peer peer) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair pair = generator.generateKeyPair();
      Path key = folder.resolve(peer.wireName() + ".key");
      Files.writeString(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      Files.writeString(
          folder.resolve(peer.wireName() + ".pem"),
          pem("PUBLIC KEY", pair.getPublic().getEncoded()));
      return settings(peer, key, folder);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static TokenSettings settings(Peer peer, Path key, Path folder) {
    return new TokenSettings() {
      @Override
      public Optional<String> service() {
        return Optional.of(peer.wireName());
      }

      @Override
      public Optional<Path> key() {
        return Optional.of(key);
      }

      @Override
      public Optional<Path> peers() {
        return Optional.of(folder);
      }
    };
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
  }
}
