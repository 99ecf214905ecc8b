package dev.sallyport.policy.owner;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.RandomId;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.AccessChanges;
import dev.sallyport.policy.access.AccessFeed;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.kept.Keeping;
import dev.sallyport.policy.kept.Keeping.Applied;
import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.owner.OwnerStore.Writing;
import dev.sallyport.proto.policy.v1.ApplyOwnersRequest;
import dev.sallyport.proto.policy.v1.ApplyOwnersResponse;
import dev.sallyport.proto.policy.v1.DeleteOwnerRequest;
import dev.sallyport.proto.policy.v1.DeleteOwnerResponse;
import dev.sallyport.proto.policy.v1.ListOwnersRequest;
import dev.sallyport.proto.policy.v1.ListOwnersResponse;
import dev.sallyport.proto.policy.v1.Owner;
import dev.sallyport.proto.policy.v1.PutOwnerRequest;
import dev.sallyport.proto.policy.v1.PutOwnerResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes customers, teams and users, for gRPC and for direct callers alike. Only edge
 * may ask. The tenant is always that of the context.
 *
 * <p>Fails with {@link dev.sallyport.kit.error.CallFailed}: FORBIDDEN for another service,
 * INVALID_PARAMS, NOT_FOUND, CONFLICT and READ_ONLY with a message that names the fix,
 * POLICY_UNAVAILABLE when the store does not answer within the deadline.
 */
@Singleton
public final class OwnerOperations {

  private static final Keeping<StoredOwner> OWNERS =
      new Keeping<>("owner", "owners", OwnerRules.MOST_OWNERS);

  private final OwnerStore store;
  private final OperationGuard guard;
  private final AccessChanges changes;

  OwnerOperations(OwnerStore store, AccessFeed feed, PolicySettings settings) {
    this.store = store;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.changes = new AccessChanges(guard, feed);
  }

  /** All owners of the tenant, a page of them, or that of one name or id. */
  public Uni<ListOwnersResponse> listOwners(CallContext context, ListOwnersRequest request) {
    return guard.answer(
        context,
        () ->
            OWNERS
                .read(
                    store,
                    context.tenant(),
                    request.getOwner(),
                    request.getPage(),
                    request.getAfter())
                .map(
                    page ->
                        ListOwnersResponse.newBuilder()
                            .addAllOwners(page.found().stream().map(StoredOwner::toProto).toList())
                            .setMore(page.more())
                            .build()));
  }

  /** Creates the owner, or puts this one in its place. */
  public Uni<PutOwnerResponse> putOwner(CallContext context, PutOwnerRequest request) {
    return changes.change(
        context,
        () -> {
          StoredOwner owner =
              OwnerRules.checked(
                  context.tenant(), RandomId.of("own_"), Kept.API, request.getOwner());
          return store.write(
              writing ->
                  new Ancestry(writing, Map.of(owner.name(), owner))
                      .check()
                      .chain(
                          () ->
                              OWNERS.put(
                                  writing,
                                  owner,
                                  request.getExpectedRevision(),
                                  request.getMustBeNew()))
                      .map(
                          put ->
                              PutOwnerResponse.newBuilder()
                                  .setOwner(put.kept().toProto())
                                  .setCreated(put.created())
                                  .setSequence(writing.sequence())
                                  .build()));
        });
  }

  /** Refused as long as a key, an owner, a limit or a group is of it. */
  public Uni<DeleteOwnerResponse> deleteOwner(CallContext context, DeleteOwnerRequest request) {
    return changes.change(
        context,
        () ->
            store.write(
                writing ->
                    OWNERS
                        .removable(
                            writing,
                            context.tenant(),
                            request.getOwner(),
                            request.getExpectedRevision())
                        .chain(
                            owner ->
                                unused(writing, owner).chain(() -> OWNERS.remove(writing, owner)))
                        .map(
                            done ->
                                DeleteOwnerResponse.newBuilder()
                                    .setSequence(writing.sequence())
                                    .build())));
  }

