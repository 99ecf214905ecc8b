package dev.sallyport.edge.list;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.catalog.Listed;
import dev.sallyport.edge.catalog.OfferEntry;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.dialect.Dialect;
import dev.sallyport.edge.dialect.DialectSettings;
import dev.sallyport.edge.dialect.RewrittenTools;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lists that callers see. Profiles that are equal share one, as do equal dialects. */
@Singleton
public class VisibleLists {

  private final Catalogues catalogues;
  private final RewrittenTools rewritten;
  private final int pageSize;
  private final int flatPageSize;
  private final RecentlyUsed<Key, CompiledList> lists;

  VisibleLists(
      Catalogues catalogues,
      RewrittenTools rewritten,
      ListSettings settings,
      DialectSettings dialects) {
    this.catalogues = catalogues;
    this.rewritten = rewritten;
    this.pageSize = settings.pageSize();
    this.flatPageSize = Math.max(pageSize, dialects.mostOnPage());
    this.lists = new RecentlyUsed<>(settings.cache().asLongValue(), CompiledList::bytes);
  }

  /**
   * The current list.
   *
   * @param kind what is listed
   * @param server its endpoint; null for the aggregate one
   */
  public CompiledList current(
      ListKind kind, AccessProfile profile, @Nullable String server, Dialect dialect) {
    TenantCatalogue catalogue = catalogues.current(profile.tenant());
    Dialect shown = dialect.in(kind);
    Key key =
        new Key(kind, catalogue.tenant(), catalogue.version(), profile.digest(), server, shown);
    CompiledList known = lists.get(key);
    if (known == null) {
      known = compile(kind, catalogue, profile, server, shown);
      lists.put(key, known);
    }
    return known;
  }

  /** The list of a version that may have passed; null when it is not kept any more. */
  public @Nullable CompiledList at(
      ListKind kind,
      AccessProfile profile,
      @Nullable String server,
      Dialect dialect,
      long version) {
    CompiledList current = current(kind, profile, server, dialect);
    return current.version() == version
        ? current
        : lists.get(
            new Key(kind, profile.tenant(), version, profile.digest(), server, dialect.in(kind)));
  }

  /**
   * Digests of all that the caller can list, by which a change is seen: of the plain lists, since
   * what a dialect makes of them changes when they do.
   */
  public ListDigests digests(AccessProfile profile, @Nullable String server) {
    return new ListDigests(
        plain(ListKind.TOOLS, profile, server).digest(),
        plain(ListKind.RESOURCES, profile, server).digest()
            ^ Long.rotateLeft(plain(ListKind.TEMPLATES, profile, server).digest(), 1),
        plain(ListKind.PROMPTS, profile, server).digest());
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

  private CompiledList plain(ListKind kind, AccessProfile profile, @Nullable String server) {
    return current(kind, profile, server, Dialect.PLAIN);
  }

  private CompiledList compile(
      ListKind kind,
      TenantCatalogue catalogue,
      AccessProfile profile,
      @Nullable String server,
      Dialect dialect) {
    List<? extends Listed> candidates =
        server == null ? catalogue.list(kind) : catalogue.list(kind, server);
    List<byte[]> visible = new ArrayList<>(candidates.size());
    for (Listed entry : candidates) {
      if (profile.allows(entry.server(), entry.toolName())) {
        visible.add(
            switch (entry) {
              case ToolEntry tool -> rewritten.definition(catalogue, server, tool, dialect);
              case OfferEntry offer ->
                  server == null ? offer.exposedDefinition() : offer.definition();
            });
      }
    }
    return CompiledList.of(
        catalogue.version(), dialect.flattenPages() ? flatPageSize : pageSize, visible);
  }

  private record Key(
      ListKind kind,
      String tenant,
      long version,
      String profile,
      @Nullable String server,
      Dialect dialect) {}
}
