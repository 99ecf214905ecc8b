package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.edge.fixture.UnaskedPolicy;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.ApplyGroupsRequest;
import dev.sallyport.proto.policy.v1.ApplyGroupsResponse;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.ApplyOwnersRequest;
import dev.sallyport.proto.policy.v1.ApplyOwnersResponse;
import dev.sallyport.proto.policy.v1.ApplyRulesRequest;
import dev.sallyport.proto.policy.v1.ApplyRulesResponse;
import dev.sallyport.proto.policy.v1.Approval;
import dev.sallyport.proto.policy.v1.ApprovalState;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.CreateKeyResponse;
import dev.sallyport.proto.policy.v1.DecideApprovalRequest;
import dev.sallyport.proto.policy.v1.DecideApprovalResponse;
import dev.sallyport.proto.policy.v1.DeclaredKey;
import dev.sallyport.proto.policy.v1.DeleteGroupRequest;
import dev.sallyport.proto.policy.v1.DeleteGroupResponse;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitResponse;
import dev.sallyport.proto.policy.v1.DeleteOwnerRequest;
import dev.sallyport.proto.policy.v1.DeleteOwnerResponse;
import dev.sallyport.proto.policy.v1.DeleteRuleRequest;
import dev.sallyport.proto.policy.v1.DeleteRuleResponse;
import dev.sallyport.proto.policy.v1.GetAccessRequest;
import dev.sallyport.proto.policy.v1.GetAccessResponse;
import dev.sallyport.proto.policy.v1.Grant;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitStanding;
import dev.sallyport.proto.policy.v1.ListApprovalsRequest;
import dev.sallyport.proto.policy.v1.ListApprovalsResponse;
import dev.sallyport.proto.policy.v1.ListGroupsRequest;
import dev.sallyport.proto.policy.v1.ListGroupsResponse;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.ListOwnersRequest;
import dev.sallyport.proto.policy.v1.ListOwnersResponse;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.ListRulesResponse;
import dev.sallyport.proto.policy.v1.Owner;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.PreviewAccessRequest;
import dev.sallyport.proto.policy.v1.PreviewAccessResponse;
import dev.sallyport.proto.policy.v1.PutGroupRequest;
import dev.sallyport.proto.policy.v1.PutGroupResponse;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import dev.sallyport.proto.policy.v1.PutOwnerRequest;
import dev.sallyport.proto.policy.v1.PutOwnerResponse;
import dev.sallyport.proto.policy.v1.PutRuleRequest;
import dev.sallyport.proto.policy.v1.PutRuleResponse;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyResponse;
import dev.sallyport.proto.policy.v1.RotateKeyRequest;
import dev.sallyport.proto.policy.v1.RotateKeyResponse;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.ToolGroup;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyResponse;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import dev.sallyport.rules.Condition;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Policy in memory, by the words of its contract: names are unique per tenant, what files declare
 * is read-only, a key's limit needs the key.
 */
@Alternative
@Singleton
public class FakePolicy extends UnaskedPolicy {

  public final List<CreateKeyRequest> created = new CopyOnWriteArrayList<>();
  public final List<ApplyKeysRequest> applied = new CopyOnWriteArrayList<>();
  public volatile @Nullable RuntimeException failure;
  public volatile boolean silent;
  public final List<PreviewAccessRequest> previewed = new CopyOnWriteArrayList<>();
  public volatile PreviewAccessResponse preview = PreviewAccessResponse.getDefaultInstance();
  public final List<ListLimitsRequest> asked = new CopyOnWriteArrayList<>();
  public final List<LimitStanding> standings = new CopyOnWriteArrayList<>();
  private final Map<String, VirtualKey> keys = new TreeMap<>();
  public final List<ApplyOwnersRequest> appliedOwners = new CopyOnWriteArrayList<>();
  public final List<ApplyGroupsRequest> appliedGroups = new CopyOnWriteArrayList<>();
  private final Map<String, Limit> limits = new ConcurrentSkipListMap<>();
  private final Map<String, Owner> owners = new ConcurrentSkipListMap<>();
  private final Map<String, ToolGroup> groups = new ConcurrentSkipListMap<>();
  private final Map<String, Rule> rules = new ConcurrentSkipListMap<>();
  private final List<Approval> approvals = new CopyOnWriteArrayList<>();
  private int next;

