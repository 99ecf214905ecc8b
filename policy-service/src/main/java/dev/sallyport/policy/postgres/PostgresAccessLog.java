package dev.sallyport.policy.postgres;

import dev.sallyport.policy.access.AccessLog;
import dev.sallyport.proto.policy.v1.AccessEvent;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;

@Singleton
final class PostgresAccessLog implements AccessLog {

  private final PolicyDatabase database;

  PostgresAccessLog(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<Tail> after(long sequence, int limit) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select s.sequence, e from AccessSequenceRow s"
                        + " left join AccessEventRow e on e.sequence > :after order by e.sequence",
                    Object[].class)
                .setParameter("after", sequence)
                .setMaxResults(limit)
                .getResultList()
                .map(PostgresAccessLog::toTail));
  }

  @Override
  public Uni<Tail> last(int limit) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select s.sequence, e from AccessSequenceRow s"
                        + " left join AccessEventRow e on e.sequence > s.sequence - :limit"
                        + " order by e.sequence",
                    Object[].class)
                .setParameter("limit", (long) limit)
                .getResultList()
                .map(PostgresAccessLog::toTail));
  }

  @Override
  public Uni<Void> prune(int kept) {
    return database.write(
        session ->
            session
                .createMutationQuery(
                    "delete from AccessEventRow e where e.sequence <="
                        + " (select s.sequence - :kept from AccessSequenceRow s)")
                .setParameter("kept", (long) kept)
                .executeUpdate()
                .replaceWithVoid());
  }

  private static Tail toTail(List<Object[]> rows) {
    List<AccessEvent> events =
        rows.stream()
            .map(row -> (AccessEventRow) row[1])
            .filter(Objects::nonNull)
            .map(AccessEventRow::toEvent)
            .toList();
    return new Tail(events, (Long) rows.getFirst()[0]);
  }
}
