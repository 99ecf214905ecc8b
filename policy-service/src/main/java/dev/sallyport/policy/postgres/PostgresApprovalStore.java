package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.policy.approval.ApprovalStore;
import dev.sallyport.policy.approval.StoredApproval;
import dev.sallyport.policy.approval.StoredApproval.Pending;
import dev.sallyport.policy.approval.StoredApproval.Subject;
import dev.sallyport.proto.policy.v1.ApprovalState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

@Singleton
final class PostgresApprovalStore implements ApprovalStore {

  private static final String OF_SUBJECT =
      "from ApprovalRow where tenant = :tenant and keyId = :key and argumentsDigest = :digest"
          + " and server = :server and tool = :tool";

  /** An approval before a denial before a request; of each the oldest. */
  private static final String STANDING =
      OF_SUBJECT
          + " and (state = :approved and validUntil > :now"
          + " or state = :denied and told = false and expiresAt > :now"
          + " or state = :pending and expiresAt > :now)"
          + " order by case state when :approved then 0 when :denied then 1 else 2 end, askedAt, id";

  /** Side by side with others who find that there is none yet. */
  private static final String NEW_TENANT =
      "insert into policy.tenant (id, created_at) values (:tenant, now()) on conflict do nothing";

  private final PolicyDatabase database;

  PostgresApprovalStore(PolicyDatabase database) {
    this.database = database;
  }

  @Override
  public Uni<@Nullable StoredApproval> find(String tenant, String id) {
    return database.read(
        session ->
            session
                .find(ApprovalRow.class, new TenantScopedId(tenant, id))
                .chain(
                    row ->
                        row == null
                            ? Uni.createFrom().<@Nullable StoredApproval>nullItem()
                            : session
                                .find(ApprovalArgumentsRow.class, new TenantScopedId(tenant, id))
                                .map(
                                    kept ->
                                        row.toApproval(
                                            kept == null
                                                ? ByteString.EMPTY
                                                : ByteString.copyFrom(kept.arguments)))));
  }

  @Override
  public Uni<List<StoredApproval>> page(String tenant, Filter filter, int limit) {
    Map<String, Object> values = new LinkedHashMap<>();
    StringBuilder query = new StringBuilder("from ApprovalRow one where one.tenant = :tenant");
    values.put("tenant", tenant);
    if (!filter.key().isEmpty()) {
      query.append(" and (one.keyId = :key or one.keyName = :key)");
      values.put("key", filter.key());
    }
    if (!filter.server().isEmpty()) {
      query.append(" and one.server = :server");
      values.put("server", filter.server());
    }
    if (!filter.tool().isEmpty()) {
      query.append(" and one.tool = :tool");
      values.put("tool", filter.tool());
    }
    state(query, values, filter);
    if (!filter.after().isEmpty()) {
      query.append(
          " and exists (select 1 from ApprovalRow shown where shown.tenant = :tenant"
              + " and shown.id = :after and (one.askedAt < shown.askedAt"
              + " or one.askedAt = shown.askedAt and one.id < shown.id))");
      values.put("after", filter.after());
    }
    query.append(" order by one.askedAt desc, one.id desc");
    return database.read(
        session -> {
          Mutiny.SelectionQuery<ApprovalRow> asked =
              session.createSelectionQuery(query.toString(), ApprovalRow.class);
          values.forEach(asked::setParameter);
          return asked
              .setMaxResults(limit)
              .getResultList()
              .map(rows -> rows.stream().map(row -> row.toApproval(ByteString.EMPTY)).toList());
        });
  }

  private static void state(StringBuilder query, Map<String, Object> values, Filter filter) {
    ApprovalState state = filter.state();
    switch (state) {
      case APPROVAL_STATE_PENDING -> {
        query.append(" and one.state = :state and one.expiresAt > :now");
        values.put("now", filter.now());
      }
      case APPROVAL_STATE_APPROVED -> {
        query.append(" and one.state = :state and one.validUntil > :now");
        values.put("now", filter.now());
      }
      case APPROVAL_STATE_DENIED, APPROVAL_STATE_USED -> query.append(" and one.state = :state");
      case APPROVAL_STATE_EXPIRED -> {
        query.append(
            " and (one.state = :pending and one.expiresAt <= :now"
                + " or one.state = :approved and one.validUntil <= :now)");
        values.put("pending", ApprovalRow.PENDING);
        values.put("approved", ApprovalRow.APPROVED);
        values.put("now", filter.now());
        return;
      }
      case APPROVAL_STATE_UNSPECIFIED, UNRECOGNIZED -> {
        return;
      }
    }
    values.put("state", (short) state.getNumber());
  }

  @Override
  public Uni<@Nullable StoredApproval> waiting(Subject subject, Instant now) {
    return database
        .read(session -> standing(session, subject, now))
        .map(found -> found != null && found.state() instanceof Pending ? found : null);
  }

