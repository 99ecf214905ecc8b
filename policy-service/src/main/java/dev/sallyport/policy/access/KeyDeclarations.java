package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.RandomId;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.KeyStore.Writing;
import dev.sallyport.policy.owner.OwnerRules;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.DeclaredKey;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that one source declares, to be made true. A declared key keeps its id when its
 * credential, tools or expiry change; one that is no longer declared is revoked; one that is
 * declared again lives again. Keys of other sources are not touched.
 */
record KeyDeclarations(String tenant, String source, List<DeclaredKey> keys, Instant now) {

  static KeyDeclarations of(String tenant, String source, List<DeclaredKey> keys, Instant now) {
    KeyRules.checkSource(source);
    Set<String> names = new HashSet<>();
    Set<ByteString> hashes = new HashSet<>();
    for (DeclaredKey key : keys) {
      KeyRules.checkName(key.getName());
      KeyRules.checkCredential(key.getCredentialHash(), key.getPrefix());
      KeyRules.checkedTools(key.getToolsList());
      OwnerRules.ownerOfKey(key.getOwner());
      if (!names.add(key.getName())) {
        throw Refusals.invalid("Two keys are named " + key.getName() + "; rename one.");
      }
      if (!hashes.add(key.getCredentialHash())) {
        throw Refusals.invalid(
            "The key of " + key.getName() + " is declared twice; give each name a key of its own.");
      }
    }
    return new KeyDeclarations(tenant, source, List.copyOf(keys), now);
  }

  /**
   * Looks everything up at once, plans in memory, and then writes: thousands of keys take one pass.
   */
  Uni<ApplyKeysResponse> apply(Writing writing, boolean dryRun) {
    return knownOwners(writing)
        .chain(() -> writing.ofSource(tenant, source))
        .chain(
            present ->
                writing
                    .concerned(
                        tenant,
                        keys.stream().map(DeclaredKey::getName).toList(),
                        keys.stream().map(DeclaredKey::getCredentialHash).toList())
                    .chain(
                        others -> {
                          Plan plan = new Plan(present, others);
                          // What goes, goes first: it may hold a name or a credential that is
                          // declared anew.
                          plan.removeUndeclared();
                          keys.forEach(plan::declare);
                          ApplyKeysResponse response = plan.response.build();
                          return dryRun
                              ? Uni.createFrom().item(response)
                              : plan.write(writing).replaceWith(response);
                        }));
  }

  private Uni<Void> knownOwners(Writing writing) {
    Map<Ref, String> asked = new LinkedHashMap<>();
    for (DeclaredKey key : keys) {
      Ref owner = OwnerRules.ownerOfKey(key.getOwner());
      if (owner != null) {
        asked.putIfAbsent(owner, "The key " + key.getName());
      }
    }
    return writing
        .owners(tenant, asked.keySet())
        .invoke(known -> OwnerRules.checkKnown(asked, Set.copyOf(known)))
        .replaceWithVoid();
  }

  /** Of the keys that had a name in this source, the one that has it now, else the latest. */
  private static Map<String, StoredKey> byName(List<StoredKey> present) {
    Map<String, StoredKey> byName = new HashMap<>();
    for (StoredKey key : present) {
      StoredKey before = byName.get(key.name());
      if (before == null || before.revokedAt() != null) {
        byName.put(key.name(), key);
      }
    }
    return byName;
  }

  /** One write, in the order in which they have to happen. */
  private sealed interface Step {

    record Add(StoredKey key) implements Step {}

    record Put(StoredKey key) implements Step {}

    /** What was given up must be so before anybody takes it. */
    record Flush() implements Step {}

    record Announce(String keyId, ByteString credentialHash, boolean ended) implements Step {}
  }

  /** The keys as they would be, and the writes that make them so. */
  private final class Plan {

    private final Map<String, StoredKey> present;
    private final Map<String, StoredKey> byId = new LinkedHashMap<>();
    private final Map<String, Set<String>> idsByName = new HashMap<>();
    private final Map<ByteString, StoredKey> byHash = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    final ApplyKeysResponse.Builder response = ApplyKeysResponse.newBuilder();

    Plan(List<StoredKey> ofSource, List<StoredKey> others) {
      this.present = byName(ofSource);
      ofSource.forEach(this::know);
      others.forEach(this::know);
    }

    private void know(StoredKey key) {
      StoredKey before = byId.put(key.tenant() + "/" + key.id(), key);
      if (before != null) {
        byHash.remove(before.credentialHash());
      }
      byHash.put(key.credentialHash(), key);
      if (key.tenant().equals(tenant)) {
        idsByName.computeIfAbsent(key.name(), none -> new LinkedHashSet<>()).add(key.id());
      }
    }

    private List<StoredKey> holders(String name) {
      List<StoredKey> holders = new ArrayList<>();
      for (String id : idsByName.getOrDefault(name, Set.of())) {
        StoredKey key = byId.get(tenant + "/" + id);
        if (key != null && key.name().equals(name)) {
          holders.add(key);
        }
      }
      StoredKey byOwnId = byId.get(tenant + "/" + name);
      if (byOwnId != null) {
        holders.add(byOwnId);
      }
      return holders;
    }

