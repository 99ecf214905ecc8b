package dev.sallyport.edge.catalog;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Resources of several servers on one endpoint. A URI is the upstream's own wherever that is
 * possible, since models and users know it. Where two servers list the same, that of the second and
 * further ones (by name) is {@code sallyport://SERVER/} and the original percent-encoded; for a
 * template, whose expressions a client still has to expand, {@code sallyport://SERVER//} and the
 * original as it is. Both forms always lead to their server.
 */
public final class ExposedUris {

  private static final String SCHEME = "sallyport://";

  /** A resource of a server. */
  public record Named(String server, String uri) {}

  private ExposedUris() {}

  /** Of a resource. */
  static String of(String server, String uri) {
    return SCHEME
        + server
        + '/'
        + URLEncoder.encode(uri, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Of a template; what it expands to can be parsed. */
  static String ofTemplate(String server, String template) {
    return SCHEME + server + "//" + template;
  }

  /** Whether a URI is of the gateway's own form, whoever it is from. */
  static boolean isOurs(String uri) {
    return uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /** What such a URI names; null for any other, and for one that is malformed. */
  public static @Nullable Named parse(String uri) {
    int slash = isOurs(uri) ? uri.indexOf('/', SCHEME.length()) : -1;
    if (slash < 0) {
      return null;
    }
    String server = uri.substring(SCHEME.length(), slash);
    String rest = uri.substring(slash + 1);
    if (rest.startsWith("/")) {
      return new Named(server, rest.substring(1));
    }
    try {
      return new Named(server, URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
