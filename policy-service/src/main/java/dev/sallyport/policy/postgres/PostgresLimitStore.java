package dev.sallyport.policy.postgres;

import dev.sallyport.policy.limit.LimitStore;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.policy.owner.StoredOwner;
import dev.sallyport.proto.policy.v1.OwnerKind;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

@Singleton
final class PostgresLimitStore implements LimitStore {

  private static final KeptTable<LimitRow, StoredLimit> TABLE =
      new KeptTable<>(LimitRow.class, LimitRow::toLimit, LimitRow::of);

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
    return database.read(session -> TABLE.in(session, tenant, "id", ids));
  }

  @Override
  public Uni<List<StoredLimit>> list(String tenant) {
    return database.read(session -> TABLE.list(session, tenant));
  }

  @Override
  public Uni<List<StoredLimit>> page(String tenant, String after, int limit) {
    return database.read(session -> TABLE.page(session, tenant, after, limit));
  }

  @Override
  public Uni<List<StoredLimit>> named(String tenant, String nameOrId) {
    return database.read(session -> TABLE.named(session, tenant, nameOrId));
  }

  /**
   * What may count a call of the key of this name.
   *
   * @param owners all that it belongs to
   */
  static Uni<List<StoredLimit>> counting(
      Mutiny.Session session, String tenant, String keyName, List<StoredOwner> owners) {
    return session
        .createSelectionQuery(
            "from LimitRow where tenant = :tenant and ownerKind in :shared"
                + " or tenant = :tenant and ownerKind = :key and owner = :name"
                + " or tenant = :tenant and ownerKind = :customer and owner in :customers"
                + " or tenant = :tenant and ownerKind = :team and owner in :teams"
                + " or tenant = :tenant and ownerKind = :user and owner in :users order by id",
            LimitRow.class)
        .setParameter("tenant", tenant)
        .setParameter("shared", SHARED)
        .setParameter("key", (short) OwnerKind.OWNER_KIND_KEY_VALUE)
        .setParameter("name", keyName)
        .setParameter("customer", (short) OwnerKind.OWNER_KIND_CUSTOMER_VALUE)
        .setParameter("customers", names(owners, OwnerKind.OWNER_KIND_CUSTOMER))
        .setParameter("team", (short) OwnerKind.OWNER_KIND_TEAM_VALUE)
        .setParameter("teams", names(owners, OwnerKind.OWNER_KIND_TEAM))
        .setParameter("user", (short) OwnerKind.OWNER_KIND_USER_VALUE)
        .setParameter("users", names(owners, OwnerKind.OWNER_KIND_USER))
        .getResultList()
        .map(rows -> rows.stream().map(LimitRow::toLimit).toList());
  }

  /** Never empty: no owner has the empty name. */
  private static List<String> names(List<StoredOwner> owners, OwnerKind kind) {
    List<String> names =
        owners.stream()
            .map(StoredOwner::ref)
            .filter(ref -> ref.kind() == kind)
            .map(Ref::name)
            .toList();
    return names.isEmpty() ? List.of("") : names;
  }

  @Override
  public <R> Uni<R> write(Function<Writing, Uni<R>> work) {
    return database.writeInTurn(
        (session, sequence) -> work.apply(new Transaction(session, sequence)));
  }

  /** The writing side within a transaction that is there. */
  static Writing in(Mutiny.Session session, AccessSequenceRow last) {
    return new Transaction(session, last);
  }

  private static final class Transaction extends KeptTable.Transaction<LimitRow, StoredLimit>
      implements Writing {

    Transaction(Mutiny.Session session, AccessSequenceRow last) {
      super(session, last, TABLE);
    }

    @Override
    public Uni<List<Ref>> known(String tenant, Collection<Ref> refs) {
      return Known.of(session, tenant, refs);
    }

    @Override
    public Uni<Void> announce(String tenant) {
      return session.persist(AccessEventRow.ofLimits(++last.sequence, tenant));
    }
  }
}
