package dev.sallyport.policy.group;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.RandomId;
import dev.sallyport.policy.access.AccessChanges;
import dev.sallyport.policy.access.AccessFeed;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.group.GroupStore.Writing;
import dev.sallyport.policy.kept.Keeping;
import dev.sallyport.policy.kept.Keeping.Applied;
import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.owner.OwnerRules;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.ApplyGroupsRequest;
import dev.sallyport.proto.policy.v1.ApplyGroupsResponse;
import dev.sallyport.proto.policy.v1.DeleteGroupRequest;
import dev.sallyport.proto.policy.v1.DeleteGroupResponse;
import dev.sallyport.proto.policy.v1.ListGroupsRequest;
import dev.sallyport.proto.policy.v1.ListGroupsResponse;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.PutGroupRequest;
import dev.sallyport.proto.policy.v1.PutGroupResponse;
import dev.sallyport.proto.policy.v1.ToolGroup;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads and changes tool groups, for gRPC and for direct callers alike. Only edge may ask. The
 * tenant is always that of the context.
 *
 * <p>Fails with {@link dev.sallyport.kit.error.CallFailed}: FORBIDDEN for another service,
 * INVALID_PARAMS, NOT_FOUND, CONFLICT and READ_ONLY with a message that names the fix,
 * POLICY_UNAVAILABLE when the store does not answer within the deadline.
 */
@Singleton
public final class GroupOperations {

  private static final Keeping<StoredGroup> GROUPS =
      new Keeping<>("group", "groups", GroupRules.MOST_GROUPS);

  private final GroupStore store;
  private final OperationGuard guard;
  private final AccessChanges changes;

  GroupOperations(GroupStore store, AccessFeed feed, PolicySettings settings) {
    this.store = store;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.changes = new AccessChanges(guard, feed);
  }

  /** All groups of the tenant, a page of them, or that of one slug or id. */
  public Uni<ListGroupsResponse> listGroups(CallContext context, ListGroupsRequest request) {
    return guard.answer(
        context,
        () ->
            GROUPS
                .read(
                    store,
                    context.tenant(),
                    request.getGroup(),
                    request.getPage(),
                    request.getAfter())
                .map(
                    page ->
                        ListGroupsResponse.newBuilder()
                            .addAllGroups(page.found().stream().map(StoredGroup::toProto).toList())
                            .setMore(page.more())
                            .build()));
  }

  /** Creates the group of this slug, or puts this one in its place. */
  public Uni<PutGroupResponse> putGroup(CallContext context, PutGroupRequest request) {
    return changes.change(
        context,
        () -> {
          StoredGroup group =
              GroupRules.checked(
                  context.tenant(), RandomId.of("grp_"), Kept.API, request.getGroup());
          return store.write(
              writing ->
                  knownAttached(writing, context.tenant(), List.of(group))
                      .chain(
                          () ->
                              GROUPS.put(
                                  writing,
                                  group,
                                  request.getExpectedRevision(),
                                  request.getMustBeNew()))
                      .map(
                          put ->
                              PutGroupResponse.newBuilder()
                                  .setGroup(put.kept().toProto())
                                  .setCreated(put.created())
                                  .setSequence(writing.sequence())
                                  .build()));
        });
  }

  public Uni<DeleteGroupResponse> deleteGroup(CallContext context, DeleteGroupRequest request) {
    return changes.change(
        context,
        () ->
            store.write(
                writing ->
                    GROUPS
                        .removable(
                            writing,
                            context.tenant(),
                            request.getGroup(),
                            request.getExpectedRevision())
                        .chain(group -> GROUPS.remove(writing, group))
                        .map(
                            done ->
                                DeleteGroupResponse.newBuilder()
                                    .setSequence(writing.sequence())
                                    .build())));
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyGroupsResponse> applyGroups(CallContext context, ApplyGroupsRequest request) {
    return changes.change(
        context,
        request.getGroupsCount(),
        () -> {
          KeyRules.checkSource(request.getSource());
          Map<String, StoredGroup> declared =
              checked(context.tenant(), request.getSource(), request.getGroupsList());
          return store
              .write(
                  writing ->
                      apply(
                          writing,
                          context.tenant(),
                          request.getSource(),
                          declared,
                          request.getDryRun()))
              .map(
                  applied ->
                      ApplyGroupsResponse.newBuilder()
                          .addAllAdded(applied.added())
                          .addAllChanged(applied.changed())
                          .addAllRemoved(applied.removed())
                          .build());
        });
  }

  /** By name, as they will be kept; whether those whom they are for are there is asked then. */
  public static Map<String, StoredGroup> checked(
      String tenant, String source, List<ToolGroup> groups) {
    return GROUPS.byName(
        groups.stream()
            .map(group -> GroupRules.checked(tenant, RandomId.of("grp_"), source, group))
            .toList());
  }

  /** Makes the groups of a source exactly these, in a transaction that is there. */
  public static Uni<Applied> apply(
      Writing writing,
      String tenant,
      String source,
      Map<String, StoredGroup> declared,
      boolean dryRun) {
    return knownAttached(writing, tenant, declared.values())
        .chain(() -> GROUPS.plan(writing, tenant, source, declared, false))
        .chain(plan -> GROUPS.apply(writing, tenant, plan, dryRun));
  }

  /** Puts these in the place of those of their names, whoever declares them: to be taken back. */
  public static Uni<Applied> tryPut(
      Writing writing, String tenant, Map<String, StoredGroup> wanted) {
    return knownAttached(writing, tenant, wanted.values())
        .chain(() -> GROUPS.replacement(writing, tenant, wanted))
        .chain(plan -> GROUPS.apply(writing, tenant, plan));
  }

  /** Removes these, whoever declares them: to be taken back. */
  public static Uni<Void> tryRemove(Writing writing, String tenant, List<String> names) {
    return GROUPS.removeAll(writing, tenant, names).replaceWithVoid();
  }

  /** A group for somebody that there is not would reach nobody, and nobody would notice. */
  private static Uni<Void> knownAttached(
      Writing writing, String tenant, Collection<StoredGroup> groups) {
    Map<Ref, String> asked = new LinkedHashMap<>();
    for (StoredGroup group : groups) {
      for (Ref ref : group.attached()) {
        if (ref.isOwner() || ref.kind() == OwnerKind.OWNER_KIND_KEY) {
          asked.putIfAbsent(ref, "Group " + group.name());
        }
      }
    }
    return writing
        .known(tenant, asked.keySet())
        .invoke(known -> OwnerRules.checkKnown(asked, Set.copyOf(known)))
        .replaceWithVoid();
  }
}
