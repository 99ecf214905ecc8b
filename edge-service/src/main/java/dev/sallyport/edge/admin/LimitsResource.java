package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.LimitFields;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Limits. */
@Path("/api/v1/limits")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "limits", description = "Limits of calls, of money, and of calls at the same time.")
public class LimitsResource {

  private final PolicyPeer policy;
  private final AdminActions actions;

  LimitsResource(PolicyPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "All limits, and how they stand")
  @APIResponseSchema(LimitView.Page.class)
  public Uni<Response> list(@Context SecurityContext security) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(who, AdminAction.read("limits.list"), () -> limits(who, ""))
        .map(limits -> Answers.ok(new LimitView.Page(limits)));
  }

  @GET
  @Path("/{limit}")
  @Operation(summary = "One limit by name or id, and how it stands")
  @APIResponseSchema(LimitView.class)
  public Uni<Response> show(@Context SecurityContext security, @PathParam("limit") String limit) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("limits.show").with(named(limit)),
            () -> limits(who, limit).map(LimitsResource::single))
        .map(view -> tagged(view, 200));
  }

  @PUT
  @Path("/{limit}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates the limit of this name, or puts another one in its place",
      description =
          "What was counted stays counted, unless the window is another one. With If-Match only the"
              + " revision that was seen is replaced; with If-None-Match: * none is.")
  @RequestBody(content = @Content(schema = @Schema(implementation = LimitView.NewLimit.class)))
  @APIResponse(
      responseCode = "201",
      description = "The limit is new.",
      content = @Content(schema = @Schema(implementation = LimitView.class)))
  @APIResponse(
      responseCode = "200",
      description = "The limit took the place of the one before.",
      content = @Content(schema = @Schema(implementation = LimitView.class)))
  public Uni<Response> put(
      @Context SecurityContext security,
      @PathParam("limit") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    Limit wanted = Body.read(body, fields -> read(name, fields));
    PutLimitRequest request =
        PutLimitRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setLimit(wanted)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .setMustBeNew(mustBeNew(ifNoneMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("limits.put").with(Answers.json(LimitView.of(wanted, null))),
            () -> actions.inForce(policy.putLimit(request), response -> response.getSequence()))
        .map(
            response ->
                tagged(LimitView.of(response.getLimit(), null), response.getCreated() ? 201 : 200));
  }

  @DELETE
  @Path("/{limit}")
  @Operation(summary = "Removes a limit; from then on it counts nothing")
  @APIResponse(responseCode = "204", description = "It is gone.")
  public Uni<Response> delete(
      @Context SecurityContext security,
      @PathParam("limit") String limit,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    AdminIdentity who = AdminIdentity.of(security);
    DeleteLimitRequest request =
        DeleteLimitRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setLimit(limit)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("limits.delete").with(named(limit)),
            () -> actions.inForce(policy.deleteLimit(request), response -> response.getSequence()))
        .map(done -> Response.noContent().build());
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
    Map<String, LimitStanding> standings = new HashMap<>();
    response.getStandingsList().forEach(one -> standings.put(one.getLimitId(), one));
    List<LimitView> views = new ArrayList<>();
    response
        .getLimitsList()
        .forEach(limit -> views.add(LimitView.of(limit, standings.get(limit.getId()))));
    return List.copyOf(views);
  }

  private static LimitView single(List<LimitView> found) {
    return found.stream()
        .findFirst()
        .orElseThrow(
            () ->
                new CallFailed(
                    Failure.of(ErrorCode.NOT_FOUND, "There is no limit of this name or id.")));
  }

  private static Optional<Limit> read(String name, Fields fields) {
    Report report = fields.report();
    LimitFields.checkName(name, Position.START, "limit", report);
    return Optional.of(LimitFields.read(name, fields));
  }

  private static boolean mustBeNew(@Nullable String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (!ifNoneMatch.strip().equals("*")) {
      throw Body.refused("If-None-Match", "must be * or left out");
    }
    return true;
  }

  private static String named(String limit) {
    return Answers.json(Map.of("limit", limit));
  }

  private static Response tagged(LimitView view, int status) {
    return Answers.tagged(view, status, view.revision());
  }
}
