package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.RandomId;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.KeyStore.Writing;
import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.owner.OwnerRules;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.CreateKeyResponse;
import dev.sallyport.proto.policy.v1.GetAccessRequest;
import dev.sallyport.proto.policy.v1.GetAccessResponse;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.Refused;
import dev.sallyport.proto.policy.v1.Reset;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyResponse;
import dev.sallyport.proto.policy.v1.RotateKeyRequest;
import dev.sallyport.proto.policy.v1.RotateKeyResponse;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyResponse;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything policy does, for gRPC and for direct callers alike. Only edge may ask. The tenant is
 * always that of the context, but for {@link #resolveAccess} and {@link #watchAccess}, which are
 * about credentials whose tenant the asker does not know yet.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service, INVALID_PARAMS, NOT_FOUND,
 * CONFLICT and READ_ONLY with a message that names the fix, POLICY_UNAVAILABLE when the store does
 * not answer within the deadline.
 */
@Singleton
public final class PolicyOperations {

  private static final int MOST_ON_A_PAGE = 1_000;

  private final KeyStore store;
  private final AccessFeed feed;
  private final OperationGuard guard;
  private final AccessChanges changes;
  private final InstantSource clock;

  @Inject
  public PolicyOperations(KeyStore store, AccessFeed feed, PolicySettings settings) {
    this(store, feed, settings, InstantSource.system());
  }

  PolicyOperations(KeyStore store, AccessFeed feed, PolicySettings settings, InstantSource clock) {
    this.store = store;
    this.feed = feed;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.changes = new AccessChanges(guard, feed);
    this.clock = clock;
  }

  /** Refusals are answers: the Uni fails only when policy cannot say. */
  public Uni<ResolveAccessResponse> resolveAccess(
      CallContext context, ResolveAccessRequest request) {
    return guard.answer(
        context,
        () ->
            request.getAnonymous()
                ? store
                    .lookAtAnybody(context.tenant())
                    .map(looked -> anonymous(context.tenant(), looked, request))
                : store
                    .look(request.getCredentialHash())
                    .map(looked -> toResponse(looked, request)));
  }

  /** Every tenant's changes after the sequence asked for, and heartbeats, until cancelled. */
  public Multi<AccessEvent> watchAccess(CallContext context, WatchAccessRequest request) {
    if (context.peer() != Peer.EDGE) {
      return Multi.createFrom().failure(OperationGuard.forbidden());
    }
    Multi<AccessEvent> events = feed.watch(request.getAfterSequence());
    return request.getUnderstandsAccess() ? events : events.map(PolicyOperations::forOlderWatcher);
  }

  /** A watcher of an older version would pass over it, and go on with what it knows. */
  private static AccessEvent forOlderWatcher(AccessEvent event) {
    return event.hasAccessChanged()
        ? event.toBuilder().setReset(Reset.getDefaultInstance()).build()
        : event;
  }

  public Uni<CreateKeyResponse> createKey(CallContext context, CreateKeyRequest request) {
    return changes.change(
        context,
        () -> {
          Instant now = now();
          KeyRules.checkName(request.getName());
          KeyRules.checkCredential(request.getCredentialHash(), request.getPrefix());
          StoredKey key =
              new StoredKey(
                  context.tenant(),
                  RandomId.of("vk_"),
                  request.getName(),
                  request.getCredentialHash(),
                  request.getPrefix(),
                  KeyRules.checkedTools(request.getToolsList()),
                  now,
                  KeyRules.futureExpiry(request.getExpiresAtMillis(), now),
                  null,
                  Kept.API,
                  1,
                  OwnerRules.ownerOfKey(request.getOwner()));
          return store.write(
              writing -> knownOwner(writing, key).chain(() -> create(writing, key, now)));
        });
  }

  /** All keys of the tenant, a page of them, or those of one name or id. */
  public Uni<ListKeysResponse> listKeys(CallContext context, ListKeysRequest request) {
    return guard.answer(
        context,
        () -> {
          if (!request.getKey().isEmpty()) {
            return store
                .named(context.tenant(), request.getKey())
                .map(keys -> toResponse(keys, false));
          }
          int limit = request.getLimit();
          if (limit == 0) {
            return store.list(context.tenant()).map(keys -> toResponse(keys, false));
          }
          if (limit < 0 || limit > MOST_ON_A_PAGE) {
            throw Refusals.invalid("A page has 1 to " + MOST_ON_A_PAGE + " keys.");
          }
          return store
              .page(context.tenant(), request.getAfter(), limit + 1)
              .map(
                  keys ->
                      toResponse(
                          keys.subList(0, Math.min(limit, keys.size())), keys.size() > limit));
        });
  }

  private static ListKeysResponse toResponse(List<StoredKey> keys, boolean more) {
    return ListKeysResponse.newBuilder()
        .addAllKeys(keys.stream().map(StoredKey::toProto).toList())
        .setMore(more)
        .build();
  }

  public Uni<UpdateKeyResponse> updateKey(CallContext context, UpdateKeyRequest request) {
    return changes.change(
        context,
        () -> {
          List<String> tools = KeyRules.checkedTools(request.getToolsList());
          Ref owner = OwnerRules.ownerOfKey(request.getOwner());
          return store.write(
              writing ->
                  writing
                      .find(context.tenant(), request.getKey())
                      .map(PolicyOperations::current)
                      .map(PolicyOperations::writable)
                      .chain(
                          key ->
                              update(
                                  writing,
                                  key,
                                  key.changed(
                                      request.getKeepTools() ? key.tools() : tools,
                                      request.getSetOwner() ? owner : key.owner()),
                                  request.getExpectedRevision())));
        });
  }

  /** What a key may use, whatever its state; for people who ask. */
  public Uni<GetAccessResponse> getAccess(CallContext context, GetAccessRequest request) {
    return guard.answer(
        context,
        () ->
            store
                .named(context.tenant(), request.getKey())
                .map(PolicyOperations::current)
                .chain(
                    key ->
                        store
                            .around(key)
                            .map(
                                around ->
                                    GetAccessResponse.newBuilder()
                                        .setKey(key.toProto())
                                        .setProfile(Profiles.of(key, around))
                                        .build())));
  }

  /** Revoking a revoked key changes nothing and succeeds. */
  public Uni<RevokeKeyResponse> revokeKey(CallContext context, RevokeKeyRequest request) {
    return changes.change(
        context,
        () ->
            store.write(
                writing ->
                    writing
                        .find(context.tenant(), request.getKey())
                        .map(PolicyOperations::current)
                        .map(PolicyOperations::writable)
                        .chain(key -> revoke(writing, key))
                        .map(
                            key ->
                                RevokeKeyResponse.newBuilder()
                                    .setKey(key.toProto())
                                    .setSequence(writing.sequence())
                                    .build())));
  }

  /** Another credential for the same key. Of those before only the last goes on, for its grace. */
  public Uni<RotateKeyResponse> rotateKey(CallContext context, RotateKeyRequest request) {
    return changes.change(
        context,
        () -> {
          Instant until = KeyRules.graceEnd(request.getGraceMillis(), now());
          KeyRules.checkCredential(request.getCredentialHash(), request.getPrefix());
          return store.write(
              writing ->
                  writing
                      .holder(request.getCredentialHash())
                      .chain(
                          holder -> {
                            if (holder != null) {
                              throw Refusals.conflict("This key exists already; mint a new one.");
                            }
                            return writing.find(context.tenant(), request.getKey());
                          })
                      .map(PolicyOperations::current)
                      .map(PolicyOperations::writable)
                      .chain(key -> rotate(writing, key, until, request)));
        });
  }

  private Uni<RotateKeyResponse> rotate(
      Writing writing, StoredKey key, @Nullable Instant until, RotateKeyRequest request) {
    switch (key.at(now())) {
      case LIVE -> {}
      case EXPIRED -> throw Refusals.conflict("The key has expired; create a new one.");
      case REVOKED -> throw Refusals.conflict("The key is revoked; create a new one.");
    }
    Refusals.checkRevision(request.getExpectedRevision(), key.revision());
    StoredKey rotated = key.rotated(request.getCredentialHash(), request.getPrefix(), until);
    Uni<Void> done = writing.save(rotated);
    for (ByteString before : key.credentials()) {
      // Whoever comes with it is resolved anew, or gets in no more. Nothing of the key itself ends
      // but where its only credential does.
      boolean ends = until == null && before.equals(key.credentialHash());
      done = done.chain(() -> writing.announce(key.tenant(), key.id(), before, ends));
    }
    return done.map(
        nothing ->
            RotateKeyResponse.newBuilder()
                .setKey(rotated.toProto())
                .setSequence(writing.sequence())
                .build());
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyKeysResponse> applyKeys(CallContext context, ApplyKeysRequest request) {
    return changes.change(
        context,
        request.getKeysCount(),
        () -> {
          KeyDeclarations declarations =
              KeyDeclarations.of(
                  context.tenant(), request.getSource(), request.getKeysList(), now());
          return store.write(writing -> declarations.apply(writing, request.getDryRun()));
        });
  }

  private static ResolveAccessResponse.Builder answer(
      KeyStore.Looked looked, ResolveAccessRequest request) {
    if (!looked.around().rules().isEmpty() && !request.getUnderstandsRules()) {
      // An edge of an older version would let everything pass.
      throw new CallFailed(Failure.of(ErrorCode.POLICY_UNAVAILABLE));
    }
    if (!request.getUnderstandsTokens()
        && looked.around().limits().stream()
            .anyMatch(limit -> limit.kind() == LimitKind.LIMIT_KIND_TOKENS)) {
      // It would count calls in their place.
      throw new CallFailed(Failure.of(ErrorCode.POLICY_UNAVAILABLE));
    }
    return ResolveAccessResponse.newBuilder().setSequence(looked.sequence()).setRulesTold(true);
  }

  private static ResolveAccessResponse anonymous(
      String tenant, KeyStore.Looked looked, ResolveAccessRequest request) {
    return answer(looked, request).setProfile(Profiles.ofAnybody(tenant, looked.around())).build();
  }

  private ResolveAccessResponse toResponse(KeyStore.Looked looked, ResolveAccessRequest request) {
    ResolveAccessResponse.Builder response = answer(looked, request);
    StoredKey key = looked.key();
    if (key == null) {
      return response.setRefused(Refused.newBuilder().setReason("UNKNOWN")).build();
    }
    return switch (key.at(now())) {
      case LIVE -> live(response, looked, key, request.getCredentialHash());
      case EXPIRED -> response.setRefused(refused("EXPIRED", key)).build();
      case REVOKED -> response.setRefused(refused("REVOKED", key)).build();
    };
  }

  private ResolveAccessResponse live(
      ResolveAccessResponse.Builder response,
      KeyStore.Looked looked,
      StoredKey key,
      ByteString credentialHash) {
    if (key.credentialHash().equals(credentialHash)) {
      return response.setProfile(Profiles.of(key, looked.around())).build();
    }
    StoredKey.Replaced replaced = key.replaced();
    return replaced != null && now().isBefore(replaced.until())
        ? response.setProfile(Profiles.replaced(key, looked.around(), replaced.until())).build()
        : response.setRefused(refused("EXPIRED", key)).build();
  }

  private static Refused refused(String reason, StoredKey key) {
    return Refused.newBuilder()
        .setReason(reason)
        .setTenant(key.tenant())
        .setKeyId(key.id())
        .build();
  }

  private static Uni<CreateKeyResponse> create(Writing writing, StoredKey key, Instant now) {
    return writing
        .holder(key.credentialHash())
        .chain(
            holder -> {
              if (holder != null) {
                throw Refusals.conflict("This key exists already; mint a new one.");
              }
              return freeName(writing, key.tenant(), key.name(), now);
            })
        .chain(() -> writing.save(key))
        .chain(() -> writing.announce(key.tenant(), key.id(), key.credentialHash(), false))
        .map(
            done ->
                CreateKeyResponse.newBuilder()
                    .setKey(key.toProto())
                    .setSequence(writing.sequence())
                    .build());
  }

  /** A name belongs to one live key; an expired key gives it up for good. */
  static Uni<Void> freeName(Writing writing, String tenant, String name, Instant now) {
    return writing
        .find(tenant, name)
        .chain(
            keys -> {
              Uni<Void> done = Uni.createFrom().voidItem();
              for (StoredKey key : keys) {
                switch (key.at(now)) {
                  case LIVE ->
                      throw Refusals.conflict(
                          "A key named "
                              + name
                              + " exists already; choose another name or revoke that key.");
                  case EXPIRED -> done = done.chain(() -> writing.save(key.revoked(now)));
                  case REVOKED -> {}
                }
              }
              return done;
            });
  }

  static Uni<UpdateKeyResponse> update(
      Writing writing, StoredKey key, StoredKey updated, long expectedRevision) {
    if (key.revokedAt() != null) {
      throw Refusals.conflict("The key is revoked; create a new one.");
    }
    Refusals.checkRevision(expectedRevision, key.revision());
    return knownOwner(writing, updated)
        .chain(() -> writing.save(updated))
        .chain(() -> announce(writing, key, false))
        .map(
            done ->
                UpdateKeyResponse.newBuilder()
                    .setKey(updated.toProto())
                    .setSequence(writing.sequence())
                    .build());
  }

  private static Uni<Void> knownOwner(Writing writing, StoredKey key) {
    Ref owner = key.owner();
    return owner == null
        ? Uni.createFrom().voidItem()
        : writing
            .owners(key.tenant(), List.of(owner))
            .invoke(known -> OwnerRules.checkKnown(Map.of(owner, "The key " + key.name()), known))
            .replaceWithVoid();
  }

  private Uni<StoredKey> revoke(Writing writing, StoredKey key) {
    if (key.revokedAt() != null) {
      return Uni.createFrom().item(key);
    }
    StoredKey revoked = key.revoked(now());
    return writing.save(revoked).chain(() -> announce(writing, key, true)).replaceWith(revoked);
  }

  /** Tells of every credential that is in use. */
  private static Uni<Void> announce(Writing writing, StoredKey key, boolean ended) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (ByteString credential : key.credentials()) {
      done = done.chain(() -> writing.announce(key.tenant(), key.id(), credential, ended));
    }
    return done;
  }

  /** Of the keys that had a name, the one that has it now, else the latest. */
  static StoredKey current(List<StoredKey> keys) {
    StoredKey latest = null;
    for (StoredKey key : keys) {
      if (key.revokedAt() == null) {
        return key;
      }
      latest = key;
    }
    if (latest == null) {
      throw Refusals.notFound("No such key; list the keys to see their names.");
    }
    return latest;
  }

  private static StoredKey writable(StoredKey key) {
    if (key.isDeclaredInFile()) {
      throw Refusals.readOnly();
    }
    return key;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
