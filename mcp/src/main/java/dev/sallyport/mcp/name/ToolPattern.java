package dev.sallyport.mcp.name;

/**
 * One entry of a tool allow-list (features B3): {@code *} is everything; otherwise {@code
 * server__tool}, either part a glob in which {@code *} stands for any run of characters. Matches
 * the server name and the tool's original name.
 */
public interface ToolPattern {

  /**
   * @throws IllegalArgumentException with a message that names the fix, if the text is not a
   *     pattern
   */
  static ToolPattern parse(String text) {
    throw new UnsupportedOperationException("being written");
  }

  boolean matches(String server, String tool);
}
