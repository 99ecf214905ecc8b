package dev.sallyport.edge.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.caller.Authentication.Authenticated;
import dev.sallyport.edge.caller.Authentication.Rejected;
import dev.sallyport.edge.caller.Authentication.Unavailable;
import dev.sallyport.edge.caller.Callers.KeyChange;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class CachedCallersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofMillis(700);

  private final Vertx vertx = Vertx.vertx();
  private final FakePolicy policy = new FakePolicy();
  private final List<KeyChange> changes = new CopyOnWriteArrayList<>();
  private CachedCallers callers;
  private long beating;

  @BeforeEach
  void follow() {
    callers = new CachedCallers(vertx, policy, settings(100, 100));
    callers.onChange(changes::add);
    policy.knows("sp-acme", "acme", "vk_acme", "fs__read_*");
    policy.knows("sp-globex", "globex", "vk_globex", "*");
    callers.start();
    beating = vertx.setPeriodic(100, timer -> policy.beat());
  }

  @AfterEach
  void stop() {
    callers.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aKeyIsResolvedOnceAndThenKnown() {
    AccessProfile profile = profile("sp-acme");

    assertThat(profile.tenant()).isEqualTo("acme");
    assertThat(profile.allows("fs", "read_file")).isTrue();
    assertThat(profile.allows("fs", "write_file")).isFalse();
    Future<Authentication> again = callers.authenticate("sp-acme");
    assertThat(again.isComplete()).isTrue();
    assertThat(again.result()).isEqualTo(new Authenticated(profile));
    assertThat(policy.questions).hasValue(1);
    assertThat(callers.isCurrent(profile)).isTrue();
  }

  @Test
  void keysOfTwoTenantsAreKeptApart() {
    assertThat(profile("sp-acme").tenant()).isEqualTo("acme");
    assertThat(profile("sp-globex").tenant()).isEqualTo("globex");

    policy.revoke("sp-acme", "acme", "vk_acme");

    assertThat(authenticate("sp-acme")).isInstanceOf(Rejected.class);
    assertThat(profile("sp-globex").tenant()).isEqualTo("globex");
  }

  @Test
  void manyWhoPresentOneKeyAtOnceCostOneQuestion() {
    CompletableFuture<ResolveAccessResponse> waiting = new CompletableFuture<>();
    policy.answers.put(FakePolicy.hash("sp-slow"), () -> Uni.createFrom().completionStage(waiting));

    List<Future<Authentication>> all =
        IntStream.range(0, 50).mapToObj(i -> callers.authenticate("sp-slow")).toList();
    waiting.complete(FakePolicy.profile(1, "acme", "vk_slow", null, "*"));

    assertThat(all).allMatch(one -> outcome(one) instanceof Authenticated);
    assertThat(policy.questions).hasValue(1);
  }

  @Test
  void whoeverAsksGoesOnOnItsOwnContext() throws Exception {
    CompletableFuture<ResolveAccessResponse> waiting = new CompletableFuture<>();
    policy.answers.put(FakePolicy.hash("sp-slow"), () -> Uni.createFrom().completionStage(waiting));
    CompletableFuture<Boolean> same = new CompletableFuture<>();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        ignored ->
            callers
                .authenticate("sp-slow")
                .onComplete(answer -> same.complete(Vertx.currentContext() == context)));
    await().atMost(PATIENCE).until(() -> policy.questions.get() == 1);

    waiting.complete(FakePolicy.profile(1, "acme", "vk_slow", null, "*"));

    assertThat(same.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoeverShowsNoKeyIsResolvedOnceAndAnewWhereAccessOfTheTenantChanges() {
    policy.answers.put(ByteString.EMPTY, () -> anybody("*"));

    AccessProfile profile = ((Authenticated) outcome(callers.anybody())).profile();
    assertThat(outcome(callers.anybody())).isEqualTo(new Authenticated(profile));
    assertThat(policy.questions).hasValue(1);
    assertThat(anonymous()).isEqualTo(1);
    assertThat(callers.isCurrent(profile)).isTrue();
    assertThat(Anonymous.is(profile)).isTrue();
    // A credential is never taken for none.
    assertThat(authenticate("")).isInstanceOf(Rejected.class);
    assertThat(anonymous()).isEqualTo(1);

    policy.tellAccessChanged(++policy.sequence, "default");
    await().atMost(PATIENCE).until(() -> !callers.isCurrent(profile));

    assertThat(changes).contains(new KeyChange("default", "anonymous", false));
    assertThat(outcome(callers.anybody())).isInstanceOf(Authenticated.class);
    assertThat(anonymous()).isEqualTo(2);
  }

  @Test
  void aPolicyThatKnowsNoAnonymousCallerLetsNobodyInWithoutAKey() {
    // It looks for the key of an empty hash, as it did before there was anything to ask for.
    assertThat(outcome(callers.anybody())).isInstanceOf(Unavailable.class);

    policy.answers.put(
        ByteString.EMPTY,
        () ->
            Uni.createFrom()
                .item(FakePolicy.profile(policy.sequence, "default", "vk_x", null, "*")));
    assertThat(outcome(callers.anybody())).isInstanceOf(Unavailable.class);
  }

  private long anonymous() {
    return policy.resolves.stream().filter(ResolveAccessRequest::getAnonymous).count();
  }

  private Uni<ResolveAccessResponse> anybody(String... tools) {
    return Uni.createFrom()
        .item(FakePolicy.profile(policy.sequence, "default", Anonymous.KEY_ID, null, tools));
  }

  @Test
  void aRevokedKeyIsOutAtOnceAndWhatItHoldsIsTold() {
    AccessProfile profile = profile("sp-acme");

    policy.revoke("sp-acme", "acme", "vk_acme");

    assertThat(callers.isCurrent(profile)).isFalse();
    assertThat(changes).containsExactly(new KeyChange("acme", "vk_acme", true));
    assertThat(authenticate("sp-acme"))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo("REVOKED"));
  }

  @Test
  void twoCredentialsOfOneKeyAreGoodAndTheEndOfTheOlderEndsNothingOfTheKey() {
    policy.knows("sp-new", "acme", "vk_two", "*");
    Instant until = Instant.now().plusMillis(1_500);
    policy.knowsReplaced("sp-old", "acme", "vk_two", until);
    AccessProfile newer = profile("sp-new");
    AccessProfile older = profile("sp-old");
    assertThat(callers.isCurrent(newer)).isTrue();
    assertThat(callers.isCurrent(older)).isTrue();
    assertThat(profile("sp-new")).isSameAs(newer);

    await().atMost(PATIENCE).until(() -> !changes.isEmpty());

    assertThat(changes).containsExactly(new KeyChange("acme", "vk_two", false));
    assertThat(callers.isCurrent(older)).isFalse();
    assertThat(callers.isCurrent(newer)).isTrue();

    policy.revoke("sp-new", "acme", "vk_two");
    assertThat(callers.isCurrent(newer)).isFalse();
  }

  @Test
  void changedLimitsAreAskedForAtTheNextUseAndEndNothing() {
    policy.knowsLimited("sp-acme", "acme", "vk_acme", 5);
    AccessProfile before = profile("sp-acme");
    AccessProfile other = profile("sp-globex");
    assertThat(before.limits()).extracting(Limit::text).containsExactly("5 calls per minute");
    int asked = policy.questions.get();

    policy.sequence++;
    policy.knowsLimited("sp-acme", "acme", "vk_acme", 9);
    policy.tellLimitsChanged(policy.sequence, "acme");

    assertThat(callers.isCurrent(before)).isTrue();
    assertThat(changes).isEmpty();
    assertThat(profile("sp-acme").limits()).extracting(Limit::units).containsExactly(9L);
    assertThat(profile("sp-acme").limits()).hasSize(1);
    assertThat(profile("sp-globex")).isSameAs(other);
    assertThat(policy.questions).hasValue(asked + 1);
  }

  @Test
  void anAnswerFromBeforeLimitsChangedIsNotTaken() {
    policy.knowsLimited("sp-acme", "acme", "vk_acme", 5);
    CompletableFuture<ResolveAccessResponse> waiting = new CompletableFuture<>();
    policy.answers.put(FakePolicy.hash("sp-slow"), () -> Uni.createFrom().completionStage(waiting));
    Future<Authentication> asking = callers.authenticate("sp-slow");

    policy.sequence++;
    policy.tellLimitsChanged(policy.sequence, "acme");
    policy.knowsLimited("sp-slow", "acme", "vk_slow", 9);
    waiting.complete(FakePolicy.profile(policy.sequence - 1, "acme", "vk_slow", null, "*"));

    assertThat(outcome(asking))
        .isInstanceOfSatisfying(
            Authenticated.class,
            authenticated ->
                assertThat(authenticated.profile().limits())
                    .extracting(Limit::units)
                    .containsExactly(9L));
  }

  @Test
  void whatGroupsAndOwnersSayTravelsAndMakesAKeyAllowLessWhereItIsNotUnderstood() {
    policy.knowsMember("sp-member", "acme", "vk_member", "readers", "fs__read_*");

    AccessProfile profile = profile("sp-member");

    assertThat(profile.groups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.slug()).isEqualTo("readers");
              assertThat(group.tools()).hasSize(1);
            });
    assertThat(profile.belonging())
        .isEqualTo(new Belonging("", List.of("cards", "payments"), "ada", List.of("reviewer")));
  }

  @Test
  void changedAccessOfATenantIsResolvedAnewAndToldToWhoeverIsInUse() {
    policy.knowsMember("sp-acme", "acme", "vk_acme", "readers", "fs__read_*");
    AccessProfile before = profile("sp-acme");
    AccessProfile other = profile("sp-globex");

    policy.sequence++;
    policy.knowsMember("sp-acme", "acme", "vk_acme", "readers", "fs__write");
    policy.tellAccessChanged(policy.sequence, "acme");

    assertThat(callers.isCurrent(before)).isFalse();
    assertThat(changes).containsExactly(new KeyChange("acme", "vk_acme", false));
    assertThat(profile("sp-acme").allows("fs", "write")).isTrue();
    assertThat(profile("sp-acme").allows("fs", "read_file")).isFalse();
    assertThat(profile("sp-globex")).isSameAs(other);
    assertThat(callers.isCurrent(other)).isTrue();
  }

  @Test
  void anAnswerFromBeforeAccessChangedIsNotTaken() {
    profile("sp-acme");
    CompletableFuture<ResolveAccessResponse> waiting = new CompletableFuture<>();
    policy.answers.put(FakePolicy.hash("sp-slow"), () -> Uni.createFrom().completionStage(waiting));
    Future<Authentication> asking = callers.authenticate("sp-slow");

    policy.sequence++;
    policy.tellAccessChanged(policy.sequence, "acme");
    policy.knows("sp-slow", "acme", "vk_slow", "fs__read_*");
    waiting.complete(FakePolicy.profile(policy.sequence - 1, "acme", "vk_slow", null, "*"));

    assertThat(outcome(asking))
        .isInstanceOfSatisfying(
            Authenticated.class,
            authenticated -> assertThat(authenticated.profile().allows("fs", "write")).isFalse());
  }

  @Test
  void aChangeOfAccessDropsWhatWasResolvedOfTheTenantAndTellsItsKeysButEndsNone() {
    policy.knowsRuled("sp-acme", "acme", "vk_acme", "tool.name == 'a'");
    AccessProfile before = profile("sp-acme");
    AccessProfile other = profile("sp-globex");

    policy.sequence++;
    policy.knowsRuled("sp-acme", "acme", "vk_acme", "tool.name == 'b'");
    policy.tellAccessChanged(policy.sequence, "acme");

    assertThat(callers.isCurrent(before)).isFalse();
    assertThat(changes).containsExactly(new KeyChange("acme", "vk_acme", false));
    AccessProfile after = profile("sp-acme");
    assertThat(after.rules()).isNotEqualTo(before.rules());
    assertThat(after.digest()).isNotEqualTo(before.digest());
    assertThat(callers.isCurrent(after)).isTrue();
    assertThat(profile("sp-globex")).isSameAs(other);
    assertThat(callers.isCurrent(other)).isTrue();
  }

  @Test
  void profilesOfOneTenantShareItsRulesAndTheirLists() {
    policy.knowsRuled("sp-acme", "acme", "vk_acme", "tool.name == 'a'");
    policy.knowsRuled("sp-second", "acme", "vk_second", "tool.name == 'a'");

    assertThat(profile("sp-second").rules()).isSameAs(profile("sp-acme").rules());
    assertThat(profile("sp-second").digest()).isEqualTo(profile("sp-acme").digest());
  }

  @Test
  void listsAreSharedByThoseOfWhomTheRulesSeeTheSameOnly() {
    policy.knowsRuled("sp-acme", "acme", "vk_acme", "caller.key == 'agent'");
    policy.knowsRuled("sp-call", "acme", "vk_call", "caller.key == 'agent' && args.x == 1");

    // Both keys of this policy have the same name, tools and tenant.
    policy.knowsRuled("sp-same", "acme", "vk_same", "caller.key == 'agent'");
    assertThat(profile("sp-same").digest()).isEqualTo(profile("sp-acme").digest());
    assertThat(profile("sp-acme").digest()).endsWith("5:agent0:0:");
    assertThat(profile("sp-call").digest()).doesNotContain("agent");
  }

  @Test
  void anAnswerOfAPolicyThatKnowsNoRulesIsNotTakenForATenantThatHasSome() {
    policy.knowsRuled("sp-acme", "acme", "vk_acme", "tool.name == 'a'");
    profile("sp-acme");

    // As a policy of an older version tells it
    policy.knows("sp-second", "acme", "vk_second", "*");
    assertThat(authenticate("sp-second")).isInstanceOf(Unavailable.class);
    assertThat(profile("sp-globex").rules().isEmpty()).isTrue();

    // And as a newer one does where the last rule is gone
    policy.answers.put(
        FakePolicy.hash("sp-third"),
        () ->
            Uni.createFrom()
                .item(
                    FakePolicy.profile(policy.sequence, "acme", "vk_third", null, "*").toBuilder()
                        .setRulesTold(true)
                        .build()));
    assertThat(profile("sp-third").rules().isEmpty()).isTrue();
    assertThat(profile("sp-second").rules().isEmpty()).isTrue();
  }

  @Test
  void policyIsToldThatRulesTokensAndChangesOfAccessAreUnderstood() {
    profile("sp-acme");

    assertThat(policy.watches).allMatch(WatchAccessRequest::getUnderstandsAccess);
    assertThat(policy.resolves).isNotEmpty().allMatch(ResolveAccessRequest::getUnderstandsRules);
    assertThat(policy.resolves).allMatch(ResolveAccessRequest::getUnderstandsTokens);
  }

  @Test
  void whoeverMadeAChangeWaitsUntilItIsInForceHere() {
    Future<Void> made = callers.caughtUp(policy.sequence + 1);
    assertThat(made.isComplete()).isFalse();

    policy.sequence++;
    policy.tellLimitsChanged(policy.sequence, "acme");

    await().atMost(PATIENCE).until(made::isComplete);
    assertThat(callers.caughtUp(policy.sequence).isComplete()).isTrue();
  }

  @Test
  void aChangedKeyIsResolvedAnewAndItsOldProfileIsNotCurrent() {
    AccessProfile before = profile("sp-acme");
    policy.sequence++;
    policy.knows("sp-acme", "acme", "vk_acme", "memory__*");

    policy.tellChange(policy.sequence, "sp-acme", "acme", "vk_acme", false);

    AccessProfile after = profile("sp-acme");
    assertThat(after.allows("memory", "read")).isTrue();
    assertThat(after.allows("fs", "read_file")).isFalse();
    assertThat(callers.isCurrent(before)).isFalse();
    assertThat(callers.isCurrent(after)).isTrue();
    assertThat(changes).containsExactly(new KeyChange("acme", "vk_acme", false));
  }

  @Test
  void anAnswerOlderThanTheLastChangeOfItsKeyIsAskedForAgain() {
    AtomicInteger asked = new AtomicInteger();
    policy.answers.put(
        FakePolicy.hash("sp-acme"),
        () ->
            Uni.createFrom()
                .item(
                    asked.incrementAndGet() < 3
                        ? FakePolicy.profile(41, "acme", "vk_acme", null, "*")
                        : FakePolicy.refused(42, "REVOKED")));
    policy.tellChange(42, "sp-acme", "acme", "vk_acme", true);

    assertThat(authenticate("sp-acme")).isInstanceOf(Rejected.class);
    assertThat(asked).hasValue(3);
  }

  @Test
  void aRevocationDuringALookUpWinsOverTheAnswerUnderWay() {
    CompletableFuture<ResolveAccessResponse> waiting = new CompletableFuture<>();
    policy.answers.put(FakePolicy.hash("sp-acme"), () -> Uni.createFrom().completionStage(waiting));
    Future<Authentication> underWay = callers.authenticate("sp-acme");
    policy.sequence = 50;

    policy.revoke("sp-acme", "acme", "vk_acme");
    waiting.complete(FakePolicy.profile(50, "acme", "vk_acme", null, "*"));

    assertThat(outcome(underWay)).isInstanceOf(Rejected.class);
  }

  @Test
  void nobodyGetsInOncePolicyIsSilentForTooLongNotEvenAKnownKey() {
    AccessProfile profile = profile("sp-acme");

    vertx.cancelTimer(beating);
    policy.away = true;
    policy.stream = null;

    await().atMost(PATIENCE).until(() -> !callers.isCurrent(profile));
    assertThat(authenticate("sp-acme")).isInstanceOf(Unavailable.class);
    assertThat(callers.isReady()).isFalse();
    policy.away = false;
    beating = vertx.setPeriodic(100, timer -> policy.beat());
    await().atMost(PATIENCE).until(() -> authenticate("sp-acme") instanceof Authenticated);
    assertThat(callers.isReady()).isTrue();
  }

  @Test
  void nobodyGetsInBeforePolicyWasHeard() {
    FakePolicy mute = new FakePolicy();
    mute.away = true;
    CachedCallers deaf = new CachedCallers(vertx, mute, settings(100, 100));
    deaf.start();

    assertThat(outcome(deaf.authenticate("sp-acme"))).isInstanceOf(Unavailable.class);
    assertThat(mute.questions).hasValue(0);
    deaf.stop();
  }

  @Test
  void aBrokenStreamIsOpenedAgainFromWhereItBroke() {
    policy.sequence = 7;
    policy.beat();

    policy.stream.fail(new IllegalStateException("connection reset"));

    await().atMost(PATIENCE).until(() -> policy.watches.size() >= 2);
    assertThat(policy.watches.get(0).getAfterSequence()).isZero();
    assertThat(policy.watches.get(1).getAfterSequence()).isEqualTo(7);
  }

  @Test
  void aStreamThatIsOpenAndSilentIsReplaced() {
    vertx.cancelTimer(beating);

    await().atMost(PATIENCE).until(() -> policy.watches.size() >= 2);
  }

  @Test
  void aResetForgetsEverything() {
    AccessProfile profile = profile("sp-acme");

    policy.tellReset(1);

    assertThat(callers.isCurrent(profile)).isFalse();
    assertThat(profile("sp-acme")).isNotNull();
    assertThat(policy.questions).hasValue(2);
  }

  @Test
  void anExpiredKeyIsOutAndWhatItHoldsIsTold() {
    Instant expiry = Instant.now().plusMillis(400);
    policy.answers.put(
        FakePolicy.hash("sp-short"),
        () -> Uni.createFrom().item(FakePolicy.profile(1, "acme", "vk_short", expiry, "*")));
    AccessProfile profile = profile("sp-short");

    await().atMost(PATIENCE).until(() -> !callers.isCurrent(profile));

    assertThat(Instant.now()).isAfterOrEqualTo(expiry);
    policy.answers.put(
        FakePolicy.hash("sp-short"), () -> Uni.createFrom().item(FakePolicy.refused(1, "EXPIRED")));
    assertThat(authenticate("sp-short")).isInstanceOf(Rejected.class);
    await().atMost(PATIENCE).until(() -> changes.contains(new KeyChange("acme", "vk_short", true)));
  }

  @Test
  void repeatingARefusedCredentialDoesNotReachPolicy() {
    assertThat(authenticate("sp-guess")).isInstanceOf(Rejected.class);
    assertThat(authenticate("sp-guess")).isInstanceOf(Rejected.class);

    assertThat(policy.questions).hasValue(1);
  }

  @Test
  void aCredentialThatWasRefusedGetsInOnceItsKeyIsCreated() {
    assertThat(authenticate("sp-new")).isInstanceOf(Rejected.class);
    policy.sequence++;
    policy.knows("sp-new", "acme", "vk_new", "*");

    policy.tellChange(policy.sequence, "sp-new", "acme", "vk_new", false);

    assertThat(authenticate("sp-new")).isInstanceOf(Authenticated.class);
  }

  @Test
  void aFailureOfPolicyIsNotRememberedAndLetsNobodyIn() {
    AtomicInteger asked = new AtomicInteger();
    policy.answers.put(
        FakePolicy.hash("sp-flaky"),
        () ->
            asked.incrementAndGet() == 1
                ? Uni.createFrom().failure(new IllegalStateException("broken"))
                : Uni.createFrom().item(FakePolicy.profile(1, "acme", "vk_flaky", null, "*")));

    assertThat(authenticate("sp-flaky")).isInstanceOf(Unavailable.class);
    assertThat(authenticate("sp-flaky")).isInstanceOf(Authenticated.class);
  }

  @Test
  void aPolicyThatDoesNotAnswerLetsNobodyIn() {
    policy.answers.put(FakePolicy.hash("sp-hangs"), () -> Uni.createFrom().nothing());

    assertThat(authenticate("sp-hangs")).isInstanceOf(Unavailable.class);
  }

  @Test
  void anEmptyAnswerLetsNobodyIn() {
    policy.answers.put(
        FakePolicy.hash("sp-empty"),
        () -> Uni.createFrom().item(ResolveAccessResponse.newBuilder().setSequence(9).build()));

    assertThat(authenticate("sp-empty")).isInstanceOf(Unavailable.class);
  }

  @Test
  void theCacheIsBoundedAndAnEvictedProfileIsNotCurrent() {
    callers.stop();
    callers = new CachedCallers(vertx, policy, settings(2, 2));
    callers.start();
    policy.knows("sp-third", "acme", "vk_third", "*");
    AccessProfile first = profile("sp-acme");
    AccessProfile second = profile("sp-globex");

    profile("sp-third");

    assertThat(callers.isCurrent(first)).isFalse();
    assertThat(callers.isCurrent(second)).isTrue();
    assertThat(callers.isCurrent(profile("sp-acme"))).isTrue();
  }

  @Test
  void aPatternThatIsNotUnderstoodAllowsNothing() {
    policy.knows("sp-odd", "acme", "vk_odd", "no-separator", "fs__*");

    AccessProfile profile = profile("sp-odd");

    assertThat(profile.tools()).hasSize(1);
    assertThat(profile.allows("no-separator", "x")).isFalse();
  }

  // --- fixture ---

  private AccessProfile profile(String credential) {
    assertThat(authenticate(credential)).isInstanceOf(Authenticated.class);
    return ((Authenticated) authenticate(credential)).profile();
  }

  private Authentication authenticate(String credential) {
    return outcome(callers.authenticate(credential));
  }

  private static <T> T outcome(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the future never fails and does not hang", e);
    }
  }

  private static AccessSettings settings(int keys, int refusals) {
    return new AccessSettings() {
      @Override
      public Duration silenceBound() {
        return SILENCE;
      }

      @Override
      public Duration resolveTimeout() {
        return Duration.ofMillis(500);
      }

      @Override
      public int cachedKeys() {
        return keys;
      }

      @Override
      public int cachedRefusals() {
        return refusals;
      }

      @Override
      public Duration refusalLife() {
        return Duration.ofSeconds(30);
      }

      @Override
      public int lookUps() {
        return 100;
      }
    };
  }
}
