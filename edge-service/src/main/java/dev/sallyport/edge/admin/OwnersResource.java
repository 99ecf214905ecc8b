package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.OwnerFields;
import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.DeleteOwnerRequest;
import dev.sallyport.proto.policy.v1.ListOwnersRequest;
import dev.sallyport.proto.policy.v1.Owner;
import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.PutOwnerRequest;
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

/** Customers, teams and users. */
@Path("/api/v1/owners")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "owners", description = "Customers, teams and users: whom virtual keys belong to.")
public class OwnersResource {

  private final PolicyPeer policy;
  private final AdminActions actions;

  OwnersResource(PolicyPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Owners by kind and name")
  @APIResponseSchema(OwnerView.Page.class)
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
            AdminAction.read("owners.list"),
            () ->
                policy.listOwners(
                    ListOwnersRequest.newBuilder()
                        .setContext(who.context(actions.timeout()))
                        .setPage(paging.limit())
                        .setAfter(paging.after())
                        .build()))
        .map(
            response -> {
              List<OwnerView> views = response.getOwnersList().stream().map(OwnerView::of).toList();
              return Answers.ok(
                  new OwnerView.Page(views, response.getMore() ? views.getLast().name() : null));
            });
  }

  @GET
  @Path("/{owner}")
  @Operation(summary = "One owner by name or id")
  @APIResponseSchema(OwnerView.class)
  public Uni<Response> show(
      @Context SecurityContext security, @PathParam("owner") String nameOrId) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("owners.show").with(Answers.json(new Asked(nameOrId, null))),
            () -> owner(who, nameOrId))
        .map(view -> Answers.tagged(view, 200, view.revision()));
  }

  private Uni<OwnerView> owner(AdminIdentity who, String nameOrId) {
    return policy
        .listOwners(
            ListOwnersRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setOwner(nameOrId)
                .build())
        .map(
            response ->
                response.getOwnersList().stream()
                    .map(OwnerView::of)
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new CallFailed(
                                Failure.of(
                                    ErrorCode.NOT_FOUND,
                                    "There is no owner of this name or id."))));
  }

  @PUT
  @Path("/{owner}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates or replaces a owner",
      description =
          "With If-Match only the revision that was seen is replaced; with `If-None-Match: *` nothing is. An owner that a file declares is read-only here.")
  @RequestBody(content = @Content(schema = @Schema(implementation = OwnerView.Definition.class)))
  @APIResponse(
      responseCode = "200",
      description = "Replaced.",
      content = @Content(schema = @Schema(implementation = OwnerView.class)))
  @APIResponse(
      responseCode = "201",
      description = "Created.",
      content = @Content(schema = @Schema(implementation = OwnerView.class)))
  public Uni<Response> put(
      @Context SecurityContext security,
      @PathParam("owner") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    OwnerRef ref =
        OwnerText.parseOwner(name)
            .orElseThrow(
                () ->
                    Body.refused(
                        "owner", "must be customer:, team: or user: and a name: team:payments"));
    Owner wanted =
        Body.readTree(body, (tree, report) -> OwnerFields.read(ref, tree, "", report)).toProto();
    PutOwnerRequest request =
        PutOwnerRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setOwner(wanted)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .setMustBeNew(Revisions.mustBeNew(ifNoneMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("owners.put")
                .with(Answers.json(new Asked(name, OwnerView.definition(wanted)))),
            () -> actions.inForce(policy.putOwner(request), response -> response.getSequence()))
        .map(
            response -> {
              OwnerView view = OwnerView.of(response.getOwner());
              return Answers.tagged(view, response.getCreated() ? 201 : 200, view.revision());
            });
  }

  @DELETE
  @Path("/{owner}")
  @Operation(
      summary = "Removes a owner",
      description =
          "With If-Match only the revision that was seen. Refused as long as a key, an owner, a limit or a group is of it.")
  @APIResponse(responseCode = "204", description = "Removed.")
  public Uni<Response> delete(
      @Context SecurityContext security,
      @PathParam("owner") String nameOrId,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    AdminIdentity who = AdminIdentity.of(security);
    DeleteOwnerRequest request =
        DeleteOwnerRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setOwner(nameOrId)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("owners.delete").with(Answers.json(new Asked(nameOrId, null))),
            () -> actions.inForce(policy.deleteOwner(request), response -> response.getSequence()))
        .map(response -> Response.noContent().build());
  }

  /** What is recorded of a request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Asked(String owner, OwnerView.@Nullable Definition definition) {}
}
