package dev.sallyport.kit.token;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** {@code sallyport.tokens.*}: how this service proves itself and whom it believes. */
@ConfigMapping(prefix = "sallyport.tokens")
public interface TokenSettings {

  /** This service: edge, registry, policy, executor, sandbox or audit. */
  Optional<String> service();

  /** File with this service's EC P-256 private key, PKCS #8 PEM. */
  Optional<Path> key();

  /** Folder with {@code <service>.pem}, the public keys of the services that may call. */
  Optional<Path> peers();
}