  public synchronized void reset() {
    previewed.clear();
    preview = PreviewAccessResponse.getDefaultInstance();
    approvals.clear();
    keys.clear();
    created.clear();
    applied.clear();
    limits.clear();
    owners.clear();
    groups.clear();
    appliedOwners.clear();
    appliedGroups.clear();
    rules.clear();
    asked.clear();
    standings.clear();
    failure = null;
    silent = false;
  }

  public synchronized VirtualKey put(VirtualKey.Builder key) {
    VirtualKey built =
        key.setId(key.getId().isEmpty() ? "vk_" + "%022d".formatted(++next) : key.getId())
            .setRevision(Math.max(1, key.getRevision()))
            .setCreatedAtMillis(1_700_000_000_000L)
            .build();
    keys.put(built.getTenant() + "/" + built.getId(), built);
    return built;
  }

  public synchronized List<VirtualKey> of(String tenant) {
    return keys.values().stream().filter(key -> key.getTenant().equals(tenant)).toList();
  }

  public synchronized Limit put(Limit.Builder limit) {
    Limit built = limit(limit);
    limits.put(built.getTenant() + "/" + built.getName(), built);
    return built;
  }

  public List<Limit> limitsOf(String tenant) {
    return limits.values().stream().filter(limit -> limit.getTenant().equals(tenant)).toList();
  }

  public synchronized Approval put(Approval.Builder approval) {
    Approval built = approval.setId("apr_" + "%022d".formatted(++next)).build();
    approvals.addFirst(built);
    return built;
  }

  private List<Approval> approvals(String tenant, String id) {
    return approvals.stream()
        .filter(one -> one.getTenant().equals(tenant) && one.getId().equals(id))
        .toList();
  }

  private synchronized Limit limit(Limit.Builder limit) {
    return limit
        .setId(limit.getId().isEmpty() ? "lim_" + "%022d".formatted(++next) : limit.getId())
        .setRevision(Math.max(1, limit.getRevision()))
        .build();
  }

  private Optional<Limit> limit(String tenant, String nameOrId) {
    return limitsOf(tenant).stream()
        .filter(limit -> limit.getId().equals(nameOrId) || limit.getName().equals(nameOrId))
        .findFirst();
  }

  private void checkOwner(String tenant, Limit limit) {
    if (limit.getOwnerKind() == OwnerKind.OWNER_KIND_KEY
        && of(tenant).stream().noneMatch(key -> key.getName().equals(limit.getOwner()))) {
      throw new CallFailed(
          Failure.of(ErrorCode.INVALID_PARAMS, "There is no key named " + limit.getOwner() + "."));
    }
  }

  private static void checkWritable(Limit limit) {
    if (limit.getSource().startsWith("file:")) {
      throw new CallFailed(Failure.of(ErrorCode.READ_ONLY));
    }
  }

  public synchronized Rule put(Rule.Builder rule) {
    Rule built = rule(rule);
    rules.put(built.getTenant() + "/" + built.getName(), built);
    return built;
  }

  public List<Rule> rulesOf(String tenant) {
    return rules.values().stream().filter(rule -> rule.getTenant().equals(tenant)).toList();
  }

  private synchronized Rule rule(Rule.Builder rule) {
    return rule.setId(rule.getId().isEmpty() ? "rule_" + "%022d".formatted(++next) : rule.getId())
        .setRevision(Math.max(1, rule.getRevision()))
        .build();
  }

