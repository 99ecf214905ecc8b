package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.LimitFields;
import dev.sallyport.edge.declaration.Money;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A limit as the API shows it: the members of the file, and how it stands. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Limit", description = "A limit of calls, of money, or of calls at the same time.")
record LimitView(
    @Schema(examples = "lim_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(examples = "github-a-minute") String name,
    @Schema(description = "Name of the virtual key whose calls count.") @Nullable String key,
    @Schema(description = "Calls to this server count, whoever makes them.")
        @Nullable String server,
    @Schema(description = "Calls of this tool (server__tool) count, whoever makes them.")
        @Nullable String tool,
    @Schema(description = "Of those only calls of tools that match count.")
        @Nullable List<String> tools,
    @Schema(description = "Calls in the window.") @Nullable Long calls,
    @Schema(description = "Money in the window, an exact decimal.", examples = "10.00")
        @Nullable String budget,
    @Schema(description = "Calls at the same time.") @Nullable Long concurrent,
    @Schema(
            description =
                "A rolling window such as 90s, 1m, 24h, 30d, or hour, day, week, month of the calendar.",
            examples = "1m")
        @Nullable String per,
    @Schema(description = "Time zone of a calendar window.", examples = "Europe/Berlin")
        @Nullable String zone,
    @Schema(description = "`api`, or `file:<name>`: then it is changed in that file only.")
        String source,
    @Schema(description = "Grows with every change; also the ETag.") long revision,
    @Nullable Standing standing) {

  /** How a limit stands at this moment. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "LimitStanding")
  record Standing(
      @Schema(
              description =
                  "Handed to calls or to gateways that may hand it to calls; what is not used comes back.")
          Object used,
      @Schema(description = "Of that: of calls or gateways that have not been heard of since.")
          Object inDoubt,
      Object free,
      @Schema(description = "When the first of what is used is free again.")
          @Nullable Instant resetsAt) {}

  static LimitView of(Limit limit, @Nullable LimitStanding standing) {
    boolean money = limit.getKind() == LimitKind.LIMIT_KIND_BUDGET;
    return new LimitView(
        limit.getId(),
        limit.getName(),
        owner(limit, OwnerKind.OWNER_KIND_KEY),
        owner(limit, OwnerKind.OWNER_KIND_SERVER),
        owner(limit, OwnerKind.OWNER_KIND_TOOL),
        limit.getToolsCount() == 0 ? null : List.copyOf(limit.getToolsList()),
        limit.getKind() == LimitKind.LIMIT_KIND_RATE ? limit.getUnits() : null,
        money ? Money.text(limit.getUnits()) : null,
        limit.getKind() == LimitKind.LIMIT_KIND_CONCURRENCY ? limit.getUnits() : null,
        LimitFields.per(limit.getWindow()).orElse(null),
        limit.getWindow().getZone().isEmpty() ? null : limit.getWindow().getZone(),
        limit.getSource(),
        limit.getRevision(),
        standing == null ? null : standing(limit, standing, money));
  }

  private static @Nullable String owner(Limit limit, OwnerKind kind) {
    return limit.getOwnerKind() == kind ? limit.getOwner() : null;
  }

  private static Standing standing(Limit limit, LimitStanding standing, boolean money) {
    long free = Math.max(0, limit.getUnits() - standing.getCharged());
    return new Standing(
        units(standing.getCharged(), money),
        units(standing.getInDoubt(), money),
        units(free, money),
        Times.ofMillis(standing.getResetsAtMillis()));
  }

  private static Object units(long units, boolean money) {
    return money ? Money.text(units) : units;
  }

  /** All limits of the tenant. */
  @Schema(name = "Limits")
  record Page(List<LimitView> limits) {}

  /** What a limit is made from: the members of the file. */
  @Schema(name = "NewLimit")
  record NewLimit(
      @Nullable String key,
      @Nullable String server,
      @Nullable String tool,
      @Nullable List<String> tools,
      @Nullable Long calls,
      @Schema(description = "An exact decimal with at most six places.", examples = "10.00")
          @Nullable String budget,
      @Nullable Long concurrent,
      @Schema(examples = "1m") @Nullable String per,
      @Nullable String zone) {}
}
