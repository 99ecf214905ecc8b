package dev.sallyport.testkit.service;

import dev.sallyport.kit.call.Peer;
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
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keys of all services in a folder, as a deployment has them; the argument {@code service} names
 * the service under test, and {@code processes} says whether it has child processes.
 */
public final class ServiceKeys implements QuarkusTestResourceLifecycleManager {

  private static final String FOLDER = "test.service.keys";

  private String service = "";
  private boolean runsProcesses;

  @Override
  public void init(Map<String, String> arguments) {
    service = arguments.getOrDefault("service", "");
    runsProcesses = Boolean.parseBoolean(arguments.getOrDefault("processes", "false"));
  }

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory(service + "-keys");
      for (Peer peer : Peer.values()) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        Files.writeString(key(folder, peer), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        Files.writeString(
            folder.resolve(peer.wireName() + ".pem"),
            pem("PUBLIC KEY", pair.getPublic().getEncoded()));
      }
      Map<String, String> settings = new HashMap<>();
      settings.put(FOLDER, folder.toString());
      settings.put("sallyport.tokens.service", service);
      settings.put("sallyport.tokens.key", key(folder, Peer.ofWireName(service)).toString());
      settings.put("sallyport.tokens.peers", folder.toString());
      if (runsProcesses) {
        settings.put("sallyport." + service + ".run-folder", folder.resolve("run").toString());
      }
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tokens of {@code peer} in the deployment of this test. */
  public static ServiceTokens tokensOf(Path folder, Peer peer) {
    return ServiceTokens.read(
        new TokenSettings() {
          @Override
          public Optional<String> service() {
            return Optional.of(peer.wireName());
          }

          @Override
          public Optional<Path> key() {
            return Optional.of(ServiceKeys.key(folder, peer));
          }

          @Override
          public Optional<Path> peers() {
            return Optional.of(folder);
          }
        });
  }

  private static Path key(Path folder, Peer peer) {
    return folder.resolve(peer.wireName() + ".key");
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
  }

  @Override
  public void stop() {}
}
