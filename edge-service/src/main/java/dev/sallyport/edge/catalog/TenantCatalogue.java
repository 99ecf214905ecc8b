package dev.sallyport.edge.catalog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one tenant has to call, at one moment. Immutable.
 *
 * @param version grows with every change of a list, and with nothing else; cursors pin it
 * @param servers sorted by name
 * @param tools all tools in the order of the aggregate list: servers by name, tools as the upstream
 *     lists them
 * @param offers the same for resources, templates and prompts
 * @param byExposedName the tools by exposed name
 */
public record TenantCatalogue(
    String tenant,
    long version,
    List<ServerEntry> servers,
    List<ToolEntry> tools,
    AggregateOffers offers,
    Map<String, ToolEntry> byExposedName,
    Map<String, ServerEntry> byServer) {

  public @Nullable ServerEntry server(String name) {
    return byServer.get(name);
  }

  public @Nullable ToolEntry tool(String exposedName) {
    return byExposedName.get(exposedName);
  }

  /** Whether a tool is called by scripts, and not listed among those of several servers. */
  public boolean isForScripts(Listed entry) {
    ServerEntry server = byServer.get(entry.server());
    return server != null && server.codeMode();
  }

  /** A list of the aggregate endpoint. */
  public List<? extends Listed> list(ListKind kind) {
    return kind == ListKind.TOOLS ? tools : offers.list(kind);
  }

  /**
   * A list of the endpoint of one server.
   *
   * @return empty for an unknown server
   */
  public List<? extends Listed> list(ListKind kind, String server) {
    ServerEntry entry = byServer.get(server);
    return entry == null ? List.of() : entry.list(kind);
  }
}
