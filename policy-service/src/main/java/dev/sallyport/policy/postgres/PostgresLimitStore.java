package dev.sallyport.policy.postgres;

import dev.sallyport.policy.limit.LimitStore;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.proto.policy.v1.OwnerKind;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

@Singleton
final class PostgresLimitStore implements LimitStore {

  private final PolicyDatabase database;

  PostgresLimitStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<List<StoredLimit>> ofIds(String tenant, Collection<String> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().item(List.of())
        : database.read(
            session ->
                session
                    .createSelectionQuery(
                        "from LimitRow where tenant = :tenant and id in :ids", LimitRow.class)
                    .setParameter("tenant", tenant)
                    .setParameter("ids", ids)
                    .getResultList()
                    .map(PostgresLimitStore::toLimits));
  }

  @Override
  public Uni<List<StoredLimit>> list(String tenant) {
    return database.read(session -> list(session, tenant));
  }

  /** What may count a call of the key of this name. */
  static Uni<List<StoredLimit>> counting(Mutiny.Session session, String tenant, String keyName) {
    return session
        .createSelectionQuery(
            "from LimitRow where tenant = :tenant"
                + " and (ownerKind <> :key or (ownerKind = :key and owner = :name)) order by id",
            LimitRow.class)
        .setParameter("tenant", tenant)
        .setParameter("key", (short) OwnerKind.OWNER_KIND_KEY_VALUE)
        .setParameter("name", keyName)
        .getResultList()
        .map(PostgresLimitStore::toLimits);
  }

  private static Uni<List<StoredLimit>> list(Mutiny.Session session, String tenant) {
    return session
        .createSelectionQuery("from LimitRow where tenant = :tenant order by name", LimitRow.class)
        .setParameter("tenant", tenant)
        .getResultList()
        .map(PostgresLimitStore::toLimits);
  }

  private static List<StoredLimit> toLimits(List<LimitRow> rows) {
    return rows.stream().map(LimitRow::toLimit).toList();
  }

  @Override
  public <T> Uni<T> write(Function<Writing, Uni<T>> work) {
    return database.writeInTurn(
        (session, sequence) -> work.apply(new Transaction(session, sequence)));
  }

  private record Transaction(Mutiny.Session session, AccessSequenceRow last) implements Writing {

    @Override
    public Uni<List<StoredLimit>> list(String tenant) {
      return PostgresLimitStore.list(session, tenant);
    }

    @Override
    public Uni<List<String>> keysNamed(String tenant, Collection<String> names) {
      return names.isEmpty()
          ? Uni.createFrom().item(List.of())
          : session
              .createSelectionQuery(
                  "select name from VirtualKeyRow where tenant = :tenant and name in :names"
                      + " and revokedAt is null",
                  String.class)
              .setParameter("tenant", tenant)
              .setParameter("names", names)
              .getResultList();
    }

    @Override
    public Uni<Void> save(StoredLimit limit) {
      // Flushed at once: a name must be given up before it is taken.
      return TenantRow.ensure(session, limit.tenant())
          .chain(() -> session.merge(LimitRow.of(limit)))
          .chain(() -> session.flush());
    }

    @Override
    public Uni<Void> remove(StoredLimit limit) {
      return session
          .createMutationQuery("delete from LimitRow where tenant = :tenant and id = :id")
          .setParameter("tenant", limit.tenant())
          .setParameter("id", limit.id())
          .executeUpdate()
          .replaceWithVoid();
    }

    @Override
    public Uni<Void> announce(String tenant) {
      return session.persist(AccessEventRow.ofLimits(++last.sequence, tenant));
    }

    @Override
    public long sequence() {
      return last.sequence;
    }
  }
}
