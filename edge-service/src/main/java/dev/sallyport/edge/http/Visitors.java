package dev.sallyport.edge.http;

import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of others away from a gateway on somebody's machine (DNS rebinding; Streamable
 * HTTP, "Security"). A request without Origin does not come from a page.
 */
@Singleton
class Visitors {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private final boolean onLoopback;
  private final Set<String> origins;
  private final Set<String> hosts;

  Visitors(
      HttpSettings settings,
      @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String boundTo) {
    this.onLoopback = isLoopback(boundTo);
    this.origins = settings.allowedOrigins().orElse(Set.of());
    this.hosts = settings.allowedHosts().orElse(Set.of());
  }

  boolean isOnLoopback() {
    return onLoopback;
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.contains(host.toLowerCase(Locale.ROOT)) || host.startsWith("127.");
  }

  boolean allowsHost(@Nullable String host) {
    if (!onLoopback && hosts.isEmpty()) {
      return true;
    }
    if (host == null) {
      return false;
    }
    String name = withoutPort(host).toLowerCase(Locale.ROOT);
    return (onLoopback && isLoopbackName(name)) || hosts.contains(name);
  }

  boolean allowsOrigin(String origin) {
    if (origins.contains(origin)) {
      return true;
    }
    if (!onLoopback) {
      return false;
    }
    try {
      URI uri = new URI(origin);
      String host = uri.getHost();
      return host != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && isLoopbackName(host.toLowerCase(Locale.ROOT));
    } catch (java.net.URISyntaxException e) {
      return false;
    }
  }

  private static boolean isLoopbackName(String name) {
    return LOOPBACK.contains(name);
  }

  private static String withoutPort(String host) {
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? host : host.substring(0, end + 1);
    }
    int colon = host.lastIndexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }
}
