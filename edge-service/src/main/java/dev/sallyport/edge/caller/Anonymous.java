package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.util.List;

/**
 * Everybody, when {@code sallyport.edge.auth=none}: may use every tool of tenant {@code default}.
 * Only on loopback; policy does not know this caller.
 */
public final class Anonymous {

  private static final AccessProfile PROFILE =
      new AccessProfile(
          "default", "anonymous", "anonymous", List.of(ToolPattern.parse("*")), null, "anonymous");

  private Anonymous() {}

  public static AccessProfile profile() {
    return PROFILE;
  }

  /** By identity, so that no profile that policy made can pass for it. */
  public static boolean is(AccessProfile profile) {
    return profile.origin() == PROFILE;
  }
}
