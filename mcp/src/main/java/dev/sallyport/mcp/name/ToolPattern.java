package dev.sallyport.mcp.name;

import java.util.List;

/**
 * One entry of a tool allow-list (features B3): {@code *} is everything; otherwise {@code
 * server__tool}, either part a glob in which {@code *} stands for any run of characters. Matches
 * the server name and the tool's original name.
 *
 * <p>Immutable. {@link #toString} gives the text back. Matching takes time in proportion to the
 * length of the name, whatever the pattern.
 */
public interface ToolPattern {

  /** The longest pattern that is taken, in characters. */
  int LONGEST = 256;

  /**
   * @throws IllegalArgumentException with a message that names the fix, if the text is not a
   *     pattern
   */
  static ToolPattern parse(String text) {
    return GlobPattern.parse(text);
  }

  /**
   * A pattern of names of one server's tools, without the server's name.
   *
   * @throws IllegalArgumentException as {@link #parse}
   */
  static ToolPattern ofServer(String server, String text) {
    return GlobPattern.ofServer(server, text);
  }

  boolean matches(String server, String tool);

  /** Does one of these match? */
  static boolean anyMatches(List<ToolPattern> patterns, String server, String tool) {
    for (ToolPattern pattern : patterns) {
      if (pattern.matches(server, tool)) {
        return true;
      }
    }
    return false;
  }
}
