package dev.sallyport.kit.seal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the envelope of this service from {@code sallyport.keyring}. */
@ApplicationScoped
class Sealing {

  @Produces
  @Singleton
  Envelope envelope(@ConfigProperty(name = "sallyport.keyring") Optional<Path> file) {
    return new Envelope(
        KeyRing.read(
            file.orElseThrow(
                () ->
                    new IllegalStateException(
                        "sallyport.keyring is not set: it names the file with the sealing keys, the same for all replicas"))));
  }
}
