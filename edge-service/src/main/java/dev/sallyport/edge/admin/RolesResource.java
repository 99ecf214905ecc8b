package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.edge.declaration.DeclaredRole;
import dev.sallyport.edge.declaration.RoleFields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.DeleteRoleRequest;
import dev.sallyport.proto.policy.v1.ListRolesRequest;
import dev.sallyport.proto.policy.v1.PutRoleRequest;
import dev.sallyport.proto.policy.v1.Role;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Roles of administrators. */
@Path("/api/v1/roles")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "roles", description = "What administrators may do.")
public class RolesResource {

  private final AdministratorPeer policy;
  private final AdminActions actions;

  RolesResource(AdministratorPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Roles: those that are always there, then the tenant's own by name")
  @APIResponseSchema(RoleView.Page.class)
  public Uni<Response> list(@Context SecurityContext security) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(who, AdminAction.read("roles.list"), () -> roles(who, ""))
        .map(found -> Answers.ok(new RoleView.Page(found.stream().map(RoleView::of).toList())));
  }

  @GET
  @Path("/{role}")
  @Operation(summary = "One role")
  @APIResponseSchema(RoleView.class)
  public Uni<Response> show(@Context SecurityContext security, @PathParam("role") String name) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("roles.show").with(Answers.json(new Asked(name, null))),
            () -> roles(who, name).map(RolesResource::single))
        .map(role -> tagged(role, 200));
  }

  @PUT
  @Path("/{role}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates or replaces a role",
      description =
          "With If-Match only the revision that was seen is replaced; with `If-None-Match: *` nothing is. Holds for"
              + " whoever has the role from their next request on. Nobody gives a permission that they do not have.")
  @RequestBody(content = @Content(schema = @Schema(implementation = RoleView.Definition.class)))
  @APIResponse(
      responseCode = "200",
      description = "Replaced.",
      content = @Content(schema = @Schema(implementation = RoleView.class)))
  @APIResponse(
      responseCode = "201",
      description = "Created.",
      content = @Content(schema = @Schema(implementation = RoleView.class)))
  public Uni<Response> put(
      @Context SecurityContext security,
      @PathParam("role") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    DeclaredRole wanted =
        Body.readTree(
            body,
            (tree, report) -> {
              RoleFields.checkName(name, Position.START, "name", report);
              return RoleFields.read(name, tree, "", report);
            });
    Role role = wanted.toProto();
    PutRoleRequest request =
        PutRoleRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setGranter(who.granter())
            .setRole(role)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .setMustBeNew(Revisions.mustBeNew(ifNoneMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("roles.put")
                .with(Answers.json(new Asked(name, List.copyOf(role.getPermissionsList())))),
            () -> policy.putRole(request))
        .map(response -> tagged(response.getRole(), response.getCreated() ? 201 : 200));
  }

  @DELETE
  @Path("/{role}")
  @Operation(
      summary = "Removes a role that nobody holds",
      description = "With If-Match only the revision that was seen.")
  @APIResponse(responseCode = "204", description = "Removed.")
  public Uni<Response> delete(
      @Context SecurityContext security,
      @PathParam("role") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    AdminIdentity who = AdminIdentity.of(security);
    DeleteRoleRequest request =
        DeleteRoleRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setRole(name)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("roles.delete").with(Answers.json(new Asked(name, null))),
            () -> policy.deleteRole(request))
        .map(response -> Response.noContent().build());
  }

  /** What is recorded of a request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Asked(String role, @Nullable List<String> permissions) {}

  private Uni<List<Role>> roles(AdminIdentity who, String name) {
    return policy
        .listRoles(
            ListRolesRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setRole(name)
                .build())
        .map(response -> response.getRolesList());
  }

  private static Role single(List<Role> found) {
    return found.stream()
        .findFirst()
        .orElseThrow(
            () ->
                new CallFailed(Failure.of(ErrorCode.NOT_FOUND, "There is no role of this name.")));
  }

  private static Response tagged(Role role, int status) {
    return Answers.tagged(RoleView.of(role), status, role.getRevision());
  }
}
