package dev.sallyport.edge.list;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lists that callers see. Profiles that are equal share one. */
@Singleton
public class VisibleTools {

  private final Catalogues catalogues;
  private final int pageSize;
  private final RecentlyUsed<Key, CompiledList> lists;

  VisibleTools(Catalogues catalogues, ListSettings settings) {
    this.catalogues = catalogues;
    this.pageSize = settings.pageSize();
    this.lists = new RecentlyUsed<>(settings.cache().asLongValue(), CompiledList::bytes);
  }

  /**
   * The current list.
   *
   * @param server its endpoint; null for the aggregate one
   */
  public CompiledList current(AccessProfile profile, @Nullable String server) {
    TenantCatalogue catalogue = catalogues.current(profile.tenant());
    Key key = new Key(catalogue.tenant(), catalogue.version(), profile.digest(), server);
    CompiledList known = lists.get(key);
    if (known == null) {
      known = compile(catalogue, profile, server);
      lists.put(key, known);
    }
    return known;
  }

  /** The list of a version that may have passed; null when it is not kept any more. */
  public @Nullable CompiledList at(AccessProfile profile, @Nullable String server, long version) {
    CompiledList current = current(profile, server);
    return current.version() == version
        ? current
        : lists.get(new Key(profile.tenant(), version, profile.digest(), server));
  }

  /** Is there an endpoint of this server for the caller? Unknown and not allowed are the same. */
  public boolean isVisible(AccessProfile profile, String server) {
    ServerEntry entry = catalogues.current(profile.tenant()).server(server);
    if (entry == null) {
      return false;
    }
    for (ToolEntry tool : entry.tools()) {
      if (profile.allows(server, tool.tool())) {
        return true;
      }
    }
    // A server without tools yet: whoever is allowed everything of it may connect.
    return profile.allows(server, "");
  }

  private CompiledList compile(
      TenantCatalogue catalogue, AccessProfile profile, @Nullable String server) {
    List<ToolEntry> candidates = catalogue.tools();
    if (server != null) {
      ServerEntry entry = catalogue.server(server);
      candidates = entry == null ? List.of() : entry.tools();
    }
    List<ToolEntry> visible = new ArrayList<>(candidates.size());
    for (ToolEntry tool : candidates) {
      if (profile.allows(tool.server(), tool.tool())) {
        visible.add(tool);
      }
    }
    return CompiledList.of(catalogue.version(), pageSize, visible, server == null);
  }

  private record Key(String tenant, long version, String profile, @Nullable String server) {}
}
