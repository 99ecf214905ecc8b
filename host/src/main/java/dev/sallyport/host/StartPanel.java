package dev.sallyport.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a person sees when the gateway is ready: where it is, the key, what to paste into which
 * client, and how the upstream servers are.
 *
 * @param newKey the first virtual key, at the start that made it; later starts name the file
 */
public record StartPanel(
    String mcpUrl,
    Optional<String> newKey,
    boolean noAuth,
    Path credentials,
    List<Upstream> upstreams) {

  /**
   * One upstream server as the admin API tells it.
   *
   * @param reason why it is not ready; empty when it is
   */
  public record Upstream(String name, String health, int tools, String reason) {

    /** Neither reached nor given up yet. */
    public boolean isConnecting() {
      return health.equalsIgnoreCase("connecting") || health.equalsIgnoreCase("unknown");
    }
  }

  private static final String PLACEHOLDER = "YOUR_KEY";

  /** The text, ending with a line break. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("\nSallyport is ready.\n\n  URL   ").append(mcpUrl).append('\n');
    if (noAuth) {
      text.append("  Key   none: --no-auth lets every program on this machine use every tool.\n");
    } else if (newKey.isPresent()) {
      text.append("  Key   ").append(newKey.get()).append('\n');
      text.append("        shown this once; it is kept in ").append(credentials).append('\n');
    } else {
      text.append("  Key   \"key\" in ").append(credentials).append('\n');
    }
    text.append('\n');
    snippets(text, newKey.orElse(PLACEHOLDER));
    text.append("\nServers\n");
    if (upstreams.isEmpty()) {
      text.append("  none yet: ./sallyport servers add, or up --mcp-json FILE\n");
    }
    int width = upstreams.stream().mapToInt(u -> u.name().length()).max().orElse(0);
    for (Upstream upstream : upstreams) {
      text.append("  ")
          .append(upstream.name())
          .append(" ".repeat(width - upstream.name().length() + 2))
          .append(upstream.health())
          .append(", ")
          .append(upstream.tools())
          .append(upstream.tools() == 1 ? " tool" : " tools");
      if (!upstream.reason().isEmpty()) {
        text.append(": ").append(upstream.reason());
      }
      text.append('\n');
    }
    return text.append("\nCtrl-C ends it.\n").toString();
  }

  private void snippets(StringBuilder text, String key) {
    boolean withKey = !noAuth;
    text.append("Claude Code\n  claude mcp add --transport http sallyport ").append(mcpUrl);
    text.append(withKey ? " --header \"Authorization: Bearer " + key + "\"\n" : "\n");
    text.append("Claude Desktop (claude_desktop_config.json; needs Node)\n");
    text.append("  {\"mcpServers\": {\"sallyport\": {\"command\": \"npx\", \"args\": [")
        .append("\"-y\", \"mcp-remote\", \"")
        .append(mcpUrl)
        .append('"');
    // Claude Desktop on Windows splits arguments at spaces, so the value comes from the
    // environment.
    text.append(
        withKey
            ? ", \"--header\", \"Authorization:${AUTH}\"], \"env\": {\"AUTH\": \"Bearer "
                + key
                + "\"}}}}\n"
            : "]}}}\n");
    String headers = withKey ? ", \"headers\": {\"Authorization\": \"Bearer " + key + "\"}" : "";
    text.append("Cursor (~/.cursor/mcp.json)\n  {\"mcpServers\": {\"sallyport\": {\"url\": \"")
        .append(mcpUrl)
        .append('"')
        .append(headers)
        .append("}}}\n");
    text.append("VS Code (.vscode/mcp.json)\n")
        .append("  {\"servers\": {\"sallyport\": {\"type\": \"http\", \"url\": \"")
        .append(mcpUrl)
        .append('"')
        .append(headers)
        .append("}}}\n");
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "StartPanel[" + mcpUrl + "]";
  }
}
