package dev.sallyport.audit.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.audit.chain.ChainHead;
import dev.sallyport.audit.chain.ChainedRecord;
import dev.sallyport.audit.chain.HashChain;
import dev.sallyport.audit.record.ArrivedBatch;
import dev.sallyport.audit.record.CallFilter;
import dev.sallyport.audit.record.RecordStore;
import dev.sallyport.audit.record.UsageQuestion;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.RecordKind;
import dev.sallyport.proto.audit.v1.UsageRow;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Batches in one transaction each. Locks are taken in one order, the edge's row and then the heads
 * of the tenants in the order of their names, so that batches wait for each other but never in a
 * circle.
 */
@ApplicationScoped
class PostgresRecordStore implements RecordStore {

  private static final String APPENDED =
      "SELECT position FROM audit.edge WHERE edge = $1 FOR UPDATE";

  private static final String LOCK_EDGE =
      """
      INSERT INTO audit.edge AS known (edge, epoch, position) VALUES ($1, $2, $3)
      ON CONFLICT (edge) DO UPDATE SET seen = now(),
        epoch = greatest(known.epoch, excluded.epoch),
        position = greatest(known.position, excluded.position)
      """;

  private static final String TAKE_OPEN =
      """
      DELETE FROM audit.open_call WHERE edge = $1 AND edge_epoch < $2
      RETURNING tenant, call_id, edge_epoch
      """;

  private static final String LOCK_HEADS =
      """
      SELECT tenant, position, hash FROM audit.chain_head
      WHERE shard = $1 AND tenant = ANY($2::text[]) ORDER BY tenant FOR UPDATE
      """;

  private static final String NEW_HEADS =
      """
      INSERT INTO audit.chain_head (tenant, shard, position, hash)
      SELECT name, $1, 0, $3 FROM unnest($2::text[]) AS name ORDER BY name
      ON CONFLICT DO NOTHING
      """;

  /**
   * A LIMIT keeps the planner from joining with a scan of the day: it is one probe for each key.
   */
  private static final String PRESENT =
      """
      SELECT sent.tenant, sent.call_id, sent.sequence
      FROM unnest($1::text[], $2::date[], $3::uuid[], $4::int[])
        AS sent(tenant, day, call_id, sequence)
      CROSS JOIN LATERAL (SELECT FROM audit.record kept
        WHERE kept.tenant = sent.tenant AND kept.day = sent.day
          AND kept.call_id = sent.call_id AND kept.sequence = sent.sequence LIMIT 1) AS found
      """;

  private static final String MOVE_HEADS =
      """
      UPDATE audit.chain_head head SET position = moved.position, hash = moved.hash
      FROM unnest($2::text[], $3::bigint[], $4::bytea[]) AS moved(tenant, position, hash)
      WHERE head.tenant = moved.tenant AND head.shard = $1
      """;

  private static final String NOTE_OPEN =
      """
      INSERT INTO audit.open_call (edge, edge_epoch, tenant, call_id)
      SELECT $1, opened.epoch, opened.tenant, opened.call_id
      FROM unnest($2::text[], $3::date[], $4::uuid[], $5::bigint[], $6::int[])
        AS opened(tenant, day, call_id, epoch, sequence)
      LEFT JOIN LATERAL (SELECT true AS is FROM audit.record closing
        WHERE closing.tenant = opened.tenant AND closing.day = opened.day
          AND closing.call_id = opened.call_id AND closing.kind = 2
          AND closing.sequence > opened.sequence LIMIT 1) AS closed ON true
      WHERE closed.is IS NULL
      ON CONFLICT DO NOTHING
      """;

  /** As {@link #NOTE_OPEN}, of calls that nobody can have closed. */
  private static final String NOTE_NEW =
      """
      INSERT INTO audit.open_call (edge, edge_epoch, tenant, call_id)
      SELECT $1, opened.epoch, opened.tenant, opened.call_id
      FROM unnest($2::text[], $3::uuid[], $4::bigint[]) AS opened(tenant, call_id, epoch)
      ON CONFLICT DO NOTHING
      """;

