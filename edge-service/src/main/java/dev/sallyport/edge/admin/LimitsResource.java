package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.DeclaredLimit;
import dev.sallyport.edge.declaration.LimitFields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
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
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Limits and how they stand. */
@Path("/api/v1/limits")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
    name = "limits",
    description = "How many calls, at which rate, for how much money, returning how many tokens.")
public class LimitsResource {

  private final PolicyPeer policy;
  private final AdminActions actions;

  LimitsResource(PolicyPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Limits by name, and how they stand")
  @APIResponseSchema(LimitView.Page.class)
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
            AdminAction.read("limits.list"),
            () ->
                policy.listLimits(
                    ListLimitsRequest.newBuilder()
                        .setContext(who.context(actions.timeout()))
                        .setStanding(true)
                        .setPage(paging.limit())
                        .setAfter(paging.after())
                        .build()))
        .map(
            response -> {
              List<LimitView> views = views(response);
              return Answers.ok(
                  new LimitView.Page(views, response.getMore() ? views.getLast().name() : null));
            });
  }

  @GET
  @Path("/{limit}")
  @Operation(summary = "One limit by name or id, and how it stands")
  @APIResponseSchema(LimitView.class)
  public Uni<Response> show(
      @Context SecurityContext security, @PathParam("limit") String nameOrId) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("limits.show").with(Answers.json(new Asked(nameOrId, null))),
            () -> limits(who, nameOrId).map(found -> single(found, nameOrId)))
        .map(view -> Answers.tagged(view, 200, view.revision()));
  }

  @PUT
  @Path("/{limit}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates or replaces a limit",
      description =
          "With If-Match only the revision that was seen is replaced; with `If-None-Match: *` nothing is. What was"
              + " counted stays counted, unless the window is another one. A limit that a file declares is read-only here.")
  @RequestBody(content = @Content(schema = @Schema(implementation = LimitView.Definition.class)))
  @APIResponse(
      responseCode = "200",
      description = "Replaced.",
      content = @Content(schema = @Schema(implementation = LimitView.class)))
  @APIResponse(
      responseCode = "201",
      description = "Created.",
      content = @Content(schema = @Schema(implementation = LimitView.class)))
  public Uni<Response> put(
      @Context SecurityContext security,
      @PathParam("limit") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    DeclaredLimit wanted =
        Body.readTree(
            body,
            (tree, report) -> {
              LimitFields.checkName(name, Position.START, "name", report);
              return LimitFields.read(name, tree, "", report);
            });
    Limit limit = wanted.toProto();
    AdminAction action =
        AdminAction.change("limits.put")
            .with(Answers.json(new Asked(name, LimitView.Definition.of(limit))));
    PutLimitRequest request =
        PutLimitRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setLimit(limit)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .setMustBeNew(Revisions.mustBeNew(ifNoneMatch))
            .build();
    return actions
        .run(
            who,
            on(wanted.owner(), action),
            () -> actions.inForce(policy.putLimit(request), response -> response.getSequence()))
        .map(
            response -> {
              LimitView view = LimitView.of(response.getLimit(), null);
              return Answers.tagged(view, response.getCreated() ? 201 : 200, view.revision());
            });
  }

  @DELETE
  @Path("/{limit}")
  @Operation(
      summary = "Removes a limit",
      description = "With If-Match only the revision that was seen.")
  @APIResponse(responseCode = "204", description = "Removed.")
  public Uni<Response> delete(
      @Context SecurityContext security,
      @PathParam("limit") String nameOrId,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    AdminIdentity who = AdminIdentity.of(security);
    DeleteLimitRequest request =
        DeleteLimitRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setLimit(nameOrId)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("limits.delete").with(Answers.json(new Asked(nameOrId, null))),
            () -> actions.inForce(policy.deleteLimit(request), response -> response.getSequence()))
        .map(response -> Response.noContent().build());
  }

  /** What is recorded of a request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Asked(String limit, LimitView.@Nullable Definition definition) {}

  /** The record of a change is found under whomever the limit is for. */
  private static AdminAction on(DeclaredLimit.Owner owner, AdminAction action) {
    return switch (owner) {
      case DeclaredLimit.Owner.Key key -> action.onKey(key.name());
      case DeclaredLimit.Owner.Server server -> action.onServer(server.name());
      case DeclaredLimit.Owner.Tool tool ->
          action.onServer(tool.name().substring(0, tool.name().indexOf("__")));
      case DeclaredLimit.Owner.Everyone _, DeclaredLimit.Owner.Of _ -> action;
    };
  }

  private Uni<List<LimitView>> limits(AdminIdentity who, String nameOrId) {
    return policy
        .listLimits(
            ListLimitsRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setLimit(nameOrId)
                .setStanding(true)
                .build())
        .map(LimitsResource::views);
  }

  private static List<LimitView> views(ListLimitsResponse response) {
    Map<String, LimitStanding> standings =
        response.getStandingsList().stream()
            .collect(Collectors.toMap(LimitStanding::getLimitId, Function.identity(), (a, b) -> b));
    return response.getLimitsList().stream()
        .map(limit -> LimitView.of(limit, standings.get(limit.getId())))
        .toList();
  }

  private static LimitView single(List<LimitView> found, String nameOrId) {
    return found.stream()
        .filter(limit -> limit.id().equals(nameOrId) || limit.name().equals(nameOrId))
        .findFirst()
        .orElseThrow(
            () ->
                new CallFailed(
                    Failure.of(ErrorCode.NOT_FOUND, "There is no limit of this name or id.")));
  }
}
