package dev.sallyport.kit.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kit.call.Peer;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTokensTest {

  @TempDir Path folder;
  private ServiceTokens edge;
  private ServiceTokens policy;
  private ServiceTokens registry;

  @BeforeEach
  void keys() {
    TokenSettings edgeSettings = TestKeys.write(folder, Peer.EDGE);
    TokenSettings policySettings = TestKeys.write(folder, Peer.POLICY);
    TokenSettings registrySettings = TestKeys.write(folder, Peer.REGISTRY);
    edge = ServiceTokens.read(edgeSettings);
    policy = ServiceTokens.read(policySettings);
    registry = ServiceTokens.read(registrySettings);
  }

  @Test
  void provesTheSenderToItsAudience() {
    String token = edge.mint(Peer.POLICY);

    assertThat(policy.check("edge", token)).contains(Peer.EDGE);
    assertThat(policy.check("edge", token)).as("remembered").contains(Peer.EDGE);
  }

  @Test
  void refusesATokenForAnotherAudience() {
    assertThat(registry.check("edge", edge.mint(Peer.POLICY))).isEmpty();
  }

  @Test
  void refusesATokenUnderAnotherName() {
    String token = edge.mint(Peer.POLICY);

    assertThat(policy.check("registry", token)).isEmpty();
    assertThat(policy.check("edge", token)).contains(Peer.EDGE);
    assertThat(policy.check("registry", token)).as("also once it is remembered").isEmpty();
    assertThat(policy.check("nobody", token)).isEmpty();
    assertThat(policy.check("executor", token)).as("no public key mounted").isEmpty();
  }

  @Test
  void refusesATokenSignedWithAKeyThatIsNotMounted(@TempDir Path elsewhere) {
    ServiceTokens impostor = ServiceTokens.read(TestKeys.write(elsewhere, Peer.EDGE));

    assertThat(policy.check("edge", impostor.mint(Peer.POLICY))).isEmpty();
  }

  @Test
  void refusesExpiredLongLivedAndUnsignedTokens() {
    long now = System.currentTimeMillis() / 1000;
    var key = PemKeys.privateKey(folder.resolve("edge.key"));
    String expired =
        Jwt.issuer("edge")
            .audience("policy")
            .issuedAt(now - 120)
            .expiresAt(now - 60)
            .jws()
            .algorithm(SignatureAlgorithm.ES256)
            .sign(key);
    String longLived =
        Jwt.issuer("edge")
            .audience("policy")
            .issuedAt(now)
            .expiresAt(now + 3600)
            .jws()
            .algorithm(SignatureAlgorithm.ES256)
            .sign(key);
    String token = edge.mint(Peer.POLICY);
    String unsigned =
        "eyJhbGciOiJub25lIn0" + token.substring(token.indexOf('.'), token.lastIndexOf('.') + 1);

    assertThat(policy.check("edge", expired)).isEmpty();
    assertThat(policy.check("edge", longLived)).isEmpty();
    assertThat(policy.check("edge", unsigned)).isEmpty();
    assertThat(policy.check("edge", "")).isEmpty();
  }

  @Test
  void mintsOnceForManyCalls() {
    assertThat(edge.mint(Peer.POLICY))
        .isEqualTo(edge.mint(Peer.POLICY))
        .isNotEqualTo(edge.mint(Peer.REGISTRY));
  }

  @Test
  void namesTheKeyFileThatIsWrong() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.key"), "nonsense");

    assertThatThrownBy(() -> ServiceTokens.read(TestKeys.settings(Peer.EDGE, bad, folder)))
        .hasMessageContaining(bad.toString());
    assertThatThrownBy(
            () -> ServiceTokens.read(TestKeys.settings(Peer.EDGE, folder.resolve("none"), folder)))
        .hasMessageContaining("none");
  }
}
