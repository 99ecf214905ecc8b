package dev.sallyport.edge.mcp;

import dev.sallyport.mcp.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a client says of itself, for records only. */
public final class ClientInfo {

  private static final int LONGEST = 128;

  private ClientInfo() {}

  /** Name and version, empty where it says nothing. */
  public static String text(@Nullable JsonObject info) {
    if (info == null) {
      return "";
    }
    String name = info.string("name");
    String version = info.string("version");
    String text = (name == null ? "" : name) + (version == null ? "" : ' ' + version);
    return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
  }
}
