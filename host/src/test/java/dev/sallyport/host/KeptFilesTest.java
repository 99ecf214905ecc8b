package dev.sallyport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials, ready file and keys. */
class KeptFilesTest {

  @TempDir Path temp;

  @Test
  void credentialsAreReadAgainAsWrittenAndForTheirOwnerOnly() throws IOException {
    // Given
    Path file = temp.resolve("credentials");
    CredentialsFile credentials =
        new CredentialsFile(
            "http://h/mcp", "http://h", "sa-1", Optional.of("sp-1"), Map.of("dev", "sp-2"));

    // When
    credentials.write(file);

    // Then
    assertThat(CredentialsFile.read(file)).contains(credentials);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(credentials.toString()).doesNotContain("sa-1", "sp-1", "sp-2");
  }

  @Test
  void credentialsThatAreNotJsonStopTheStartWithTheRemedy() throws IOException {
    Path file = Files.writeString(temp.resolve("credentials"), "{half");

    assertThatThrownBy(() -> CredentialsFile.read(file))
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("remove it");
  }

  @Test
  void theReadyFileSaysWhatAScriptNeeds() throws IOException {
    // Given
    Path file = temp.resolve("ready.json");

    // When
    new ReadyFile("http://h/mcp", Optional.of("sp-1"), "http://h", "sa-1", 7).write(file);

    // Then
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.path("mcpUrl").asText()).isEqualTo("http://h/mcp");
    assertThat(json.path("key").asText()).isEqualTo("sp-1");
    assertThat(json.path("adminUrl").asText()).isEqualTo("http://h");
    assertThat(json.path("adminKey").asText()).isEqualTo("sa-1");
    assertThat(json.path("pid").asLong()).isEqualTo(7);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatAServiceSignsItsPublicKeyVerifies() throws Exception {
    // Given
    KeyMaterial keys = KeyMaterial.of(DataFolder.open(temp.resolve("data")));
    byte[] message = {1, 2, 3};
    for (String service : KeyMaterial.SERVICES) {
      KeyFactory factory = KeyFactory.getInstance("EC");
      PrivateKey own =
          factory.generatePrivate(new PKCS8EncodedKeySpec(pem(keys.privateKey(service))));
      PublicKey seenByPeers =
          factory.generatePublic(
              new X509EncodedKeySpec(pem(keys.publicKeys().resolve(service + ".pem"))));

      // When
      Signature signing = Signature.getInstance("SHA256withECDSA");
      signing.initSign(own);
      signing.update(message);
      byte[] signature = signing.sign();

      // Then
      Signature verifying = Signature.getInstance("SHA256withECDSA");
      verifying.initVerify(seenByPeers);
      verifying.update(message);
      assertThat(verifying.verify(signature)).as(service).isTrue();
    }
  }

  @Test
  void keysStayTheSameOverAStart() throws IOException {
    // Given
    DataFolder data = DataFolder.open(temp.resolve("data"));
    KeyMaterial first = KeyMaterial.of(data);
    String ring = Files.readString(first.keyRing());
    String edge = Files.readString(first.privateKey("edge"));

    // When
    KeyMaterial second = KeyMaterial.of(data);

    // Then
    assertThat(Files.readString(second.keyRing())).isEqualTo(ring);
    assertThat(Files.readString(second.privateKey("edge"))).isEqualTo(edge);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(second.keyRing())))
        .isEqualTo("rw-------");
  }

  private static byte[] pem(Path file) throws IOException {
    return Base64.getMimeDecoder().decode(Files.readString(file).replaceAll("-----.*-----", ""));
  }
}
