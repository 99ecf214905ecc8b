package dev.sallyport.edge.declaration;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.common.v1.CallContext;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
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

/**
 * Makes what exists under a source exactly what a declaration says. Blocks: for a virtual thread.
 */
final class Reconciliation {

  private final RegistryPeer registry;
  private final PolicyPeer policy;
  private final DeclaredKeyVault vault;
  private final String tenant;
  private final Duration timeout;

  Reconciliation(
      RegistryPeer registry,
      PolicyPeer policy,
      DeclaredKeyVault vault,
      String tenant,
      Duration timeout) {
    this.registry = registry;
    this.policy = policy;
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
  Applied apply(String source, List<DeclaredServer> servers, List<DeclaredKey> keys) {
    ApplyServersRequest.Builder serversWanted =
        ApplyServersRequest.newBuilder().setContext(context()).setSource(source);
    servers.forEach(server -> serversWanted.addServers(server.toProto(tenant, source)));
    Map<String, String> minted = new LinkedHashMap<>();
    ApplyKeysRequest.Builder keysWanted =
        ApplyKeysRequest.newBuilder().setContext(context()).setSource(source);
    keys.forEach(key -> keysWanted.addKeys(declared(key, minted)));

    registry.applyServers(serversWanted.clone().setDryRun(true).build()).await().atMost(timeout);
    policy.applyKeys(keysWanted.clone().setDryRun(true).build()).await().atMost(timeout);
    minted.forEach(this::keep);
    return new Applied(
        registry.applyServers(serversWanted.build()).await().atMost(timeout),
        policy.applyKeys(keysWanted.build()).await().atMost(timeout));
  }

  /** The files' sources that exist in the services and are not among {@code present}. */
  Set<String> absent(Set<String> present) {
    Set<String> sources = new TreeSet<>();
    registry
        .listServers(ListServersRequest.newBuilder().setContext(context()).build())
        .await()
        .atMost(timeout)
        .getServersList()
        .forEach(server -> sources.add(server.getDefinition().getSource()));
    policy
        .listKeys(ListKeysRequest.newBuilder().setContext(context()).build())
        .await()
        .atMost(timeout)
        .getKeysList()
        .stream()
        .filter(key -> key.getRevokedAtMillis() == 0)
        .map(VirtualKey::getSource)
        .forEach(sources::add);
    sources.removeIf(source -> !source.startsWith("file:") || present.contains(source));
    return sources;
  }

  private dev.sallyport.proto.policy.v1.DeclaredKey declared(
      DeclaredKey key, Map<String, String> minted) {
    KeyHash hash =
        switch (key.credential()) {
          case DeclaredKey.Credential.Known known -> known.hash();
          case DeclaredKey.Credential.Minted _ -> KeyHash.of(kept(key.name(), minted));
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

  private String kept(String name, Map<String, String> minted) {
    try {
      return vault
          .key(name)
          .filter(KeyHash::isKey)
          .orElseGet(() -> minted.computeIfAbsent(name, _ -> KeyHash.mint()));
    } catch (IOException e) {
      throw notKept(name, e);
    }
  }

  private void keep(String name, String key) {
    try {
      vault.keep(name, key);
    } catch (IOException e) {
      throw notKept(name, e);
    }
  }

  private static CallFailed notKept(String name, IOException cause) {
    return new CallFailed(
        Failure.of(
            ErrorCode.INTERNAL,
            "the key of keys." + name + " cannot be kept: " + cause.getMessage()),
        cause);
  }

  private CallContext context() {
    return CallContext.newBuilder()
        .setTenant(tenant)
        .setCaller("service:edge")
        .setRemainingMillis((int) timeout.toMillis())
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