  /**
   * By the edge that opened it: a call that waited for input may have been opened again elsewhere.
   */
  private static final String NOTE_CLOSED =
      """
      DELETE FROM audit.open_call open USING unnest($1::text[], $2::uuid[]) AS closed(tenant, call_id)
      WHERE open.tenant = closed.tenant AND open.call_id = closed.call_id AND open.edge = $3
      """;

  private static final String REJECT =
      """
      INSERT INTO audit.rejected (edge, digest, reason, data)
      SELECT $1, digest, reason, data
      FROM unnest($2::bytea[], $3::text[], $4::bytea[]) AS bad(digest, reason, data)
      ON CONFLICT DO NOTHING
      """;

  private static final String HEAD =
      "SELECT tenant, position, hash FROM audit.chain_head WHERE tenant = $1 AND shard = $2";

  private static final String CHAIN =
      "SELECT "
          + RecordColumns.names("")
          + " FROM audit.record WHERE tenant = $1 AND shard = $2"
          + " AND chain_position > $3 AND chain_position <= $4 ORDER BY chain_position, hash";

  private static final String UNIQUE_VIOLATION = "23505";

  private final Pool pool;
  private final DayPartitions partitions;

  PostgresRecordStore(Pool pool, DayPartitions partitions) {
    this.pool = pool;
    this.partitions = partitions;
  }

  @Override
  public Uni<List<UsageRow>> usage(UsageQuestion question) {
    UsageQuery query = UsageQuery.of(question);
    return pool.preparedQuery(query.sql())
        .execute(query.parameters())
        .map(rows -> UsageQuery.rows(rows, question.by().size()));
  }

  @Override
  public Uni<Integer> append(ArrivedBatch batch) {
    Set<LocalDate> days =
        batch.records().stream().map(RecordColumns::day).collect(Collectors.toSet());
    return partitions
        .ensure(days)
        .chain(
            () ->
                pool.withTransaction(connection -> append(connection, batch, false))
                    // A spool that tells other positions than it told before, such as one that was
                    // brought back from a copy.
                    .onFailure(PostgresRecordStore::isThereAlready)
                    .recoverWithUni(
                        () -> pool.withTransaction(connection -> append(connection, batch, true))));
  }

  private static boolean isThereAlready(Throwable failure) {
    return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
  }

  /**
   * @param look for the records first, even if the positions say that they are new
   */
  private Uni<Integer> append(SqlConnection connection, ArrivedBatch batch, boolean look) {
    return connection
        .preparedQuery(APPENDED)
        .execute(Tuple.of(batch.edge()))
        .chain(
            known -> {
              long appended = known.size() == 0 ? 0 : known.iterator().next().getLong(0);
              boolean isNew = !look && batch.begins() > 0 && batch.begins() >= appended;
              return appendFrom(connection, batch, isNew);
            });
  }

  private Uni<Integer> appendFrom(SqlConnection connection, ArrivedBatch batch, boolean isNew) {
    long begins = batch.beginsEpoch();
    Uni<List<AuditRecord>> unknown =
        begins == 0
            ? Uni.createFrom().item(List.of())
            : connection
                .preparedQuery(TAKE_OPEN)
                .execute(Tuple.of(batch.edge(), begins))
                .map(rows -> unknown(batch, rows));
    return connection
        .preparedQuery(LOCK_EDGE)
        .execute(Tuple.of(batch.edge(), begins, batch.position()))
        .chain(() -> reject(connection, batch))
        .chain(() -> unknown)
        .chain(
            closes -> {
              List<AuditRecord> records = new ArrayList<>(closes);
              records.addAll(batch.records());
              return records.isEmpty()
                  ? Uni.createFrom().item(0)
                  : append(connection, batch.edge(), records, isNew);
            });
  }

  private static List<AuditRecord> unknown(ArrivedBatch batch, RowSet<Row> open) {
    List<AuditRecord> closes = new ArrayList<>();
    for (Row row : open) {
      closes.add(
          batch.unknown(
              row.getString("tenant"),
              row.getUUID("call_id").toString(),
              row.getLong("edge_epoch")));
    }
    return closes;
  }

