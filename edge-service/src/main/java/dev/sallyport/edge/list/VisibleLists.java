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
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lists that callers see. Profiles that see the same share one, so memory grows with what
 * differs, and a list of many tools costs a profile of its own no more than references to them.
 */
@Singleton
public class VisibleLists {

  /** A key with its strings, and the entry that holds it. */
  private static final int REFERENCE_BYTES = 256;

  private final Catalogues catalogues;
  private final int pageSize;
  private final RecentlyUsed<Key, CompiledList> lists;
  private final RecentlyUsed<Content, CompiledList> shared;
  private final RecentlyUsed<CompiledList.Page, byte[]> pages;

  VisibleLists(Catalogues catalogues, ListSettings settings) {
    this.catalogues = catalogues;
    this.pageSize = settings.pageSize();
    long half = settings.cache().asLongValue() / 2;
    this.lists = new RecentlyUsed<>(half / 2, list -> REFERENCE_BYTES);
    this.shared = new RecentlyUsed<>(half / 2, CompiledList::bytes);
    this.pages = new RecentlyUsed<>(half, page -> page.length);
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
    BitSet which = new BitSet(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      Listed entry = candidates.get(i);
      if (profile.allows(entry.server(), entry.toolName())) {
        visible.add(entry);
        which.set(i);
      }
    }
    Content content = new Content(kind, catalogue.tenant(), catalogue.version(), server, which);
    CompiledList known = shared.get(content);
    if (known == null) {
      known = CompiledList.of(catalogue.version(), pageSize, pages, visible, server == null);
      shared.put(content, known);
    }
    return known;
  }

  /**
   * What some profiles see.
   *
   * @param which entries of the catalogue's list; not changed any more
   */
  private record Content(
      ListKind kind, String tenant, long version, @Nullable String server, BitSet which) {}

  private record Key(
      ListKind kind, String tenant, long version, String profile, @Nullable String server) {}
}
