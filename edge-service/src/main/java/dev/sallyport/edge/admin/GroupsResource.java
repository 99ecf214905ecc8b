package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.GroupFields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.DeleteGroupRequest;
import dev.sallyport.proto.policy.v1.ListGroupsRequest;
import dev.sallyport.proto.policy.v1.PutGroupRequest;
import dev.sallyport.proto.policy.v1.ToolGroup;
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

/** Tool groups (features B4). */
@Path("/api/v1/groups")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
    name = "groups",
    description = "Tool groups: named collections of tools, attached to whom they are for.")
public class GroupsResource {

  private final PolicyPeer policy;
  private final AdminActions actions;

  GroupsResource(PolicyPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Groups by name")
  @APIResponseSchema(GroupView.Page.class)
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
            AdminAction.read("groups.list"),
            () ->
                policy.listGroups(
                    ListGroupsRequest.newBuilder()
                        .setContext(who.context(actions.timeout()))
                        .setPage(paging.limit())
                        .setAfter(paging.after())
                        .build()))
        .map(
            response -> {
              List<GroupView> views = response.getGroupsList().stream().map(GroupView::of).toList();
              return Answers.ok(
                  new GroupView.Page(views, response.getMore() ? views.getLast().name() : null));
            });
  }

  @GET
  @Path("/{group}")
  @Operation(summary = "One group by name or id")
  @APIResponseSchema(GroupView.class)
  public Uni<Response> show(
      @Context SecurityContext security, @PathParam("group") String nameOrId) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("groups.show").with(Answers.json(new Asked(nameOrId, null))),
            () -> group(who, nameOrId))
        .map(view -> Answers.tagged(view, 200, view.revision()));
  }

  private Uni<GroupView> group(AdminIdentity who, String nameOrId) {
    return policy
        .listGroups(
            ListGroupsRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setGroup(nameOrId)
                .build())
        .map(
            response ->
                response.getGroupsList().stream()
                    .map(GroupView::of)
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new CallFailed(
                                Failure.of(
                                    ErrorCode.NOT_FOUND,
                                    "There is no group of this name or id."))));
  }

  @PUT
  @Path("/{group}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates or replaces a group",
      description =
          "What it allows is in force for everybody it is attached to when this answers. With If-Match only the revision that was seen is replaced; with `If-None-Match: *` nothing is. A group that a file declares is read-only here.")
  @RequestBody(content = @Content(schema = @Schema(implementation = GroupView.Definition.class)))
  @APIResponse(
      responseCode = "200",
      description = "Replaced.",
      content = @Content(schema = @Schema(implementation = GroupView.class)))
  @APIResponse(
      responseCode = "201",
      description = "Created.",
      content = @Content(schema = @Schema(implementation = GroupView.class)))
  public Uni<Response> put(
      @Context SecurityContext security,
      @PathParam("group") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    ToolGroup wanted =
        Body.readTree(
                body,
                (tree, report) -> {
                  GroupFields.checkName(name, Position.START, "name", report);
                  return GroupFields.read(name, tree, "", report);
                })
            .toProto();
    PutGroupRequest request =
        PutGroupRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setGroup(wanted)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .setMustBeNew(Revisions.mustBeNew(ifNoneMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("groups.put")
                .with(Answers.json(new Asked(name, GroupView.definition(wanted)))),
            () -> actions.inForce(policy.putGroup(request), response -> response.getSequence()))
        .map(
            response -> {
              GroupView view = GroupView.of(response.getGroup());
              return Answers.tagged(view, response.getCreated() ? 201 : 200, view.revision());
            });
  }

  @DELETE
  @Path("/{group}")
  @Operation(
      summary = "Removes a group",
      description = "With If-Match only the revision that was seen. Its endpoint ends with it.")
  @APIResponse(responseCode = "204", description = "Removed.")
  public Uni<Response> delete(
      @Context SecurityContext security,
      @PathParam("group") String nameOrId,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    AdminIdentity who = AdminIdentity.of(security);
    DeleteGroupRequest request =
        DeleteGroupRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setGroup(nameOrId)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("groups.delete").with(Answers.json(new Asked(nameOrId, null))),
            () -> actions.inForce(policy.deleteGroup(request), response -> response.getSequence()))
        .map(response -> Response.noContent().build());
  }

  /** What is recorded of a request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Asked(String group, GroupView.@Nullable Definition definition) {}
}
