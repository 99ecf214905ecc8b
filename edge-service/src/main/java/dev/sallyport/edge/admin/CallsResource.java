package dev.sallyport.edge.admin;

import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Recorded calls. */
@Path("/api/v1/calls")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "calls", description = "What was called, by whom, with what, and what came of it.")
public class CallsResource {

  private final AuditPeer audit;
  private final AdminActions actions;

  CallsResource(AuditPeer audit, AdminActions actions) {
    this.audit = audit;
    this.actions = actions;
  }

  @GET
  @Operation(
      summary = "Recorded calls, newest first",
      description =
          "A call is here some moments after it ended: records are shipped beside the call. The next page is asked for"
              + " with `before` = the last callId of this one.")
  @APIResponseSchema(CallRecord.Page.class)
  public Uni<Response> list(
      @Context SecurityContext security,
      @Parameter(description = "Name or id of a virtual key.") @QueryParam("key")
          @Nullable String key,
      @QueryParam("server") @Nullable String server,
      @Parameter(description = "Name as the server says it, or as agents see it.")
          @QueryParam("tool")
          @Nullable String tool,
      @QueryParam("outcome") @Nullable String outcome,
      @Parameter(description = "Moment such as 2026-11-21T08:00:00Z, included.") @QueryParam("from")
          @Nullable String from,
      @Parameter(description = "Moment, not included.") @QueryParam("to") @Nullable String to,
      @Parameter(description = "1 to 1000; 100 when absent.") @QueryParam("limit")
          @Nullable String limit,
      @Parameter(description = "Only calls before this call id.") @QueryParam("before")
          @Nullable String before,
      @Parameter(description = "true: only `total`, no calls.") @QueryParam("count")
          @Nullable String count,
      @Parameter(description = "false: without the text of arguments and results.")
          @QueryParam("content")
          @Nullable String content) {
    AdminIdentity who = AdminIdentity.of(security);
    QueryCallsRequest.Builder query =
        QueryCallsRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setKey(QueryParameters.orEmpty(key))
            .setServer(QueryParameters.orEmpty(server))
            .setTool(QueryParameters.orEmpty(tool))
            .setOutcome(outcome(outcome))
            .setFromMicros(Times.micros("from", from))
            .setToMicros(Times.micros("to", to))
            .setLimit(QueryParameters.limit(limit, 0))
            .setBeforeCallId(before == null ? "" : callId("before", before))
            .setCountOnly(truth("count", count, false));
    boolean withContent = truth("content", content, true);
    return actions
        .run(
            who,
            AdminAction.read("calls.list")
                .onKey(QueryParameters.orEmpty(key))
                .onServer(QueryParameters.orEmpty(server)),
            () -> audit.queryCalls(query.build()))
        .map(
            response ->
                Answers.ok(
                    new CallRecord.Page(
                        response.getCallsList().stream()
                            .map(call -> CallRecord.of(call, withContent))
                            .toList(),
                        response.getTotal())));
  }

  @GET
  @Path("/{callId}")
  @Operation(summary = "One recorded call")
  @APIResponseSchema(CallRecord.class)
  public Uni<Response> show(@Context SecurityContext security, @PathParam("callId") String id) {
    AdminIdentity who = AdminIdentity.of(security);
    QueryCallsRequest query =
        QueryCallsRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setCallId(callId("callId", id))
            .setLimit(1)
            .build();
    return actions
        .run(
            who,
            AdminAction.read("calls.show").with(Answers.json(new Asked(id))),
            () ->
                audit
                    .queryCalls(query)
                    .map(
                        response ->
                            response.getCallsList().stream()
                                .findFirst()
                                .map(call -> CallRecord.of(call, true))
                                .orElseThrow(
                                    () ->
                                        new CallFailed(
                                            Failure.of(
                                                ErrorCode.NOT_FOUND,
                                                "There is no recorded call of this id (yet).")))))
        .map(Answers::ok);
  }

  private record Asked(String callId) {}

  private static Outcome outcome(@Nullable String name) {
    return name == null
        ? Outcome.OUTCOME_UNSPECIFIED
        : CallRecord.outcome(name)
            .orElseThrow(
                () ->
                    Body.refused(
                        "outcome",
                        "must be one of ok, tool_error, protocol_error, refused, upstream_failed, timed_out,"
                            + " cancelled, internal, unknown"));
  }

  private static String callId(String name, String text) {
    try {
      return CallId.parse(text).toString();
    } catch (IllegalArgumentException e) {
      throw Body.refused(name, "must be a call id (a UUIDv7)");
    }
  }

  private static boolean truth(String name, @Nullable String text, boolean otherwise) {
    return switch (text) {
      case null -> otherwise;
      case "true", "" -> true;
      case "false" -> false;
      default -> throw Body.refused(name, "must be true or false");
    };
  }
}
