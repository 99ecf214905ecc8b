package dev.sallyport.audit.grpc;

import dev.sallyport.kit.token.ServiceTokens;
import dev.sallyport.kit.token.TokenSettings;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Real keys: audit proves itself, and believes edge and policy. */
public final class ServiceKeysResource implements QuarkusTestResourceLifecycleManager {

  private static @Nullable Path folder;

  @Override
  public Map<String, String> start() {
    try {
      Path keys = Files.createTempDirectory("service-keys");
      folder = keys;
      // The test itself is loaded by another class loader.
      System.setProperty("sallyport.test.service-keys", keys.toString());
      for (String service : List.of("audit", "edge", "policy")) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        write(keys.resolve(service + ".key"), "PRIVATE KEY", pair.getPrivate().getEncoded());
        write(keys.resolve(service + ".pem"), "PUBLIC KEY", pair.getPublic().getEncoded());
      }
      return Map.of(
          "sallyport.tokens.service", "audit",
          "sallyport.tokens.key", keys.resolve("audit.key").toString(),
          "sallyport.tokens.peers", keys.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String label, byte[] key) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(key)
            + "\n-----END "
            + label
            + "-----\n");
  }

  @Override
  public void stop() {
    Path keys = folder;
    if (keys == null) {
      return;
    }
    try (var files = Files.list(keys)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(keys);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tokens as {@code service} mints them. */
  static ServiceTokens of(String service) {
    Path keys = Path.of(System.getProperty("sallyport.test.service-keys"));
    return ServiceTokens.read(
        new TokenSettings() {
          @Override
          public Optional<String> service() {
            return Optional.of(service);
          }

          @Override
          public Optional<Path> key() {
            return Optional.of(keys.resolve(service + ".key"));
          }

          @Override
          public Optional<Path> peers() {
            return Optional.of(keys);
          }
        });
  }
}
