package dev.sallyport.kit.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

  private final Secrets secrets = Secrets.of(Map.of("TOKEN", "canary-7f3a"));

  @Test
  void resolvesEnvironmentFilesAndLiterals(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "from-file\n");

    assertThat(secrets.resolve("env:TOKEN").reveal()).isEqualTo("canary-7f3a");
    assertThat(secrets.resolve("file:" + file).reveal()).isEqualTo("from-file");
    assertThat(secrets.resolve("Bearer abc").reveal()).isEqualTo("Bearer abc");
  }

  @Test
  void fillsReferencesInsideAText() {
    assertThat(secrets.resolve("Bearer ${env:TOKEN}").reveal()).isEqualTo("Bearer canary-7f3a");
    assertThat(secrets.resolve("a$b ${env:TOKEN}${env:TOKEN}").reveal())
        .isEqualTo("a$b canary-7f3acanary-7f3a");
    assertThat(secrets.resolve("${HOME} costs $5").reveal()).isEqualTo("${HOME} costs $5");
    assertThatThrownBy(() -> secrets.resolve("Bearer ${env:MISSING}"))
        .isInstanceOf(SecretUnavailable.class)
        .hasMessageContaining("MISSING");
    assertThatThrownBy(() -> secrets.resolve("Bearer ${env:1 2}"))
        .hasMessageContaining("environment variable");
  }

  @Test
  void masksTheLiteralPartsOfATextWithReferences() {
    assertThat(SecretReference.parse("Bearer ${env:TOKEN}").toString())
        .isEqualTo("Bearer ${env:TOKEN}");
    assertThat(SecretReference.parse("canary${env:TOKEN}canary").toString())
        .isEqualTo("***${env:TOKEN}***");
    assertThat(SecretReference.parse("Bearer ${env:TOKEN}").isReference()).isFalse();
  }

  @Test
  void readsARotatedFileAnew(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "old");
    secrets.resolve("file:" + file);

    Files.writeString(file, "new");

    assertThat(secrets.resolve("file:" + file).reveal()).isEqualTo("new");
  }

  @Test
  void namesWhatCannotBeResolved() {
    assertThatThrownBy(() -> secrets.resolve("env:MISSING"))
        .isInstanceOf(SecretUnavailable.class)
        .hasMessageContaining("MISSING");
    assertThatThrownBy(() -> secrets.resolve("file:/no/such/file"))
        .hasMessageContaining("/no/such/file");
    assertThatThrownBy(() -> secrets.resolve("env:1 2"))
        .hasMessageContaining("environment variable");
    assertThatThrownBy(() -> secrets.resolve("vault:kv/x")).hasMessageContaining("vault");
  }

  @Test
  void neverPrintsASecret() {
    Secret secret = secrets.resolve("env:TOKEN");

    assertThat(secret.toString()).isEqualTo("***");
    assertThat(String.valueOf(SecretReference.parse("canary-7f3a"))).doesNotContain("canary");
    assertThat(secret.matches("canary-7f3a")).isTrue();
    assertThat(secret.matches("canary-7f3b")).isFalse();
  }
}
