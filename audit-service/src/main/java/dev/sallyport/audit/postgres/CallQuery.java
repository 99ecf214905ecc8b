package dev.sallyport.audit.postgres;

import dev.sallyport.audit.record.ArrivedBatch;
import dev.sallyport.audit.record.CallFilter;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.RecordKind;
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
 * One query over calls. A call is the first of its records that are OPEN or CLOSE, joined with the
 * CLOSE that counts: the edge's own, or else the one that this service wrote when the edge was
 * gone. A member that only one of the two knows is taken from that one.
 */
record CallQuery(String sql, Tuple parameters) {

  /** A call id is stamped before its OPEN is; clocks of edges differ by less. */
  private static final Duration SLACK = Duration.ofDays(1);

  private static final String CALLS = " FROM audit.record first";

  private static final String THEIR_CLOSE =
      """
       LEFT JOIN LATERAL (
        SELECT * FROM audit.record last
        WHERE last.tenant = first.tenant AND last.day = first.day
          AND last.call_id = first.call_id AND last.kind = 2
        ORDER BY (last.sequence = %d), last.sequence DESC LIMIT 1) close ON true
      """
          .formatted(ArrivedBatch.UNKNOWN_SEQUENCE);

  /** Not NOT EXISTS: that may be planned as a scan of every record there is. */
  private static final String FIRST =
      """
       WHERE first.kind IN (1, 2) AND (first.sequence = 0 OR (
        SELECT earlier.sequence FROM audit.record earlier
        WHERE earlier.tenant = first.tenant AND earlier.day = first.day
          AND earlier.call_id = first.call_id AND earlier.kind IN (1, 2)
          AND earlier.sequence < first.sequence LIMIT 1) IS NULL)
      """;

  static CallQuery page(CallFilter filter, int limit) {
    Where where = new Where(filter);
    String columns =
        prefixed("first.", "first_")
            + ", close.tenant AS found_close, "
            + prefixed("close.", "close_");
    return new CallQuery(
        "SELECT "
            + columns
            + CALLS
            + THEIR_CLOSE
            + FIRST
            + where.sql
            + " ORDER BY first.day DESC, first.call_id DESC LIMIT "
            + where.parameter(limit),
        where.parameters);
  }

  static CallQuery count(CallFilter filter, long most) {
    Where where = new Where(filter);
    return new CallQuery(
        "SELECT count(*) FROM (SELECT 1"
            + CALLS
            + (where.asksTheirClose ? THEIR_CLOSE : "")
            + FIRST
            + where.sql
            + " LIMIT "
            + where.parameter(most)
            + ") AS matching",
        where.parameters);
  }

  private static String prefixed(String alias, String prefix) {
    List<String> columns = new ArrayList<>();
    for (String name : RecordColumns.names("").split(", ", -1)) {
      columns.add(alias + name + " AS " + prefix + name);
    }
    return String.join(", ", columns);
  }

  static List<CallView> views(RowSet<Row> rows) {
    List<CallView> views = new ArrayList<>(rows.size());
    for (Row row : rows) {
      CallView.Builder view = CallView.newBuilder();
      if (row.getInteger("first_kind") == RecordKind.RECORD_KIND_OPEN.getNumber()) {
        view.setOpen(RecordColumns.record(row, "first_"));
      }
      if (row.getString("found_close") != null) {
        view.setClose(RecordColumns.record(row, "close_"));
      }
      views.add(view.build());
    }
    return views;
  }

  private static final class Where {

    private final StringBuilder sql = new StringBuilder();
    private final Tuple parameters = Tuple.tuple();
    private final boolean asksTheirClose;

    Where(CallFilter filter) {
      asksTheirClose =
          filter.outcome() != Outcome.OUTCOME_UNSPECIFIED
              || !(filter.server() + filter.tool() + filter.key()).isEmpty();
      sql.append(" AND first.tenant = ").append(parameter(filter.tenant()));
      CallId callId = filter.callId();
      if (callId != null) {
        sql.append(" AND first.call_id = ").append(parameter(callId.value()));
        sql.append(" AND first.day = ").append(parameter(day(callId.time())));
      }
      CallId before = filter.before();
      if (before != null) {
        sql.append(" AND first.call_id < ").append(parameter(before.value()));
        sql.append(" AND first.day <= ").append(parameter(day(before.time())));
      }
      if (filter.fromMicros() > 0) {
        Instant from = RecordColumns.time(filter.fromMicros()).toInstant();
        sql.append(" AND first.time >= ").append(parameter(from.atOffset(ZoneOffset.UTC)));
        sql.append(" AND first.day >= ").append(parameter(day(from.minus(SLACK))));
      }
      if (filter.toMicros() > 0) {
        Instant to = RecordColumns.time(filter.toMicros()).toInstant();
        sql.append(" AND first.time < ").append(parameter(to.atOffset(ZoneOffset.UTC)));
        sql.append(" AND first.day <= ").append(parameter(day(to.plus(SLACK))));
      }
      if (!filter.server().isEmpty()) {
        sql.append(" AND ").append(parameter(filter.server()));
        sql.append(" IN (first.server, close.server)");
      }
      if (!filter.tool().isEmpty()) {
        sql.append(" AND ").append(parameter(filter.tool()));
        sql.append(" IN (first.tool, first.exposed_name, close.tool)");
      }
      if (!filter.key().isEmpty()) {
        String key = parameter(filter.key());
        sql.append(" AND ").append(key);
        sql.append(" IN (first.key_id, first.key_name, close.key_id, close.key_name)");
      }
      if (filter.outcome() != Outcome.OUTCOME_UNSPECIFIED) {
        sql.append(" AND close.outcome = ").append(parameter(filter.outcome().getNumber()));
      }
    }

    final String parameter(Object value) {
      parameters.addValue(value);
      return "$" + parameters.size();
    }

    private static LocalDate day(Instant time) {
      return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
  }
}
