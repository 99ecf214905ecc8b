package dev.sallyport.kit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvelopeTest {

  private static final byte[] SECRET = "session of acme".getBytes(UTF_8);

  private final Envelope envelope = new Envelope(KeyRing.random());

  @Test
  void opensWhatItSealedForTheSamePurposeAndBinding() {
    String sealed = envelope.sealText("session", "acme|vk_1", SECRET);

    assertThat(envelope.openText("session", "acme|vk_1", sealed))
        .hasValueSatisfying(b -> assertThat(b).isEqualTo(SECRET));
    assertThat(sealed).matches("[A-Za-z0-9_-]+").doesNotContain("acme");
  }

  @Test
  void refusesAnotherPurposeTenantOrCaller() {
    String sealed = envelope.sealText("session", "acme|vk_1", SECRET);

    assertThat(envelope.openText("cursor", "acme|vk_1", sealed)).isEmpty();
    assertThat(envelope.openText("session", "globex|vk_1", sealed)).isEmpty();
    assertThat(envelope.openText("session", "acme|vk_2", sealed)).isEmpty();
    assertThat(envelope.openText("sessiona", "cme|vk_1", sealed)).isEmpty();
  }

  @Test
  void refusesEveryFlippedBitAndEveryTruncation() {
    byte[] sealed = envelope.seal("session", "acme", SECRET);

    for (int i = 0; i < sealed.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = sealed.clone();
        changed[i] ^= (byte) (1 << bit);
        assertThat(envelope.open("session", "acme", changed))
            .as("byte %d bit %d", i, bit)
            .isEmpty();
      }
      assertThat(envelope.open("session", "acme", java.util.Arrays.copyOf(sealed, i))).isEmpty();
    }
    assertThat(envelope.openText("session", "acme", "not base64 !")).isEmpty();
  }

  @Test
  void keepsOldEnvelopesReadableAfterARotation(@TempDir Path folder) throws Exception {
    String k1 = Base64.getEncoder().encodeToString(new byte[32]);
    byte[] other = new byte[32];
    other[0] = 1;
    String k2 = Base64.getEncoder().encodeToString(other);
    Path before =
        Files.writeString(
            folder.resolve("a"), "{\"current\":\"k1\",\"keys\":{\"k1\":\"" + k1 + "\"}}");
    Path after =
        Files.writeString(
            folder.resolve("b"),
            "{\"current\":\"k2\",\"keys\":{\"k1\":\"" + k1 + "\",\"k2\":\"" + k2 + "\"}}");
    Path removed =
        Files.writeString(
            folder.resolve("c"), "{\"current\":\"k2\",\"keys\":{\"k2\":\"" + k2 + "\"}}");

    byte[] sealed = new Envelope(KeyRing.read(before)).seal("session", "acme", SECRET);

    assertThat(new Envelope(KeyRing.read(after)).open("session", "acme", sealed)).isPresent();
    assertThat(new Envelope(KeyRing.read(removed)).open("session", "acme", sealed)).isEmpty();
  }

  @Test
  void readsTheRingThatItWrites(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("ring"), KeyRing.newRingJson());

    byte[] sealed = new Envelope(KeyRing.read(file)).seal("a", "b", SECRET);

    assertThat(new Envelope(KeyRing.read(file)).open("a", "b", sealed)).isPresent();
  }

  @Test
  void namesTheFileAndTheFaultOfABadRingButNoKey(@TempDir Path folder) throws Exception {
    Path missing = folder.resolve("none");
    Path noCurrent = Files.writeString(folder.resolve("x"), "{\"current\":\"k9\",\"keys\":{}}");
    Path weak =
        Files.writeString(
            folder.resolve("y"), "{\"current\":\"k1\",\"keys\":{\"k1\":\"c2VjcmV0\"}}");
    Path text = Files.writeString(folder.resolve("z"), "nonsense");

    assertThatThrownBy(() -> KeyRing.read(missing)).hasMessageContaining(missing.toString());
    assertThatThrownBy(() -> KeyRing.read(noCurrent)).hasMessageContaining("k9");
    assertThatThrownBy(() -> KeyRing.read(weak))
        .hasMessageContaining("32 bytes")
        .hasMessageNotContaining("c2VjcmV0");
    assertThatThrownBy(() -> KeyRing.read(text)).hasMessageContaining("JSON");
  }
}
