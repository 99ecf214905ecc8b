package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.admin.AdminStore;
import dev.sallyport.policy.admin.StoredAdministrator;
import dev.sallyport.policy.admin.StoredRole;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

@Singleton
final class PostgresAdminStore implements AdminStore {

  private final PolicyDatabase database;

  PostgresAdminStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<@Nullable Looked> look(ByteString credentialHash) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select a, r from AdministratorRow a left join AdminRoleRow r"
                        + " on r.tenant = a.tenant and r.name = a.role"
                        + " where a.credentialHash = :hash",
                    Object[].class)
                .setParameter("hash", credentialHash.toByteArray())
                .getSingleResultOrNull()
                .map(PostgresAdminStore::looked));
  }

  private static @Nullable Looked looked(Object @Nullable [] row) {
    return row == null
        ? null
        : new Looked(
            ((AdministratorRow) row[0]).toAdministrator(),
            row[1] instanceof AdminRoleRow role ? role.toRole() : null);
  }

  @Override
  public Uni<List<StoredRole>> roles(String tenant) {
    return database.read(session -> roles(session, tenant));
  }

  private static Uni<List<StoredRole>> roles(Mutiny.Session session, String tenant) {
    return session
        .createSelectionQuery(
            "from AdminRoleRow where tenant = :tenant order by name", AdminRoleRow.class)
        .setParameter("tenant", tenant)
        .getResultList()
        .map(rows -> rows.stream().map(AdminRoleRow::toRole).toList());
  }

  @Override
  public Uni<List<StoredAdministrator>> page(String tenant, String after, int limit) {
    String following =
        after.isEmpty()
            ? ""
            : " and (k.createdAt > (select a.createdAt from AdministratorRow a"
                + " where a.tenant = :tenant and a.id = :after)"
                + " or k.createdAt = (select a.createdAt from AdministratorRow a"
                + " where a.tenant = :tenant and a.id = :after) and k.id > :after)";
    return database.read(
        session -> {
          Mutiny.SelectionQuery<AdministratorRow> query =
              session
                  .createSelectionQuery(
                      "from AdministratorRow k where k.tenant = :tenant"
                          + following
                          + " order by k.createdAt, k.id",
                      AdministratorRow.class)
                  .setParameter("tenant", tenant)
                  .setMaxResults(limit);
          if (!after.isEmpty()) {
            query.setParameter("after", after);
          }
          return query.getResultList().map(PostgresAdminStore::toAdministrators);
        });
  }

  @Override
  public Uni<List<StoredAdministrator>> named(String tenant, String nameOrId) {
    return database.read(session -> named(session, tenant, nameOrId));
  }

  private static Uni<List<StoredAdministrator>> named(
      Mutiny.Session session, String tenant, String nameOrId) {
    return session
        .createSelectionQuery(
            "from AdministratorRow where tenant = :tenant and (id = :asked or name = :asked)"
                + " order by createdAt, id",
            AdministratorRow.class)
        .setParameter("tenant", tenant)
        .setParameter("asked", nameOrId)
        .getResultList()
        .map(PostgresAdminStore::toAdministrators);
  }

  private static List<StoredAdministrator> toAdministrators(List<AdministratorRow> rows) {
    return rows.stream().map(AdministratorRow::toAdministrator).toList();
  }

  /** Nothing is announced: edges ask anew for each request. */
  @Override
  public <T> Uni<T> write(Function<Writing, Uni<T>> work) {
    return database.writeInTurn((session, sequence) -> work.apply(new Transaction(session)));
  }

  private record Transaction(Mutiny.Session session) implements Writing {

    @Override
    public Uni<List<StoredRole>> roles(String tenant) {
      return PostgresAdminStore.roles(session, tenant);
    }

    @Override
    public Uni<List<StoredAdministrator>> present(String tenant) {
      return session
          .createSelectionQuery(
              "from AdministratorRow where tenant = :tenant and revokedAt is null"
                  + " order by createdAt, id",
              AdministratorRow.class)
          .setParameter("tenant", tenant)
          .getResultList()
          .map(PostgresAdminStore::toAdministrators);
    }

    @Override
    public Uni<List<StoredAdministrator>> named(String tenant, String nameOrId) {
      return PostgresAdminStore.named(session, tenant, nameOrId);
    }

    @Override
    public Uni<Boolean> isTaken(ByteString credentialHash) {
      return session
          .createSelectionQuery(
              "select count(*) from AdministratorRow where credentialHash = :hash", Long.class)
          .setParameter("hash", credentialHash.toByteArray())
          .getSingleResult()
          .map(count -> count > 0);
    }

    @Override
    public Uni<Void> save(StoredRole role) {
      return TenantRow.ensure(session, role.tenant())
          .chain(() -> session.merge(AdminRoleRow.of(role)))
          .chain(() -> session.flush());
    }

    @Override
    public Uni<Void> remove(StoredRole role) {
      return session
          .createMutationQuery("delete from AdminRoleRow where tenant = :tenant and name = :name")
          .setParameter("tenant", role.tenant())
          .setParameter("name", role.name())
          .executeUpdate()
          .replaceWithVoid();
    }

    @Override
    public Uni<Void> save(StoredAdministrator administrator) {
      return TenantRow.ensure(session, administrator.tenant())
          .chain(() -> session.merge(AdministratorRow.of(administrator)))
          .chain(() -> session.flush());
    }
  }
}
