package dev.sallyport.edge.dialect;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tools are called in a dialect, both ways. Any thread. */
@Singleton
public class ToolNames {

  /** Shortened names that are kept, of all tenants. */
  private static final int MOST_KEPT = 100_000;

  private final RecentlyUsed<Key, ShortNames> kept =
      new RecentlyUsed<>(MOST_KEPT, names -> 1 + names.size());

  private record Key(String tenant, long version, @Nullable String server, int longest) {}

  /**
   * What a client calls the tool, if that is not the name that the endpoint has for it.
   *
   * @param server its endpoint; null for the aggregate one
   */
  @Nullable String shortName(
      TenantCatalogue catalogue, @Nullable String server, ToolEntry tool, Dialect dialect) {
    boolean tooLong = ShortNames.name(tool, server == null).length() > dialect.maxToolNameLength();
    return tooLong ? names(catalogue, server, dialect).of(tool) : null;
  }

  /**
   * The tool that a client means by a name that the endpoint does not have. Whether the caller may
   * use it is asked afterwards, as with every other name.
   *
   * @param server the endpoint; null for the aggregate one
   * @return null when it means none
   */
  public @Nullable ToolEntry find(
      TenantCatalogue catalogue, @Nullable String server, String name, Dialect dialect) {
    return dialect.limitsNames() ? names(catalogue, server, dialect).tool(name) : null;
  }

  private ShortNames names(TenantCatalogue catalogue, @Nullable String server, Dialect dialect) {
    Key key = new Key(catalogue.tenant(), catalogue.version(), server, dialect.maxToolNameLength());
    ShortNames known = kept.get(key);
    if (known == null) {
      known = ShortNames.of(tools(catalogue, server), server == null, dialect.maxToolNameLength());
      kept.put(key, known);
    }
    return known;
  }

  private static List<ToolEntry> tools(TenantCatalogue catalogue, @Nullable String server) {
    if (server == null) {
      return catalogue.tools();
    }
    ServerEntry entry = catalogue.server(server);
    return entry == null ? List.of() : entry.tools();
  }
}
