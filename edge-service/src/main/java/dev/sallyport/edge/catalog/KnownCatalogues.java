package dev.sallyport.edge.catalog;

import dev.sallyport.proto.registry.v1.ServerCatalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The catalogues that are served, as a function of what was told. Written by one thread at a time,
 * read by any.
 */
final class KnownCatalogues {

  private static final Logger LOG = Logger.getLogger(KnownCatalogues.class);

  /** A catalogue before and after a change of a list. */
  record Change(TenantCatalogue before, TenantCatalogue after) {}

  private final boolean bareNames;
  private final Map<String, TenantCatalogue> current = new ConcurrentHashMap<>();

  // Touched by the writer only.
  private final Map<ServerId, ServerCatalogue> told = new HashMap<>();
  private final Map<String, TreeMap<String, ServerEntry>> entries = new HashMap<>();

  /**
   * @param bareNames tools and prompts have their own names where no two servers have the same
   */
  KnownCatalogues(boolean bareNames) {
    this.bareNames = bareNames;
  }

  TenantCatalogue current(String tenant) {
    TenantCatalogue known = current.get(tenant);
    return known == null ? empty(tenant) : known;
  }

  /** Everything that was told, for the copy on disk. */
  Map<ServerId, ServerCatalogue> told() {
    return Map.copyOf(told);
  }

  Map<String, Long> versions() {
    Map<String, Long> versions = new HashMap<>();
    current.forEach((tenant, catalogue) -> versions.put(tenant, catalogue.version()));
    return versions;
  }

  /** Versions go on from where they were before a restart. */
  void continueFrom(Map<String, Long> versions) {
    versions.forEach(
        (tenant, version) ->
            current.put(
                tenant,
                new TenantCatalogue(
                    tenant,
                    version,
                    List.of(),
                    List.of(),
                    AggregateOffers.EMPTY,
                    Map.of(),
                    Map.of())));
  }

  /**
   * @param now null: the server is gone
   * @return the changes of lists, at most one
   */
  List<Change> put(ServerId id, @Nullable ServerCatalogue now, long sequence) {
    return set(id, now) ? rebuild(id.tenant(), sequence) : List.of();
  }

  /** Makes {@code all} everything that there is. */
  List<Change> replace(Map<ServerId, ServerCatalogue> all, long sequence) {
    Set<String> touched = new HashSet<>();
    for (ServerId id : List.copyOf(told.keySet())) {
      if (!all.containsKey(id) && set(id, null)) {
        touched.add(id.tenant());
      }
    }
    all.forEach(
        (id, server) -> {
          if (set(id, server)) {
            touched.add(id.tenant());
          }
        });
    List<Change> changes = new ArrayList<>();
    touched.forEach(tenant -> changes.addAll(rebuild(tenant, sequence)));
    return changes;
  }

  /** Returns whether anything differs. */
  private boolean set(ServerId id, @Nullable ServerCatalogue now) {
    ServerCatalogue before = now == null ? told.remove(id) : told.put(id, now);
    if (now == null ? before == null : now.equals(before)) {
      return false;
    }
    TreeMap<String, ServerEntry> ofTenant =
        entries.computeIfAbsent(id.tenant(), tenant -> new TreeMap<>());
    if (now == null) {
      ofTenant.remove(id.name());
    } else {
      ofTenant.put(id.name(), ServerEntries.of(now, before, ofTenant.get(id.name())));
    }
    return true;
  }

  private List<Change> rebuild(String tenant, long sequence) {
    TenantCatalogue before = current(tenant);
    List<ServerEntry> servers = List.copyOf(entries.getOrDefault(tenant, new TreeMap<>()).values());
    List<ToolEntry> tools = new ArrayList<>();
    Map<String, ToolEntry> byExposedName = new HashMap<>();
    Map<String, ServerEntry> byServer = new HashMap<>();
    BareNames bare = bareNames ? BareNames.ofTools(servers) : BareNames.NONE;
    for (ServerEntry server : servers) {
      byServer.put(server.name(), server);
      for (ToolEntry prefixed : server.tools()) {
        ToolEntry tool = bare.has(prefixed.tool()) ? prefixed.bare() : prefixed;
        if (byExposedName.putIfAbsent(tool.exposedName(), tool) == null) {
          tools.add(tool);
        } else {
          LOG.warnf("Two tools of tenant %s are both exposed as %s", tenant, tool.exposedName());
        }
      }
    }
    AggregateOffers offers = AggregateOffers.of(servers, bareNames);
    boolean listChanged =
        !before.tools().equals(tools)
            || !before.offers().listsTheSameAs(offers)
            || !codeMode(before.servers()).equals(codeMode(servers));
    long version = listChanged ? Math.max(before.version() + 1, sequence) : before.version();
    TenantCatalogue after =
        new TenantCatalogue(
            tenant,
            version,
            servers,
            List.copyOf(tools),
            offers,
            Map.copyOf(byExposedName),
            Map.copyOf(byServer));
    current.put(tenant, after);
    return listChanged ? List.of(new Change(before, after)) : List.of();
  }

  private static List<String> codeMode(List<ServerEntry> servers) {
    return servers.stream().filter(ServerEntry::codeMode).map(ServerEntry::name).toList();
  }

  private static TenantCatalogue empty(String tenant) {
    return new TenantCatalogue(
        tenant, 0, List.of(), List.of(), AggregateOffers.EMPTY, Map.of(), Map.of());
  }
}
