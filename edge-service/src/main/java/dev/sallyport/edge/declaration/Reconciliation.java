package dev.sallyport.edge.declaration;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.common.v1.CallContext;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes what exists under a source exactly what a declaration says. Blocks: for a virtual thread.
 */
final class Reconciliation {

  /** What one server, key, limit or role may add to the time that a declaration may take. */
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
  Applied apply(
      String source,
      List<DeclaredServer> servers,
      List<DeclaredKey> keys,
      List<DeclaredLimit> limits,
      List<DeclaredRole> rolesWanted) {
    ApplyServersRequest.Builder serversWanted = ApplyServersRequest.newBuilder().setSource(source);
    servers.forEach(server -> serversWanted.addServers(server.toProto(tenant, source)));
    Map<String, String> minted = new LinkedHashMap<>();
    Map<String, String> kept = needsVault(keys) ? kept() : Map.of();
    ApplyKeysRequest.Builder keysWanted = ApplyKeysRequest.newBuilder().setSource(source);
    keys.forEach(key -> keysWanted.addKeys(declared(key, kept, minted)));

    ApplyLimitsRequest.Builder limitsWanted = ApplyLimitsRequest.newBuilder().setSource(source);
    limits.forEach(limit -> limitsWanted.addLimits(limit.toProto()));

    Duration patience =
        timeout.plus(
            PER_ENTRY.multipliedBy(
                servers.size() + keys.size() + limits.size() + rolesWanted.size()));
    serversWanted.setContext(context(patience));
    keysWanted.setContext(context(patience));
    limitsWanted.setContext(context(patience));
    registry.applyServers(serversWanted.clone().setDryRun(true).build()).await().atMost(patience);
    ApplyKeysResponse keysTried =
        policy.applyKeys(keysWanted.clone().setDryRun(true).build()).await().atMost(patience);
    refuseLimitsOf(keysTried.getRemovedList(), limits);
    policy
        .applyLimits(
            limitsWanted
                .clone()
                .clearLimits()
                .addAllLimits(tried(limits, keys))
                .setDryRun(true)
                .build())
        .await()
        .atMost(patience);
    roles.apply(context(patience), source, rolesWanted, true, patience);
    keep(minted);
    return new Applied(
        registry.applyServers(serversWanted.build()).await().atMost(patience),
        policy.applyKeys(keysWanted.build()).await().atMost(patience),
        policy.applyLimits(limitsWanted.build()).await().atMost(patience),
        roles.apply(context(patience), source, rolesWanted, false, patience));
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
    sources.addAll(roles.sources(context(timeout), timeout));
    sources.removeIf(source -> !source.startsWith("file:") || present.contains(source));
    return sources;
  }

  /** Policy would refuse them, but only once the keys are gone. */
  private static void refuseLimitsOf(List<String> removed, List<DeclaredLimit> limits) {
    for (DeclaredLimit limit : limits) {
      if (limit.owner() instanceof DeclaredLimit.Owner.Key key && removed.contains(key.name())) {
        throw new CallFailed(
            Failure.of(
                ErrorCode.INVALID_PARAMS,
                "The limit "
                    + limit.name()
                    + " is for the key "
                    + key.name()
                    + ", which is no longer declared; remove the limit, too."));
      }
    }
  }

  /**
   * What policy is asked before anything is applied: a key that the same declaration adds is not
   * there yet, and policy would miss it.
   */
  private static List<Limit> tried(List<DeclaredLimit> limits, List<DeclaredKey> keys) {
    Set<String> names = keys.stream().map(DeclaredKey::name).collect(Collectors.toSet());
    return limits.stream()
        .map(
            limit ->
                limit.owner() instanceof DeclaredLimit.Owner.Key key && names.contains(key.name())
                    ? limit.ofEveryone()
                    : limit)
        .map(DeclaredLimit::toProto)
        .toList();
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
