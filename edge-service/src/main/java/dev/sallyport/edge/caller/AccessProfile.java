package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one virtual key may use, as policy resolved it. Immutable.
 *
 * @param tools empty: nothing
 * @param digest equal for profiles that see the same tools, so that they share one compiled list
 * @param expiresAt null: never
 */
public record AccessProfile(
    String tenant,
    String keyId,
    String keyName,
    List<ToolPattern> tools,
    @Nullable Instant expiresAt,
    String digest) {

  /**
   * The one rule that both filters lists and gates calls. Matches the original names, never the
   * exposed ones.
   */
  public boolean allows(String server, String tool) {
    for (ToolPattern pattern : tools) {
      if (pattern.matches(server, tool)) {
        return true;
      }
    }
    return false;
  }
}
