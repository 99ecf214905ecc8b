package dev.sallyport.audit.postgres;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.audit.chain.ChainedRecord;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Content;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns of {@code audit.record}, to and from records. */
final class RecordColumns {

  /**
   * One column.
   *
   * @param sqlType of the array that carries it to Postgres
   * @param javaType of the array's elements
   */
  private record Column(
      String name,
      String sqlType,
      Class<?> javaType,
      Function<ChainedRecord, @Nullable Object> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          text("tenant", AuditRecord::getTenant),
          of("day", "date", LocalDate.class, RecordColumns::day),
          of("call_id", "uuid", UUID.class, record -> UUID.fromString(record.getCallId())),
          integer("sequence", AuditRecord::getSequence),
          integer("kind", AuditRecord::getKindValue),
          text("edge", AuditRecord::getEdge),
          number("edge_epoch", AuditRecord::getEdgeEpoch),
          of("time", "timestamptz", OffsetDateTime.class, record -> time(record.getTimeMicros())),
          of(
              "parent_call_id",
              "uuid",
              UUID.class,
              record ->
                  record.getParentCallId().isEmpty()
                      ? null
                      : UUID.fromString(record.getParentCallId())),
          text("caller", AuditRecord::getCaller),
          text("key_id", AuditRecord::getKeyId),
          text("key_name", AuditRecord::getKeyName),
          text("owner_customer", AuditRecord::getCustomer),
          text("owner_team", AuditRecord::getTeam),
          text("owner_user", AuditRecord::getUser),
          text("door", AuditRecord::getDoor),
          text("client_protocol_version", AuditRecord::getClientProtocolVersion),
          text("client_info", AuditRecord::getClientInfo),
          text("method", AuditRecord::getMethod),
          text("server", AuditRecord::getServer),
          text("tool", AuditRecord::getTool),
          text("exposed_name", AuditRecord::getExposedName),
          bytes("arguments", record -> arguments(record, Content::getData)),
          bytes("arguments_salt", record -> arguments(record, Content::getSalt)),
          bytes("arguments_digest", record -> arguments(record, Content::getSaltedDigest)),
          of(
              "arguments_length",
              "bigint",
              Long.class,
              record -> record.hasArguments() ? record.getArguments().getLength() : null),
          bytes("result", record -> result(record, Content::getData)),
          bytes("result_salt", record -> result(record, Content::getSalt)),
          bytes("result_digest", record -> result(record, Content::getSaltedDigest)),
          of(
              "result_length",
              "bigint",
              Long.class,
              record -> record.hasResult() ? record.getResult().getLength() : null),
          text("decision", AuditRecord::getDecision),
          text("rule", AuditRecord::getRule),
          text("catalogue_version", AuditRecord::getCatalogueVersion),
          integer("outcome", AuditRecord::getOutcomeValue),
          text("error_code", AuditRecord::getErrorCode),
          number("latency_micros", AuditRecord::getLatencyMicros),
          number("upstream_micros", AuditRecord::getUpstreamMicros),
          number("cost_micros", AuditRecord::getCostMicros),
          text("trace_id", AuditRecord::getTraceId),
          number("dropped", AuditRecord::getDropped),
          number("result_tokens", AuditRecord::getResultTokens),
          text("tool_group", AuditRecord::getGroup),
          text("isolation", AuditRecord::getIsolation),
          new Column("shard", "int", Integer.class, ChainedRecord::shard),
          new Column("chain_version", "int", Integer.class, ChainedRecord::version),
          new Column("chain_position", "bigint", Long.class, ChainedRecord::position),
          new Column(
              "previous_hash",
              "bytea",
              Buffer.class,
              chained -> Buffer.buffer(chained.previousHash())),
          new Column("hash", "bytea", Buffer.class, chained -> Buffer.buffer(chained.hash())));

  /** Inserts any number of records with one array for each column. */
  static final String INSERT =
      "INSERT INTO audit.record ("
          + names("")
          + ") SELECT * FROM unnest("
          + java.util.stream.IntStream.range(0, COLUMNS.size())
              .mapToObj(i -> "$" + (i + 1) + "::" + COLUMNS.get(i).sqlType() + "[]")
              .collect(Collectors.joining(", "))
          + ")";

  private RecordColumns() {}

  /** All columns, each as {@code <alias><name>}. */
  static String names(String alias) {
    return COLUMNS.stream().map(column -> alias + column.name()).collect(Collectors.joining(", "));
  }

  /** The arrays for {@link #INSERT}. */
  static Tuple arrays(List<ChainedRecord> records) {
    Tuple tuple = Tuple.tuple();
    for (Column column : COLUMNS) {
      Object array = Array.newInstance(column.javaType(), records.size());
      for (int i = 0; i < records.size(); i++) {
        Array.set(array, i, column.value().apply(records.get(i)));
      }
      tuple.addValue(array);
    }
    return tuple;
  }

  /** The day inside the call id. */
  static LocalDate day(AuditRecord record) {
    return LocalDate.ofInstant(CallId.parse(record.getCallId()).time(), ZoneOffset.UTC);
  }

