package dev.sallyport.edge.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.ReadProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.mcp.name.ExposedNames;
import dev.sallyport.proto.policy.v1.GetAccessRequest;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tools: what there is, and what a key sees of it. */
@Path("/api/v1/tools")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "tools", description = "The catalogue, whole or through the eyes of a key.")
public class ToolsResource {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Catalogues catalogues;
  private final PolicyPeer policy;
  private final RegistryPeer registry;
  private final Rules rules;
  private final AdminActions actions;

  ToolsResource(
      Catalogues catalogues,
      PolicyPeer policy,
      RegistryPeer registry,
      Rules rules,
      AdminActions actions) {
    this.catalogues = catalogues;
    this.rules = rules;
    this.policy = policy;
    this.registry = registry;
    this.actions = actions;
  }

  @GET
  @Operation(
      summary = "Tools with the names that agents see",
      description =
          "Without `key` everything, quarantined tools too; with `key` exactly what that key sees.")
  @APIResponseSchema(ToolView.Page.class)
  public Uni<Response> list(
      @Context SecurityContext security,
      @Parameter(description = "Name or id of a virtual key.") @QueryParam("key")
          @Nullable String key,
      @Parameter(description = "Only this server.") @QueryParam("server") @Nullable String server) {
    AdminIdentity who = AdminIdentity.of(security);
    AdminAction asked =
        AdminAction.read("tools.list")
            .onKey(key == null ? "" : key)
            .onServer(server == null ? "" : server);
    // What a key sees tells that there is one of this name.
    AdminAction action = key == null ? asked : asked.needing(Permission.KEYS_READ);
    return actions
        .run(who, action, () -> key == null ? everything(who) : seenBy(who, key))
        .map(
            page ->
                Answers.ok(
                    server == null
                        ? page
                        : new ToolView.Page(
                            page.tools().stream()
                                .filter(tool -> tool.server().equals(server))
                                .toList(),
                            page.keyState())));
  }

  /** What edge serves now, and what registry keeps out. */
  private Uni<ToolView.Page> everything(AdminIdentity who) {
    return registry
        .listServers(
            ListServersRequest.newBuilder().setContext(who.context(actions.timeout())).build())
        .map(
            response -> {
              List<ToolView> tools = new ArrayList<>(served(who));
              response
                  .getServersList()
                  .forEach(server -> tools.addAll(quarantined(server.getCatalogue())));
              return new ToolView.Page(tools, null);
            });
  }

  /** By the same rule that filters lists and gates calls. */
  private Uni<ToolView.Page> seenBy(AdminIdentity who, String nameOrId) {
    return policy
        .getAccess(
            GetAccessRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setKey(nameOrId)
                .build())
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .map(
            response -> {
              KeyView key = KeyView.of(response.getKey());
              return new ToolView.Page(
                  key.isActive() ? seenBy(ReadProfile.of(response.getProfile())) : List.of(),
                  key.state());
            });
  }

  private List<ToolView> seenBy(AccessProfile profile) {
    return catalogues.current(profile.tenant()).tools().stream()
        .filter(tool -> profile.allows(tool.server(), tool.tool()) && !rules.hides(profile, tool))
        .map(ToolsResource::view)
        .toList();
  }

  private List<ToolView> served(AdminIdentity who) {
    return catalogues.current(who.tenant()).tools().stream().map(ToolsResource::view).toList();
  }

  private static ToolView view(ToolEntry tool) {
    JsonNode definition = parse(tool.definition());
    return new ToolView(
        tool.exposedName(),
        tool.server(),
        tool.tool(),
        text(definition, "title"),
        text(definition, "description"),
        false,
        null);
  }

  private static List<ToolView> quarantined(ServerCatalogue catalogue) {
    List<ToolView> tools = new ArrayList<>();
    for (ToolDefinition tool : catalogue.getToolsList()) {
      if (!tool.getQuarantineReason().isEmpty()) {
        JsonNode definition = parse(bytes(tool.getDefinition()));
        String prefix = catalogue.getPrefix().isEmpty() ? null : catalogue.getPrefix();
        tools.add(
            new ToolView(
                ExposedNames.of(catalogue.getServer(), tool.getName(), prefix),
                catalogue.getServer(),
                tool.getName(),
                text(definition, "title"),
                text(definition, "description"),
                true,
                tool.getQuarantineReason()));
      }
    }
    return tools;
  }

  private static byte[] bytes(ByteString bytes) {
    return bytes.toByteArray();
  }

  /** A definition that cannot be parsed is a reason for quarantine, so it must be shown too. */
  private static JsonNode parse(byte[] definition) {
    try {
      return JSON.readTree(definition);
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  private static @Nullable String text(JsonNode definition, String member) {
    JsonNode value = definition.path(member);
    return value.isTextual() ? value.textValue() : null;
  }
}
