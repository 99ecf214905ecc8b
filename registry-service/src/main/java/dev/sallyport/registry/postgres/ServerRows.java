package dev.sallyport.registry.postgres;

import dev.sallyport.proto.registry.v1.ToolDefinition;
import dev.sallyport.registry.catalogue.KnownServer;
import dev.sallyport.registry.catalogue.Reported;
import dev.sallyport.registry.catalogue.ServerKey;
import dev.sallyport.registry.catalogue.ToolList;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads servers with what is known of them: three queries, whatever their number. */
record ServerRows(Mutiny.Session session) {

  /**
   * By tenant and name.
   *
   * @param tenant null: all
   * @param name null: all
   */
  Uni<List<KnownServer>> read(@Nullable String tenant, @Nullable String name) {
    return query(ServerRow.class, "name", tenant, name, "tenant, name")
        .chain(
            servers ->
                query(CatalogueRow.class, "server", tenant, name, "tenant, server")
                    .chain(
                        catalogues ->
                            query(ToolRow.class, "server", tenant, name, "tenant, server, position")
                                .map(tools -> join(servers, catalogues, tools))));
  }

  private <R> Uni<List<R>> query(
      Class<R> type,
      String nameColumn,
      @Nullable String tenant,
      @Nullable String name,
      String order) {
    List<String> conditions = new ArrayList<>();
    if (tenant != null) {
      conditions.add("tenant = :tenant");
    }
    if (name != null) {
      conditions.add(nameColumn + " = :name");
    }
    String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    var query =
        session.createSelectionQuery(
            "from " + type.getSimpleName() + where + " order by " + order, type);
    if (tenant != null) {
      query = query.setParameter("tenant", tenant);
    }
    if (name != null) {
      query = query.setParameter("name", name);
    }
    // Detached: rows are written anew, never changed in place.
    return query.getResultList().invoke(rows -> rows.forEach(session::detach));
  }

  private static List<KnownServer> join(
      List<ServerRow> servers, List<CatalogueRow> catalogues, List<ToolRow> tools) {
    Map<ServerKey, List<ToolDefinition>> toolsOf = new HashMap<>();
    for (ToolRow tool : tools) {
      toolsOf
          .computeIfAbsent(new ServerKey(tool.tenant, tool.server), key -> new ArrayList<>())
          .add(tool.toTool());
    }
    Map<ServerKey, Reported> reported = new HashMap<>();
    for (CatalogueRow row : catalogues) {
      ServerKey key = new ServerKey(row.tenant, row.server);
      reported.put(
          key, row.toReported(new ToolList(toolsOf.getOrDefault(key, List.of()), row.version)));
    }
    return servers.stream()
        .map(
            row ->
                new KnownServer(
                    row.toDefinition(),
                    row.changedAt,
                    reported.get(new ServerKey(row.tenant, row.name))))
        .toList();
  }
}