  static OffsetDateTime time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  /** A record from columns whose names begin with {@code prefix}. */
  static AuditRecord record(Row row, String prefix) {
    AuditRecord.Builder record =
        AuditRecord.newBuilder()
            .setTenant(row.getString(prefix + "tenant"))
            .setCallId(row.getUUID(prefix + "call_id").toString())
            .setSequence(row.getInteger(prefix + "sequence"))
            .setKindValue(row.getInteger(prefix + "kind"))
            .setEdge(row.getString(prefix + "edge"))
            .setEdgeEpoch(row.getLong(prefix + "edge_epoch"))
            .setTimeMicros(
                ChronoUnit.MICROS.between(
                    Instant.EPOCH, row.getOffsetDateTime(prefix + "time").toInstant()))
            .setCaller(row.getString(prefix + "caller"))
            .setKeyId(row.getString(prefix + "key_id"))
            .setKeyName(row.getString(prefix + "key_name"))
            .setCustomer(row.getString(prefix + "owner_customer"))
            .setTeam(row.getString(prefix + "owner_team"))
            .setUser(row.getString(prefix + "owner_user"))
            .setDoor(row.getString(prefix + "door"))
            .setClientProtocolVersion(row.getString(prefix + "client_protocol_version"))
            .setClientInfo(row.getString(prefix + "client_info"))
            .setMethod(row.getString(prefix + "method"))
            .setServer(row.getString(prefix + "server"))
            .setTool(row.getString(prefix + "tool"))
            .setExposedName(row.getString(prefix + "exposed_name"))
            .setDecision(row.getString(prefix + "decision"))
            .setRule(row.getString(prefix + "rule"))
            .setCatalogueVersion(row.getString(prefix + "catalogue_version"))
            .setOutcomeValue(row.getInteger(prefix + "outcome"))
            .setErrorCode(row.getString(prefix + "error_code"))
            .setLatencyMicros(row.getLong(prefix + "latency_micros"))
            .setUpstreamMicros(row.getLong(prefix + "upstream_micros"))
            .setCostMicros(row.getLong(prefix + "cost_micros"))
            .setTraceId(row.getString(prefix + "trace_id"))
            .setDropped(row.getLong(prefix + "dropped"))
            .setResultTokens(row.getLong(prefix + "result_tokens"))
            .setGroup(row.getString(prefix + "tool_group"))
            .setIsolation(row.getString(prefix + "isolation"));
    UUID parent = row.getUUID(prefix + "parent_call_id");
    if (parent != null) {
      record.setParentCallId(parent.toString());
    }
    Content arguments = content(row, prefix + "arguments");
    if (arguments != null) {
      record.setArguments(arguments);
    }
    Content result = content(row, prefix + "result");
    if (result != null) {
      record.setResult(result);
    }
    return record.build();
  }

  static ChainedRecord chained(Row row) {
    return new ChainedRecord(
        record(row, ""),
        row.getInteger("shard"),
        row.getInteger("chain_version"),
        row.getLong("chain_position"),
        row.getBuffer("previous_hash").getBytes(),
        row.getBuffer("hash").getBytes());
  }

  private static @Nullable Content content(Row row, String name) {
    Long length = row.getLong(name + "_length");
    if (length == null) {
      return null;
    }
    return Content.newBuilder()
        .setLength(length)
        .setSaltedDigest(bytes(row, name + "_digest"))
        .setData(bytes(row, name))
        .setSalt(bytes(row, name + "_salt"))
        .build();
  }

  private static ByteString bytes(Row row, String name) {
    var buffer = row.getBuffer(name);
    return buffer == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(buffer.getBytes());
  }

  private static @Nullable ByteString arguments(
      AuditRecord record, Function<Content, ByteString> part) {
    return record.hasArguments() ? part.apply(record.getArguments()) : null;
  }

  private static @Nullable ByteString result(
      AuditRecord record, Function<Content, ByteString> part) {
    return record.hasResult() ? part.apply(record.getResult()) : null;
  }

  private static Column of(
      String name,
      String sqlType,
      Class<?> javaType,
      Function<AuditRecord, @Nullable Object> value) {
    return new Column(name, sqlType, javaType, chained -> value.apply(chained.record()));
  }

  private static Column text(String name, Function<AuditRecord, String> value) {
    return of(name, "text", String.class, value::apply);
  }

  private static Column number(String name, Function<AuditRecord, Long> value) {
    return of(name, "bigint", Long.class, value::apply);
  }

  private static Column integer(String name, Function<AuditRecord, Integer> value) {
    return of(name, "int", Integer.class, value::apply);
  }

  private static Column bytes(String name, Function<AuditRecord, @Nullable ByteString> value) {
    return of(
        name,
        "bytea",
        Buffer.class,
        record -> {
          ByteString bytes = value.apply(record);
          return bytes == null ? null : Buffer.buffer(bytes.toByteArray());
        });
  }
}
