package dev.sallyport.audit.postgres;

import dev.sallyport.audit.record.ArrivedBatch;
import dev.sallyport.audit.record.UsageQuestion;
import dev.sallyport.proto.audit.v1.UsageDimension;
import dev.sallyport.proto.audit.v1.UsageRow;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * One query over what was called. Counts CLOSE records; the one that this service wrote for an edge
 * that was gone counts only where the edge's own never came, and knows no more than its OPEN does.
 */
record UsageQuery(String sql, Tuple parameters) {

  /** A call is stamped before it ends; longer than a call may take. */
  private static final Duration SLACK = Duration.ofDays(2);

  /** REFUSED and INPUT_REQUIRED: the one was not dispatched, the other goes on. */
  private static final String DISPATCHED = "close.outcome NOT IN (4, 10)";

  private static final String FAILED = "close.outcome IN (2, 3, 5, 7, 8, 9)";

  private static final String FROM =
      """
       FROM audit.record close
       LEFT JOIN LATERAL (
        SELECT * FROM audit.record first
        WHERE close.sequence = %1$d AND first.tenant = close.tenant AND first.day = close.day
          AND first.call_id = close.call_id AND first.kind = 1
        ORDER BY first.sequence DESC LIMIT 1) open ON true
       WHERE close.kind = 2 AND close.tenant = $1
        AND (close.sequence <> %1$d OR NOT EXISTS (
         SELECT 1 FROM audit.record own
         WHERE own.tenant = close.tenant AND own.day = close.day AND own.call_id = close.call_id
           AND own.kind = 2 AND own.sequence <> %1$d))
      """
          .formatted(ArrivedBatch.UNKNOWN_SEQUENCE);

  static UsageQuery of(UsageQuestion question) {
    Tuple parameters = Tuple.of(question.tenant());
    StringBuilder where = new StringBuilder();
    if (question.fromMicros() > 0) {
      Instant from = RecordColumns.time(question.fromMicros()).toInstant();
      where.append(" AND close.time >= ").append(add(parameters, from.atOffset(ZoneOffset.UTC)));
      where.append(" AND close.day >= ").append(add(parameters, day(from.minus(SLACK))));
    }
    if (question.toMicros() > 0) {
      Instant to = RecordColumns.time(question.toMicros()).toInstant();
      where.append(" AND close.time < ").append(add(parameters, to.atOffset(ZoneOffset.UTC)));
      where.append(" AND close.day <= ").append(add(parameters, day(to)));
    }
    if (!question.key().isEmpty()) {
      where
          .append(" AND ")
          .append(add(parameters, question.key()))
          .append(" IN (close.key_id, close.key_name, open.key_id, open.key_name)");
    }
    if (!question.server().isEmpty()) {
      where
          .append(" AND ")
          .append(add(parameters, question.server()))
          .append(" IN (close.server, open.server)");
    }
    if (!question.tool().isEmpty()) {
      where
          .append(" AND ")
          .append(add(parameters, question.tool()))
          .append(" IN (close.tool, close.exposed_name, open.tool, open.exposed_name)");
    }
    StringBuilder columns = new StringBuilder();
    StringBuilder groups = new StringBuilder();
    for (int i = 0; i < question.by().size(); i++) {
      columns.append(column(question.by().get(i))).append(" AS by_").append(i).append(", ");
      groups.append(i == 0 ? " GROUP BY " : ", ").append("by_").append(i);
    }
    return new UsageQuery(
        "SELECT "
            + columns
            + "count(*) FILTER (WHERE "
            + DISPATCHED
            + ") AS calls, count(*) FILTER (WHERE close.outcome = 4) AS refused,"
            + " count(*) FILTER (WHERE "
            + FAILED
            + ") AS failed,"
            + " coalesce(sum(close.cost_micros + coalesce(open.cost_micros, 0)), 0)::bigint AS cost,"
            + " coalesce(sum(close.result_tokens), 0)::bigint AS tokens,"
            + " coalesce(sum(close.latency_micros) FILTER (WHERE "
            + DISPATCHED
            + "), 0)::bigint AS latency,"
            + " coalesce(max(close.latency_micros) FILTER (WHERE "
            + DISPATCHED
            + "), 0)::bigint AS longest"
            + FROM
            + where
            + groups
            + " ORDER BY cost DESC, calls DESC LIMIT "
            + add(parameters, question.limit() + 1),
        parameters);
  }

  /** From a closed list: nothing of a request becomes SQL. */
  private static String column(UsageDimension dimension) {
    return switch (dimension) {
      case USAGE_DIMENSION_KEY -> either("key_name");
      case USAGE_DIMENSION_CUSTOMER -> either("owner_customer");
      case USAGE_DIMENSION_TEAM -> either("owner_team");
      case USAGE_DIMENSION_USER -> either("owner_user");
      case USAGE_DIMENSION_SERVER -> either("server");
      case USAGE_DIMENSION_TOOL ->
          "CASE WHEN "
              + either("tool")
              + " = '' THEN '' ELSE "
              + either("server")
              + " || '__' || "
              + either("tool")
              + " END";
      case USAGE_DIMENSION_DOOR -> either("door");
      case USAGE_DIMENSION_METHOD -> either("method");
      case USAGE_DIMENSION_OUTCOME -> "close.outcome::text";
      case USAGE_DIMENSION_DAY -> "to_char(close.time AT TIME ZONE 'UTC', 'YYYY-MM-DD')";
      case USAGE_DIMENSION_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException();
    };
  }

  private static String either(String column) {
    return "coalesce(nullif(close." + column + ", ''), open." + column + ", '')";
  }

  private static String add(Tuple parameters, Object value) {
    parameters.addValue(value);
    return "$" + parameters.size();
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  static List<UsageRow> rows(RowSet<Row> rows, int dimensions) {
    List<UsageRow> usage = new ArrayList<>(rows.size());
    for (Row row : rows) {
      UsageRow.Builder one = UsageRow.newBuilder();
      for (int i = 0; i < dimensions; i++) {
        one.addBy(row.getString("by_" + i));
      }
      usage.add(
          one.setCalls(row.getLong("calls"))
              .setRefused(row.getLong("refused"))
              .setFailed(row.getLong("failed"))
              .setCostMicros(row.getLong("cost"))
              .setResultTokens(row.getLong("tokens"))
              .setLatencyMicrosTotal(row.getLong("latency"))
              .setLatencyMicrosMost(row.getLong("longest"))
              .build());
    }
    return usage;
  }
}
