package dev.sallyport.registry.postgres;

import dev.sallyport.registry.catalogue.ChangeLog;
import dev.sallyport.registry.catalogue.ServerKey;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;

@Singleton
final class PostgresChangeLog implements ChangeLog {

  private final RegistryDatabase database;

  PostgresChangeLog(RegistryDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<Tail> after(long sequence, int limit) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select s.sequence,"
                        + " (select coalesce(min(o.sequence), 0) from CatalogueEventRow o), e"
                        + " from CatalogueSequenceRow s"
                        + " left join CatalogueEventRow e on e.sequence > :after"
                        + " order by e.sequence",
                    Object[].class)
                .setParameter("after", sequence)
                .setMaxResults(limit)
                .getResultList()
                .map(PostgresChangeLog::toTail));
  }

  @Override
  public Uni<Void> prune(int kept) {
    return database.write(
        session ->
            session
                .createMutationQuery(
                    "delete from CatalogueEventRow e where e.sequence <="
                        + " (select s.sequence - :kept from CatalogueSequenceRow s)")
                .setParameter("kept", (long) kept)
                .executeUpdate()
                .replaceWithVoid());
  }

  private static Tail toTail(List<Object[]> rows) {
    List<Change> changes =
        rows.stream()
            .map(row -> (CatalogueEventRow) row[2])
            .filter(Objects::nonNull)
            .map(row -> new Change(row.sequence, new ServerKey(row.tenant, row.server)))
            .toList();
    return new Tail(changes, (Long) rows.getFirst()[0], (Long) rows.getFirst()[1]);
  }
}
