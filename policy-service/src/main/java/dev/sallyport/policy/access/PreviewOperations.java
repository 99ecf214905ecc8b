package dev.sallyport.policy.access;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.access.ProposalStore.Trial;
import dev.sallyport.policy.rule.StoredRule;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.AccessProposal;
import dev.sallyport.proto.policy.v1.PreviewAccessRequest;
import dev.sallyport.proto.policy.v1.PreviewAccessResponse;
import dev.sallyport.proto.policy.v1.PreviewedKey;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What keys might use, were a proposal applied (features B8), for gRPC and for direct callers
 * alike. Only edge may ask. The tenant is always that of the context. A proposal is applied by the
 * code of real changes, in a transaction that is taken back: it is refused for what they are
 * refused for, and nothing of it is kept or told. Meanwhile no other change is made.
 *
 * <p>Fails with {@link dev.sallyport.kit.error.CallFailed}: FORBIDDEN for another service,
 * INVALID_PARAMS, NOT_FOUND and CONFLICT with a message that names the fix, POLICY_UNAVAILABLE when
 * the store does not answer within the deadline.
 */
@Singleton
public final class PreviewOperations {

  /** Keys of one request: each is resolved twice. */
  static final int MOST_KEYS = 100;

  private final ProposalStore store;
  private final OperationGuard guard;
  private final InstantSource clock;

  @Inject
  public PreviewOperations(ProposalStore store, PolicySettings settings) {
    this.store = store;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.clock = InstantSource.system();
  }

  /** Of all keys at one moment, so that they can be compared. */
  public Uni<PreviewAccessResponse> previewAccess(
      CallContext context, PreviewAccessRequest request) {
    AccessProposal wanted = request.getProposal();
    return guard.answer(
        context,
        () -> {
          KeyRules.checkTenant(context.tenant());
          if (request.getKeyIdsCount() > MOST_KEYS) {
            throw Refusals.invalid("At most " + MOST_KEYS + " keys are looked at in one request.");
          }
          Set<String> ids = new LinkedHashSet<>(request.getKeyIdsList());
          return Proposal.of(context.tenant(), wanted, now())
              .chain(
                  proposal ->
                      store.tried(trial -> preview(trial, context.tenant(), ids, proposal)));
        },
        AccessChanges.time(guard, size(wanted)));
  }

  private static int size(AccessProposal proposal) {
    return proposal.getOwnersCount()
        + proposal.getKeysCount()
        + proposal.getGroupsCount()
        + proposal.getRulesCount();
  }

  private static Uni<PreviewAccessResponse> preview(
      Trial trial, String tenant, Set<String> ids, Proposal proposal) {
    return State.of(trial, tenant, ids)
        .chain(
            present ->
                proposal
                    .apply(trial)
                    .chain(() -> State.of(trial, tenant, ids))
                    .map(proposed -> response(ids, present, proposed)));
  }

  private static PreviewAccessResponse response(Set<String> ids, State present, State proposed) {
    PreviewAccessResponse.Builder response =
        PreviewAccessResponse.newBuilder()
            .addAllPresentRules(present.rules().stream().map(StoredRule::evaluated).toList())
            .addAllProposedRules(proposed.rules().stream().map(StoredRule::evaluated).toList());
    for (String id : ids) {
      AccessProfile now = present.profiles().get(id);
      if (now != null) {
        PreviewedKey.Builder key = PreviewedKey.newBuilder().setPresent(now);
        AccessProfile then = proposed.profiles().get(id);
        if (then != null) {
          key.setProposed(then);
        }
        response.addKeys(key);
      }
    }
    return response.build();
  }

  /**
   * What there is at one moment of the transaction.
   *
   * @param profiles of keys that are not revoked, by id
   * @param rules all of the tenant, by name
   */
  private record State(Map<String, AccessProfile> profiles, List<StoredRule> rules) {

    static Uni<State> of(Trial trial, String tenant, Set<String> ids) {
      Map<String, AccessProfile> profiles = new LinkedHashMap<>();
      if (ids.contains(Profiles.ANYBODY)) {
        profiles.put(Profiles.ANYBODY, Profiles.ofAnybody(tenant, KeyStore.Surroundings.NONE));
      }
      return trial
          .keys()
          .flush()
          .chain(() -> trial.keys().concerned(tenant, ids, List.of()))
          .chain(
              keys -> {
                Uni<Void> done = Uni.createFrom().voidItem();
                for (StoredKey key : keys) {
                  if (ids.contains(key.id()) && key.revokedAt() == null) {
                    done =
                        done.chain(() -> trial.reaching(key))
                            .invoke(around -> profiles.put(key.id(), Profiles.of(key, around)))
                            .replaceWithVoid();
                  }
                }
                return done;
              })
          .chain(() -> trial.rules().list(tenant))
          .map(rules -> new State(profiles, rules));
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
