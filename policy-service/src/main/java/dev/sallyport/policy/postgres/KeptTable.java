package dev.sallyport.policy.postgres;

import dev.sallyport.policy.kept.Kept;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * A table of things that a tenant names.
 *
 * @param rows entity with {@code tenant}, {@code id}, {@code name} and {@code source}
 */
record KeptTable<R, T extends Kept<T>>(
    Class<R> rows, Function<R, T> fromRow, Function<T, R> toRow) {

  private String from() {
    return "from " + rows.getSimpleName() + " where tenant = :tenant";
  }

  private Mutiny.SelectionQuery<R> query(Mutiny.Session session, String tenant, String more) {
    return session.createSelectionQuery(from() + more, rows).setParameter("tenant", tenant);
  }

  Uni<List<T>> list(Mutiny.Session session, String tenant) {
    return all(query(session, tenant, " order by name"));
  }

  Uni<List<T>> page(Mutiny.Session session, String tenant, String after, int limit) {
    return all(
        query(session, tenant, " and name > :after order by name")
            .setParameter("after", after)
            .setMaxResults(limit));
  }

  Uni<List<T>> named(Mutiny.Session session, String tenant, String nameOrId) {
    return all(
        query(session, tenant, " and (name = :named or id = :named) order by name")
            .setParameter("named", nameOrId));
  }

  /**
   * @param column of the entity
   */
  Uni<List<T>> in(Mutiny.Session session, String tenant, String column, Collection<String> values) {
    return PolicyDatabase.inSlices(
        values,
        some ->
            all(query(session, tenant, " and " + column + " in :some").setParameter("some", some)));
  }

  private Uni<List<T>> all(Mutiny.SelectionQuery<R> query) {
    return query.getResultList().map(found -> found.stream().map(fromRow).toList());
  }

  /** What every writing transaction of these does. */
  abstract static class Transaction<R, T extends Kept<T>> {

    final Mutiny.Session session;
    final AccessSequenceRow last;
    private final KeptTable<R, T> table;

    Transaction(Mutiny.Session session, AccessSequenceRow last, KeptTable<R, T> table) {
      this.session = session;
      this.last = last;
      this.table = table;
    }

    public Uni<@Nullable T> find(String tenant, String nameOrId) {
      return table
          .named(session, tenant, nameOrId)
          .map(found -> found.isEmpty() ? null : found.getFirst());
    }

    public Uni<List<T>> concerned(String tenant, String source, Collection<String> names) {
      TreeMap<String, T> byName = new TreeMap<>();
      return table
          .all(table.query(session, tenant, " and source = :source").setParameter("source", source))
          .invoke(found -> found.forEach(each -> byName.put(each.name(), each)))
          .chain(() -> table.in(session, tenant, "name", names))
          .map(
              found -> {
                found.forEach(each -> byName.put(each.name(), each));
                return List.copyOf(byName.values());
              });
    }

    public Uni<Long> count(String tenant) {
      return session
          .createSelectionQuery("select count(*) " + table.from(), Long.class)
          .setParameter("tenant", tenant)
          .getSingleResult();
    }

    public Uni<Void> save(List<T> kept) {
      if (kept.isEmpty()) {
        return Uni.createFrom().voidItem();
      }
      Object[] added = rows(kept, true);
      Object[] changed = rows(kept, false);
      return TenantRow.ensure(session, kept.getFirst().tenant())
          .chain(() -> session.persistAll(added))
          .chain(() -> session.mergeAll(changed))
          .chain(() -> session.flush());
    }

    /** The first revision of a thing is new. */
    private Object[] rows(List<T> kept, boolean added) {
      return kept.stream()
          .filter(each -> (each.revision() == 1) == added)
          .map(table.toRow)
          .toArray();
    }

    public Uni<Void> remove(T kept) {
      return session
          .createMutationQuery("delete " + table.from() + " and id = :id")
          .setParameter("tenant", kept.tenant())
          .setParameter("id", kept.id())
          .executeUpdate()
          .replaceWithVoid();
    }

    public long sequence() {
      return last.sequence;
    }
  }
}
