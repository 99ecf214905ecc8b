package dev.sallyport.edge.declaration;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.common.v1.CallContext;
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
import dev.sallyport.proto.policy.v1.ListGroupsRequest;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListOwnersRequest;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Makes what exists under a source exactly what a declaration says. Blocks: for a virtual thread.
 */
final class Reconciliation {

  /** What one entry may add to the time that a declaration may take. */
  private static final Duration PER_ENTRY = Duration.ofMillis(10);

  private final RegistryPeer registry;
  private final PolicyPeer policy;
  private final RoleReconciliation roles;
  private final DeclaredKeyVault vault;
  private final String tenant;
  private final Duration timeout;

  Reconciliation(
      RegistryPeer registry,
      PolicyPeer policy,
      RoleReconciliation roles,
      DeclaredKeyVault vault,
      String tenant,
      Duration timeout) {
    this.registry = registry;
    this.policy = policy;
    this.roles = roles;
    this.vault = vault;
    this.tenant = tenant;
    this.timeout = timeout;
  }

  /**
   * Asks both services whether they would, and only then lets them: a declaration is not half
   * applied because one of them refuses.
   *
   * @throws CallFailed what a service said, or INTERNAL when a minted key cannot be kept
   */
  Applied apply(String source, List<DeclaredServer> servers, Governed governed) {
    ApplyServersRequest.Builder serversWanted = ApplyServersRequest.newBuilder().setSource(source);
    servers.forEach(server -> serversWanted.addServers(server.toProto(tenant, source)));
    Map<String, String> minted = new LinkedHashMap<>();
    Map<String, String> kept = needsVault(governed.keys()) ? kept() : Map.of();
    ApplyKeysRequest.Builder keysWanted = ApplyKeysRequest.newBuilder().setSource(source);
    governed.keys().forEach(key -> keysWanted.addKeys(declared(key, kept, minted)));
    ApplyOwnersRequest.Builder ownersWanted = ApplyOwnersRequest.newBuilder().setSource(source);
    governed.owners().forEach(owner -> ownersWanted.addOwners(owner.toProto()));
    ApplyGroupsRequest.Builder groupsWanted = ApplyGroupsRequest.newBuilder().setSource(source);
    governed.groups().forEach(group -> groupsWanted.addGroups(group.toProto()));
    ApplyLimitsRequest.Builder limitsWanted = ApplyLimitsRequest.newBuilder().setSource(source);
    governed.limits().forEach(limit -> limitsWanted.addLimits(limit.toProto()));

    ApplyRulesRequest.Builder rulesWanted = ApplyRulesRequest.newBuilder().setSource(source);
    governed.rules().forEach(rule -> rulesWanted.addRules(rule.toProto()));

    Duration patience = timeout.plus(PER_ENTRY.multipliedBy(servers.size() + governed.size()));
    serversWanted.setContext(context(patience));
    keysWanted.setContext(context(patience));
    ownersWanted.setContext(context(patience));
    groupsWanted.setContext(context(patience));
    limitsWanted.setContext(context(patience));
    rulesWanted.setContext(context(patience));
    registry.applyServers(serversWanted.clone().setDryRun(true).build()).await().atMost(patience);
    policy
        .applyOwners(ownersWanted.clone().setKeepUndeclared(true).setDryRun(true).build())
        .await()
        .atMost(patience);
    Tried tried = new Tried(governed);
    ApplyKeysResponse keysTried =
        policy.applyKeys(tried.keys(keysWanted.clone())).await().atMost(patience);
    tried.refuseWhatIsOf(keysTried.getRemovedList());
    policy.applyGroups(tried.groups(groupsWanted.clone())).await().atMost(patience);
    policy.applyLimits(tried.limits(limitsWanted.clone())).await().atMost(patience);
    policy.applyRules(rulesWanted.clone().setDryRun(true).build()).await().atMost(patience);
    roles.apply(context(patience), source, governed.roles(), true, patience);
    keep(minted);
    Supplier<ApplyRulesResponse> applyRules =
        () -> policy.applyRules(rulesWanted.build()).await().atMost(patience);
    // What is new is never there without its rules, and what goes is gone before they go.
    ApplyRulesResponse rulesFirst = governed.rules().isEmpty() ? null : applyRules.get();
    ApplyServersResponse serversApplied =
        registry.applyServers(serversWanted.build()).await().atMost(patience);
    ApplyOwnersResponse ownersApplied =
        policy
            .applyOwners(ownersWanted.clone().setKeepUndeclared(true).build())
            .await()
            .atMost(patience);
    ApplyKeysResponse keysApplied = policy.applyKeys(keysWanted.build()).await().atMost(patience);
    ApplyGroupsResponse groupsApplied =
        policy.applyGroups(groupsWanted.build()).await().atMost(patience);
    ApplyLimitsResponse limitsApplied =
        policy.applyLimits(limitsWanted.build()).await().atMost(patience);
    // An owner that is declared no more goes when nothing is of it any longer.
    List<String> ownersRemoved =
        policy.applyOwners(ownersWanted.build()).await().atMost(patience).getRemovedList();
    return new Applied(
        serversApplied,
        ownersApplied,
        ownersRemoved,
        keysApplied,
        groupsApplied,
        limitsApplied,
        rulesFirst == null ? applyRules.get() : rulesFirst,
        roles.apply(context(patience), source, governed.roles(), false, patience));
  }