  private Uni<Integer> append(
      SqlConnection connection, String edge, List<AuditRecord> records, boolean isNew) {
    int shard = HashChain.shardOf(edge);
    Set<String> tenants =
        records.stream().map(AuditRecord::getTenant).collect(Collectors.toCollection(TreeSet::new));
    return lockHeads(connection, shard, tenants)
        .chain(
            heads ->
                (isNew
                        ? Uni.createFrom().item(Set.<ArrivedBatch.Key>of())
                        : present(connection, records))
                    .chain(
                        present -> {
                          List<AuditRecord> fresh =
                              records.stream()
                                  .filter(record -> !present.contains(ArrivedBatch.Key.of(record)))
                                  .toList();
                          return (fresh.isEmpty()
                                  ? Uni.createFrom().voidItem()
                                  : insert(connection, edge, shard, heads, fresh, isNew))
                              .replaceWith(records.size() - fresh.size());
                        }));
  }

  private Uni<Map<String, ChainHead>> lockHeads(
      SqlConnection connection, int shard, Set<String> tenants) {
    Tuple wanted = Tuple.of(shard, tenants.toArray(String[]::new));
    return connection
        .preparedQuery(LOCK_HEADS)
        .execute(wanted)
        .chain(
            rows ->
                rows.size() == tenants.size()
                    ? Uni.createFrom().item(rows)
                    : connection
                        .preparedQuery(NEW_HEADS)
                        .execute(
                            Tuple.of(
                                shard,
                                tenants.toArray(String[]::new),
                                Buffer.buffer(new byte[HashChain.HASH_BYTES])))
                        .chain(() -> connection.preparedQuery(LOCK_HEADS).execute(wanted)))
        .map(
            rows -> {
              Map<String, ChainHead> heads = new TreeMap<>();
              for (Row row : rows) {
                ChainHead head = head(row, shard);
                heads.put(head.tenant(), head);
              }
              return heads;
            });
  }

  private static ChainHead head(Row row, int shard) {
    return new ChainHead(
        row.getString("tenant"), shard, row.getLong("position"), row.getBuffer("hash").getBytes());
  }

  private Uni<Set<ArrivedBatch.Key>> present(SqlConnection connection, List<AuditRecord> records) {
    Tuple keys =
        Tuple.of(
            array(records, AuditRecord::getTenant, String[]::new),
            array(records, RecordColumns::day, LocalDate[]::new),
            array(records, PostgresRecordStore::callId, UUID[]::new),
            array(records, AuditRecord::getSequence, Integer[]::new));
    return connection
        .preparedQuery(PRESENT)
        .execute(keys)
        .map(
            rows -> {
              Set<ArrivedBatch.Key> present = new HashSet<>();
              for (Row row : rows) {
                present.add(
                    new ArrivedBatch.Key(
                        row.getString("tenant"),
                        row.getUUID("call_id").toString(),
                        row.getInteger("sequence")));
              }
              return present;
            });
  }

  private Uni<Void> insert(
      SqlConnection connection,
      String edge,
      int shard,
      Map<String, ChainHead> heads,
      List<AuditRecord> fresh,
      boolean isNew) {
    Map<String, ChainHead> moved = new HashMap<>();
    List<ChainedRecord> chained = new ArrayList<>(fresh.size());
    for (AuditRecord record : fresh) {
      String tenant = record.getTenant();
      ChainHead head = moved.getOrDefault(tenant, heads.get(tenant));
      if (head == null) {
        throw new IllegalStateException("a chain head was not locked");
      }
      ChainedRecord next = HashChain.append(head, record);
      moved.put(tenant, HashChain.after(next));
      chained.add(next);
    }
    List<ChainHead> ends = List.copyOf(moved.values());
    return connection
        .preparedQuery(RecordColumns.INSERT)
        .execute(RecordColumns.arrays(chained))
        .chain(
            () ->
                connection
                    .preparedQuery(MOVE_HEADS)
                    .execute(
                        Tuple.of(
                            shard,
                            array(ends, ChainHead::tenant, String[]::new),
                            array(ends, ChainHead::position, Long[]::new),
                            array(ends, head -> Buffer.buffer(head.hash()), Buffer[]::new))))
        .chain(() -> noteOpenAndClosed(connection, edge, fresh, isNew));
  }

