package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.ProposalStore.Trial;
import dev.sallyport.policy.group.GroupOperations;
import dev.sallyport.policy.group.StoredGroup;
import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.limit.StoredLimit;
import dev.sallyport.policy.owner.OwnerOperations;
import dev.sallyport.policy.owner.OwnerRules;
import dev.sallyport.policy.owner.StoredOwner;
import dev.sallyport.policy.rule.RuleOperations;
import dev.sallyport.policy.rule.StoredRule;
import dev.sallyport.proto.policy.v1.AccessProposal;
import dev.sallyport.proto.policy.v1.DeclaredKey;
import dev.sallyport.proto.policy.v1.ProposedKey;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is proposed, checked as far as it can be without what is there. */
sealed interface Proposal {

  /** Applies it as the changes that it stands for, in their order, one after the other. */
  Uni<Void> apply(Trial trial);

  /** Fails with INVALID_PARAMS for what can never be. */
  static Uni<Proposal> of(String tenant, AccessProposal wanted, Instant now) {
    boolean ofFile = !wanted.getSource().isEmpty();
    String source = ofFile ? wanted.getSource() : Kept.API;
    if (ofFile) {
      KeyRules.checkSource(source);
      checkWhole(wanted);
    }
    Map<String, StoredOwner> owners =
        OwnerOperations.checked(tenant, source, wanted.getOwnersList());
    Map<String, StoredGroup> groups =
        GroupOperations.checked(tenant, source, wanted.getGroupsList());
    return RuleOperations.checked(tenant, source, wanted.getRulesList())
        .map(
            rules ->
                ofFile
                    ? new OfFile(tenant, source, owners, wanted.getKeysList(), groups, rules, now)
                    : new Changes(tenant, owners, groups, rules, wanted, now));
  }

  private static void checkWhole(AccessProposal wanted) {
    if (wanted.getRemovedOwnersCount()
            + wanted.getRemovedKeysCount()
            + wanted.getRemovedGroupsCount()
            + wanted.getRemovedRulesCount()
        > 0) {
      throw Refusals.invalid(
          "What a file declares no more is gone already; leave it out of the file and remove"
              + " nothing beside it.");
    }
  }

  private static Uni<Void> each(List<String> names, Function<String, Uni<Void>> work) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (String name : names) {
      done = done.chain(() -> work.apply(name));
    }
    return done;
  }

  /** A file as it would be, in the order in which files are applied. */
  record OfFile(
      String tenant,
      String source,
      Map<String, StoredOwner> owners,
      List<ProposedKey> keys,
      Map<String, StoredGroup> groups,
      Map<String, StoredRule> rules,
      Instant now)
      implements Proposal {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int HASH_LENGTH = 32;

    @Override
    public Uni<Void> apply(Trial trial) {
      return RuleOperations.apply(trial.rules(), tenant, source, rules, false)
          .chain(() -> OwnerOperations.apply(trial.owners(), tenant, source, owners, true, false))
          .chain(() -> trial.keys().ofSource(tenant, source))
          .chain(
              present ->
                  KeyDeclarations.of(tenant, source, declared(present), now)
                      .apply(trial.keys(), false))
          .chain(trial.keys()::flush)
          .chain(() -> GroupOperations.apply(trial.groups(), tenant, source, groups, false))
          .chain(() -> withoutLimits(trial))
          .chain(() -> OwnerOperations.apply(trial.owners(), tenant, source, owners, false, false))
          .replaceWithVoid();
    }

    /** Nothing is counted here, and a limit must not keep an owner that goes with it. */
    private Uni<Void> withoutLimits(Trial trial) {
      return trial
          .limits()
          .concerned(tenant, source, List.of())
          .chain(
              limits -> {
                Uni<Void> done = Uni.createFrom().voidItem();
                for (StoredLimit limit : limits) {
                  done = done.chain(() -> trial.limits().remove(limit));
                }
                return done;
              });
    }

    /** With the credentials that they have; a key that is new has one that nobody knows. */
    private List<DeclaredKey> declared(List<StoredKey> present) {
      Map<String, StoredKey> live = new HashMap<>();
      present.stream()
          .filter(key -> key.revokedAt() == null)
          .forEach(key -> live.put(key.name(), key));
      return keys.stream().map(key -> declared(key, live.get(key.getName()))).toList();
    }

    private static DeclaredKey declared(ProposedKey key, @Nullable StoredKey live) {
      DeclaredKey.Builder declared =
          DeclaredKey.newBuilder()
              .setName(key.getName())
              .addAllTools(key.getToolsList())
              .setExpiresAtMillis(key.getExpiresAtMillis())
              .setCredentialHash(live == null ? unknown() : live.credentialHash())
              .setPrefix(live == null ? "" : live.prefix());
      if (key.hasOwner()) {
        declared.setOwner(key.getOwner());
      }
      return declared.build();
    }

    private static ByteString unknown() {
      byte[] random = new byte[HASH_LENGTH];
      RANDOM.nextBytes(random);
      return ByteString.copyFrom(random);
    }
  }

  /** Single things that come, change and go, whoever declares them. */
  record Changes(
      String tenant,
      Map<String, StoredOwner> owners,
      Map<String, StoredGroup> groups,
      Map<String, StoredRule> rules,
      AccessProposal wanted,
      Instant now)
      implements Proposal {

    /** What makes room goes first; what something may still be of goes last. */
    @Override
    public Uni<Void> apply(Trial trial) {
      Uni<Void> done =
          RuleOperations.tryRemove(trial.rules(), tenant, wanted.getRemovedRulesList())
              .chain(() -> RuleOperations.tryPut(trial.rules(), tenant, rules))
              .chain(() -> OwnerOperations.tryPut(trial.owners(), tenant, owners))
              .replaceWithVoid();
      for (ProposedKey key : wanted.getKeysList()) {
        done = done.chain(() -> change(trial, key));
      }
      return done.chain(() -> GroupOperations.tryPut(trial.groups(), tenant, groups))
          .chain(
              () ->
                  GroupOperations.tryRemove(trial.groups(), tenant, wanted.getRemovedGroupsList()))
          .chain(() -> each(wanted.getRemovedKeysList(), name -> revoke(trial, name)))
          .chain(
              () ->
                  OwnerOperations.tryRemove(trial.owners(), tenant, wanted.getRemovedOwnersList()));
    }

    private Uni<Void> change(Trial trial, ProposedKey wantedKey) {
      List<String> tools = KeyRules.checkedTools(wantedKey.getToolsList());
      return find(trial, wantedKey.getName())
          .chain(
              key ->
                  PolicyOperations.update(
                      trial.keys(),
                      key,
                      key.changed(
                          wantedKey.getKeepTools() ? key.tools() : tools,
                          wantedKey.getKeepOwner()
                              ? key.owner()
                              : OwnerRules.ownerOfKey(wantedKey.getOwner())),
                      0))
          .replaceWithVoid();
    }

    private Uni<Void> revoke(Trial trial, String name) {
      return find(trial, name)
          .chain(
              key ->
                  key.revokedAt() == null
                      ? trial.keys().save(key.revoked(now))
                      : Uni.createFrom().voidItem());
    }

    private Uni<StoredKey> find(Trial trial, String name) {
      return trial.keys().find(tenant, name).map(PolicyOperations::current);
    }
  }
}