  private Optional<Rule> rule(String tenant, String nameOrId) {
    return rulesOf(tenant).stream()
        .filter(rule -> rule.getId().equals(nameOrId) || rule.getName().equals(nameOrId))
        .findFirst();
  }

  private static void checkCondition(Rule rule) {
    if (!rule.getCondition().isEmpty()
        && Condition.compile(rule.getCondition())
            instanceof Condition.Compiled.Invalid(String why)) {
      throw new CallFailed(
          Failure.of(ErrorCode.INVALID_PARAMS, "Rule " + rule.getName() + ": " + why + "."));
    }
  }

  private static void checkWritable(Rule rule) {
    if (rule.getSource().startsWith("file:")) {
      throw new CallFailed(Failure.of(ErrorCode.READ_ONLY));
    }
  }

  private static void checkRevision(long present, long expected) {
    if (expected != 0 && expected != present) {
      throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
    }
  }

  private synchronized VirtualKey find(String tenant, String nameOrId) {
    return of(tenant).stream()
        .filter(key -> key.getId().equals(nameOrId) || key.getName().equals(nameOrId))
        .findFirst()
        .orElseThrow(() -> new CallFailed(Failure.of(ErrorCode.NOT_FOUND)));
  }

  private <T> Uni<T> answer(Supplier<T> work) {
    if (silent) {
      return Uni.createFrom().nothing();
    }
    RuntimeException planned = failure;
    return planned != null ? Uni.createFrom().failure(planned) : Uni.createFrom().item(work);
  }

  @Override
  public Uni<CreateKeyResponse> createKey(CreateKeyRequest request) {
    return answer(
        () -> {
          created.add(request);
          String tenant = request.getContext().getTenant();
          if (of(tenant).stream().anyMatch(key -> key.getName().equals(request.getName()))) {
            throw new CallFailed(
                Failure.of(ErrorCode.CONFLICT, "There is a key of this name already."));
          }
          return CreateKeyResponse.newBuilder()
              .setKey(
                  put(
                      VirtualKey.newBuilder()
                          .setTenant(tenant)
                          .setName(request.getName())
                          .addAllTools(request.getToolsList())
                          .setExpiresAtMillis(request.getExpiresAtMillis())
                          .setPrefix(request.getPrefix())
                          .mergeFrom(
                              request.hasOwner()
                                  ? VirtualKey.newBuilder().setOwner(request.getOwner()).build()
                                  : VirtualKey.getDefaultInstance())
                          .setSource("api")))
              .build();
        });
  }

  @Override
  public Uni<ListKeysResponse> listKeys(ListKeysRequest request) {
    return answer(
        () -> {
          List<VirtualKey> found =
              of(request.getContext().getTenant()).stream()
                  .filter(
                      key ->
                          request.getKey().isEmpty()
                              || key.getId().equals(request.getKey())
                              || key.getName().equals(request.getKey()))
                  .filter(key -> key.getId().compareTo(request.getAfter()) > 0)
                  .toList();
          int limit = request.getLimit() == 0 ? found.size() : request.getLimit();
          return ListKeysResponse.newBuilder()
              .addAllKeys(found.stream().limit(limit).toList())
              .setMore(found.size() > limit)
              .build();
        });
  }