  /** Calls that open and close within the batch are never noted. */
  private Uni<Void> noteOpenAndClosed(
      SqlConnection connection, String edge, List<AuditRecord> fresh, boolean isNew) {
    Map<ArrivedBatch.Key, AuditRecord> opened = new HashMap<>();
    List<AuditRecord> closed = new ArrayList<>();
    for (AuditRecord record : fresh) {
      ArrivedBatch.Key call = new ArrivedBatch.Key(record.getTenant(), record.getCallId(), 0);
      if (record.getKind() == RecordKind.RECORD_KIND_OPEN) {
        opened.put(call, record);
      } else if (record.getKind() == RecordKind.RECORD_KIND_CLOSE && opened.remove(call) == null) {
        closed.add(record);
      }
    }
    Uni<Void> noted = Uni.createFrom().voidItem();
    if (!closed.isEmpty()) {
      noted =
          connection
              .preparedQuery(NOTE_CLOSED)
              .execute(
                  Tuple.of(
                      array(closed, AuditRecord::getTenant, String[]::new),
                      array(closed, PostgresRecordStore::callId, UUID[]::new),
                      edge))
              .replaceWithVoid();
    }
    if (opened.isEmpty()) {
      return noted;
    }
    List<AuditRecord> open = List.copyOf(opened.values());
    if (isNew) {
      return noted.chain(
          () ->
              connection
                  .preparedQuery(NOTE_NEW)
                  .execute(
                      Tuple.of(
                          edge,
                          array(open, AuditRecord::getTenant, String[]::new),
                          array(open, PostgresRecordStore::callId, UUID[]::new),
                          array(open, AuditRecord::getEdgeEpoch, Long[]::new)))
                  .replaceWithVoid());
    }
    return noted.chain(
        () ->
            connection
                .preparedQuery(NOTE_OPEN)
                .execute(
                    Tuple.of(
                        edge,
                        array(open, AuditRecord::getTenant, String[]::new),
                        array(open, RecordColumns::day, LocalDate[]::new),
                        array(open, PostgresRecordStore::callId, UUID[]::new),
                        array(open, AuditRecord::getEdgeEpoch, Long[]::new),
                        array(open, AuditRecord::getSequence, Integer[]::new)))
                .replaceWithVoid());
  }

  private static Uni<Void> reject(SqlConnection connection, ArrivedBatch batch) {
    List<ArrivedBatch.Rejected> rejected = batch.rejected();
    if (rejected.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(REJECT)
        .execute(
            Tuple.of(
                batch.edge(),
                array(rejected, bad -> Buffer.buffer(sha256(bad.data())), Buffer[]::new),
                array(rejected, ArrivedBatch.Rejected::reason, String[]::new),
                array(rejected, bad -> Buffer.buffer(bad.data().toByteArray()), Buffer[]::new)))
        .replaceWithVoid();
  }

  private static byte[] sha256(ByteString data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(data.asReadOnlyByteBuffer());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static UUID callId(AuditRecord record) {
    return UUID.fromString(record.getCallId());
  }

  private static <T, A> A[] array(
      List<T> items, Function<T, A> value, java.util.function.IntFunction<A[]> array) {
    return items.stream().map(value).toArray(array);
  }

  @Override
  public Uni<List<CallView>> calls(CallFilter filter, int limit) {
    CallQuery query = CallQuery.page(filter, limit);
    return pool.preparedQuery(query.sql()).execute(query.parameters()).map(CallQuery::views);
  }

  @Override
  public Uni<Long> count(CallFilter filter, long most) {
    CallQuery query = CallQuery.count(filter, most);
    return pool.preparedQuery(query.sql())
        .execute(query.parameters())
        .map(rows -> rows.iterator().next().getLong(0));
  }

  @Override
  public Uni<ChainHead> head(String tenant, int shard) {
    return pool.preparedQuery(HEAD)
        .execute(Tuple.of(tenant, shard))
        .map(
            rows ->
                rows.size() == 0
                    ? ChainHead.empty(tenant, shard)
                    : head(rows.iterator().next(), shard));
  }

  @Override
  public Uni<List<ChainedRecord>> chain(String tenant, int shard, long after, long until) {
    return pool.preparedQuery(CHAIN)
        .execute(Tuple.of(tenant, shard, after, until))
        .map(
            rows -> {
              List<ChainedRecord> records = new ArrayList<>(rows.size());
              for (Row row : rows) {
                records.add(RecordColumns.chained(row));
              }
              return records;
            });
  }
}
