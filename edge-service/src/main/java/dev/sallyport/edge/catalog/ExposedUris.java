package dev.sallyport.edge.catalog;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Resources of several servers on one endpoint. A URI is the upstream's own wherever that is
 * possible, since models and users know it; where two servers list the same, that of the second and
 * further ones (by name) is {@code sallyport://SERVER/} with the original in it. That form always
 * leads to its server.
 */
public final class ExposedUris {

  private static final String SCHEME = "sallyport://";

  /** A resource of a server. */
  public record Named(String server, String uri) {}

  private ExposedUris() {}

  static String of(String server, String uri) {
    String encoded =
        URLEncoder.encode(uri, StandardCharsets.UTF_8)
            .replace("+", "%20")
            // The braces of a template have to stay what they are.
            .replace("%7B", "{")
            .replace("%7D", "}");
    return SCHEME + server + '/' + encoded;
  }

  /** What such a URI names; null for any other. */
  public static @Nullable Named parse(String uri) {
    int slash = uri.startsWith(SCHEME) ? uri.indexOf('/', SCHEME.length()) : -1;
    if (slash < 0) {
      return null;
    }
    try {
      String original =
          URLDecoder.decode(uri.substring(slash + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
      return new Named(uri.substring(SCHEME.length(), slash), original);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
