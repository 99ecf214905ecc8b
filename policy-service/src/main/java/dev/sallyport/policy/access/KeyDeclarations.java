package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.access.KeyStore.Writing;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.DeclaredKey;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
      if (!names.add(key.getName())) {
        throw KeyRules.invalid("Two keys are named " + key.getName() + "; rename one.");
      }
      if (!hashes.add(key.getCredentialHash())) {
        throw KeyRules.invalid(
            "The key of " + key.getName() + " is declared twice; give each name a key of its own.");
      }
    }
    return new KeyDeclarations(tenant, source, List.copyOf(keys), now);
  }

  Uni<ApplyKeysResponse> apply(Writing writing, boolean dryRun) {
    return writing
        .ofSource(tenant, source)
        .chain(
            present -> {
              Plan plan = new Plan(writing, dryRun, byName(present));
              // What goes, goes first: it may hold a name or a credential that is declared anew.
              plan.removeUndeclared();
              keys.forEach(plan::declare);
              return plan.steps.map(done -> plan.response.build());
            });
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

  private final class Plan {
    private final Writing writing;
    private final boolean dryRun;
    private final Map<String, StoredKey> present;
    private final List<String> freed = new ArrayList<>();
    final ApplyKeysResponse.Builder response = ApplyKeysResponse.newBuilder();
    Uni<Void> steps = Uni.createFrom().voidItem();

    Plan(Writing writing, boolean dryRun, Map<String, StoredKey> present) {
      this.writing = writing;
      this.dryRun = dryRun;
      this.present = present;
    }

    void removeUndeclared() {
      Set<String> declared = new HashSet<>();
      keys.forEach(key -> declared.add(key.getName()));
      present.values().stream()
          .filter(key -> key.revokedAt() == null && !declared.contains(key.name()))
          .sorted(java.util.Comparator.comparing(StoredKey::name))
          .forEach(
              key -> {
                response.addRemoved(key.name());
                freed.add(key.id());
                write(key.revoked(now), key.credentialHash(), true);
              });
    }

    void declare(DeclaredKey declared) {
      StoredKey current = present.get(declared.getName());
      if (current == null) {
        response.addAdded(declared.getName());
        claim(declared, null);
        return;
      }
      StoredKey wanted =
          current.declared(
              declared.getName(),
              declared.getCredentialHash(),
              declared.getPrefix(),
              KeyRules.checkedTools(declared.getToolsList()),
              KeyRules.expiry(declared.getExpiresAtMillis()));
      boolean revived = current.revokedAt() != null;
      boolean same =
          !revived
              && wanted.credentialHash().equals(current.credentialHash())
              && wanted.prefix().equals(current.prefix())
              && wanted.tools().equals(current.tools())
              && Objects.equals(wanted.expiresAt(), current.expiresAt());
      if (same) {
        return;
      }
      if (revived) {
        response.addAdded(declared.getName());
      } else {
        response.addChanged(declared.getName());
      }
      claim(declared, current);
    }

    /** Checks that name and credential are free for {@code current} (null: a new key); writes. */
    private void claim(DeclaredKey declared, @Nullable StoredKey current) {
      steps =
          steps
              .chain(() -> writing.find(tenant, declared.getName()))
              .invoke(holders -> checkName(declared.getName(), holders, current))
              .chain(() -> writing.holder(declared.getCredentialHash()))
              .chain(
                  holder -> {
                    boolean reusable =
                        holder == null
                            || (current != null
                                && holder.tenant().equals(tenant)
                                && holder.id().equals(current.id()))
                            || isOwnRevoked(holder);
                    if (!reusable) {
                      throw PolicyOperations.conflict(
                          "The credential declared for "
                              + declared.getName()
                              + " belongs to another key; mint a new one.");
                    }
                    return dryRun
                        ? Uni.createFrom().voidItem()
                        : save(declared, target(current, holder), current);
                  });
    }

    /** A revoked key of this source whose credential comes back, maybe under another name. */
    private boolean isOwnRevoked(StoredKey holder) {
      return holder.tenant().equals(tenant)
          && holder.source().equals(source)
          && (holder.revokedAt() != null || freed.contains(holder.id()));
    }

    /** The credential is unique, so the row that has it is the row to live on. */
    private @Nullable StoredKey target(@Nullable StoredKey current, @Nullable StoredKey holder) {
      return holder != null ? holder : current;
    }

    private Uni<Void> save(
        DeclaredKey declared, @Nullable StoredKey target, @Nullable StoredKey current) {
      List<String> tools = KeyRules.checkedTools(declared.getToolsList());
      Instant expiry = KeyRules.expiry(declared.getExpiresAtMillis());
      StoredKey wanted =
          target == null
              ? new StoredKey(
                  tenant,
                  PolicyOperations.newId(),
                  declared.getName(),
                  declared.getCredentialHash(),
                  declared.getPrefix(),
                  tools,
                  now,
                  expiry,
                  null,
                  source,
                  1)
              : target.declared(
                  declared.getName(),
                  declared.getCredentialHash(),
                  declared.getPrefix(),
                  tools,
                  expiry);
      Uni<Void> saved = Uni.createFrom().voidItem();
      if (current != null && current.revokedAt() == null) {
        if (target != null && !target.id().equals(current.id())) {
          // The name moves to another row: the one that had it must let go first.
          saved = saved.chain(() -> writing.save(current.revoked(now)));
        }
        if (!current.credentialHash().equals(wanted.credentialHash())) {
          saved =
              saved.chain(
                  () -> writing.announce(tenant, current.id(), current.credentialHash(), true));
        }
      }
      return saved
          .chain(() -> writing.save(wanted))
          .chain(() -> writing.announce(tenant, wanted.id(), wanted.credentialHash(), false));
    }

    private void checkName(String name, List<StoredKey> holders, @Nullable StoredKey current) {
      for (StoredKey holder : holders) {
        boolean own = current != null && holder.id().equals(current.id());
        if (!own && holder.revokedAt() == null && !freed.contains(holder.id())) {
          throw PolicyOperations.conflict(
              "A key named "
                  + name
                  + " exists already and is not declared here; rename one of the two or revoke"
                  + " that key.");
        }
      }
    }

    private void write(StoredKey key, ByteString hash, boolean ended) {
      if (!dryRun) {
        steps =
            steps
                .chain(() -> writing.save(key))
                .chain(() -> writing.announce(tenant, key.id(), hash, ended));
      }
    }
  }
}
