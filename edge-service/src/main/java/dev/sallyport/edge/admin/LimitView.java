package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.edge.Money;
import dev.sallyport.edge.declaration.Durations;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A limit as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Limit", description = "A limit, as policy has it, and how it stands.")
record LimitView(
    @Schema(examples = "lim_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(examples = "github-a-minute") String name,
    @JsonUnwrapped Definition definition,
    @Schema(description = "`api`, or `file:<name>`: then it is changed in that file only.")
        String source,
    @Schema(description = "Grows with every change; also the ETag.") long revision,
    @Schema(description = "How it stands now; absent in the answer to a change.")
        @Nullable Standing standing) {

  /** The part that PUT takes, in the words of sallyport.yaml. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "LimitDefinition",
      description =
          "At most one of `customer`, `team`, `user`, `key`, `server`, `tool` (none: all calls of the tenant count together); exactly one of"
              + " `calls` (with `per`), `budget` and `tokens` (with or without `per`), `concurrent` (without).")
  record Definition(
      @Schema(description = "Calls of all keys that belong to this customer count together.")
          @Nullable String customer,
      @Schema(description = "The same of a team, with the teams within it.") @Nullable String team,
      @Schema(description = "The same of a user.") @Nullable String user,
      @Schema(description = "Name of the virtual key whose calls count.") @Nullable String key,
      @Schema(description = "Name of the server to which all calls count.", examples = "github")
          @Nullable String server,
      @Schema(description = "`server__tool`: all calls of this tool count.") @Nullable String tool,
      @Schema(
              description =
                  "Patterns `server__tool` with `*`: of those calls only these count. Absent: all.",
              examples = "[\"*__write_*\"]")
          @Nullable List<String> tools,
      @Schema(description = "Calls in the time that `per` says.", minimum = "1", examples = "60")
          @Nullable Long calls,
      @Schema(
              description =
                  "Money, an exact decimal with at most 6 places; a JSON number is taken.",
              examples = "10.00")
          @Nullable String budget,
      @Schema(
              description = "Estimated tokens of what goes back to agents.",
              minimum = "1",
              examples = "1000000")
          @Nullable Long tokens,
      @Schema(
              description =
                  "Of tokens: what a call takes before it runs; what it returned is settled after. 1000 when absent, never more than `tokens`.",
              minimum = "1")
          @Nullable Long reserve,
      @Schema(description = "Calls that may run at the same time.", minimum = "1")
          @Nullable Long concurrent,
      @Schema(
              description =
                  "A duration from 1s to 366d (rolling), or hour, day, week or month (of the calendar). A budget"
                      + " or tokens without are used once.",
              examples = "1m")
          @Nullable String per,
      @Schema(
              description = "IANA time zone of a calendar window; UTC when absent.",
              examples = "Europe/Berlin")
          @Nullable String zone) {

    static Definition of(Limit limit) {
      OwnerKind owner = limit.getOwnerKind();
      LimitKind kind = limit.getKind();
      LimitWindow window = limit.getWindow();
      boolean calendar = window.getCalendar() != CalendarUnit.CALENDAR_UNIT_UNSPECIFIED;
      return new Definition(
          owner == OwnerKind.OWNER_KIND_CUSTOMER ? limit.getOwner() : null,
          owner == OwnerKind.OWNER_KIND_TEAM ? limit.getOwner() : null,
          owner == OwnerKind.OWNER_KIND_USER ? limit.getOwner() : null,
          owner == OwnerKind.OWNER_KIND_KEY ? limit.getOwner() : null,
          owner == OwnerKind.OWNER_KIND_SERVER ? limit.getOwner() : null,
          owner == OwnerKind.OWNER_KIND_TOOL ? limit.getOwner() : null,
          limit.getToolsCount() == 0 ? null : List.copyOf(limit.getToolsList()),
          kind == LimitKind.LIMIT_KIND_RATE ? (Long) limit.getUnits() : null,
          kind == LimitKind.LIMIT_KIND_BUDGET ? Money.text(limit.getUnits()) : null,
          kind == LimitKind.LIMIT_KIND_TOKENS ? (Long) limit.getUnits() : null,
          limit.getReserved() == 0 ? null : (Long) limit.getReserved(),
          kind == LimitKind.LIMIT_KIND_CONCURRENCY ? (Long) limit.getUnits() : null,
          per(window),
          calendar ? (window.getZone().isEmpty() ? "UTC" : window.getZone()) : null);
    }

    private static @Nullable String per(LimitWindow window) {
      return switch (window.getCalendar()) {
        case CALENDAR_UNIT_HOUR, CALENDAR_UNIT_DAY, CALENDAR_UNIT_WEEK, CALENDAR_UNIT_MONTH ->
            window
                .getCalendar()
                .name()
                .substring("CALENDAR_UNIT_".length())
                .toLowerCase(Locale.ROOT);
        case CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED ->
            window.getRollingMillis() == 0
                ? null
                : Durations.text(Duration.ofMillis(window.getRollingMillis()));
      };
    }
  }

  /** How a limit stands: numbers of calls or tokens, or decimal strings where it is a budget. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "LimitStanding",
      description = "Whole numbers of calls or tokens; of a budget, decimal strings.")
  record Standing(
      @Schema(
              oneOf = {Long.class, String.class},
              description =
                  "Handed to calls, or to edges that may hand it to calls; what they do not use comes back. Of tokens it can be more than the limit: calls that ran when it was used up returned the rest.")
          Object used,
      @Schema(
              oneOf = {Long.class, String.class},
              description = "Of that: held by edges that went away without saying what came of it.")
          Object inDoubt,
      @Schema(
              oneOf = {Long.class, String.class},
              description = "What is left.")
          Object free,
      @Schema(description = "When the first of what is used is free again; absent: never.")
          @Nullable Instant resetsAt) {

    static Standing of(Limit limit, LimitStanding standing) {
      boolean money = limit.getKind() == LimitKind.LIMIT_KIND_BUDGET;
      return new Standing(
          units(money, standing.getCharged()),
          units(money, standing.getInDoubt()),
          // A limit may have been lowered below what was used of it.
          units(money, Math.max(0, limit.getUnits() - standing.getCharged())),
          Times.ofMillis(standing.getResetsAtMillis()));
    }

    private static Object units(boolean money, long units) {
      return money ? Money.text(units) : (Object) units;
    }
  }

  static LimitView of(Limit limit, @Nullable LimitStanding standing) {
    return new LimitView(
        limit.getId(),
        limit.getName(),
        Definition.of(limit),
        limit.getSource(),
        limit.getRevision(),
        standing == null ? null : Standing.of(limit, standing));
  }

  /** All limits of the tenant. */
  @Schema(name = "Limits")
  record Page(
      List<LimitView> limits,
      @Schema(description = "There are more: ask again with this as `after`.")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String next) {}
}