    void removeUndeclared() {
      Set<String> declared = new HashSet<>();
      keys.forEach(key -> declared.add(key.getName()));
      present.values().stream()
          .filter(key -> key.revokedAt() == null && !declared.contains(key.name()))
          .sorted(Comparator.comparing(StoredKey::name))
          .forEach(
              key -> {
                response.addRemoved(key.name());
                revoke(key);
                key.credentials()
                    .forEach(hash -> steps.add(new Step.Announce(key.id(), hash, true)));
              });
      if (!steps.isEmpty()) {
        steps.add(new Step.Flush());
      }
    }

    private void revoke(StoredKey key) {
      StoredKey revoked = key.revoked(now);
      know(revoked);
      steps.add(new Step.Put(revoked));
    }

    void declare(DeclaredKey declared) {
      StoredKey current = present.get(declared.getName());
      if (current != null && isAsDeclared(current, declared)) {
        return;
      }
      if (current == null || current.revokedAt() != null) {
        response.addAdded(declared.getName());
      } else {
        response.addChanged(declared.getName());
      }
      checkName(declared.getName(), current);
      StoredKey holder = byHash.get(declared.getCredentialHash());
      boolean reusable = holder == null || isSame(holder, current) || isOwnRevoked(holder);
      if (!reusable) {
        throw Refusals.conflict(
            "The credential declared for "
                + declared.getName()
                + " belongs to another key; mint a new one.");
      }
      // The credential is unique, so the row that has it is the row to live on.
      save(declared, holder != null ? holder : current, current);
    }

    private boolean isAsDeclared(StoredKey current, DeclaredKey declared) {
      StoredKey wanted = declared(declared, current);
      return current.revokedAt() == null
          && wanted.credentialHash().equals(current.credentialHash())
          && wanted.prefix().equals(current.prefix())
          && wanted.tools().equals(current.tools())
          && Objects.equals(wanted.expiresAt(), current.expiresAt())
          && Objects.equals(wanted.owner(), current.owner());
    }

    private StoredKey declared(DeclaredKey declared, StoredKey key) {
      return key.declared(
          declared.getName(),
          declared.getCredentialHash(),
          declared.getPrefix(),
          KeyRules.checkedTools(declared.getToolsList()),
          KeyRules.expiry(declared.getExpiresAtMillis()),
          OwnerRules.ownerOfKey(declared.getOwner()));
    }

    private static boolean isSame(StoredKey key, @Nullable StoredKey other) {
      return other != null && key.tenant().equals(other.tenant()) && key.id().equals(other.id());
    }

    /** A revoked key of this source whose credential comes back, maybe under another name. */
    private boolean isOwnRevoked(StoredKey holder) {
      return holder.tenant().equals(tenant)
          && holder.source().equals(source)
          && holder.revokedAt() != null;
    }

    private void save(
        DeclaredKey declared, @Nullable StoredKey target, @Nullable StoredKey current) {
      if (target == null) {
        StoredKey added =
            new StoredKey(
                tenant,
                RandomId.of("vk_"),
                declared.getName(),
                declared.getCredentialHash(),
                declared.getPrefix(),
                KeyRules.checkedTools(declared.getToolsList()),
                now,
                KeyRules.expiry(declared.getExpiresAtMillis()),
                null,
                source,
                1,
                OwnerRules.ownerOfKey(declared.getOwner()));
        know(added);
        steps.add(new Step.Add(added));
        steps.add(new Step.Announce(added.id(), added.credentialHash(), false));
        return;
      }
      StoredKey wanted = declared(declared, target);
      if (current != null && current.revokedAt() == null) {
        if (!target.id().equals(current.id())) {
          // The name moves to another row: the one that had it must let go first.
          revoke(current);
          steps.add(new Step.Flush());
        }
        if (!current.credentialHash().equals(wanted.credentialHash())) {
          steps.add(new Step.Announce(current.id(), current.credentialHash(), true));
        }
      }
      know(wanted);
      steps.add(new Step.Put(wanted));
      if (!wanted.credentialHash().equals(target.credentialHash())
          || !wanted.name().equals(target.name())) {
        steps.add(new Step.Flush());
      }
      steps.add(new Step.Announce(wanted.id(), wanted.credentialHash(), false));
    }

    private void checkName(String name, @Nullable StoredKey current) {
      for (StoredKey holder : holders(name)) {
        if (holder.revokedAt() == null && !isSame(holder, current)) {
          throw Refusals.conflict(
              "A key named "
                  + name
                  + " exists already and is not declared here; rename one of the two or revoke"
                  + " that key.");
        }
      }
    }

    Uni<Void> write(Writing writing) {
      return Multi.createFrom()
          .iterable(steps)
          .onItem()
          .transformToUniAndConcatenate(
              step ->
                  switch (step) {
                    case Step.Add(StoredKey key) -> writing.add(key);
                    case Step.Put(StoredKey key) -> writing.put(key);
                    case Step.Flush() -> writing.flush();
                    case Step.Announce(String keyId, ByteString hash, boolean ended) ->
                        writing.announce(tenant, keyId, hash, ended);
                  })
          .onItem()
          .ignoreAsUni();
    }
  }
}
