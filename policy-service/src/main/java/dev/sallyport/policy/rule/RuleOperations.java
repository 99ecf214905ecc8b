package dev.sallyport.policy.rule;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.policy.OperationGuard;
import dev.sallyport.policy.access.AccessFeed;
import dev.sallyport.policy.access.KeyRules;
import dev.sallyport.policy.access.PolicySettings;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PER_DECLARED_RULE = Duration.ofMillis(10);

  private static final int MOST_ON_A_PAGE = 1_000;

  private final RuleStore store;
  private final AccessFeed feed;
  private final OperationGuard guard;

  RuleOperations(RuleStore store, AccessFeed feed, PolicySettings settings) {
    this.store = store;
    this.feed = feed;
    this.guard = new OperationGuard(settings.operationTimeout());
  }

  /** All rules of the tenant, a page of them, or that of one name or id. */
  public Uni<ListRulesResponse> listRules(CallContext context, ListRulesRequest request) {
    return guard.answer(
        context,
        () -> {
          int page = request.getPage();
          if (page < 0 || page > MOST_ON_A_PAGE) {
            throw RuleChecks.invalid("A page has 1 to " + MOST_ON_A_PAGE + " rules.");
          }
          return asked(context.tenant(), request)
              .map(
                  found -> {
                    boolean more = page > 0 && found.size() > page;
                    return ListRulesResponse.newBuilder()
                        .addAllRules(
                            (more ? found.subList(0, page) : found)
                                .stream().map(StoredRule::toProto).toList())
                        .setMore(more)
                        .build();
                  });
        });
  }

  /** One more than asked for, where there are more. */
  private Uni<List<StoredRule>> asked(String tenant, ListRulesRequest request) {
    if (!request.getRule().isEmpty()) {
      return store.named(tenant, request.getRule());
    }
    return request.getPage() == 0
        ? store.list(tenant)
        : store.page(tenant, request.getAfter(), request.getPage() + 1);
  }

  /** Creates the rule of this name, or puts this one in its place. */
  public Uni<PutRuleResponse> putRule(CallContext context, PutRuleRequest request) {
    return change(
        context,
        guard.longest(),
        () ->
            elsewhere(
                    () ->
                        RuleChecks.checked(
                            context.tenant(), newId(), StoredRule.API, request.getRule()))
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
        throw conflict("A rule named " + rule.name() + " exists already; choose another name.");
      }
      checkRevision(before, request.getExpectedRevision());
    } else if (request.getExpectedRevision() != 0) {
      throw notFound();
    }
    StoredRule kept = before == null ? rule : rule.inPlaceOf(before);
    all.put(kept.name(), kept);
    RuleChecks.together(all.values());
    return writing
        .save(List.of(kept))
        .chain(() -> writing.announceAccess(kept.tenant()))
        .map(
            done ->
                PutRuleResponse.newBuilder()
                    .setRule(kept.toProto())
                    .setCreated(before == null)
                    .setSequence(writing.sequence())
                    .build());
  }

  public Uni<DeleteRuleResponse> deleteRule(CallContext context, DeleteRuleRequest request) {
    return change(
        context,
        guard.longest(),
        () ->
            store.write(
                writing ->
                    writing
                        .list(context.tenant())
                        .chain(
                            there -> {
                              StoredRule rule = named(there, request.getRule());
                              if (rule == null) {
                                throw notFound();
                              }
                              writable(rule);
                              checkRevision(rule, request.getExpectedRevision());
                              return writing
                                  .remove(rule)
                                  .chain(() -> writing.announceAccess(rule.tenant()));
                            })
                        .map(
                            done ->
                                DeleteRuleResponse.newBuilder()
                                    .setSequence(writing.sequence())
                                    .build())));
  }

  /** All or nothing. A dry run answers the same and changes nothing. */
  public Uni<ApplyRulesResponse> applyRules(CallContext context, ApplyRulesRequest request) {
    return change(
        context,
        guard.longest().plus(PER_DECLARED_RULE.multipliedBy(request.getRulesCount())),
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
      throw RuleChecks.invalid(
          "A tenant has at most " + RuleChecks.MOST_RULES + " rules; declare fewer.");
    }
    Map<String, StoredRule> declared = new LinkedHashMap<>();
    for (Rule rule : request.getRulesList()) {
      StoredRule checked = RuleChecks.checked(tenant, newId(), request.getSource(), rule);
      if (declared.put(checked.name(), checked) != null) {
        throw RuleChecks.invalid("Rule " + checked.name() + " is declared twice.");
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
        throw conflict(
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
        .chain(() -> writing.announceAccess(tenant))
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
      throw new CallFailed(Failure.of(ErrorCode.READ_ONLY));
    }
  }

  private static void checkRevision(StoredRule rule, long expected) {
    if (expected != 0 && expected != rule.revision()) {
      throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
    }
  }

  private static CallFailed notFound() {
    return new CallFailed(
        Failure.of(ErrorCode.NOT_FOUND, "No such rule; list the rules to see their names."));
  }

  private static CallFailed conflict(String message) {
    return new CallFailed(Failure.of(ErrorCode.CONFLICT, message));
  }

  private static String newId() {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return "rule_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private <T> Uni<T> change(CallContext context, Duration longest, Supplier<Uni<T>> work) {
    return guard
        .answer(
            context,
            () -> {
              KeyRules.checkTenant(context.tenant());
              return work.get();
            },
            longest)
        .invoke(feed::nudge);
  }
}