  private static Uni<Void> unused(Writing writing, StoredOwner owner) {
    return writing
        .userOf(owner.tenant(), owner.ref())
        .invoke(
            user -> {
              if (user != null) {
                throw Refusals.conflict(
                    "The "
                        + owner.ref().inWords()
                        + " cannot be removed: the "
                        + user
                        + " is of it; move or remove that first.");
              }
            })
        .replaceWithVoid();
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyOwnersResponse> applyOwners(CallContext context, ApplyOwnersRequest request) {
    return changes.change(
        context,
        request.getOwnersCount(),
        () -> {
          KeyRules.checkSource(request.getSource());
          Map<String, StoredOwner> declared =
              checked(context.tenant(), request.getSource(), request.getOwnersList());
          return store
              .write(
                  writing ->
                      apply(
                          writing,
                          context.tenant(),
                          request.getSource(),
                          declared,
                          request.getKeepUndeclared(),
                          request.getDryRun()))
              .map(
                  applied ->
                      ApplyOwnersResponse.newBuilder()
                          .addAllAdded(applied.added())
                          .addAllChanged(applied.changed())
                          .addAllRemoved(applied.removed())
                          .build());
        });
  }

  /** By name, as they will be kept; whether their parents are there is asked when they are. */
  public static Map<String, StoredOwner> checked(String tenant, String source, List<Owner> owners) {
    return OWNERS.byName(
        owners.stream()
            .map(owner -> OwnerRules.checked(tenant, RandomId.of("own_"), source, owner))
            .toList());
  }

  /** Makes the owners of a source exactly these, in a transaction that is there. */
  public static Uni<Applied> apply(
      Writing writing,
      String tenant,
      String source,
      Map<String, StoredOwner> declared,
      boolean keepUndeclared,
      boolean dryRun) {
    return new Ancestry(writing, declared)
        .check()
        .chain(() -> OWNERS.plan(writing, tenant, source, declared, keepUndeclared))
        .chain(
            plan ->
                dryRun
                    ? Uni.createFrom().item(plan.applied())
                    : OWNERS
                        .apply(writing, tenant, plan)
                        .call(() -> allUnused(writing, plan.removed())));
  }

  /** Puts these in the place of those of their names, whoever declares them: to be taken back. */
  public static Uni<Applied> tryPut(
      Writing writing, String tenant, Map<String, StoredOwner> wanted) {
    return new Ancestry(writing, wanted)
        .check()
        .chain(() -> OWNERS.replacement(writing, tenant, wanted))
        .chain(plan -> OWNERS.apply(writing, tenant, plan));
  }

  /** Removes these, whoever declares them: to be taken back. */
  public static Uni<Void> tryRemove(Writing writing, String tenant, List<String> names) {
    return OWNERS.removeAll(writing, tenant, names).chain(removed -> allUnused(writing, removed));
  }

  /** Asked once they are gone, so that whole trees can go together. */
  private static Uni<Void> allUnused(Writing writing, List<StoredOwner> removed) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (StoredOwner owner : removed) {
      done = done.chain(() -> unused(writing, owner));
    }
    return done;
  }

  /** Whether owners as they would be have parents that are there, and not below themselves. */
  private static final class Ancestry {

    private final Writing writing;
    private final Map<String, StoredOwner> wanted;
    private final Map<String, StoredOwner> known = new HashMap<>();

    Ancestry(Writing writing, Map<String, StoredOwner> wanted) {
      this.writing = writing;
      this.wanted = wanted;
    }

    Uni<Void> check() {
      Uni<Void> done = Uni.createFrom().voidItem();
      for (StoredOwner owner : wanted.values()) {
        if (owner.parent() != null) {
          done = done.chain(() -> climb(owner, owner, 1));
        }
      }
      return done;
    }

    private Uni<Void> climb(StoredOwner from, StoredOwner at, int level) {
      Ref parent = at.parent();
      if (parent == null) {
        return Uni.createFrom().voidItem();
      }
      if (parent.equals(from.ref())) {
        throw OwnerRules.wrong(
            from.ref(), "it would be above itself, through the " + at.ref().inWords());
      }
      if (level >= OwnerRules.MOST_LEVELS) {
        throw OwnerRules.wrong(
            from.ref(), "there are at most " + OwnerRules.MOST_LEVELS + " levels above a key");
      }
      return find(from.tenant(), parent)
          .chain(
              found -> {
                if (found == null) {
                  throw OwnerRules.unknown("The " + at.ref().inWords(), parent);
                }
                return climb(from, found, level + 1);
              });
    }

    private Uni<@Nullable StoredOwner> find(String tenant, Ref ref) {
      StoredOwner there = wanted.getOrDefault(ref.text(), known.get(ref.text()));
      return there != null
          ? Uni.createFrom().item(there)
          : writing
              .find(tenant, ref.text())
              .invoke(
                  found -> {
                    if (found != null) {
                      known.put(ref.text(), found);
                    }
                  });
    }
  }
}
