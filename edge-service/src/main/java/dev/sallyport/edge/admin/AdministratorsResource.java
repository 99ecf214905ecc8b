package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.KeyFields;
import dev.sallyport.edge.declaration.KeyHash;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.edge.peer.AdministratorPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.Administrator;
import dev.sallyport.proto.policy.v1.CreateAdministratorRequest;
import dev.sallyport.proto.policy.v1.ListAdministratorsRequest;
import dev.sallyport.proto.policy.v1.RevokeAdministratorRequest;
import dev.sallyport.proto.policy.v1.UpdateAdministratorRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Administrators with keys of their own. Those of the configuration are not among them. */
@Path("/api/v1/administrators")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administrators", description = "Who administers, and in which role.")
public class AdministratorsResource {

  private static final String NEVER = "never";

  private final AdministratorPeer policy;
  private final AdminActions actions;

  AdministratorsResource(AdministratorPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Administrators, oldest first, revoked ones too")
  @APIResponseSchema(AdministratorView.Page.class)
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
            AdminAction.read("administrators.list"),
            () ->
                policy.listAdministrators(
                    ListAdministratorsRequest.newBuilder()
                        .setContext(who.context(actions.timeout()))
                        .setLimit(paging.limit())
                        .setAfter(paging.after())
                        .build()))
        .map(
            response -> {
              List<Administrator> found = response.getAdministratorsList();
              return Answers.ok(
                  new AdministratorView.Page(
                      found.stream().map(one -> AdministratorView.of(one, null)).toList(),
                      response.getMore() ? found.getLast().getId() : null));
            });
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Makes somebody an administrator",
      description =
          "The answer shows the key, this once; only its hash is kept. Nobody gives a permission that they do not"
              + " have.")
  @RequestBody(content = @Content(schema = @Schema(implementation = AdministratorView.New.class)))
  @APIResponse(
      responseCode = "201",
      description = "The new administrator, with the key in `key`.",
      content = @Content(schema = @Schema(implementation = AdministratorView.class)))
  public Uni<Response> create(@Context SecurityContext security, byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    AdministratorView.New wanted = Body.read(body, AdministratorsResource::wanted);
    String credential = AdminCredential.mint();
    KeyHash hash = KeyHash.of(credential);
    CreateAdministratorRequest.Builder request =
        CreateAdministratorRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setGranter(who.granter())
            .setName(wanted.name())
            .setRole(wanted.role())
            .setCredentialHash(hash.sha256())
            .setPrefix(hash.prefix());
    if (wanted.expiresAt() != null) {
      request.setExpiresAtMillis(wanted.expiresAt().toEpochMilli());
    }
    return actions
        .run(
            who,
            AdminAction.change("administrators.create").with(Answers.json(wanted)),
            () -> policy.createAdministrator(request.build()))
        .map(
            response -> {
              AdministratorView view =
                  AdministratorView.of(response.getAdministrator(), credential);
              return Response.fromResponse(Answers.tagged(view, 201, view.revision()))
                  .location(URI.create("/api/v1/administrators/" + view.id()))
                  .build();
            });
  }

  @GET
  @Path("/{administrator}")
  @Operation(summary = "One administrator by name or id")
  @APIResponseSchema(AdministratorView.class)
  public Uni<Response> show(
      @Context SecurityContext security, @PathParam("administrator") String nameOrId) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(
            who,
            AdminAction.read("administrators.show").with(Answers.json(new Asked(nameOrId))),
            () ->
                policy
                    .listAdministrators(
                        ListAdministratorsRequest.newBuilder()
                            .setContext(who.context(actions.timeout()))
                            .setAdministrator(nameOrId)
                            .build())
                    .map(response -> single(response.getAdministratorsList())))
        .map(AdministratorsResource::tagged);
  }

  @PATCH
  @Path("/{administrator}")
  @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
  @Operation(
      summary = "Gives an administrator another role or expiry",
      description =
          "Holds from the administrator's next request on. With If-Match only the revision that was seen is changed.")
  @RequestBody(
      content = @Content(schema = @Schema(implementation = AdministratorView.Change.class)))
  @APIResponseSchema(AdministratorView.class)
  public Uni<Response> change(
      @Context SecurityContext security,
      @PathParam("administrator") String nameOrId,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    UpdateAdministratorRequest.Builder request =
        Body.read(body, AdministratorsResource::changed)
            .setContext(who.context(actions.timeout()))
            .setGranter(who.granter())
            .setAdministrator(nameOrId)
            .setExpectedRevision(Revisions.expected(ifMatch));
    return actions
        .run(
            who,
            AdminAction.change("administrators.update")
                .with(Answers.json(new Changed(nameOrId, change(request)))),
            () -> policy.updateAdministrator(request.build()))
        .map(response -> tagged(response.getAdministrator()));
  }

  @DELETE
  @Path("/{administrator}")
  @Operation(
      summary = "Revokes an administrator",
      description = "Effective at once. The administrator stays listed as revoked.")
  @APIResponseSchema(AdministratorView.class)
  public Uni<Response> delete(
      @Context SecurityContext security, @PathParam("administrator") String nameOrId) {
    return revoke(security, nameOrId);
  }

  @POST
  @Path("/{administrator}/revoke")
  @Operation(summary = "Revokes an administrator", description = "The same as DELETE.")
  @APIResponseSchema(AdministratorView.class)
  public Uni<Response> revoke(
      @Context SecurityContext security, @PathParam("administrator") String nameOrId) {
    AdminIdentity who = AdminIdentity.of(security);
    RevokeAdministratorRequest request =
        RevokeAdministratorRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setGranter(who.granter())
            .setAdministrator(nameOrId)
            .build();
    return actions
        .run(
            who,
            AdminAction.change("administrators.revoke").with(Answers.json(new Asked(nameOrId))),
            () -> policy.revokeAdministrator(request))
        .map(response -> tagged(response.getAdministrator()));
  }

  /** What is recorded of a request. */
  private record Asked(String administrator) {}

  /** What is recorded of a change. */
  private record Changed(String administrator, AdministratorView.Change change) {}

  private static AdministratorView.Change change(UpdateAdministratorRequest.Builder request) {
    Instant expires = Times.ofMillis(request.getExpiresAtMillis());
    return new AdministratorView.Change(
        request.getRole().isEmpty() ? null : request.getRole(),
        request.getSetExpiry() ? (expires == null ? NEVER : expires.toString()) : null);
  }

  private static Optional<AdministratorView.New> wanted(Fields fields) {
    Optional<String> name = required(fields, "name");
    Optional<String> role = required(fields, "role");
    Optional<Instant> expires = expiry(fields);
    return name.flatMap(
        text -> role.map(held -> new AdministratorView.New(text, held, expires.orElse(null))));
  }

  private static Optional<UpdateAdministratorRequest.Builder> changed(Fields fields) {
    UpdateAdministratorRequest.Builder request = UpdateAdministratorRequest.newBuilder();
    fields.text("role").ifPresent(request::setRole);
    if (fields.tree("expiresAt").orElse(null) instanceof Tree.Scalar scalar
        && scalar.text().equals(NEVER)) {
      request.setSetExpiry(true);
    } else {
      expiry(fields)
          .ifPresent(
              moment -> request.setSetExpiry(true).setExpiresAtMillis(moment.toEpochMilli()));
    }
    if (!fields.has("role") && !fields.has("expiresAt")) {
      fields.report().add(fields.at(), "", "changes nothing; give `role`, `expiresAt`, or both");
    }
    return Optional.of(request);
  }

  private static Optional<String> required(Fields fields, String member) {
    if (!fields.has(member)) {
      fields.report().add(fields.at(), member, "is missing");
    }
    return fields.text(member);
  }

  private static Optional<Instant> expiry(Fields fields) {
    Optional<Instant> expires = KeyFields.moment(fields, "expiresAt");
    expires
        .filter(moment -> !moment.isAfter(Instant.now()))
        .ifPresent(
            moment ->
                fields.report().add(fields.at("expiresAt"), "expiresAt", "must be in the future"));
    return expires;
  }

  /** Of several with one name, the one that is not revoked. */
  private static Administrator single(List<Administrator> found) {
    return found.stream()
        .min(java.util.Comparator.comparing(one -> one.getRevokedAtMillis() != 0))
        .orElseThrow(
            () ->
                new CallFailed(
                    Failure.of(
                        ErrorCode.NOT_FOUND, "There is no administrator of this name or id.")));
  }

  private static Response tagged(Administrator administrator) {
    return Answers.tagged(
        AdministratorView.of(administrator, null), 200, administrator.getRevision());
  }
}
