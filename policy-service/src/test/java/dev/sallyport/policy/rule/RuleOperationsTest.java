package dev.sallyport.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.policy.access.PolicyOperations;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.ApplyRulesRequest;
import dev.sallyport.proto.policy.v1.ApplyRulesResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.DeleteRuleRequest;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.ListRulesResponse;
import dev.sallyport.proto.policy.v1.PutRuleRequest;
import dev.sallyport.proto.policy.v1.PutRuleResponse;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import dev.sallyport.testkit.stores.EmbeddedRedisResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(EmbeddedRedisResource.class)
class RuleOperationsTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Inject RuleOperations rules;
  @Inject PolicyOperations policy;

  private final String acme = "acme-" + UUID.randomUUID();
  private final String globex = "globex-" + UUID.randomUUID();

  @Test
  void aProfileCarriesTheRulesOfItsTenantAndOfNoOther() {
    ByteString ada = key(acme, "ada");
    ByteString eve = key(globex, "eve");
    put(acme, deny("no-etc").setCondition("args.path.startsWith('/etc')").build());

    assertThat(resolve(ada).getProfile().getRulesList())
        .containsExactly(deny("no-etc").setCondition("args.path.startsWith('/etc')").build());
    assertThat(resolve(eve).getProfile().getRulesList()).isEmpty();
    assertThat(resolve(eve).getRulesTold()).isTrue();
  }

  @Test
  void anEdgeThatKnowsNoRulesGetsNoProfileOfATenantThatHasSome() {
    ByteString ada = key(acme, "ada");
    ResolveAccessRequest older = ResolveAccessRequest.newBuilder().setCredentialHash(ada).build();
    assertThat(answer(policy.resolveAccess(edge(acme), older)).hasProfile()).isTrue();

    put(acme, deny("no").build());

    assertFails(
        () -> answer(policy.resolveAccess(edge(acme), older)), ErrorCode.POLICY_UNAVAILABLE, "");
  }

  @Test
  void aChangeIsAnnouncedAsOneOfAccessAndToOlderWatchersAsReset() {
    List<AccessEvent> events = new CopyOnWriteArrayList<>();
    List<AccessEvent> older = new CopyOnWriteArrayList<>();
    Cancellable watch =
        policy
            .watchAccess(
                edge(acme), WatchAccessRequest.newBuilder().setUnderstandsAccess(true).build())
            .subscribe()
            .with(events::add);
    Cancellable olderWatch =
        policy
            .watchAccess(edge(acme), WatchAccessRequest.getDefaultInstance())
            .subscribe()
            .with(older::add);
    await().atMost(PATIENCE).until(() -> !events.isEmpty() && !older.isEmpty());

    long made = put(acme, deny("no").build()).getSequence();
    long gone = delete(acme, "no", 0);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(events)
                    .filteredOn(AccessEvent::hasAccessChanged)
                    .filteredOn(event -> event.getAccessChanged().getTenant().equals(acme))
                    .extracting(AccessEvent::getSequence)
                    .containsExactly(made, gone));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(older)
                    .filteredOn(AccessEvent::hasReset)
                    .extracting(AccessEvent::getSequence)
                    .contains(made, gone));
    watch.cancel();
    olderWatch.cancel();
  }

  @Test
  void anotherOneOfTheNameTakesThePlaceAndKeepsTheId() {
    Rule first = put(acme, deny("no").build()).getRule();

    PutRuleResponse second = put(acme, deny("no").setPriority(7).build());

    assertThat(second.getCreated()).isFalse();
    assertThat(second.getRule().getId()).isEqualTo(first.getId()).matches("rule_.{22}");
    assertThat(second.getRule().getRevision()).isEqualTo(2);
    assertThat(second.getRule().getPriority()).isEqualTo(7);
  }

  @Test
  void aRevisionThatIsNotThereAndANameThatIsTakenAreConflicts() {
    put(acme, deny("no").build());

    assertFails(() -> put(acme, deny("no"), 2, false), ErrorCode.CONFLICT, "");
    assertFails(() -> put(acme, deny("no"), 0, true), ErrorCode.CONFLICT, "exists already");
    assertFails(() -> put(acme, deny("other"), 1, false), ErrorCode.NOT_FOUND, "No such rule");
    assertFails(() -> delete(acme, "no", 2), ErrorCode.CONFLICT, "");
    assertThat(put(acme, deny("no"), 1, false).getRule().getRevision()).isEqualTo(2);
  }

  @Test
  void whatBelongsToAnotherTenantIsNotThere() {
    Rule theirs = put(globex, deny("no").build()).getRule();

    assertFails(() -> delete(acme, "no", 0), ErrorCode.NOT_FOUND, "No such rule");
    assertFails(() -> delete(acme, theirs.getId(), 0), ErrorCode.NOT_FOUND, "No such rule");
    assertThat(list(acme, ListRulesRequest.getDefaultInstance()).getRulesList()).isEmpty();
    assertThat(
            list(acme, ListRulesRequest.newBuilder().setRule(theirs.getId()).build())
                .getRulesList())
        .isEmpty();
    // The same name is free to everybody.
    assertThat(put(acme, deny("no").build()).getCreated()).isTrue();
  }

  @Test
  void onlyEdgeMayAsk() {
    CallContext executor = CallContext.ofService(Peer.EXECUTOR, acme);

    assertFails(
        () -> answer(rules.listRules(executor, ListRulesRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "");
    assertFails(
        () -> answer(rules.putRule(executor, PutRuleRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "");
    assertFails(
        () -> answer(rules.deleteRule(executor, DeleteRuleRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "");
    assertFails(
        () -> answer(rules.applyRules(executor, ApplyRulesRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "");
  }

  @Test
  void refusesWhatIsNoRuleAndNamesTheFix() {
    refused(deny("rule_x"), "does not begin with rule_");
    refused(deny("no such"), "letters, digits");
    refused(deny("a").setCondition("args.path =="), "Rule a: its condition cannot be taken: line");
    refused(deny("a").setCondition("tool.nme == 'x'"), "there are tool.server, tool.name");
    refused(deny("a").addTools("fs"), "names no server");
    refused(deny("a").setPriority(1_001), "from 0 to 1000");
    refused(deny("a").setPriority(-1), "from 0 to 1000");
    refused(deny("a").setReason("x".repeat(301)), "one sentence");
    refused(deny("a").setReason("two\nlines"), "one sentence");
    refused(deny("a").setExpiresMillis(60_000), "remove expires");
    refused(rule("a", RuleEffect.RULE_EFFECT_ASK).setExpiresMillis(59_999), "1 minute to 7 days");
    refused(rule("a", RuleEffect.RULE_EFFECT_ASK).setExpiresMillis(-1), "1 minute to 7 days");
    refused(rule("a", RuleEffect.RULE_EFFECT_ALLOW).setReason("x"), "remove it");
    refused(rule("a", RuleEffect.RULE_EFFECT_UNSPECIFIED), "allow, deny or ask");
  }

  @Test
  void anApprovalMayWaitForAQuarterOfAnHourWhereTheRuleDoesNotSay() {
    Rule kept = put(acme, rule("ask", RuleEffect.RULE_EFFECT_ASK).build()).getRule();

    assertThat(kept.getExpiresMillis()).isEqualTo(Duration.ofMinutes(15).toMillis());
  }

  @Test
  void refusesRulesThatContradictEachOtherAndNamesBoth() {
    put(acme, deny("one").addTools("fs__*").setCondition("args.x == 1").build());
    Rule.Builder other = rule("other", RuleEffect.RULE_EFFECT_ALLOW).setCondition(" args.x == 1 ");

    for (List<String> tools :
        List.of(
            List.<String>of(),
            List.of("*"),
            List.of("fs__*"),
            List.of("fs__read_*"),
            List.of("*__*", "git__push"))) {
      assertFails(
          () -> put(acme, other.clone().addAllTools(tools).build()),
          ErrorCode.CONFLICT,
          "The rules one (deny) and other (allow) contradict each other");
    }
  }

  @Test
  void takesRulesThatOnlyLookAsIfTheyContradictedEachOther() {
    put(acme, deny("one").addTools("fs__*").setCondition("args.x == 1").build());
    Rule.Builder other =
        rule("other", RuleEffect.RULE_EFFECT_ALLOW).addTools("fs__*").setCondition("args.x == 1");

    put(acme, other.clone().setName("priority").setPriority(1).build());
    put(acme, other.clone().setName("condition").setCondition("args.x == 2").build());
    put(acme, other.clone().setName("tools").clearTools().addTools("git__*").build());
    put(acme, deny("same").addTools("fs__*").setCondition("args.x == 1").build());
    // A rule does not contradict the one whose place it takes.
    assertThat(put(acme, other.clone().setName("one").setPriority(2).build()).getCreated())
        .isFalse();
  }

  @Test
  void aFileOwnsWhatItDeclaresAllOrNothing() {
    assertThat(apply("file:a", true, deny("a"), deny("b")).getAddedList())
        .containsExactly("a", "b");
    assertThat(list(acme, ListRulesRequest.getDefaultInstance()).getRulesList()).isEmpty();

    apply("file:a", false, deny("a"), deny("b"));
    ApplyRulesResponse second =
        apply("file:a", false, deny("a"), deny("c").setReason("No."), deny("d"));

    assertThat(second.getAddedList()).containsExactly("c", "d");
    assertThat(second.getRemovedList()).containsExactly("b");
    assertThat(second.getChangedList()).isEmpty();
    assertThat(apply("file:a", false, deny("a").setPriority(3)).getChangedList())
        .containsExactly("a");
    assertFails(() -> put(acme, deny("a").build()), ErrorCode.READ_ONLY, "");
    assertFails(() -> delete(acme, "a", 0), ErrorCode.READ_ONLY, "");
    assertFails(
        () -> apply("file:b", false, deny("x"), deny("a")), ErrorCode.CONFLICT, "of file:a");
    assertThat(list(acme, ListRulesRequest.getDefaultInstance()).getRulesList())
        .extracting(Rule::getName)
        .containsExactly("a");
  }

  @Test
  void aFileMayNotContradictARuleThatStays() {
    put(acme, deny("of-api").build());

    assertFails(
        () -> apply("file:a", true, rule("of-file", RuleEffect.RULE_EFFECT_ALLOW)),
        ErrorCode.CONFLICT,
        "contradict each other");
  }

  @Test
  void aTenantHasAtMostAThousandRules() {
    List<Rule.Builder> most = new ArrayList<>();
    for (int i = 0; i < RuleChecks.MOST_RULES; i++) {
      most.add(deny("r" + i));
    }
    apply("file:a", false, most.toArray(Rule.Builder[]::new));

    assertFails(
        () -> put(acme, deny("more").build()), ErrorCode.INVALID_PARAMS, "at most 1000 rules");
    assertThat(put(globex, deny("more").build()).getCreated()).isTrue();
    ListRulesResponse page =
        list(acme, ListRulesRequest.newBuilder().setPage(2).setAfter("r1").build());
    assertThat(page.getMore()).isTrue();
    assertThat(page.getRulesList()).extracting(Rule::getName).containsExactly("r10", "r100");
  }

  private void refused(Rule.Builder rule, String message) {
    assertFails(() -> put(acme, rule.build()), ErrorCode.INVALID_PARAMS, message);
  }

  private static Rule.Builder deny(String name) {
    return rule(name, RuleEffect.RULE_EFFECT_DENY);
  }

  private static Rule.Builder rule(String name, RuleEffect effect) {
    return Rule.newBuilder().setName(name).setEffect(effect);
  }

  private ListRulesResponse list(String tenant, ListRulesRequest request) {
    return answer(rules.listRules(edge(tenant), request));
  }

  private PutRuleResponse put(String tenant, Rule rule) {
    return answer(rules.putRule(edge(tenant), PutRuleRequest.newBuilder().setRule(rule).build()));
  }

  private PutRuleResponse put(String tenant, Rule.Builder rule, long revision, boolean mustBeNew) {
    return answer(
        rules.putRule(
            edge(tenant),
            PutRuleRequest.newBuilder()
                .setRule(rule)
                .setExpectedRevision(revision)
                .setMustBeNew(mustBeNew)
                .build()));
  }

  private long delete(String tenant, String rule, long revision) {
    return answer(
            rules.deleteRule(
                edge(tenant),
                DeleteRuleRequest.newBuilder().setRule(rule).setExpectedRevision(revision).build()))
        .getSequence();
  }

  private ApplyRulesResponse apply(String source, boolean dryRun, Rule.Builder... declared) {
    ApplyRulesRequest.Builder request =
        ApplyRulesRequest.newBuilder().setSource(source).setDryRun(dryRun);
    List.of(declared).forEach(request::addRules);
    return answer(rules.applyRules(edge(acme), request.build()));
  }

  private ByteString key(String tenant, String name) {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    answer(
        policy.createKey(
            edge(tenant),
            CreateKeyRequest.newBuilder()
                .setName(name)
                .addTools("*")
                .setCredentialHash(ByteString.copyFrom(hash))
                .setPrefix("sp-")
                .build()));
    return ByteString.copyFrom(hash);
  }

  private ResolveAccessResponse resolve(ByteString hash) {
    return answer(
        policy.resolveAccess(
            edge(acme),
            ResolveAccessRequest.newBuilder()
                .setCredentialHash(hash)
                .setUnderstandsRules(true)
                .build()));
  }

  private static CallContext edge(String tenant) {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  private static <T> T answer(Uni<T> asked) {
    return asked.await().atMost(PATIENCE);
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> {
              assertThat(failed.failure().code()).isEqualTo(code);
              assertThat(failed.failure().message()).contains(message);
            });
  }
}
