package dev.sallyport.edge.admin;

import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.UsageDimension;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What was used, and what it cost (features C4). */
@Path("/api/v1/usage")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
    name = "usage",
    description =
        "How much was called, what it cost and how many tokens went back, from the record.")
public class UsageResource {

  private static final int MOST_DIMENSIONS = 3;
  private static final Duration USUAL = Duration.ofHours(24);
  private static final Pattern BACK = Pattern.compile("(\\d{1,5})([mhd])");

  private final AuditPeer audit;
  private final AdminActions actions;

  UsageResource(AuditPeer audit, AdminActions actions) {
    this.audit = audit;
    this.actions = actions;
  }

  @GET
  @Operation(
      summary = "Calls, cost and tokens over a time",
      description =
          "From the record, so a call counts some moments after it ended. Limits count for themselves: see"
              + " /api/v1/limits.")
  @APIResponseSchema(UsageView.class)
  public Uni<Response> usage(
      @Context SecurityContext security,
      @Parameter(
              description =
                  "At most three of key, customer, team, user, server, tool, door, method, outcome, day (UTC), with commas; key when absent.")
          @QueryParam("by")
          @Nullable String by,
      @Parameter(description = "So long back: 30m, 24h, 7d. 24h when there is no `from` either.")
          @QueryParam("since")
          @Nullable String since,
      @Parameter(description = "Moment such as 2026-11-21T08:00:00Z, included.") @QueryParam("from")
          @Nullable String from,
      @Parameter(description = "Moment, not included.") @QueryParam("to") @Nullable String to,
      @Parameter(description = "Name or id of a virtual key.") @QueryParam("key")
          @Nullable String key,
      @QueryParam("server") @Nullable String server,
      @Parameter(description = "Name as the server says it, or as agents see it.")
          @QueryParam("tool")
          @Nullable String tool,
      @Parameter(description = "1 to 1000; 100 when absent.") @QueryParam("limit")
          @Nullable String limit) {
    AdminIdentity who = AdminIdentity.of(security);
    List<UsageDimension> dimensions = dimensions(by);
    Instant begins = begins(since, from);
    long toMicros = Times.micros("to", to);
    Instant ends = Times.ofMicros(toMicros);
    if (ends != null && !ends.isAfter(begins)) {
      throw Body.refused("to", "must be after the beginning, which is " + begins);
    }
    QueryUsageRequest query =
        QueryUsageRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .addAllBy(dimensions)
            .setFromMicros(Math.max(0, Times.micros(begins)))
            .setToMicros(toMicros)
            .setKey(QueryParameters.orEmpty(key))
            .setServer(QueryParameters.orEmpty(server))
            .setTool(QueryParameters.orEmpty(tool))
            .setLimit(QueryParameters.limit(limit, 0))
            .build();
    return actions
        .run(
            who,
            AdminAction.read("usage.query")
                .onKey(QueryParameters.orEmpty(key))
                .onServer(QueryParameters.orEmpty(server)),
            () -> audit.queryUsage(query))
        .map(response -> Answers.ok(UsageView.of(response, dimensions, begins, ends)));
  }

  private static List<UsageDimension> dimensions(@Nullable String by) {
    List<UsageDimension> dimensions = new ArrayList<>();
    for (String word : (by == null ? "key" : by).split(",", -1)) {
      UsageDimension dimension = dimension(word.strip());
      if (dimensions.contains(dimension)) {
        throw Body.refused("by", "names `" + word.strip() + "` twice");
      }
      dimensions.add(dimension);
    }
    if (dimensions.size() > MOST_DIMENSIONS) {
      throw Body.refused("by", "names at most " + MOST_DIMENSIONS);
    }
    return List.copyOf(dimensions);
  }

  private static UsageDimension dimension(String word) {
    for (UsageDimension dimension : UsageDimension.values()) {
      if (dimension != UsageDimension.USAGE_DIMENSION_UNSPECIFIED
          && dimension != UsageDimension.UNRECOGNIZED
          && UsageView.word(dimension).equals(word)) {
        return dimension;
      }
    }
    throw Body.refused(
        "by", "must be of key, customer, team, user, server, tool, door, method, outcome, day");
  }

  private static Instant begins(@Nullable String since, @Nullable String from) {
    if (since != null && from != null) {
      throw Body.refused("since", "goes with `to` only; leave out `from` or this");
    }
    if (from != null) {
      return Instant.EPOCH.plus(Times.micros("from", from), ChronoUnit.MICROS);
    }
    Instant now = Instant.now();
    if (since == null) {
      return now.minus(USUAL);
    }
    Matcher matcher = BACK.matcher(since);
    if (!matcher.matches()) {
      throw Body.refused("since", "must be a time back such as 30m, 24h or 7d");
    }
    long amount = Long.parseLong(matcher.group(1));
    return now.minus(
        switch (matcher.group(2)) {
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }
}
