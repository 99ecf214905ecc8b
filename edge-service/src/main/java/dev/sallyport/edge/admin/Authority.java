package dev.sallyport.edge.admin;

import dev.sallyport.edge.http.HttpSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Under which names the admin API answers: a page that made its own name point at this machine (DNS
 * rebinding) calls it by that name and is refused (MCP 2025-11-25, transports, "Security Warning").
 */
@Singleton
class Authority {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> allowed;

  @Inject
  Authority(HttpSettings settings) {
    this(
        settings.allowedHosts().orElse(Set.of()).stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * @param allowed host names besides those of the loopback interface, lower case, without port
   */
  Authority(Set<String> allowed) {
    this.allowed = allowed;
  }

  /** Is this Host header (or {@code :authority}) one of ours? */
  boolean allowsHost(@Nullable String host) {
    return host != null
        && name(host).filter(name -> LOOPBACK.contains(name) || allowed.contains(name)).isPresent();
  }

  /** Only a page of the gateway itself may call: no Origin, or the very host that was called. */
  boolean allowsOrigin(@Nullable String origin, String host) {
    if (origin == null) {
      return true;
    }
    try {
      URI uri = new URI(origin);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && host.equalsIgnoreCase(uri.getRawAuthority())
          && uri.getRawPath().isEmpty();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** The host without its port. */
  private static Optional<String> name(String host) {
    int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
    String name = end <= 0 ? host : host.substring(0, end);
    String port = host.substring(name.length());
    return port.isEmpty() || port.matches(":[0-9]{1,5}")
        ? Optional.of(name.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }
}
