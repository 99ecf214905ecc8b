package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.access.KeyStore;
import dev.sallyport.policy.access.StoredKey;
import dev.sallyport.policy.owner.Ref;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

@Singleton
final class PostgresKeyStore implements KeyStore {

  /** No key is named so. */
  private static final String NO_KEY = "";

  private final PolicyDatabase database;

  PostgresKeyStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<Looked> look(ByteString credentialHash) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select s.sequence, k from AccessSequenceRow s left join VirtualKeyRow k"
                        + " on k.credentialHash = :hash or k.previousHash = :hash",
                    Object[].class)
                .setParameter("hash", credentialHash.toByteArray())
                .getResultList()
                .map(rows -> present(rows, credentialHash))
                .chain(row -> looked(session, (Long) row[0], (VirtualKeyRow) row[1])));
  }

  /** Where a credential is one key's and was another's, it is the one's. */
  private static Object[] present(List<Object[]> rows, ByteString credentialHash) {
    return rows.stream()
        .filter(
            row ->
                row[1] instanceof VirtualKeyRow key
                    && Arrays.equals(key.credentialHash, credentialHash.toByteArray()))
        .findFirst()
        .orElse(rows.getFirst());
  }

  /** What is around the key is read after the sequence: it may be newer, never older. */
  private static Uni<Looked> looked(
      Mutiny.Session session, long sequence, @Nullable VirtualKeyRow row) {
    if (row == null) {
      return Uni.createFrom().item(new Looked(null, Surroundings.NONE, sequence));
    }
    StoredKey key = row.toKey();
    return around(session, key).map(around -> new Looked(key, around, sequence));
  }

  @Override
  public Uni<Surroundings> around(StoredKey key) {
    return database.read(session -> around(session, key));
  }

  private static Uni<Surroundings> around(Mutiny.Session session, StoredKey key) {
    return reaching(session, key)
        .chain(
            reaching ->
                PostgresLimitStore.counting(session, key.tenant(), key.name(), reaching.owners())
                    .chain(
                        limits ->
                            PostgresRuleStore.TABLE
                                .list(session, key.tenant())
                                .map(
                                    rules ->
                                        new Surroundings(
                                            reaching.owners(), reaching.groups(), limits, rules))));
  }

  /** Owners and groups only. What a revoked key belonged to may be gone. */
  static Uni<Surroundings> reaching(Mutiny.Session session, StoredKey key) {
    return PostgresOwnerStore.upFrom(
            session, key.tenant(), key.revokedAt() == null ? key.owner() : null)
        .map(owners -> new Surroundings(owners, List.of(), List.of(), List.of()))
        .chain(
            alone ->
                PostgresGroupStore.attachedTo(session, key.tenant(), alone.ways(key))
                    .map(groups -> new Surroundings(alone.owners(), groups, List.of(), List.of())));
  }

  @Override
  public Uni<Looked> lookAtAnybody(String tenant) {
    return database.read(
        session ->
            session
                .createSelectionQuery("select sequence from AccessSequenceRow", Long.class)
                .getSingleResult()
                .chain(
                    sequence ->
                        PostgresLimitStore.counting(session, tenant, NO_KEY, List.of())
                            .chain(
                                limits ->
                                    PostgresRuleStore.TABLE
                                        .list(session, tenant)
                                        .map(
                                            rules ->
                                                new Looked(
                                                    null,
                                                    new Surroundings(
                                                        List.of(), List.of(), limits, rules),
                                                    sequence)))));
  }

  @Override
  public Uni<List<StoredKey>> list(String tenant) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "from VirtualKeyRow where tenant = :tenant order by createdAt, id",
                    VirtualKeyRow.class)
                .setParameter("tenant", tenant)
                .getResultList()
                .map(PostgresKeyStore::toKeys));
  }

  @Override
  public Uni<List<StoredKey>> page(String tenant, String after, int limit) {
    String following =
        after.isEmpty()
            ? ""
            : " and (k.createdAt > (select a.createdAt from VirtualKeyRow a"
                + " where a.tenant = :tenant and a.id = :after)"
                + " or k.createdAt = (select a.createdAt from VirtualKeyRow a"
                + " where a.tenant = :tenant and a.id = :after) and k.id > :after)";
    return database.read(
        session -> {
          Mutiny.SelectionQuery<VirtualKeyRow> query =
              session
                  .createSelectionQuery(
                      "from VirtualKeyRow k where k.tenant = :tenant"
                          + following
                          + " order by k.createdAt, k.id",
                      VirtualKeyRow.class)
                  .setParameter("tenant", tenant)
                  .setMaxResults(limit);
          if (!after.isEmpty()) {
            query.setParameter("after", after);
          }
          return query.getResultList().map(PostgresKeyStore::toKeys);
        });
  }

  @Override
  public Uni<List<StoredKey>> named(String tenant, String nameOrId) {
    return database.read(session -> named(session, tenant, nameOrId));
  }

  private static Uni<List<StoredKey>> named(
      Mutiny.Session session, String tenant, String nameOrId) {
    return session
        .createSelectionQuery(
            "from VirtualKeyRow where tenant = :tenant and (id = :key or name = :key)"
                + " order by createdAt, id",
            VirtualKeyRow.class)
        .setParameter("tenant", tenant)
        .setParameter("key", nameOrId)
        .getResultList()
        .map(PostgresKeyStore::toKeys);
  }

  @Override
  public <T> Uni<T> write(Function<Writing, Uni<T>> work) {
    return database.writeInTurn(
        (session, sequence) -> work.apply(new Transaction(session, sequence)));
  }

  private static List<StoredKey> toKeys(List<VirtualKeyRow> rows) {
    return rows.stream().map(VirtualKeyRow::toKey).toList();
  }

  /** The writing side within a transaction that is there. */
  static Writing in(Mutiny.Session session, AccessSequenceRow last) {
    return new Transaction(session, last);
  }

  private record Transaction(Mutiny.Session session, AccessSequenceRow last) implements Writing {

    @Override
    public Uni<List<StoredKey>> find(String tenant, String nameOrId) {
      return named(session, tenant, nameOrId);
    }

    @Override
    public Uni<@Nullable StoredKey> holder(ByteString credentialHash) {
      return session
          .createSelectionQuery(
              "from VirtualKeyRow where credentialHash = :hash or previousHash = :hash",
              VirtualKeyRow.class)
          .setParameter("hash", credentialHash.toByteArray())
          .getResultList()
          .map(rows -> rows.isEmpty() ? null : rows.getFirst().toKey());
    }

    @Override
    public Uni<List<StoredKey>> ofSource(String tenant, String source) {
      return session
          .createSelectionQuery(
              "from VirtualKeyRow where tenant = :tenant and source = :source"
                  + " order by createdAt, id",
              VirtualKeyRow.class)
          .setParameter("tenant", tenant)
          .setParameter("source", source)
          .getResultList()
          .map(PostgresKeyStore::toKeys);
    }

    @Override
    public Uni<List<StoredKey>> concerned(
        String tenant, Collection<String> names, Collection<ByteString> hashes) {
      Map<String, StoredKey> found = new LinkedHashMap<>();
      return PolicyDatabase.inSlices(
              names,
              some ->
                  session
                      .createSelectionQuery(
                          "from VirtualKeyRow where tenant = :tenant"
                              + " and (name in :names or id in :names)",
                          VirtualKeyRow.class)
                      .setParameter("tenant", tenant)
                      .setParameter("names", some)
                      .getResultList())
          .invoke(rows -> keep(rows, found))
          .chain(
              () ->
                  PolicyDatabase.inSlices(
                      hashes,
                      some ->
                          session
                              .createSelectionQuery(
                                  "from VirtualKeyRow where credentialHash in :hashes",
                                  VirtualKeyRow.class)
                              .setParameter(
                                  "hashes", some.stream().map(ByteString::toByteArray).toList())
                              .getResultList()))
          .map(
              rows -> {
                keep(rows, found);
                return List.copyOf(found.values());
              });
    }

    private static void keep(List<VirtualKeyRow> rows, Map<String, StoredKey> found) {
      toKeys(rows).forEach(key -> found.put(key.tenant() + "/" + key.id(), key));
    }

    @Override
    public Uni<List<Ref>> owners(String tenant, Collection<Ref> refs) {
      return Known.owners(session, tenant, refs);
    }

    @Override
    public Uni<Void> save(StoredKey key) {
      // Flushed at once: Hibernate would insert before it updates, and a name must be given up
      // before it is taken.
      return put(key).chain(this::flush);
    }

    @Override
    public Uni<Void> add(StoredKey key) {
      return TenantRow.ensure(session, key.tenant())
          .chain(() -> session.persist(VirtualKeyRow.of(key)));
    }

    @Override
    public Uni<Void> put(StoredKey key) {
      return TenantRow.ensure(session, key.tenant())
          .chain(() -> session.merge(VirtualKeyRow.of(key)))
          .replaceWithVoid();
    }

    @Override
    public Uni<Void> flush() {
      return session.flush();
    }

    @Override
    public Uni<Void> announce(
        String tenant, String keyId, ByteString credentialHash, boolean ended) {
      return session.persist(
          AccessEventRow.ofKey(++last.sequence, tenant, keyId, credentialHash, ended));
    }

    @Override
    public long sequence() {
      return last.sequence;
    }
  }
}
