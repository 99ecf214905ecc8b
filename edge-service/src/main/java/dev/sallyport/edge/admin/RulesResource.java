package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.RuleFields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.DeleteRuleRequest;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.PutRuleRequest;
import dev.sallyport.proto.policy.v1.Rule;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Rules over arguments and identity. */
@Path("/api/v1/rules")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "rules", description = "Which calls are allowed, denied, or asked of a person.")
public class RulesResource {

  private final PolicyPeer policy;
  private final AdminActions actions;

  RulesResource(PolicyPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Rules by name")
  @APIResponseSchema(RuleView.Page.class)
  public Uni<Response> list(
      @Context SecurityContext security,
      @Parameter(description = "1 to 1000; 1000 when absent.") @QueryParam("limit")
          @Nullable String limit,
      @Parameter(description = "`next` of the page before.") @QueryParam("after")
          @Nullable String after) {
    AdminIdentity who = AdminIdentity.of(security);
    Paging paging = Paging.of(limit, after);
    return actions
        .run(
            who,
            AdminAction.read("rules.list"),
            () ->
                policy.listRules(
                    ListRulesRequest.newBuilder()
                        .setContext(who.context(actions.timeout()))
                        .setPage(paging.limit())
                        .setAfter(paging.after())
                        .build()))
        .map(
            response -> {
              List<RuleView> views = response.getRulesList().stream().map(RuleView::of).toList();
              return Answers.ok(
                  new RuleView.Page(views, response.getMore() ? views.getLast().name() : null));
            });
  }

  @GET
  @Path("/{rule}")
  @Operation(summary = "One rule by name or id")
  @APIResponseSchema(RuleView.class)
  public Uni<Response> show(@Context SecurityContext security, @PathParam("rule") String nameOrId) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("rules.show").with(Answers.json(new Asked(nameOrId, null))),
            () ->
                policy
                    .listRules(
                        ListRulesRequest.newBuilder()
                            .setContext(who.context(actions.timeout()))
                            .setRule(nameOrId)
                            .build())
                    .map(found -> single(found.getRulesList())))
        .map(view -> Answers.tagged(view, 200, view.revision()));
  }

  @PUT
  @Path("/{rule}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates or replaces a rule",
      description =
          "With If-Match only the revision that was seen is replaced; with `If-None-Match: *` nothing is. A condition"
              + " that does not compile is refused with its position. A rule that says the opposite of another one of"
              + " the same priority, tools and condition is a conflict. A rule that a file declares is read-only here.")
  @RequestBody(content = @Content(schema = @Schema(implementation = RuleView.Definition.class)))
  @APIResponse(
      responseCode = "200",
      description = "Replaced.",
      content = @Content(schema = @Schema(implementation = RuleView.class)))
  @APIResponse(
      responseCode = "201",
      description = "Created.",
      content = @Content(schema = @Schema(implementation = RuleView.class)))
  public Uni<Response> put(
      @Context SecurityContext security,
      @PathParam("rule") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    Rule rule =
        Body.readTree(
                body,
                (tree, report) -> {
                  RuleFields.checkName(name, Position.START, "name", report);
                  return RuleFields.read(name, tree, "", report);
                })
            .toProto();
    PutRuleRequest request =
        PutRuleRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setRule(rule)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .setMustBeNew(Revisions.mustBeNew(ifNoneMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("rules.put")
                .with(Answers.json(new Asked(name, RuleView.Definition.of(rule)))),
            () -> actions.inForce(policy.putRule(request), response -> response.getSequence()))
        .map(
            response -> {
              RuleView view = RuleView.of(response.getRule());
              return Answers.tagged(view, response.getCreated() ? 201 : 200, view.revision());
            });
  }

  @DELETE
  @Path("/{rule}")
  @Operation(
      summary = "Removes a rule",
      description = "With If-Match only the revision that was seen.")
  @APIResponse(responseCode = "204", description = "Removed.")
  public Uni<Response> delete(
      @Context SecurityContext security,
      @PathParam("rule") String nameOrId,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    AdminIdentity who = AdminIdentity.of(security);
    DeleteRuleRequest request =
        DeleteRuleRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setRule(nameOrId)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("rules.delete").with(Answers.json(new Asked(nameOrId, null))),
            () -> actions.inForce(policy.deleteRule(request), response -> response.getSequence()))
        .map(response -> Response.noContent().build());
  }

  /** What is recorded of a request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Asked(String rule, RuleView.@Nullable Definition definition) {}

  private static RuleView single(List<Rule> found) {
    return found.stream()
        .map(RuleView::of)
        .findFirst()
        .orElseThrow(
            () ->
                new CallFailed(
                    Failure.of(ErrorCode.NOT_FOUND, "There is no rule of this name or id.")));
  }
}
