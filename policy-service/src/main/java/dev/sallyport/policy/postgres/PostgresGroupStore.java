package dev.sallyport.policy.postgres;

import dev.sallyport.policy.group.GroupStore;
import dev.sallyport.policy.group.StoredGroup;
import dev.sallyport.policy.owner.Ref;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

@Singleton
final class PostgresGroupStore implements GroupStore {

  private static final KeptTable<GroupRow, StoredGroup> TABLE =
      new KeptTable<>(GroupRow.class, GroupRow::toGroup, GroupRow::of);

  private final PolicyDatabase database;

  PostgresGroupStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<List<StoredGroup>> list(String tenant) {
    return database.read(session -> TABLE.list(session, tenant));
  }

  @Override
  public Uni<List<StoredGroup>> page(String tenant, String after, int limit) {
    return database.read(session -> TABLE.page(session, tenant, after, limit));
  }

  @Override
  public Uni<List<StoredGroup>> named(String tenant, String nameOrId) {
    return database.read(session -> TABLE.named(session, tenant, nameOrId));
  }

  /** Groups that are attached to one of these, by name. */
  static Uni<List<StoredGroup>> attachedTo(
      Mutiny.Session session, String tenant, Collection<Ref> any) {
    return session
        .createSelectionQuery(
            "from GroupRow where tenant = :tenant and id in (select a.groupId"
                + " from GroupAttachmentRow a where a.tenant = :tenant and a.attached in :any)",
            GroupRow.class)
        .setParameter("tenant", tenant)
        .setParameter("any", any.stream().map(Ref::text).toList())
        .getResultList()
        .map(
            found ->
                found.stream()
                    .map(GroupRow::toGroup)
                    .sorted(Comparator.comparing(StoredGroup::name))
                    .toList());
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

  private static final class Transaction extends KeptTable.Transaction<GroupRow, StoredGroup>
      implements Writing {

    Transaction(Mutiny.Session session, AccessSequenceRow last) {
      super(session, last, TABLE);
    }

    @Override
    public Uni<Void> save(List<StoredGroup> groups) {
      Uni<Void> done = super.save(groups);
      for (StoredGroup group : groups) {
        done = done.chain(() -> attach(group));
      }
      return done;
    }

    private Uni<Void> attach(StoredGroup group) {
      return session
          .createMutationQuery(
              "delete from GroupAttachmentRow where tenant = :tenant and groupId = :group")
          .setParameter("tenant", group.tenant())
          .setParameter("group", group.id())
          .executeUpdate()
          .chain(
              () ->
                  session.persistAll(
                      group.attached().stream()
                          .map(ref -> GroupAttachmentRow.of(group, ref))
                          .toArray()))
          .chain(() -> session.flush());
    }

    @Override
    public Uni<List<Ref>> known(String tenant, Collection<Ref> refs) {
      return Known.of(session, tenant, refs);
    }

    @Override
    public Uni<Void> announce(String tenant) {
      return session.persist(AccessEventRow.ofAccess(++last.sequence, tenant));
    }
  }
}
