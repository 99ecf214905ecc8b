package dev.sallyport.kit.token;

import dev.sallyport.kit.call.Peer;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.build.Jwt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Mints and checks the tokens by which services know each other: JWTs (RFC 7519) signed with ES256
 * by the caller's own key, one audience each, valid for 60 seconds. A minted token is used again
 * for half of its life; a checked one is remembered until it expires, so that a call does not pay
 * for a signature. Safe for any thread.
 */
public final class ServiceTokens {

  /** Life of a token. */
  public static final Duration LIFE = Duration.ofSeconds(60);

  private static final int REMEMBERED = 1024;
  private static final int CLOCK_SKEW_SECONDS = 5;

  private final Peer self;
  private final PrivateKey key;
  private final Map<Peer, PublicKey> peers;
  private final Map<Peer, Minted> minted = new ConcurrentHashMap<>();
  private final Map<String, Checked> checked = new ConcurrentHashMap<>();

  private record Minted(String token, long useUntilMillis) {}

  private record Checked(Peer issuer, long expiresMillis) {}

  ServiceTokens(Peer self, PrivateKey key, Map<Peer, PublicKey> peers) {
    this.self = self;
    this.key = key;
    this.peers = new EnumMap<>(peers);
  }

  /**
   * Reads the keys that {@code settings} names.
   *
   * @throws IllegalArgumentException naming the setting or file that is missing or wrong
   */
  public static ServiceTokens read(TokenSettings settings) {
    Peer self = Peer.ofWireName(require(settings.service(), "sallyport.tokens.service"));
    Path folder = require(settings.peers(), "sallyport.tokens.peers");
    Map<Peer, PublicKey> peers = new EnumMap<>(Peer.class);
    for (Peer peer : Peer.values()) {
      Path file = folder.resolve(peer.wireName() + ".pem");
      if (Files.exists(file)) {
        peers.put(peer, PemKeys.publicKey(file));
      }
    }
    return new ServiceTokens(
        self, PemKeys.privateKey(require(settings.key(), "sallyport.tokens.key")), peers);
  }

  private static <T> T require(Optional<T> value, String name) {
    return value.orElseThrow(
        () ->
            new IllegalArgumentException(
                name + " is not set; services refuse to talk without service tokens"));
  }

  /** The service that this process is. */
  public Peer self() {
    return self;
  }

  /** A token with which {@code audience} knows this service. */
  public String mint(Peer audience) {
    long now = System.currentTimeMillis();
    Minted known = minted.get(audience);
    if (known != null && now < known.useUntilMillis()) {
      return known.token();
    }
    String token =
        Jwt.issuer(self.wireName())
            .subject(self.wireName())
            .audience(audience.wireName())
            .issuedAt(now / 1000)
            .expiresAt(now / 1000 + LIFE.toSeconds())
            .jws()
            .algorithm(SignatureAlgorithm.ES256)
            .sign(key);
    minted.put(audience, new Minted(token, now + LIFE.toMillis() / 2));
    return token;
  }

  /**
   * Which service sent this token?
   *
   * @param claimed who the sender says it is; only that service's key is tried
   * @return empty for a token that is not its, not for this service, expired or malformed
   */
  public Optional<Peer> check(String claimed, String token) {
    long now = System.currentTimeMillis();
    Checked known = checked.get(token);
    if (known != null) {
      return now < known.expiresMillis() && known.issuer().wireName().equals(claimed)
          ? Optional.of(known.issuer())
          : Optional.empty();
    }
    Peer issuer;
    try {
      issuer = Peer.ofWireName(claimed);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    PublicKey publicKey = peers.get(issuer);
    if (publicKey == null) {
      return Optional.empty();
    }
    JWTAuthContextInfo info = new JWTAuthContextInfo(publicKey, issuer.wireName());
    info.setExpectedAudience(Set.of(self.wireName()));
    info.setSignatureAlgorithm(Set.of(SignatureAlgorithm.ES256));
    info.setMaxTimeToLiveSecs(LIFE.toSeconds());
    info.setClockSkew(CLOCK_SKEW_SECONDS);
    try {
      JsonWebToken jwt = new DefaultJWTParser(info).parse(token);
      long expires = (jwt.getExpirationTime() + CLOCK_SKEW_SECONDS) * 1000;
      if (checked.size() >= REMEMBERED) {
        checked.values().removeIf(entry -> entry.expiresMillis() <= now);
      }
      if (checked.size() < REMEMBERED) {
        checked.put(token, new Checked(issuer, expires));
      }
      return Optional.of(issuer);
    } catch (ParseException e) {
      return Optional.empty();
    }
  }
}
