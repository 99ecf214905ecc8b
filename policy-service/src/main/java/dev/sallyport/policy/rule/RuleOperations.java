package dev.sallyport.policy.rule;

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
import dev.sallyport.policy.rule.RuleStore.Writing;
import dev.sallyport.proto.policy.v1.ApplyRulesRequest;
import dev.sallyport.proto.policy.v1.ApplyRulesResponse;
import dev.sallyport.proto.policy.v1.DeleteRuleRequest;
import dev.sallyport.proto.policy.v1.DeleteRuleResponse;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.ListRulesResponse;
import dev.sallyport.proto.policy.v1.PutRuleRequest;
import dev.sallyport.proto.policy.v1.PutRuleResponse;
import dev.sallyport.proto.policy.v1.Rule;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes rules, for gRPC and for direct callers alike. Only edge may ask. The tenant is
 * always that of the context.
 *
 * <p>Fails with {@link CallFailed}: FORBIDDEN for another service, INVALID_PARAMS, NOT_FOUND,
 * CONFLICT (also for rules that contradict each other) and READ_ONLY with a message that names the
 * fix, POLICY_UNAVAILABLE when the store does not answer within the deadline.
 */
@Singleton
public final class RuleOperations {

  private static final Keeping<StoredRule> RULES =
      new Keeping<>("rule", "rules", RuleChecks.MOST_RULES);

  private final RuleStore store;
  private final OperationGuard guard;
  private final AccessChanges changes;

  RuleOperations(RuleStore store, AccessFeed feed, PolicySettings settings) {
    this.store = store;
    this.guard = new OperationGuard(settings.operationTimeout());
    this.changes = new AccessChanges(guard, feed);
  }

  /** All rules of the tenant, a page of them, or that of one name or id. */
  public Uni<ListRulesResponse> listRules(CallContext context, ListRulesRequest request) {
    return guard.answer(
        context,
        () ->
            RULES
                .read(
                    store,
                    context.tenant(),
                    request.getRule(),
                    request.getPage(),
                    request.getAfter())
                .map(
                    page ->
                        ListRulesResponse.newBuilder()
                            .addAllRules(page.found().stream().map(StoredRule::toProto).toList())
                            .setMore(page.more())
                            .build()));
  }

  /** Creates the rule of this name, or puts this one in its place. */
  public Uni<PutRuleResponse> putRule(CallContext context, PutRuleRequest request) {
    return changes.change(
        context,
        () ->
            elsewhere(
                    () ->
                        RuleChecks.checked(
                            context.tenant(), RandomId.of("rule_"), Kept.API, request.getRule()))
                .chain(
                    rule ->
                        store.write(
                            writing ->
                                writing
                                    .list(rule.tenant())
                                    .chain(there -> put(writing, rule, there, request)))));
  }

  private static Uni<PutRuleResponse> put(
      Writing writing, StoredRule rule, List<StoredRule> there, PutRuleRequest request) {
    Map<String, StoredRule> all = byName(there);
    StoredRule before = all.get(rule.name());
    if (before != null) {
      writable(before);
      if (request.getMustBeNew()) {
        throw Refusals.conflict(
            "A rule named " + rule.name() + " exists already; choose another name.");
      }
      Refusals.checkRevision(request.getExpectedRevision(), before.revision());
    } else if (request.getExpectedRevision() != 0) {
      throw Refusals.notFound("No such rule; list the rules to see their names.");
    }
    StoredRule kept = before == null ? rule : rule.inPlaceOf(before);
    all.put(kept.name(), kept);
    RuleChecks.together(all.values());
    return writing
        .save(List.of(kept))
        .chain(() -> writing.announce(kept.tenant()))
        .map(
            done ->
                PutRuleResponse.newBuilder()
                    .setRule(kept.toProto())
                    .setCreated(before == null)
                    .setSequence(writing.sequence())
                    .build());
  }

