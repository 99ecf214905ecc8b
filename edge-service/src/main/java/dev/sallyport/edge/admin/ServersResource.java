package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.DeclaredServer;
import dev.sallyport.edge.declaration.ServerFields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.registry.v1.DeleteServerRequest;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.ServerDefinition;
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
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Upstream servers. */
@Path("/api/v1/servers")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "servers", description = "Upstream MCP servers: their definitions and their health.")
public class ServersResource {

  private static final String SOURCE = "api";

  private final RegistryPeer registry;
  private final AdminActions actions;

  ServersResource(RegistryPeer registry, AdminActions actions) {
    this.registry = registry;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "All servers with their health")
  @APIResponseSchema(ServerView.Page.class)
  public Uni<Response> list(@Context SecurityContext security) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(who, AdminAction.read("servers.list"), () -> servers(who, ""))
        .map(
            servers ->
                Answers.ok(
                    new ServerView.Page(
                        servers.stream()
                            .map(ServerView::of)
                            .sorted(Comparator.comparing(ServerView::name))
                            .toList())));
  }

  @GET
  @Path("/{server}")
  @Operation(summary = "One server")
  @APIResponseSchema(ServerView.class)
  public Uni<Response> show(@Context SecurityContext security, @PathParam("server") String name) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("servers.show").onServer(name),
            () -> servers(who, name).map(found -> ServerView.of(single(found, name))))
        .map(view -> Answers.tagged(view, 200, view.revision()));
  }

  @PUT
  @Path("/{server}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates or replaces a server",
      description =
          "With If-Match only the revision that was seen is replaced. A server that a file declares is read-only"
              + " here. A `command` runs on the gateway's machine: it takes the permission `servers:command`, too.")
  @RequestBody(content = @Content(schema = @Schema(implementation = ServerView.Definition.class)))
  @APIResponse(
      responseCode = "200",
      description = "Replaced.",
      content = @Content(schema = @Schema(implementation = ServerView.class)))
  @APIResponse(
      responseCode = "201",
      description = "Created.",
      content = @Content(schema = @Schema(implementation = ServerView.class)))
  public Uni<Response> put(
      @Context SecurityContext security,
      @PathParam("server") String name,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    DeclaredServer wanted =
        Body.readTree(
            body,
            (tree, report) -> {
              ServerFields.checkName(name, Position.START, "name", report);
              return ServerFields.read(name, tree, "", null, report);
            });
    ServerDefinition definition = wanted.toProto(who.tenant(), SOURCE);
    AdminAction action =
        AdminAction.change("servers.put")
            .onServer(name)
            .with(Answers.json(ServerView.Definition.of(definition)));
    PutServerRequest request =
        PutServerRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setDefinition(definition)
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            wanted.way() instanceof DeclaredServer.Way.Command
                ? action.needing(Permission.SERVERS_COMMAND)
                : action,
            () -> registry.putServer(request))
        .map(
            response -> {
              ServerView view =
                  ServerView.of(
                      dev.sallyport.proto.registry.v1.ServerView.newBuilder()
                          .setDefinition(response.getDefinition())
                          .build());
              return Answers.tagged(view, response.getCreated() ? 201 : 200, view.revision());
            });
  }

  @DELETE
  @Path("/{server}")
  @Operation(summary = "Removes a server and its tools")
  @APIResponse(responseCode = "204", description = "Removed.")
  public Uni<Response> delete(@Context SecurityContext security, @PathParam("server") String name) {
    AdminIdentity who = AdminIdentity.of(security);
    DeleteServerRequest request =
        DeleteServerRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setServer(name)
            .build();
    return actions
        .run(
            who,
            AdminAction.change("servers.delete").onServer(name),
            () -> registry.deleteServer(request))
        .map(response -> Response.noContent().build());
  }

  private Uni<List<dev.sallyport.proto.registry.v1.ServerView>> servers(
      AdminIdentity who, String name) {
    return registry
        .listServers(
            ListServersRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setServer(name)
                .build())
        .map(response -> response.getServersList());
  }

  private static dev.sallyport.proto.registry.v1.ServerView single(
      List<dev.sallyport.proto.registry.v1.ServerView> found, String name) {
    return found.stream()
        .filter(server -> server.getDefinition().getName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CallFailed(
                    Failure.of(ErrorCode.NOT_FOUND, "There is no server of this name.")));
  }
}