  @Override
  public Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request) {
    return answer(
        () -> {
          VirtualKey key = writable(request.getContext().getTenant(), request.getKey());
          if (request.getExpectedRevision() != 0
              && request.getExpectedRevision() != key.getRevision()) {
            throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
          }
          return UpdateKeyResponse.newBuilder()
              .setKey(put(updated(key, request).setRevision(key.getRevision() + 1)))
              .build();
        });
  }

  private static VirtualKey.Builder updated(VirtualKey key, UpdateKeyRequest request) {
    VirtualKey.Builder updated = key.toBuilder();
    if (!request.getKeepTools()) {
      updated.clearTools().addAllTools(request.getToolsList());
    }
    if (request.getSetOwner()) {
      updated.clearOwner();
      if (request.hasOwner()) {
        updated.setOwner(request.getOwner());
      }
    }
    return updated;
  }

  @Override
  public Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request) {
    return answer(
        () -> {
          VirtualKey key = writable(request.getContext().getTenant(), request.getKey());
          return RevokeKeyResponse.newBuilder()
              .setKey(
                  put(
                      key.toBuilder()
                          .setRevokedAtMillis(1_700_000_001_000L)
                          .setRevision(key.getRevision() + 1)))
              .build();
        });
  }

  @Override
  public Uni<RotateKeyResponse> rotateKey(RotateKeyRequest request) {
    return answer(
        () -> {
          VirtualKey key = writable(request.getContext().getTenant(), request.getKey());
          if (request.getExpectedRevision() != 0
              && request.getExpectedRevision() != key.getRevision()) {
            throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
          }
          return RotateKeyResponse.newBuilder()
              .setKey(
                  put(
                      key.toBuilder()
                          .setPrefix(request.getPrefix())
                          .setReplacedUntilMillis(
                              request.getGraceMillis() == 0
                                  ? 0
                                  : 1_700_000_001_000L + request.getGraceMillis())
                          .setRevision(key.getRevision() + 1)))
              .build();
        });
  }

  private VirtualKey writable(String tenant, String nameOrId) {
    VirtualKey key = find(tenant, nameOrId);
    if (key.getSource().startsWith("file:")) {
      throw new CallFailed(Failure.of(ErrorCode.READ_ONLY));
    }
    return key;
  }

  @Override
  public Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request) {
    return answer(
        () -> {
          Map<String, VirtualKey> before = new TreeMap<>(keys);
          String tenant = request.getContext().getTenant();
          ApplyKeysResponse.Builder response = ApplyKeysResponse.newBuilder();
          List<String> wanted = new ArrayList<>();
          for (DeclaredKey declared : request.getKeysList()) {
            wanted.add(declared.getName());
            VirtualKey.Builder key =
                VirtualKey.newBuilder()
                    .setTenant(tenant)
                    .setName(declared.getName())
                    .addAllTools(declared.getToolsList())
                    .setPrefix(declared.getPrefix())
                    .setSource(request.getSource());
            var old =
                of(tenant).stream()
                    .filter(other -> other.getName().equals(declared.getName()))
                    .findFirst();
            if (old.isEmpty()) {
              response.addAdded(declared.getName());
              put(key);
            } else if (!old.get().getToolsList().equals(declared.getToolsList())) {
              response.addChanged(declared.getName());
              put(key.setId(old.get().getId()));
            }
          }
          for (VirtualKey key : of(tenant)) {
            if (key.getSource().equals(request.getSource()) && !wanted.contains(key.getName())) {
              response.addRemoved(key.getName());
              synchronized (this) {
                keys.remove(tenant + "/" + key.getId());
              }
            }
          }
          if (request.getDryRun()) {
            synchronized (this) {
              keys.clear();
              keys.putAll(before);
            }
          } else {
            applied.add(request);
          }
          return response.build();
        });
  }

  @Override
  public Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request) {
    return Uni.createFrom().nothing();
  }

  @Override
  public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
    return Multi.createFrom().nothing();
  }

  @Override
  public Uni<PreviewAccessResponse> previewAccess(PreviewAccessRequest request) {
    return answer(
        () -> {
          previewed.add(request);
          return preview;
        });
  }

  @Override
  public Uni<GetAccessResponse> getAccess(GetAccessRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          VirtualKey key = find(tenant, request.getKey());
          AccessProfile.Builder profile =
              AccessProfile.newBuilder()
                  .setTenant(tenant)
                  .setKeyId(key.getId())
                  .setKeyName(key.getName())
                  .setExpiresAtMillis(key.getExpiresAtMillis())
                  .addGrants(Grant.newBuilder().addAllTools(key.getToolsList()))
                  .addAllTools(key.getToolsList());
          for (ToolGroup group : groups.values()) {
            if (group.getTenant().equals(tenant)) {
              group.getAttachedList().stream()
                  .filter(
                      ref ->
                          ref.getKind() == OwnerKind.OWNER_KIND_TENANT
                              || ref.equals(key.getOwner())
                              || (ref.getKind() == OwnerKind.OWNER_KIND_KEY
                                  && ref.getName().equals(key.getName())))
                  .findFirst()
                  .ifPresent(
                      through -> {
                        profile.addAllTools(group.getToolsList());
                        profile.addGrants(
                            Grant.newBuilder()
                                .setGroup(group.getSlug())
                                .setThrough(through)
                                .addAllTools(group.getToolsList()));
                      });
            }
          }
          limitsOf(tenant).stream()
              .filter(
                  limit ->
                      limit.getOwnerKind() != OwnerKind.OWNER_KIND_KEY
                          || limit.getOwner().equals(key.getName()))
              .forEach(profile::addLimits);
          rulesOf(tenant)
              .forEach(
                  rule ->
                      profile.addRules(
                          rule.toBuilder().clearTenant().clearId().clearSource().clearRevision()));
          return GetAccessResponse.newBuilder().setKey(key).setProfile(profile).build();
        });
  }

  @Override
  public Uni<ListOwnersResponse> listOwners(ListOwnersRequest request) {
    return answer(
        () ->
            ListOwnersResponse.newBuilder()
                .addAllOwners(
                    owners.values().stream()
                        .filter(one -> one.getTenant().equals(request.getContext().getTenant()))
                        .filter(
                            one ->
                                request.getOwner().isEmpty()
                                    || one.getId().equals(request.getOwner())
                                    || OwnerText.of(one.getRef()).equals(request.getOwner()))
                        .toList())
                .build());
  }

  @Override
  public Uni<PutOwnerResponse> putOwner(PutOwnerRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          String name = tenant + "/" + OwnerText.of(request.getOwner().getRef());
          Owner old = owners.get(name);
          checkRevision(old == null ? 0 : old.getRevision(), request.getExpectedRevision());
          Owner made =
              request.getOwner().toBuilder()
                  .setTenant(tenant)
                  .setId("own_" + "%022d".formatted(++next))
                  .setSource("api")
                  .setRevision(old == null ? 1 : old.getRevision() + 1)
                  .build();
          owners.put(name, made);
          return PutOwnerResponse.newBuilder().setOwner(made).setCreated(old == null).build();
        });
  }

  @Override
  public Uni<DeleteOwnerResponse> deleteOwner(DeleteOwnerRequest request) {
    return answer(
        () -> {
          if (owners.remove(request.getContext().getTenant() + "/" + request.getOwner()) == null) {
            throw new CallFailed(Failure.of(ErrorCode.NOT_FOUND));
          }
          return DeleteOwnerResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ApplyOwnersResponse> applyOwners(ApplyOwnersRequest request) {
    return answer(
        () -> {
          appliedOwners.add(request);
          return ApplyOwnersResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ListGroupsResponse> listGroups(ListGroupsRequest request) {
    return answer(
        () ->
            ListGroupsResponse.newBuilder()
                .addAllGroups(
                    groups.values().stream()
                        .filter(one -> one.getTenant().equals(request.getContext().getTenant()))
                        .filter(
                            one ->
                                request.getGroup().isEmpty()
                                    || one.getId().equals(request.getGroup())
                                    || one.getSlug().equals(request.getGroup()))
                        .toList())
                .build());
  }

  @Override
  public Uni<PutGroupResponse> putGroup(PutGroupRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          String name = tenant + "/" + request.getGroup().getSlug();
          ToolGroup old = groups.get(name);
          checkRevision(old == null ? 0 : old.getRevision(), request.getExpectedRevision());
          ToolGroup made =
              request.getGroup().toBuilder()
                  .setTenant(tenant)
                  .setId("grp_" + "%022d".formatted(++next))
                  .setSource("api")
                  .setRevision(old == null ? 1 : old.getRevision() + 1)
                  .build();
          groups.put(name, made);
          return PutGroupResponse.newBuilder().setGroup(made).setCreated(old == null).build();
        });
  }

  @Override
  public Uni<DeleteGroupResponse> deleteGroup(DeleteGroupRequest request) {
    return answer(
        () -> {
          if (groups.remove(request.getContext().getTenant() + "/" + request.getGroup()) == null) {
            throw new CallFailed(Failure.of(ErrorCode.NOT_FOUND));
          }
          return DeleteGroupResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ApplyGroupsResponse> applyGroups(ApplyGroupsRequest request) {
    return answer(
        () -> {
          appliedGroups.add(request);
          return ApplyGroupsResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ListLimitsResponse> listLimits(ListLimitsRequest request) {
    return answer(
        () -> {
          asked.add(request);
          List<Limit> found =
              limitsOf(request.getContext().getTenant()).stream()
                  .filter(
                      limit ->
                          request.getLimit().isEmpty()
                              || limit.getId().equals(request.getLimit())
                              || limit.getName().equals(request.getLimit()))
                  .filter(limit -> limit.getName().compareTo(request.getAfter()) > 0)
                  .toList();
          int page = request.getPage() == 0 ? found.size() : request.getPage();
          boolean more = found.size() > page;
          found = found.stream().limit(page).toList();
          ListLimitsResponse.Builder response =
              ListLimitsResponse.newBuilder().addAllLimits(found).setMore(more);
          if (request.getStanding()) {
            found.stream()
                .flatMap(
                    limit -> standings.stream().filter(s -> s.getLimitId().equals(limit.getId())))
                .forEach(response::addStandings);
          }
          return response.build();
        });
  }

  @Override
  public Uni<PutLimitResponse> putLimit(PutLimitRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          Limit wanted = request.getLimit();
          checkOwner(tenant, wanted);
          Optional<Limit> old = limit(tenant, wanted.getName());
          if (old.isPresent() && request.getMustBeNew()) {
            throw new CallFailed(
                Failure.of(ErrorCode.CONFLICT, "There is a limit of this name already."));
          }
          old.ifPresent(FakePolicy::checkWritable);
          checkRevision(old.map(Limit::getRevision).orElse(0L), request.getExpectedRevision());
          return PutLimitResponse.newBuilder()
              .setLimit(
                  put(
                      wanted.toBuilder()
                          .setTenant(tenant)
                          .setId(old.map(Limit::getId).orElse(""))
                          .setSource("api")
                          .setRevision(old.map(Limit::getRevision).orElse(0L) + 1)))
              .setCreated(old.isEmpty())
              .build();
        });
  }

  @Override
  public Uni<DeleteLimitResponse> deleteLimit(DeleteLimitRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          Limit old =
              limit(tenant, request.getLimit())
                  .orElseThrow(() -> new CallFailed(Failure.of(ErrorCode.NOT_FOUND)));
          checkWritable(old);
          checkRevision(old.getRevision(), request.getExpectedRevision());
          limits.remove(tenant + "/" + old.getName());
          return DeleteLimitResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ApplyLimitsResponse> applyLimits(ApplyLimitsRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          ApplyLimitsResponse.Builder response = ApplyLimitsResponse.newBuilder();
          Map<String, Limit> now = new TreeMap<>(limits);
          now.values()
              .removeIf(
                  limit ->
                      limit.getTenant().equals(tenant)
                          && limit.getSource().equals(request.getSource()));
          for (Limit wanted : request.getLimitsList()) {
            checkOwner(tenant, wanted);
            Optional<Limit> old = limit(tenant, wanted.getName());
            if (old.filter(limit -> !limit.getSource().equals(request.getSource())).isPresent()) {
              throw new CallFailed(
                  Failure.of(
                      ErrorCode.CONFLICT,
                      "The limit " + wanted.getName() + " is declared elsewhere."));
            }
            Limit made =
                limit(
                    wanted.toBuilder()
                        .setTenant(tenant)
                        .setId(old.map(Limit::getId).orElse(""))
                        .setSource(request.getSource())
                        .setRevision(old.map(Limit::getRevision).orElse(1L)));
            if (old.isEmpty()) {
              response.addAdded(wanted.getName());
            } else if (!old.get().equals(made)) {
              response.addChanged(wanted.getName());
              made = made.toBuilder().setRevision(made.getRevision() + 1).build();
            }
            now.put(tenant + "/" + made.getName(), made);
          }
          for (Limit old : limitsOf(tenant)) {
            if (!now.containsKey(tenant + "/" + old.getName())) {
              response.addRemoved(old.getName());
            }
          }
          if (!request.getDryRun()) {
            limits.clear();
            limits.putAll(now);
          }
          return response.build();
        });
  }

  @Override
  public Uni<ListRulesResponse> listRules(ListRulesRequest request) {
    return answer(
        () -> {
          List<Rule> found =
              rulesOf(request.getContext().getTenant()).stream()
                  .filter(
                      rule ->
                          request.getRule().isEmpty()
                              || rule.getId().equals(request.getRule())
                              || rule.getName().equals(request.getRule()))
                  .filter(rule -> rule.getName().compareTo(request.getAfter()) > 0)
                  .toList();
          int page = request.getPage() == 0 ? found.size() : request.getPage();
          return ListRulesResponse.newBuilder()
              .addAllRules(found.stream().limit(page).toList())
              .setMore(found.size() > page)
              .build();
        });
  }

  @Override
  public Uni<PutRuleResponse> putRule(PutRuleRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          Rule wanted = request.getRule();
          checkCondition(wanted);
          Optional<Rule> old = rule(tenant, wanted.getName());
          if (old.isPresent() && request.getMustBeNew()) {
            throw new CallFailed(
                Failure.of(ErrorCode.CONFLICT, "There is a rule of this name already."));
          }
          old.ifPresent(FakePolicy::checkWritable);
          checkRevision(old.map(Rule::getRevision).orElse(0L), request.getExpectedRevision());
          return PutRuleResponse.newBuilder()
              .setRule(
                  put(
                      wanted.toBuilder()
                          .setTenant(tenant)
                          .setId(old.map(Rule::getId).orElse(""))
                          .setSource("api")
                          .setRevision(old.map(Rule::getRevision).orElse(0L) + 1)))
              .setCreated(old.isEmpty())
              .build();
        });
  }

  @Override
  public Uni<DeleteRuleResponse> deleteRule(DeleteRuleRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          Rule old =
              rule(tenant, request.getRule())
                  .orElseThrow(() -> new CallFailed(Failure.of(ErrorCode.NOT_FOUND)));
          checkWritable(old);
          checkRevision(old.getRevision(), request.getExpectedRevision());
          rules.remove(tenant + "/" + old.getName());
          return DeleteRuleResponse.getDefaultInstance();
        });
  }

  @Override
  public Uni<ApplyRulesResponse> applyRules(ApplyRulesRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          ApplyRulesResponse.Builder response = ApplyRulesResponse.newBuilder();
          Map<String, Rule> now = new TreeMap<>(rules);
          now.values()
              .removeIf(
                  rule ->
                      rule.getTenant().equals(tenant)
                          && rule.getSource().equals(request.getSource()));
          for (Rule wanted : request.getRulesList()) {
            checkCondition(wanted);
            Optional<Rule> old = rule(tenant, wanted.getName());
            if (old.filter(rule -> !rule.getSource().equals(request.getSource())).isPresent()) {
              throw new CallFailed(
                  Failure.of(
                      ErrorCode.CONFLICT,
                      "The rule " + wanted.getName() + " is declared elsewhere."));
            }
            Rule made =
                rule(
                    wanted.toBuilder()
                        .setTenant(tenant)
                        .setId(old.map(Rule::getId).orElse(""))
                        .setSource(request.getSource())
                        .setRevision(old.map(Rule::getRevision).orElse(1L)));
            if (old.isEmpty()) {
              response.addAdded(wanted.getName());
            } else if (!old.get().equals(made)) {
              response.addChanged(wanted.getName());
              made = made.toBuilder().setRevision(made.getRevision() + 1).build();
            }
            now.put(tenant + "/" + made.getName(), made);
          }
          for (Rule old : rulesOf(tenant)) {
            if (!now.containsKey(tenant + "/" + old.getName())) {
              response.addRemoved(old.getName());
            }
          }
          if (!request.getDryRun()) {
            rules.clear();
            rules.putAll(now);
          }
          return response.build();
        });
  }

  @Override
  public Uni<ListApprovalsResponse> listApprovals(ListApprovalsRequest request) {
    return answer(
        () -> {
          String tenant = request.getContext().getTenant();
          if (!request.getId().isEmpty()) {
            return ListApprovalsResponse.newBuilder()
                .addAllApprovals(approvals(tenant, request.getId()))
                .build();
          }
          List<Approval> found =
              approvals.stream()
                  .filter(one -> one.getTenant().equals(tenant))
                  .filter(
                      one ->
                          request.getStateValue() == 0
                              || one.getStateValue() == request.getStateValue())
                  .filter(
                      one ->
                          request.getKey().isEmpty()
                              || one.getKeyName().equals(request.getKey())
                              || one.getKeyId().equals(request.getKey()))
                  .filter(
                      one ->
                          request.getServer().isEmpty()
                              || one.getServer().equals(request.getServer()))
                  .filter(
                      one -> request.getTool().isEmpty() || one.getTool().equals(request.getTool()))
                  .filter(
                      one ->
                          request.getAfter().isEmpty()
                              || one.getId().compareTo(request.getAfter()) < 0)
                  .map(one -> one.toBuilder().clearArguments().build())
                  .toList();
          return ListApprovalsResponse.newBuilder()
              .addAllApprovals(found.stream().limit(request.getLimit()).toList())
              .setMore(found.size() > request.getLimit())
              .build();
        });
  }

  @Override
  public Uni<DecideApprovalResponse> decideApproval(DecideApprovalRequest request) {
    return answer(
        () -> {
          Approval known =
              approvals(request.getContext().getTenant(), request.getId()).stream()
                  .findFirst()
                  .orElseThrow(
                      () -> new CallFailed(Failure.of(ErrorCode.NOT_FOUND, "No such approval.")));
          if (known.getState() != ApprovalState.APPROVAL_STATE_PENDING) {
            throw new CallFailed(
                Failure.of(
                    ErrorCode.CONFLICT, "It was decided already by " + known.getDecidedBy() + "."));
          }
          Approval decided =
              known.toBuilder()
                  .setState(
                      request.getApprove()
                          ? ApprovalState.APPROVAL_STATE_APPROVED
                          : ApprovalState.APPROVAL_STATE_DENIED)
                  .setDecidedBy(request.getContext().getCaller())
                  .setDecidedAtMillis(1_700_000_002_000L)
                  .setComment(request.getComment())
                  .setValidUntilMillis(
                      request.getApprove() ? 1_700_000_002_000L + request.getValidForMillis() : 0)
                  .build();
          approvals.remove(known);
          approvals.addFirst(decided);
          return DecideApprovalResponse.newBuilder().setApproval(decided).build();
        });
  }
}
