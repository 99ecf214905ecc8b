package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.Durations;
import dev.sallyport.edge.declaration.KeyFields;
import dev.sallyport.edge.declaration.KeyHash;
import dev.sallyport.edge.declaration.OwnerFields;
import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.RotateKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.VirtualKey;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
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

/** Virtual keys. */
@Path("/api/v1/keys")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "keys", description = "Virtual keys and the tools that each may use.")
public class KeysResource {

  private static final byte[] NO_MEMBERS = {'{', '}'};

  private final PolicyPeer policy;
  private final AdminActions actions;

  KeysResource(PolicyPeer policy, AdminActions actions) {
    this.policy = policy;
    this.actions = actions;
  }

  @GET
  @Operation(summary = "Virtual keys, oldest first, revoked ones too")
  @APIResponseSchema(KeyView.Page.class)
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
            AdminAction.read("keys.list"),
            () ->
                policy.listKeys(
                    ListKeysRequest.newBuilder()
                        .setContext(who.context(actions.timeout()))
                        .setLimit(paging.limit())
                        .setAfter(paging.after())
                        .build()))
        .map(response -> Answers.ok(page(response)));
  }

  private static KeyView.Page page(ListKeysResponse response) {
    List<VirtualKey> keys = response.getKeysList();
    return new KeyView.Page(
        keys.stream().map(KeyView::of).toList(),
        response.getMore() ? keys.getLast().getId() : null);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Creates a virtual key",
      description = "The answer shows the key itself, this once; only its hash is kept.")
  @RequestBody(content = @Content(schema = @Schema(implementation = KeyView.NewKey.class)))
  @APIResponse(
      responseCode = "201",
      description = "The new key, shown once in `key`.",
      content = @Content(schema = @Schema(implementation = KeyView.class)))
  public Uni<Response> create(@Context SecurityContext security, byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    KeyView.NewKey wanted = Body.read(body, KeysResource::newKey);
    String credential = KeyHash.mint();
    KeyHash hash = KeyHash.of(credential);
    CreateKeyRequest.Builder request =
        CreateKeyRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setName(wanted.name())
            .addAllTools(wanted.tools())
            .setCredentialHash(hash.sha256())
            .setPrefix(hash.prefix());
    if (wanted.owner() != null) {
      request.setOwner(OwnerText.parseOwner(wanted.owner()).orElseThrow());
    }
    if (wanted.expiresAt() != null) {
      request.setExpiresAtMillis(wanted.expiresAt().toEpochMilli());
    }
    return actions
        .run(
            who,
            AdminAction.change("keys.create").onKey(wanted.name()).with(Answers.json(wanted)),
            () -> policy.createKey(request.build()))
        .map(
            response -> {
              KeyView view = KeyView.of(response.getKey(), credential);
              return Response.fromResponse(tagged(view, 201))
                  .location(URI.create("/api/v1/keys/" + view.id()))
                  .build();
            });
  }

  @GET
  @Path("/{key}")
  @Operation(summary = "One virtual key by name or id")
  @APIResponseSchema(KeyView.class)
  public Uni<Response> show(@Context SecurityContext security, @PathParam("key") String key) {
    AdminIdentity who = AdminIdentity.of(security);
    return actions
        .run(who, AdminAction.read("keys.show").onKey(key), () -> key(who, key))
        .map(found -> tagged(KeyView.of(found), 200));
  }

  @PATCH
  @Path("/{key}")
  @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
  @Operation(
      summary = "Changes what a virtual key may use",
      description = "With If-Match the change is made only to the revision that was seen.")
  @RequestBody(content = @Content(schema = @Schema(implementation = KeyView.KeyChange.class)))
  @APIResponseSchema(KeyView.class)
  public Uni<Response> change(
      @Context SecurityContext security,
      @PathParam("key") String key,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    KeyView.KeyChange change = Body.read(body, KeysResource::keyChange);
    UpdateKeyRequest.Builder request =
        UpdateKeyRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setKey(key)
            .setKeepTools(change.tools() == null)
            .setSetOwner(change.owner() != null)
            .setExpectedRevision(Revisions.expected(ifMatch));
    if (change.tools() != null) {
      request.addAllTools(change.tools());
    }
    if (change.owner() != null) {
      OwnerText.parseOwner(change.owner()).ifPresent(request::setOwner);
    }
    return actions
        .run(
            who,
            AdminAction.change("keys.update").onKey(key).with(Answers.json(change)),
            () ->
                actions.inForce(
                    policy.updateKey(request.build()), response -> response.getSequence()))
        .map(response -> tagged(KeyView.of(response.getKey()), 200));
  }

  @DELETE
  @Path("/{key}")
  @Operation(
      summary = "Revokes a virtual key",
      description = "Effective everywhere in under a second. The key stays listed as revoked.")
  @APIResponseSchema(KeyView.class)
  public Uni<Response> delete(@Context SecurityContext security, @PathParam("key") String key) {
    return revoke(security, key);
  }

  @POST
  @Path("/{key}/revoke")
  @Operation(summary = "Revokes a virtual key", description = "The same as DELETE.")
  @APIResponseSchema(KeyView.class)
  public Uni<Response> revoke(@Context SecurityContext security, @PathParam("key") String key) {
    AdminIdentity who = AdminIdentity.of(security);
    RevokeKeyRequest request =
        RevokeKeyRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setKey(key)
            .build();
    return actions
        .run(
            who,
            AdminAction.change("keys.revoke").onKey(key),
            () -> actions.inForce(policy.revokeKey(request), response -> response.getSequence()))
        .map(response -> tagged(KeyView.of(response.getKey()), 200));
  }

  @POST
  @Path("/{key}/rotate")
  @Operation(
      summary = "Gives a virtual key another credential",
      description =
          "The answer shows the new key, this once. The one before goes on for the grace period; one that was"
              + " replaced earlier ends. Id, name, tools, limits and records stay.")
  @RequestBody(content = @Content(schema = @Schema(implementation = KeyView.Rotation.class)))
  @APIResponseSchema(KeyView.class)
  public Uni<Response> rotate(
      @Context SecurityContext security,
      @PathParam("key") String key,
      @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      byte @Nullable [] body) {
    AdminIdentity who = AdminIdentity.of(security);
    byte[] members = body == null || body.length == 0 ? NO_MEMBERS : body;
    Duration grace = Body.read(members, fields -> Optional.of(KeyFields.grace(fields)));
    String credential = KeyHash.mint();
    KeyHash hash = KeyHash.of(credential);
    RotateKeyRequest request =
        RotateKeyRequest.newBuilder()
            .setContext(who.context(actions.timeout()))
            .setKey(key)
            .setCredentialHash(hash.sha256())
            .setPrefix(hash.prefix())
            .setGraceMillis(grace.toMillis())
            .setExpectedRevision(Revisions.expected(ifMatch))
            .build();
    return actions
        .run(
            who,
            AdminAction.change("keys.rotate")
                .onKey(key)
                .with(Answers.json(new KeyView.Rotation(Durations.text(grace)))),
            () -> actions.inForce(policy.rotateKey(request), response -> response.getSequence()))
        .map(response -> tagged(KeyView.of(response.getKey(), credential), 200));
  }

  private Uni<List<VirtualKey>> keys(AdminIdentity who, String nameOrId) {
    return policy
        .listKeys(
            ListKeysRequest.newBuilder()
                .setContext(who.context(actions.timeout()))
                .setKey(nameOrId)
                .build())
        .map(response -> response.getKeysList());
  }

  private Uni<VirtualKey> key(AdminIdentity who, String nameOrId) {
    return keys(who, nameOrId).map(found -> single(found, nameOrId));
  }

  /** The key with this name or id; of several with one name, the one that is not revoked. */
  static VirtualKey single(List<VirtualKey> found, String nameOrId) {
    return found.stream()
        .filter(key -> key.getId().equals(nameOrId) || key.getName().equals(nameOrId))
        .min(Comparator.comparing(key -> key.getRevokedAtMillis() != 0))
        .orElseThrow(
            () ->
                new CallFailed(
                    Failure.of(
                        ErrorCode.NOT_FOUND, "There is no virtual key of this name or id.")));
  }

  static Optional<KeyView.NewKey> newKey(Fields fields) {
    Optional<String> name = fields.text("name");
    name.ifPresentOrElse(
        text -> KeyFields.checkName(text, fields.at("name"), "name", fields.report()),
        () -> fields.report().add(fields.at(), "name", "is missing"));
    List<String> tools = KeyFields.tools(fields);
    Optional<OwnerRef> owner = OwnerFields.ref(fields, "owner");
    Optional<Instant> expires = KeyFields.moment(fields, "expiresAt");
    expires
        .filter(moment -> !moment.isAfter(Instant.now()))
        .ifPresent(
            moment ->
                fields.report().add(fields.at("expiresAt"), "expiresAt", "must be in the future"));
    return name.map(
        text ->
            new KeyView.NewKey(
                text, tools, owner.map(OwnerText::of).orElse(null), expires.orElse(null)));
  }

  static Optional<KeyView.KeyChange> keyChange(Fields fields) {
    boolean tools = fields.has("tools");
    boolean owner = fields.has("owner") || fields.isNull("owner");
    if (!tools && !owner) {
      fields.report().add(fields.at(), "tools", "is missing, and so is owner: change one of them");
    }
    return Optional.of(
        new KeyView.KeyChange(
            tools ? KeyFields.tools(fields) : null, owner ? newOwner(fields) : null));
  }

  /** Empty for none any more. */
  private static String newOwner(Fields fields) {
    boolean none =
        fields.isNull("owner")
            || (fields.tree("owner").orElse(null) instanceof Tree.Scalar scalar
                && scalar.text().isEmpty());
    return none ? "" : OwnerFields.ref(fields, "owner").map(OwnerText::of).orElse("");
  }

  private static Response tagged(KeyView view, int status) {
    return Answers.tagged(view, status, view.revision());
  }
}
