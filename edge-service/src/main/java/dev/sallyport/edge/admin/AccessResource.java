package dev.sallyport.edge.admin;

import dev.sallyport.edge.caller.Narrowing;
import dev.sallyport.edge.http.IncludeHeaders;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.policy.v1.GetAccessRequest;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Why somebody may, or may not (features B8). */
@Path("/api/v1/access")
@Produces(MediaType.APPLICATION_JSON)
@Tag(
    name = "access",
    description = "Why a key may call a tool, or may not, and what another policy would change.")
public class AccessResource {

  private final PolicyPeer policy;
  private final RegistryPeer registry;
  private final Rules rules;
  private final Simulations simulations;
  private final AdminActions actions;

  AccessResource(
      PolicyPeer policy,
      RegistryPeer registry,
      Rules rules,
      Simulations simulations,
      AdminActions actions) {
    this.policy = policy;
    this.registry = registry;
    this.rules = rules;
    this.simulations = simulations;
    this.actions = actions;
  }

  @GET
  @Path("explain")
  @Operation(
      summary = "The rules that a call meets, and what each says",
      description = "Nothing is called, and nothing changes.")
  @APIResponseSchema(ExplanationView.class)
  public Uni<Response> explain(
      @Context SecurityContext security,
      @Parameter(description = "Name or id of a virtual key.", required = true) @QueryParam("key")
          @Nullable String key,
      @Parameter(description = "Name on the aggregate endpoint, or server__tool.", required = true)
          @QueryParam("tool")
          @Nullable String tool,
      @Parameter(description = "As the header x-sallyport-include-servers; empty leaves nothing.")
          @QueryParam("includeServers")
          @Nullable String includeServers,
      @Parameter(description = "As the header x-sallyport-include-tools; empty leaves nothing.")
          @QueryParam("includeTools")
          @Nullable String includeTools,
      @Context UriInfo uri) {
    AdminIdentity who = AdminIdentity.of(security);
    String wantedKey = required("key", key);
    String wantedTool = required("tool", tool);
    Narrowing narrowing =
        switch (IncludeHeaders.of(
            header("includeServers", includeServers, uri),
            header("includeTools", includeTools, uri))) {
          case IncludeHeaders.Read(Narrowing read) -> read;
          case IncludeHeaders.Wrong(String message) -> throw invalid(message);
        };
    return actions
        .run(
            who,
            AdminAction.read("access.explain").onKey(wantedKey),
            () -> explain(who, wantedKey, wantedTool, narrowing))
        .map(Answers::ok);
  }

  private Uni<ExplanationView> explain(
      AdminIdentity who, String nameOrId, String tool, @Nullable Narrowing narrowing) {
    return policy
        .getAccess(
            GetAccessRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setKey(nameOrId)
                .build())
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .chain(
            access ->
                registry
                    .listServers(
                        ListServersRequest.newBuilder()
                            .setContext(who.context(actions.timeout()))
                            .build())
                    .chain(
                        servers ->
                            policy
                                .listLimits(
                                    ListLimitsRequest.newBuilder()
                                        .setContext(who.context(actions.timeout()))
                                        .setStanding(true)
                                        .build())
                                .map(
                                    limits ->
                                        Explanation.of(
                                            access,
                                            servers.getServersList(),
                                            tool,
                                            narrowing,
                                            limits,
                                            rules))));
  }

  @POST
  @Path("simulate")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary =
          "Recorded calls under a proposed policy, and which of them would be decided differently",
      description =
          "Nothing is called, and nothing changes. Takes the permission to read calls, too: a rule over arguments says"
              + " what they were. One answer looks at 10,000 calls of 100 keys at most; `next` says where to go on."
              + " Limits are not simulated, and neither is what include headers left of a request.")
  @RequestBody(content = @Content(schema = @Schema(implementation = SimulationView.Asked.class)))
  @APIResponseSchema(value = SimulationView.class, responseCode = "200")
  public Uni<Response> simulate(@Context SecurityContext security, byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    SimulationRequest request = Body.read(body, SimulationRequest::read);
    return actions
        .run(
            who,
            AdminAction.read("access.simulate")
                .onKey(request.key())
                .onServer(request.server())
                .with(Answers.json(request.recorded()))
                .needing(Permission.CALLS_READ),
            () -> simulations.run(who, request, actions.timeout()))
        .map(Answers::ok);
  }

  /** An empty parameter is none to JAX-RS, and says something here. */
  private static List<String> header(String name, @Nullable String value, UriInfo uri) {
    if (value != null) {
      return List.of(value);
    }
    return uri.getQueryParameters().containsKey(name) ? List.of("") : List.of();
  }

  private static String required(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw invalid("\"" + name + "\" is needed.");
    }
    return value;
  }

  private static CallFailed invalid(String message) {
    return new CallFailed(Failure.of(ErrorCode.INVALID_PARAMS, message));
  }
}
