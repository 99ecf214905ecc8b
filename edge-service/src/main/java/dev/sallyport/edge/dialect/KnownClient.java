package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.name.Glob;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the dialect file: how a client is recognised, and what it speaks.
 *
 * @param label what the entry is called
 * @param names patterns of {@code clientInfo.name}, in lower case
 * @param userAgents patterns of User-Agent, in lower case, for requests without a name
 * @param versions null: all of them
 */
record KnownClient(
    String label,
    List<Glob> names,
    List<Glob> userAgents,
    @Nullable VersionRange versions,
    Dialect dialect) {

  boolean isNamed(String name, String version) {
    return matches(names, name) && isOf(version);
  }

  /** The version is what follows the first slash: {@code product/version …}. */
  boolean sends(String userAgent) {
    return matches(userAgents, userAgent) && isOf(version(userAgent));
  }

  private static boolean matches(List<Glob> patterns, String text) {
    String folded = text.toLowerCase(Locale.ROOT);
    for (Glob pattern : patterns) {
      if (pattern.matches(folded)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOf(String version) {
    return versions == null || versions.contains(version);
  }

  private static String version(String userAgent) {
    int slash = userAgent.indexOf('/');
    if (slash < 0) {
      return "";
    }
    int space = userAgent.indexOf(' ', slash);
    return userAgent.substring(slash + 1, space < 0 ? userAgent.length() : space);
  }
}
