package dev.sallyport.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;

/**
 * The keys of one gateway, made at the first start: a signing key (EC P-256) for every service with
 * the folder of public keys that the others read, and the ring of sealing keys (AES-256).
 *
 * @param folder {@code <service>/private.pem} and {@code public/<service>.pem}
 * @param keyRing file with the sealing keys
 */
public record KeyMaterial(Path folder, Path keyRing) {

  /** The services as they name themselves in tokens. */
  public static final List<String> SERVICES =
      List.of("edge", "registry", "policy", "executor", "sandbox", "audit");

  /** The keys of this data folder; missing ones are made. */
  public static KeyMaterial of(DataFolder data) {
    KeyMaterial keys = new KeyMaterial(data.keys(), data.keyRing());
    try {
      PrivateFiles.folder(keys.publicKeys());
      for (String service : SERVICES) {
        if (!Files.isRegularFile(keys.privateKey(service))
            || !Files.isRegularFile(keys.publicKeys().resolve(service + ".pem"))) {
          keys.make(service);
        }
      }
      if (!Files.isRegularFile(keys.keyRing)) {
        PrivateFiles.write(keys.keyRing, newRing());
      }
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new StartFailed("The keys in " + data.keys() + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** PKCS #8 PEM of one service. */
  public Path privateKey(String service) {
    return folder.resolve(service).resolve("private.pem");
  }

  /** Holds {@code <service>.pem} for every service. */
  public Path publicKeys() {
    return folder.resolve("public");
  }

  /** A new secret with 256 bits in base64url, such as a key of the admin API. */
  public static String newSecret(String prefix) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private void make(String service) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    PrivateFiles.folder(folder.resolve(service));
    PrivateFiles.write(privateKey(service), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    PrivateFiles.write(
        publicKeys().resolve(service + ".pem"), pem("PUBLIC KEY", pair.getPublic().getEncoded()));
  }

  private static String pem(String label, byte[] encoded) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static String newRing() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    ObjectNode ring = new ObjectMapper().createObjectNode();
    ring.put("current", "k1");
    ring.putObject("keys").put("k1", Base64.getEncoder().encodeToString(key));
    return ring + "\n";
  }
}
