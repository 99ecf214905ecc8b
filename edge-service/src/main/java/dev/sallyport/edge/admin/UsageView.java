package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.Money;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import dev.sallyport.proto.audit.v1.UsageDimension;
import dev.sallyport.proto.audit.v1.UsageRow;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What was used and what it cost, over a time. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Usage")
record UsageView(
    Instant from,
    @Schema(description = "Absent: until now.") @Nullable Instant to,
    @Schema(description = "Dearest first, then those with most calls.") List<Row> rows,
    @Schema(description = "There are more rows; narrow the question or raise `limit`.")
        boolean truncated) {

  /** One row. */
  @Schema(name = "UsageRow")
  record Row(
      @Schema(
              description = "What the row is of, by the dimensions that were asked for.",
              examples = "{\"key\":\"dev\",\"tool\":\"fs__read\"}")
          Map<String, String> of,
      @Schema(description = "Calls that were dispatched, whatever came of them.") long calls,
      @Schema(description = "Calls that were not.") long refused,
      @Schema(description = "Of `calls`, those that did not end well; cancelled ones are not here.")
          long failed,
      @Schema(description = "An exact decimal.", examples = "12.50") String cost,
      @Schema(description = "Of what went back to agents, estimated.", examples = "48213")
          long tokens,
      @Schema(description = "Of a call, from frame in to answer out.") long meanLatencyMicros,
      long mostLatencyMicros) {}

  static UsageView of(
      QueryUsageResponse response, List<UsageDimension> by, Instant from, @Nullable Instant to) {
    return new UsageView(
        from,
        to,
        response.getRowsList().stream().map(row -> row(row, by)).toList(),
        response.getTruncated());
  }

  private static Row row(UsageRow row, List<UsageDimension> by) {
    Map<String, String> of = new LinkedHashMap<>();
    for (int i = 0; i < by.size() && i < row.getByCount(); i++) {
      of.put(word(by.get(i)), value(by.get(i), row.getBy(i)));
    }
    return new Row(
        of,
        row.getCalls(),
        row.getRefused(),
        row.getFailed(),
        Money.text(row.getCostMicros()),
        row.getResultTokens(),
        row.getCalls() == 0 ? 0 : row.getLatencyMicrosTotal() / row.getCalls(),
        row.getLatencyMicrosMost());
  }

  private static String value(UsageDimension dimension, String text) {
    if (dimension != UsageDimension.USAGE_DIMENSION_OUTCOME) {
      return text;
    }
    Outcome outcome = Outcome.forNumber(Integer.parseInt(text));
    return CallRecord.outcome(outcome == null ? Outcome.UNRECOGNIZED : outcome);
  }

  /** As the parameter {@code by} names it. */
  static String word(UsageDimension dimension) {
    return dimension.name().substring("USAGE_DIMENSION_".length()).toLowerCase(Locale.ROOT);
  }
}
