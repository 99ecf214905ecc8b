package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.ApprovalFields;
import dev.sallyport.edge.declaration.Durations;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.Approval;
import dev.sallyport.proto.policy.v1.ApprovalState;
import dev.sallyport.proto.policy.v1.DecideApprovalRequest;
import dev.sallyport.proto.policy.v1.ListApprovalsRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Calls that wait for a person, and the only place where one decides them. */
@Path("/api/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "approvals", description = "Calls that wait for a person, and what became of them.")
public class ApprovalsResource {

  private static final byte[] NO_MEMBERS = {'{', '}'};

  private final PolicyPeer policy;
  private final AdminActions actions;

  ApprovalsResource(PolicyPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Approvals, newest first, without arguments")
  @APIResponseSchema(ApprovalView.Page.class)
  public Uni<Response> list(
      @Context SecurityContext security,
      @Parameter(description = "pending, approved, denied, used or expired.") @QueryParam("state")
          @Nullable String state,
      @Parameter(description = "Name or id of a virtual key.") @QueryParam("key")
          @Nullable String key,
      @QueryParam("server") @Nullable String server,
      @Parameter(description = "Name as the server says it.") @QueryParam("tool")
          @Nullable String tool,
      @Parameter(description = "1 to 1000; 1000 when absent.") @QueryParam("limit")
          @Nullable String limit,
      @Parameter(description = "`next` of the page before.") @QueryParam("after")
          @Nullable String after) {
    AdminIdentity who = AdminIdentity.of(security);
    Paging paging = Paging.of(limit, after);
    ListApprovalsRequest request =
        ListApprovalsRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setState(state(state))
            .setKey(QueryParameters.orEmpty(key))
            .setServer(QueryParameters.orEmpty(server))
            .setTool(QueryParameters.orEmpty(tool))
            .setLimit(paging.limit())
            .setAfter(paging.after())
            .build();
    return actions
        .run(
            who,
            AdminAction.read("approvals.list")
                .onKey(QueryParameters.orEmpty(key))
                .onServer(QueryParameters.orEmpty(server)),
            () -> policy.listApprovals(request))
        .map(
            response -> {
              List<ApprovalView> views =
                  response.getApprovalsList().stream().map(ApprovalView::of).toList();
              return Answers.ok(
                  new ApprovalView.Page(views, response.getMore() ? views.getLast().id() : null));
            });
  }

  @GET
  @Path("/{approval}")
  @Operation(summary = "One approval, with the arguments of the call")
  @APIResponseSchema(ApprovalView.class)
  public Uni<Response> show(@Context SecurityContext security, @PathParam("approval") String id) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("approvals.show").with(Answers.json(new Asked(id, null, null))),
            () ->
                policy
                    .listApprovals(
                        ListApprovalsRequest.newBuilder()
                            .setContext(who.context(actions.timeout()))
                            .setId(id)
                            .build())
                    .map(response -> single(response.getApprovalsList())))
        .map(approval -> Answers.ok(ApprovalView.of(approval)));
  }

  @POST
  @Path("/{approval}/approve")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      summary = "Approves a call",
      description =
          "One call of the same key, tool and arguments may then run, once, until the approval ends. Of two who decide"
              + " at once one does, and the other gets 409.")
  @RequestBody(content = @Content(schema = @Schema(implementation = ApprovalView.Grant.class)))
  @APIResponseSchema(ApprovalView.class)
  public Uni<Response> approve(
      @Context SecurityContext security, @PathParam("approval") String id, byte @Nullable [] body) {
    Decision decision =
        read(
            body,
            fields ->
                new Decision(ApprovalFields.comment(fields), ApprovalFields.validFor(fields)));
    return decide(security, "approvals.approve", id, true, decision);
  }

  @POST
  @Path("/{approval}/deny")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      summary = "Denies a call",
      description = "The agent is told with its next call, once; the call after that asks anew.")
  @RequestBody(content = @Content(schema = @Schema(implementation = ApprovalView.Denial.class)))
  @APIResponseSchema(ApprovalView.class)
  public Uni<Response> deny(
      @Context SecurityContext security, @PathParam("approval") String id, byte @Nullable [] body) {
    Decision decision =
        read(body, fields -> new Decision(ApprovalFields.comment(fields), Duration.ZERO));
    return decide(security, "approvals.deny", id, false, decision);
  }

  private record Decision(String comment, Duration validFor) {}

  private static Decision read(byte @Nullable [] body, Function<Fields, Decision> reader) {
    byte[] members = body == null || body.length == 0 ? NO_MEMBERS : body;
    return Body.read(members, fields -> Optional.of(reader.apply(fields)));
  }

  private Uni<Response> decide(
      SecurityContext security, String method, String id, boolean approve, Decision decision) {
    AdminIdentity who = AdminIdentity.of(security);
    DecideApprovalRequest request =
        DecideApprovalRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setId(id)
            .setApprove(approve)
            .setComment(decision.comment())
            .setValidForMillis(decision.validFor().toMillis())
            .build();
    Asked asked =
        new Asked(
            id,
            decision.comment().isEmpty() ? null : decision.comment(),
            decision.validFor().isZero() ? null : Durations.text(decision.validFor()));
    return actions
        .run(
            who,
            AdminAction.change(method).with(Answers.json(asked)),
            () -> policy.decideApproval(request))
        .map(response -> Answers.ok(ApprovalView.of(response.getApproval())));
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Asked(String approval, @Nullable String comment, @Nullable String validFor) {}

  private static ApprovalState state(@Nullable String name) {
    return name == null
        ? ApprovalState.APPROVAL_STATE_UNSPECIFIED
        : ApprovalView.state(name)
            .orElseThrow(
                () ->
                    Body.refused(
                        "state", "must be one of pending, approved, denied, used, expired"));
  }

  private static Approval single(List<Approval> found) {
    if (found.isEmpty()) {
      throw new CallFailed(Failure.of(ErrorCode.NOT_FOUND, "There is no approval of this id."));
    }
    return found.getFirst();
  }
}
