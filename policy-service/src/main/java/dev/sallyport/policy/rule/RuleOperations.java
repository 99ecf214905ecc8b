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
import dev.sallyport.policy.kept.Keeping.Applied;
import dev.sallyport.policy.kept.Keeping.Plan;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

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
                .chain(rule -> store.write(writing -> put(writing, rule, request))));
  }

  private static Uni<PutRuleResponse> put(
      Writing writing, StoredRule rule, PutRuleRequest request) {
    return RULES
        .put(writing, rule, request.getExpectedRevision(), request.getMustBeNew())
        .call(() -> writing.list(rule.tenant()).invoke(all -> together(byName(all))))
        .map(
            put ->
                PutRuleResponse.newBuilder()
                    .setRule(put.kept().toProto())
                    .setCreated(put.created())
                    .setSequence(writing.sequence())
                    .build());
  }

  public Uni<DeleteRuleResponse> deleteRule(CallContext context, DeleteRuleRequest request) {
    return changes.change(
        context,
        () ->
            store.write(
                writing ->
                    RULES
                        .removable(
                            writing,
                            context.tenant(),
                            request.getRule(),
                            request.getExpectedRevision())
                        .chain(rule -> RULES.remove(writing, rule))
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
          return checked(context.tenant(), request.getSource(), request.getRulesList())
              .chain(
                  declared ->
                      store.write(
                          writing ->
                              apply(
                                  writing,
                                  context.tenant(),
                                  request.getSource(),
                                  declared,
                                  request.getDryRun())))
              .map(
                  applied ->
                      ApplyRulesResponse.newBuilder()
                          .addAllAdded(applied.added())
                          .addAllChanged(applied.changed())
                          .addAllRemoved(applied.removed())
                          .build());
        });
  }

  /** By name, as they will be kept; each by itself, and not yet with the others. */
  public static Uni<Map<String, StoredRule>> checked(
      String tenant, String source, List<Rule> rules) {
    return elsewhere(
        () -> {
          if (rules.size() > RuleChecks.MOST_RULES) {
            throw Refusals.invalid(
                "A tenant has at most " + RuleChecks.MOST_RULES + " rules; declare fewer.");
          }
          return RULES.byName(
              rules.stream()
                  .map(rule -> RuleChecks.checked(tenant, RandomId.of("rule_"), source, rule))
                  .toList());
        });
  }

  /** Compiling conditions takes a millisecond for each of them: not for an event loop. */
  private static <T> Uni<T> elsewhere(Supplier<T> work) {
    return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  /** Makes the rules of a source exactly these, in a transaction that is there. */
  public static Uni<Applied> apply(
      Writing writing,
      String tenant,
      String source,
      Map<String, StoredRule> declared,
      boolean dryRun) {
    return writing
        .list(tenant)
        .chain(
            there -> {
              Plan<StoredRule> plan = RULES.plan(source, declared, there, false);
              together(there, plan);
              return RULES.apply(writing, tenant, plan, dryRun);
            });
  }

  /** Puts these in the place of those of their names, whoever declares them: to be taken back. */
  public static Uni<Applied> tryPut(
      Writing writing, String tenant, Map<String, StoredRule> wanted) {
    return writing
        .list(tenant)
        .chain(
            there -> {
              Plan<StoredRule> plan = RULES.replacement(wanted, there);
              together(there, plan);
              return RULES.apply(writing, tenant, plan);
            });
  }

  /** Removes these, whoever declares them: to be taken back. */
  public static Uni<Void> tryRemove(Writing writing, String tenant, List<String> names) {
    return RULES.removeAll(writing, tenant, names).replaceWithVoid();
  }

  private static void together(List<StoredRule> there, Plan<StoredRule> plan) {
    Map<String, StoredRule> all = byName(there);
    plan.removed().forEach(rule -> all.remove(rule.name()));
    plan.saved().forEach(rule -> all.put(rule.name(), rule));
    together(all);
  }

  private static void together(Map<String, StoredRule> all) {
    RuleChecks.together(all.values());
  }

  private static Map<String, StoredRule> byName(List<StoredRule> rules) {
    Map<String, StoredRule> byName = new TreeMap<>();
    rules.forEach(rule -> byName.put(rule.name(), rule));
    return byName;
  }
}
