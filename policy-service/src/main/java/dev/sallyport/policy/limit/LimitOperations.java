package dev.sallyport.policy.limit;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.RandomId;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.AccessChanges;
import dev.sallyport.policy.access.AccessFeed;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.kept.Keeping;
import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.limit.LimitStore.Writing;
import dev.sallyport.policy.owner.OwnerRules;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitResponse;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads and changes limits, for gRPC and for direct callers alike. Only edge may ask. The tenant is
 * always that of the context.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service, INVALID_PARAMS, NOT_FOUND,
 * CONFLICT and READ_ONLY with a message that names the fix, POLICY_UNAVAILABLE when the store does
 * not answer within the deadline.
 */
@Singleton
public final class LimitOperations {

  private static final Keeping<StoredLimit> LIMITS =
      new Keeping<>("limit", "limits", LimitRules.MOST_LIMITS);

  private static final Duration STANDING_PATIENCE = Duration.ofSeconds(1);

  private final LimitStore store;
  private final Standings standings;
  private final OperationGuard guard;
  private final AccessChanges changes;

  LimitOperations(LimitStore store, Standings standings, AccessFeed feed, PolicySettings settings) {
    this.store = store;
    this.standings = standings;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.changes = new AccessChanges(guard, feed);
  }

  /** How limits of one tenant stand; kept by the ledger. */
  public interface Standings {

    /** In the order of the limits. */
    Uni<List<LimitStanding>> of(String tenant, List<StoredLimit> limits);
  }

  /** All limits of the tenant, a page of them, or that of one name or id. */
  public Uni<ListLimitsResponse> listLimits(CallContext context, ListLimitsRequest request) {
    return guard.answer(
        context,
        () ->
            LIMITS
                .read(
                    store,
                    context.tenant(),
                    request.getLimit(),
                    request.getPage(),
                    request.getAfter())
                .chain(
                    page ->
                        standings(context.tenant(), page.found(), request.getStanding())
                            .map(
                                standing ->
                                    ListLimitsResponse.newBuilder()
                                        .addAllLimits(
                                            page.found().stream()
                                                .map(StoredLimit::toProto)
                                                .toList())
                                        .addAllStandings(standing)
                                        .setMore(page.more())
                                        .build())));
  }

  /** What limits say is told even while the ledger cannot be asked. */
  private Uni<List<LimitStanding>> standings(
      String tenant, List<StoredLimit> limits, boolean wanted) {
    return wanted
        ? standings
            .of(tenant, limits)
            .ifNoItem()
            .after(STANDING_PATIENCE)
            .fail()
            .onFailure()
            .recoverWithItem(List.of())
        : Uni.createFrom().item(List.of());
  }

  /** Creates the limit of this name, or puts this one in its place. */
  public Uni<PutLimitResponse> putLimit(CallContext context, PutLimitRequest request) {
    return changes.change(
        context,
        () -> {
          StoredLimit limit =
              LimitRules.checked(
                  context.tenant(), RandomId.of("lim_"), Kept.API, request.getLimit());
          return store.write(
              writing ->
                  knownOwners(writing, context.tenant(), List.of(limit))
                      .chain(
                          () ->
                              LIMITS.put(
                                  writing,
                                  limit,
                                  request.getExpectedRevision(),
                                  request.getMustBeNew()))
                      .map(
                          put ->
                              PutLimitResponse.newBuilder()
                                  .setLimit(put.kept().toProto())
                                  .setCreated(put.created())
                                  .setSequence(writing.sequence())
                                  .build()));
        });
  }

  public Uni<DeleteLimitResponse> deleteLimit(CallContext context, DeleteLimitRequest request) {
    return changes.change(
        context,
        () ->
            store.write(
                writing ->
                    LIMITS
                        .removable(
                            writing,
                            context.tenant(),
                            request.getLimit(),
                            request.getExpectedRevision())
                        .chain(limit -> LIMITS.remove(writing, limit))
                        .map(
                            done ->
                                DeleteLimitResponse.newBuilder()
                                    .setSequence(writing.sequence())
                                    .build())));
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyLimitsResponse> applyLimits(CallContext context, ApplyLimitsRequest request) {
    return changes.change(
        context,
        request.getLimitsCount(),
        () -> {
          KeyRules.checkSource(request.getSource());
          Map<String, StoredLimit> declared =
              LIMITS.byName(
                  request.getLimitsList().stream()
                      .map(
                          limit ->
                              LimitRules.checked(
                                  context.tenant(),
                                  RandomId.of("lim_"),
                                  request.getSource(),
                                  limit))
                      .toList());
          return store.write(writing -> apply(writing, context.tenant(), request, declared));
        });
  }

  private static Uni<ApplyLimitsResponse> apply(
      Writing writing,
      String tenant,
      ApplyLimitsRequest request,
      Map<String, StoredLimit> declared) {
    return knownOwners(writing, tenant, declared.values())
        .chain(() -> LIMITS.plan(writing, tenant, request.getSource(), declared, false))
        .chain(plan -> LIMITS.apply(writing, tenant, plan, request.getDryRun()))
        .map(
            applied ->
                ApplyLimitsResponse.newBuilder()
                    .addAllAdded(applied.added())
                    .addAllChanged(applied.changed())
                    .addAllRemoved(applied.removed())
                    .build());
  }

  /** A limit of somebody that there is not would count nothing, and nobody would notice. */
  private static Uni<Void> knownOwners(
      Writing writing, String tenant, Collection<StoredLimit> limits) {
    Map<Ref, StoredLimit> asked = new LinkedHashMap<>();
    for (StoredLimit limit : limits) {
      if (limit.whose().isOwner() || limit.ownerKind() == OwnerKind.OWNER_KIND_KEY) {
        asked.putIfAbsent(limit.whose(), limit);
      }
    }
    return writing
        .known(tenant, asked.keySet())
        .invoke(
            found -> {
              Set<Ref> known = new HashSet<>(found);
              asked.forEach(
                  (ref, limit) -> {
                    if (!known.contains(ref)) {
                      throw unknown(limit, ref);
                    }
                  });
            })
        .replaceWithVoid();
  }

  private static CallFailed unknown(StoredLimit limit, Ref ref) {
    return ref.isOwner()
        ? OwnerRules.unknown("Limit " + limit.name(), ref)
        : Refusals.invalid(
            "Limit "
                + limit.name()
                + ": there is no key named "
                + ref.name()
                + "; list the keys to see their names.");
  }
}
