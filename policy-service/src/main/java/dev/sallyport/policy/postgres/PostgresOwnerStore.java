package dev.sallyport.policy.postgres;

import dev.sallyport.policy.owner.OwnerRules;
import dev.sallyport.policy.owner.OwnerStore;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.policy.owner.StoredOwner;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

@Singleton
final class PostgresOwnerStore implements OwnerStore {

  static final KeptTable<OwnerRow, StoredOwner> TABLE =
      new KeptTable<>(OwnerRow.class, OwnerRow::toOwner, OwnerRow::of);

  private final PolicyDatabase database;

  PostgresOwnerStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<List<StoredOwner>> list(String tenant) {
    return database.read(session -> TABLE.list(session, tenant));
  }

  @Override
  public Uni<List<StoredOwner>> page(String tenant, String after, int limit) {
    return database.read(session -> TABLE.page(session, tenant, after, limit));
  }

  @Override
  public Uni<List<StoredOwner>> named(String tenant, String nameOrId) {
    return database.read(session -> TABLE.named(session, tenant, nameOrId));
  }

  /**
   * The owner and all above it, the nearest first. One look-up for each level.
   *
   * @throws IllegalStateException in the Uni, if one is missing: whoever asks must not go on
   */
  static Uni<List<StoredOwner>> upFrom(
      Mutiny.Session session, String tenant, @Nullable Ref nearest) {
    return climb(session, tenant, nearest, new ArrayList<>());
  }

  private static Uni<List<StoredOwner>> climb(
      Mutiny.Session session, String tenant, @Nullable Ref next, List<StoredOwner> passed) {
    if (next == null) {
      return Uni.createFrom().item(List.copyOf(passed));
    }
    if (passed.size() > OwnerRules.MOST_LEVELS) {
      return Uni.createFrom()
          .failure(new IllegalStateException("owners go round in a circle: " + next.text()));
    }
    return TABLE
        .in(session, tenant, "name", List.of(next.text()))
        .chain(
            found -> {
              if (found.isEmpty()) {
                return Uni.createFrom()
                    .failure(new IllegalStateException("there is no " + next.inWords()));
              }
              passed.add(found.getFirst());
              return climb(session, tenant, found.getFirst().parent(), passed);
            });
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

  private static final class Transaction extends KeptTable.Transaction<OwnerRow, StoredOwner>
      implements Writing {

    Transaction(Mutiny.Session session, AccessSequenceRow last) {
      super(session, last, TABLE);
    }

    @Override
    public Uni<@Nullable String> userOf(String tenant, Ref owner) {
      return first(
              "select 'key ' || k.name from VirtualKeyRow k where k.tenant = :tenant"
                  + " and k.owner = :owner and k.revokedAt is null order by k.name",
              tenant,
              owner)
          .chain(
              user ->
                  orElse(
                      user,
                      "select o.name from OwnerRow o where o.tenant = :tenant"
                          + " and o.parent = :owner order by o.name",
                      tenant,
                      owner))
          .chain(
              user ->
                  orElse(
                      user,
                      "select 'group ' || g.name from GroupRow g, GroupAttachmentRow a"
                          + " where a.tenant = :tenant and a.attached = :owner"
                          + " and g.tenant = :tenant and g.id = a.groupId order by g.name",
                      tenant,
                      owner))
          .chain(user -> user != null ? Uni.createFrom().item(user) : limit(tenant, owner));
    }

    private Uni<@Nullable String> orElse(
        @Nullable String user, String query, String tenant, Ref owner) {
      return user != null ? Uni.createFrom().item(user) : first(query, tenant, owner);
    }

    private Uni<@Nullable String> first(String query, String tenant, Ref owner) {
      return session
          .createSelectionQuery(query, String.class)
          .setParameter("tenant", tenant)
          .setParameter("owner", owner.text())
          .setMaxResults(1)
          .getResultList()
          .map(found -> found.isEmpty() ? null : found.getFirst());
    }

    private Uni<@Nullable String> limit(String tenant, Ref owner) {
      return session
          .createSelectionQuery(
              "select 'limit ' || l.name from LimitRow l where l.tenant = :tenant"
                  + " and l.ownerKind = :kind and l.owner = :name order by l.name",
              String.class)
          .setParameter("tenant", tenant)
          .setParameter("kind", (short) owner.kind().getNumber())
          .setParameter("name", owner.name())
          .setMaxResults(1)
          .getResultList()
          .map(found -> found.isEmpty() ? null : found.getFirst());
    }

    @Override
    public Uni<Void> announce(String tenant) {
      return session.persist(AccessEventRow.ofAccess(++last.sequence, tenant));
    }
  }
}
