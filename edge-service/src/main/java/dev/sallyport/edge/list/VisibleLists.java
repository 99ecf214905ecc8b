package dev.sallyport.edge.list;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.CodeTools;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.catalog.Listed;
import dev.sallyport.edge.catalog.OfferEntry;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.dialect.Dialect;
import dev.sallyport.edge.dialect.DialectSettings;
import dev.sallyport.edge.dialect.RewrittenTools;
import dev.sallyport.edge.rule.Rules;
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
  private final RewrittenTools rewritten;
  private final Rules rules;
  private final int pageSize;
  private final int flatPageSize;
  private final RecentlyUsed<Key, CompiledList> lists;
  private final RecentlyUsed<Content, CompiledList> shared;
  private final RecentlyUsed<CompiledList.Page, byte[]> pages;

  VisibleLists(
      Catalogues catalogues,
      RewrittenTools rewritten,
      Rules rules,
      ListSettings settings,
      DialectSettings dialects) {
    this.catalogues = catalogues;
    this.rewritten = rewritten;
    this.rules = rules;
    this.pageSize = settings.pageSize();
    this.flatPageSize = Math.max(pageSize, dialects.mostOnPage());
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
      if (isVisible(profile, tool)) {
        return true;
      }
    }
    // A server without tools yet: whoever is allowed everything of it may connect.
    return entry.isWholeFor(profile);
  }

  /** Whether the caller may see and call it, by whatever way. */
  public boolean isVisible(AccessProfile profile, Listed entry) {
    return profile.allows(entry.server(), entry.toolName())
        && switch (entry) {
          case ToolEntry tool -> !rules.hides(profile, tool);
          case OfferEntry offer -> true;
        };
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
    BitSet which = new BitSet(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      Listed entry = candidates.get(i);
      if (isVisible(profile, entry)) {
        which.set(i);
      }
    }
    Content content =
        new Content(kind, catalogue.tenant(), catalogue.version(), server, dialect, which);
    CompiledList known = shared.get(content);
    if (known == null) {
      List<byte[]> visible = new ArrayList<>(which.cardinality());
      boolean joined = server == null && kind == ListKind.TOOLS;
      if (joined && which.stream().anyMatch(i -> catalogue.isForScripts(candidates.get(i)))) {
        CodeTools.entries().forEach(tool -> visible.add(tool.exposedDefinition()));
      }
      for (int i = which.nextSetBit(0); i >= 0; i = which.nextSetBit(i + 1)) {
        if (joined && catalogue.isForScripts(candidates.get(i))) {
          continue;
        }
        visible.add(
            switch (candidates.get(i)) {
              case ToolEntry tool -> rewritten.definition(catalogue, server, tool, dialect);
              case OfferEntry offer ->
                  server == null ? offer.exposedDefinition() : offer.definition();
            });
      }
      known =
          CompiledList.of(
              catalogue.version(),
              dialect.flattenPages() ? flatPageSize : pageSize,
              pages,
              visible);
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
      ListKind kind,
      String tenant,
      long version,
      @Nullable String server,
      Dialect dialect,
      BitSet which) {}

  private record Key(
      ListKind kind,
      String tenant,
      long version,
      String profile,
      @Nullable String server,
      Dialect dialect) {}
}