  /** The files' sources that exist in the services and are not among {@code present}. */
  Set<String> absent(Set<String> present) {
    Set<String> sources = new TreeSet<>();
    registry
        .listServers(ListServersRequest.newBuilder().setContext(context(timeout)).build())
        .await()
        .atMost(timeout)
        .getServersList()
        .forEach(server -> sources.add(server.getDefinition().getSource()));
    policy
        .listKeys(ListKeysRequest.newBuilder().setContext(context(timeout)).build())
        .await()
        .atMost(timeout)
        .getKeysList()
        .stream()
        .filter(key -> key.getRevokedAtMillis() == 0)
        .map(VirtualKey::getSource)
        .forEach(sources::add);
    policy
        .listLimits(ListLimitsRequest.newBuilder().setContext(context(timeout)).build())
        .await()
        .atMost(timeout)
        .getLimitsList()
        .forEach(limit -> sources.add(limit.getSource()));
    policy
        .listOwners(ListOwnersRequest.newBuilder().setContext(context(timeout)).build())
        .await()
        .atMost(timeout)
        .getOwnersList()
        .forEach(owner -> sources.add(owner.getSource()));
    policy
        .listGroups(ListGroupsRequest.newBuilder().setContext(context(timeout)).build())
        .await()
        .atMost(timeout)
        .getGroupsList()
        .forEach(group -> sources.add(group.getSource()));
    policy
        .listRules(ListRulesRequest.newBuilder().setContext(context(timeout)).build())
        .await()
        .atMost(timeout)
        .getRulesList()
        .forEach(rule -> sources.add(rule.getSource()));
    sources.addAll(roles.sources(context(timeout), timeout));
    sources.removeIf(source -> !source.startsWith("file:") || present.contains(source));
    return sources;
  }

  private dev.sallyport.proto.policy.v1.DeclaredKey declared(
      DeclaredKey key, Map<String, String> kept, Map<String, String> minted) {
    KeyHash hash =
        switch (key.credential()) {
          case DeclaredKey.Credential.Known known -> known.hash();
          case DeclaredKey.Credential.Minted _ -> KeyHash.of(value(key.name(), kept, minted));
        };
    dev.sallyport.proto.policy.v1.DeclaredKey.Builder proto =
        dev.sallyport.proto.policy.v1.DeclaredKey.newBuilder()
            .setName(key.name())
            .addAllTools(key.tools())
            .setCredentialHash(hash.sha256())
            .setPrefix(hash.prefix());
    if (key.owner() != null) {
      proto.setOwner(key.owner());
    }
    if (key.expires() != null) {
      proto.setExpiresAtMillis(key.expires().toEpochMilli());
    }
    return proto.build();
  }

  private static boolean needsVault(List<DeclaredKey> keys) {
    return keys.stream().anyMatch(key -> key.credential() instanceof DeclaredKey.Credential.Minted);
  }

  private static String value(String name, Map<String, String> kept, Map<String, String> minted) {
    String known = kept.get(name);
    return known != null && KeyHash.isKey(known)
        ? known
        : minted.computeIfAbsent(name, _ -> KeyHash.mint());
  }

  private Map<String, String> kept() {
    try {
      return vault.keys();
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private void keep(Map<String, String> minted) {
    if (minted.isEmpty()) {
      return;
    }
    try {
      vault.keep(minted);
    } catch (IOException e) {
      throw notKept(e);
    }
  }

  private static CallFailed notKept(IOException cause) {
    return new CallFailed(
        Failure.of(
            ErrorCode.INTERNAL,
            "the keys that are declared without a value cannot be kept: " + cause.getMessage()),
        cause);
  }

  private CallContext context(Duration patience) {
    return CallContext.newBuilder()
        .setTenant(tenant)
        .setCaller("service:edge")
        .setRemainingMillis((int) patience.toMillis())
        .build();
  }

  /** What two files both declare: the later one gives way. */
  static List<DeclaredServer> without(
      List<DeclaredServer> servers, Set<String> taken, List<String> given) {
    List<DeclaredServer> rest = new ArrayList<>();
    for (DeclaredServer server : servers) {
      if (taken.contains(server.name())) {
        given.add(server.name());
      } else {
        rest.add(server);
      }
    }
    return rest;
  }
}