  public Uni<DeleteRuleResponse> deleteRule(CallContext context, DeleteRuleRequest request) {
    return changes.change(
        context,
        () ->
            store.write(
                writing ->
                    writing
                        .list(context.tenant())
                        .chain(
                            there -> {
                              StoredRule rule = named(there, request.getRule());
                              if (rule == null) {
                                throw Refusals.notFound(
                                    "No such rule; list the rules to see their names.");
                              }
                              writable(rule);
                              Refusals.checkRevision(
                                  request.getExpectedRevision(), rule.revision());
                              return writing
                                  .remove(rule)
                                  .chain(() -> writing.announce(rule.tenant()));
                            })
                        .map(
                            done ->
                                DeleteRuleResponse.newBuilder()
                                    .setSequence(writing.sequence())
                                    .build())));
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyRulesResponse> applyRules(CallContext context, ApplyRulesRequest request) {
    return changes.change(
        context,
        request.getRulesCount(),
        () -> {
          KeyRules.checkSource(request.getSource());
          return elsewhere(() -> declared(context.tenant(), request))
              .chain(
                  declared ->
                      store.write(
                          writing ->
                              writing
                                  .list(context.tenant())
                                  .chain(
                                      there ->
                                          apply(
                                              writing,
                                              context.tenant(),
                                              request,
                                              declared,
                                              byName(there)))));
        });
  }

  private static Map<String, StoredRule> declared(String tenant, ApplyRulesRequest request) {
    if (request.getRulesCount() > RuleChecks.MOST_RULES) {
      throw Refusals.invalid(
          "A tenant has at most " + RuleChecks.MOST_RULES + " rules; declare fewer.");
    }
    Map<String, StoredRule> declared = new LinkedHashMap<>();
    for (Rule rule : request.getRulesList()) {
      StoredRule checked =
          RuleChecks.checked(tenant, RandomId.of("rule_"), request.getSource(), rule);
      if (declared.put(checked.name(), checked) != null) {
        throw Refusals.invalid("Rule " + checked.name() + " is declared twice.");
      }
    }
    return declared;
  }

  /** Compiling conditions takes a millisecond for each of them: not for an event loop. */
  private static <T> Uni<T> elsewhere(Supplier<T> work) {
    return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private static Uni<ApplyRulesResponse> apply(
      Writing writing,
      String tenant,
      ApplyRulesRequest request,
      Map<String, StoredRule> declared,
      Map<String, StoredRule> present) {
    ApplyRulesResponse.Builder response = ApplyRulesResponse.newBuilder();
    List<StoredRule> saved = new ArrayList<>();
    List<StoredRule> removed = new ArrayList<>();
    Map<String, StoredRule> all = new TreeMap<>(present);
    for (StoredRule rule : present.values()) {
      if (rule.source().equals(request.getSource()) && !declared.containsKey(rule.name())) {
        removed.add(rule);
        all.remove(rule.name());
        response.addRemoved(rule.name());
      }
    }
    for (StoredRule rule : declared.values()) {
      StoredRule before = present.get(rule.name());
      if (before == null) {
        saved.add(rule);
        all.put(rule.name(), rule);
        response.addAdded(rule.name());
      } else if (!before.source().equals(rule.source())) {
        throw Refusals.conflict(
            "Rule "
                + rule.name()
                + " exists already and is of "
                + before.source()
                + "; choose another name or remove that one.");
      } else if (!before.saysTheSameAs(rule)) {
        saved.add(rule.inPlaceOf(before));
        all.put(rule.name(), rule);
        response.addChanged(rule.name());
      }
    }
    RuleChecks.together(all.values());
    if (request.getDryRun() || (saved.isEmpty() && removed.isEmpty())) {
      return Uni.createFrom().item(response.build());
    }
    Uni<Void> done = Uni.createFrom().voidItem();
    for (StoredRule rule : removed) {
      done = done.chain(() -> writing.remove(rule));
    }
    return done.chain(() -> writing.save(saved))
        .chain(() -> writing.announce(tenant))
        .replaceWith(response.build());
  }

  private static Map<String, StoredRule> byName(List<StoredRule> rules) {
    Map<String, StoredRule> byName = new TreeMap<>();
    rules.forEach(rule -> byName.put(rule.name(), rule));
    return byName;
  }

  private static @Nullable StoredRule named(List<StoredRule> rules, String nameOrId) {
    return rules.stream()
        .filter(rule -> rule.name().equals(nameOrId) || rule.id().equals(nameOrId))
        .findFirst()
        .orElse(null);
  }

  private static void writable(StoredRule rule) {
    if (rule.isDeclaredInFile()) {
      throw Refusals.readOnly();
    }
  }
}
