package dev.sallyport.edge.catalog;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.proto.registry.v1.ServerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One upstream with what it lists, in its order.
 *
 * @param capabilities as the upstream declared them, a JSON object; empty if it said nothing
 * @param tools without the quarantined ones and those that are not offered
 * @param offers resources, templates and prompts, likewise
 * @param offered what of the server is there for anybody at all
 * @param costs what calls of its tools cost
 * @param asking its tools of which every call needs an approval
 * @param codeMode scripts call its tools, and lists that join servers do not have them
 * @param stale the lists are last-known-good; calls fail fast with the reason in {@code status}
 */
public record ServerEntry(
    String name,
    long revision,
    String catalogueVersion,
    ServerStatus status,
    boolean stale,
    String instructions,
    byte[] capabilities,
    Duration callTimeout,
    List<ToolEntry> tools,
    Map<ListKind, List<OfferEntry>> offers,
    ToolsOffered offered,
    ToolCosts costs,
    ToolsAsking asking,
    boolean codeMode) {

  public List<OfferEntry> offers(ListKind kind) {
    return offers.getOrDefault(kind, List.of());
  }

  /**
   * Whether a caller may use what is not a tool: resources, prompts and the rest of a server belong
   * to those who may use all of it, where all of it is offered.
   */
  public boolean isWholeFor(AccessProfile profile) {
    return offered.isWhole() && profile.allows(name, "");
  }

  /** The tool that the upstream knows by this name. */
  public @Nullable ToolEntry tool(String name) {
    for (ToolEntry tool : tools) {
      if (tool.tool().equals(name)) {
        return tool;
      }
    }
    return null;
  }

  /** What the upstream declares about a capability; null if it does not. */
  public @Nullable JsonObject capability(String name) {
    return capabilities.length == 0 ? null : JsonObject.of(capabilities).object(name);
  }

  List<? extends Listed> list(ListKind kind) {
    return kind == ListKind.TOOLS ? tools : offers(kind);
  }
}