  private static Uni<@Nullable StoredApproval> standing(
      Mutiny.Session session, Subject subject, Instant now) {
    return ofSubject(session, STANDING, subject)
        .setParameter("approved", ApprovalRow.APPROVED)
        .setParameter("denied", ApprovalRow.DENIED)
        .setParameter("pending", ApprovalRow.PENDING)
        .setParameter("now", now)
        .setMaxResults(1)
        .getResultList()
        .map(PostgresApprovalStore::first);
  }

  private static Mutiny.SelectionQuery<ApprovalRow> ofSubject(
      Mutiny.Session session, String query, Subject subject) {
    return session
        .createSelectionQuery(query, ApprovalRow.class)
        .setParameter("tenant", subject.tenant())
        .setParameter("key", subject.keyId())
        .setParameter("digest", subject.argumentsDigest().toByteArray())
        .setParameter("server", subject.server())
        .setParameter("tool", subject.tool());
  }

  private static @Nullable StoredApproval first(List<ApprovalRow> rows) {
    return rows.isEmpty() ? null : rows.getFirst().toApproval(ByteString.EMPTY);
  }

  @Override
  public Uni<Integer> forget(Instant before) {
    return database.write(
        session ->
            session
                .createMutationQuery(
                    "delete from ApprovalRow where askedAt < :before and expiresAt < :before"
                        + " and (validUntil is null or validUntil < :before)"
                        + " and (usedAt is null or usedAt < :before)")
                .setParameter("before", before)
                .executeUpdate());
  }

  @Override
  public <T> Uni<T> write(String tenant, Function<Writing, Uni<T>> work) {
    // The row of the tenant is what its writers wait for, in all replicas.
    return database.write(
        session ->
            session
                .createNativeQuery(NEW_TENANT)
                .setParameter("tenant", tenant)
                .executeUpdate()
                .chain(
                    () ->
                        session
                            .createSelectionQuery(
                                "from TenantRow where id = :tenant", TenantRow.class)
                            .setParameter("tenant", tenant)
                            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                            .getSingleResult())
                .chain(() -> work.apply(new Transaction(session, tenant))));
  }

  private record Transaction(Mutiny.Session session, String tenant) implements Writing {

    @Override
    public Uni<@Nullable StoredApproval> find(String id) {
      return session
          .createSelectionQuery(
              "from ApprovalRow where tenant = :tenant and id = :id", ApprovalRow.class)
          .setParameter("tenant", tenant)
          .setParameter("id", id)
          .getResultList()
          .map(PostgresApprovalStore::first);
    }

    @Override
    public Uni<@Nullable StoredApproval> standing(Subject subject, Instant now) {
      return PostgresApprovalStore.standing(session, subject, now);
    }

    @Override
    public Uni<@Nullable StoredApproval> takenBy(Subject subject, CallId call) {
      return ofSubject(session, OF_SUBJECT + " and callId = :call and state = :used", subject)
          .setParameter("call", call.toString())
          .setParameter("used", ApprovalRow.USED)
          .setMaxResults(1)
          .getResultList()
          .map(PostgresApprovalStore::first);
    }

    @Override
    public Uni<Long> pending(Instant now) {
      return session
          .createSelectionQuery(
              "select count(*) from ApprovalRow"
                  + " where tenant = :tenant and state = :pending and expiresAt > :now",
              Long.class)
          .setParameter("tenant", tenant)
          .setParameter("pending", ApprovalRow.PENDING)
          .setParameter("now", now)
          .getSingleResult();
    }

    @Override
    public Uni<Long> pendingOf(String keyId, Instant now) {
      return session
          .createSelectionQuery(
              "select count(*) from ApprovalRow where tenant = :tenant and keyId = :key"
                  + " and state = :pending and expiresAt > :now",
              Long.class)
          .setParameter("tenant", tenant)
          .setParameter("key", keyId)
          .setParameter("pending", ApprovalRow.PENDING)
          .setParameter("now", now)
          .getSingleResult();
    }

    @Override
    public Uni<Boolean> isUsable(String keyId, Instant now) {
      return session
          .createSelectionQuery(
              "select count(*) from VirtualKeyRow where tenant = :tenant and id = :key"
                  + " and revokedAt is null and (expiresAt is null or expiresAt > :now)",
              Long.class)
          .setParameter("tenant", tenant)
          .setParameter("key", keyId)
          .setParameter("now", now)
          .getSingleResult()
          .map(found -> found > 0);
    }

    @Override
    public Uni<Void> add(StoredApproval approval) {
      return session
          .persist(ApprovalRow.of(approval))
          .chain(() -> session.flush())
          .chain(() -> session.persist(ApprovalArgumentsRow.of(approval)))
          .chain(() -> session.flush());
    }

    @Override
    public Uni<Void> save(StoredApproval approval) {
      return session.merge(ApprovalRow.of(approval)).chain(() -> session.flush());
    }
  }
}
