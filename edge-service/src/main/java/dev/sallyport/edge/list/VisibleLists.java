package dev.sallyport.edge.list;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.catalog.Listed;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lists that callers see. Profiles that are equal share one. */
@Singleton
public class VisibleLists {

  private final Catalogues catalogues;
  private final int pageSize;
  private final RecentlyUsed<Key, CompiledList> lists;

  VisibleLists(Catalogues catalogues, ListSettings settings) {
    this.catalogues = catalogues;
    this.pageSize = settings.pageSize();
    this.lists = new RecentlyUsed<>(settings.cache().asLongValue(), CompiledList::bytes);
  }

  /**
   * The current list.
   *
   * @param kind what is listed
   * @param server its endpoint; null for the aggregate one
   */
  public CompiledList current(ListKind kind, AccessProfile profile, @Nullable String server) {
    TenantCatalogue catalogue = catalogues.current(profile.tenant());
    Key key = new Key(kind, catalogue.tenant(), catalogue.version(), profile.digest(), server);
    CompiledList known = lists.get(key);
    if (known == null) {
      known = compile(kind, catalogue, profile, server);
      lists.put(key, known);
    }
    return known;
  }

  /** The list of a version that may have passed; null when it is not kept any more. */
  public @Nullable CompiledList at(
      ListKind kind, AccessProfile profile, @Nullable String server, long version) {
    CompiledList current = current(kind, profile, server);
    return current.version() == version
        ? current
        : lists.get(new Key(kind, profile.tenant(), version, profile.digest(), server));
  }

  /** Digests of all that the caller can list, by which a change is seen. */
  public ListDigests digests(AccessProfile profile, @Nullable String server) {
    return new ListDigests(
        current(ListKind.TOOLS, profile, server).digest(),
        current(ListKind.RESOURCES, profile, server).digest()
            ^ Long.rotateLeft(current(ListKind.TEMPLATES, profile, server).digest(), 1),
        current(ListKind.PROMPTS, profile, server).digest());
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
      ListKind kind, TenantCatalogue catalogue, AccessProfile profile, @Nullable String server) {
    List<? extends Listed> candidates =
        server == null ? catalogue.list(kind) : catalogue.list(kind, server);
    List<Listed> visible = new ArrayList<>(candidates.size());
    for (Listed entry : candidates) {
      if (profile.allows(entry.server(), entry.toolName())) {
        visible.add(entry);
      }
    }
    return CompiledList.of(catalogue.version(), pageSize, visible, server == null);
  }

  private record Key(
      ListKind kind, String tenant, long version, String profile, @Nullable String server) {}
}
