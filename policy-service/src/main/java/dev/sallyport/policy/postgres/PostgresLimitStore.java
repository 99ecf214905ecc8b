package dev.sallyport.policy.postgres;

import dev.sallyport.policy.limit.LimitStore;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.proto.policy.v1.OwnerKind;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

@Singleton
final class PostgresLimitStore implements LimitStore {

  /** Owners whose limits may count any key's calls. Two index look-ups, not a scan of a tenant. */
  private static final List<Short> SHARED =
      List.of(
          (short) OwnerKind.OWNER_KIND_TENANT_VALUE,
          (short) OwnerKind.OWNER_KIND_SERVER_VALUE,
          (short) OwnerKind.OWNER_KIND_TOOL_VALUE);

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

  @Override
  public Uni<List<StoredLimit>> page(String tenant, String after, int limit) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "from LimitRow where tenant = :tenant and name > :after order by name",
                    LimitRow.class)
                .setParameter("tenant", tenant)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList()
                .map(PostgresLimitStore::toLimits));
  }

  @Override
  public Uni<List<StoredLimit>> named(String tenant, String nameOrId) {
    return database.read(session -> named(session, tenant, nameOrId));
  }

  private static Uni<List<StoredLimit>> named(
      Mutiny.Session session, String tenant, String nameOrId) {
    return session
        .createSelectionQuery(
            "from LimitRow where tenant = :tenant and (name = :limit or id = :limit) order by name",
            LimitRow.class)
        .setParameter("tenant", tenant)
        .setParameter("limit", nameOrId)
        .getResultList()
        .map(PostgresLimitStore::toLimits);
  }

  /** What may count a call of the key of this name. */
  static Uni<List<StoredLimit>> counting(Mutiny.Session session, String tenant, String keyName) {
    return session
        .createSelectionQuery(
            "from LimitRow where tenant = :tenant and ownerKind in :shared"
                + " or tenant = :tenant and ownerKind = :key and owner = :name order by id",
            LimitRow.class)
        .setParameter("tenant", tenant)
        .setParameter("shared", SHARED)
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
    public Uni<@Nullable StoredLimit> find(String tenant, String nameOrId) {
      return named(session, tenant, nameOrId)
          .map(limits -> limits.isEmpty() ? null : limits.getFirst());
    }

    @Override
    public Uni<List<StoredLimit>> concerned(
        String tenant, String source, Collection<String> names) {
      Map<String, StoredLimit> found = new TreeMap<>();
      Uni<Void> asked =
          session
              .createSelectionQuery(
                  "from LimitRow where tenant = :tenant and source = :source", LimitRow.class)
              .setParameter("tenant", tenant)
              .setParameter("source", source)
              .getResultList()
              .invoke(rows -> toLimits(rows).forEach(limit -> found.put(limit.name(), limit)))
              .replaceWithVoid();
      for (List<String> some : PolicyDatabase.slices(List.copyOf(names))) {
        asked =
            asked
                .chain(
                    () ->
                        session
                            .createSelectionQuery(
                                "from LimitRow where tenant = :tenant and name in :names",
                                LimitRow.class)
                            .setParameter("tenant", tenant)
                            .setParameter("names", some)
                            .getResultList())
                .invoke(rows -> toLimits(rows).forEach(limit -> found.put(limit.name(), limit)))
                .replaceWithVoid();
      }
      return asked.map(nothing -> List.copyOf(found.values()));
    }

    @Override
    public Uni<Long> count(String tenant) {
      return session
          .createSelectionQuery("select count(*) from LimitRow where tenant = :tenant", Long.class)
          .setParameter("tenant", tenant)
          .getSingleResult();
    }

    @Override
    public Uni<List<String>> keysNamed(String tenant, Collection<String> names) {
      List<String> known = new ArrayList<>();
      Uni<Void> asked = Uni.createFrom().voidItem();
      for (List<String> some : PolicyDatabase.slices(List.copyOf(names))) {
        asked =
            asked
                .chain(
                    () ->
                        session
                            .createSelectionQuery(
                                "select name from VirtualKeyRow where tenant = :tenant"
                                    + " and name in :names and revokedAt is null",
                                String.class)
                            .setParameter("tenant", tenant)
                            .setParameter("names", some)
                            .getResultList())
                .invoke(known::addAll)
                .replaceWithVoid();
      }
      return asked.map(nothing -> List.copyOf(known));
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
