package dev.sallyport.edge.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.call.ToolCall.Door;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.Authentication;
import dev.sallyport.edge.caller.ReadRules;
import dev.sallyport.edge.caller.TenantRules;
import dev.sallyport.edge.dialect.Client;
import dev.sallyport.edge.dialect.ToolNames;
import dev.sallyport.edge.fixture.FakeApprovals;
import dev.sallyport.edge.fixture.FakeCallers;
import dev.sallyport.edge.fixture.FakeCatalogues;
import dev.sallyport.edge.fixture.FakeEvidence;
import dev.sallyport.edge.fixture.FakeExecutor;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.seal.Envelope;
import dev.sallyport.kit.seal.KeyRing;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.TokenEstimate;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.executor.v1.ApprovalRequired;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.LoginRequired;
import dev.sallyport.proto.executor.v1.Throttled;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import dev.sallyport.proto.registry.v1.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class ToolCallPipelineTest {

  private Vertx vertx;
  private FakeCallers callers;
  private FakeCatalogues catalogues;
  private FakeEvidence evidence;
  private FakeExecutor executor;
  private FakeApprovals approvals;
  private Limits limits;
  private SimpleMeterRegistry meters;
  private RunningCalls running;
  private ToolCallPipeline pipeline;
  private Heard heard;

  @BeforeEach
  void setUp() {
    vertx = Vertx.vertx();
    callers = new FakeCallers();
    catalogues = new FakeCatalogues();
    evidence = new FakeEvidence();
    executor = new FakeExecutor();
    approvals = new FakeApprovals();
    limits = new Limits();
    meters = new SimpleMeterRegistry();
    running = new RunningCalls(vertx, callers, executor, meters);
    running.start(new io.quarkus.runtime.StartupEvent());
    pipeline =
        new ToolCallPipeline(
            catalogues,
            callers,
            approvals,
            limits,
            executor,
            new CallRecords(evidence),
            running,
            new CallMetrics(meters),
            new RequestStates(new Envelope(KeyRing.random())),
            new TaskIds(new Envelope(KeyRing.random())),
            new ToolNames(),
            new Rules(),
            new NoOwnTools(),
            () -> Duration.ofMinutes(10));
    heard = new Heard();
  }

  @AfterEach
  void tearDown() {
    running.stop(new io.quarkus.runtime.ShutdownEvent());
    vertx.close();
  }

  @Test
  void anAllowedCallIsRecordedReservedDispatchedSettledAndRecorded() {
    pipeline.start(call(profile(Fixture.ALICE), "files__read"), heard);

    AuditRecord open = evidence.opened().getFirst();
    AuditRecord close = evidence.closed().getFirst();
    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);
    assertThat(evidence.records()).hasSize(2);
    assertThat(open.getCallId()).isEqualTo(close.getCallId());
    assertThat(CallId.parse(open.getCallId())).isNotNull();
    assertThat(open.getTenant()).isEqualTo(Fixture.ACME);
    assertThat(open.getKeyId()).isEqualTo("vk_alice");
    assertThat(open.getServer()).isEqualTo("files");
    assertThat(open.getTool()).isEqualTo("read");
    assertThat(open.getExposedName()).isEqualTo("files__read");
    assertThat(open.getDecision()).isEqualTo("allow");
    assertThat(open.getArguments().getData().toStringUtf8()).isEqualTo("{\"n\" : 1.50}");
    assertThat(open.getCatalogueVersion()).isEqualTo("version-of-files");
    assertThat(close.getSequence()).isEqualTo(1);
    assertThat(close.getOutcome()).isEqualTo(Outcome.OUTCOME_OK);
    assertThat(close.getResult().getData().toStringUtf8())
        .isEqualTo("{\"content\":[],\"got\":{\"n\" : 1.50}}");
    assertThat(close.getUpstreamMicros()).isEqualTo(7);
    assertThat(limits.settled).containsExactly("CHARGED");
  }

  @Test
  void openIsWrittenBeforeDispatchAndCloseBeforeTheAnswer() {
    List<Integer> recordsAt = new ArrayList<>();
    executor.behave(
        taken -> {
          recordsAt.add(evidence.records().size());
          taken.echo();
        });
    heard.onEnd = () -> recordsAt.add(evidence.records().size());

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(recordsAt).containsExactly(1, 2);
  }

  @Test
  void aHiddenToolIsRefusedAsUnknownAndRecordedAsDenied() {
    pipeline.start(call(profile(Fixture.ALICE), "files__write"), heard);

    assertRefused(ErrorCode.UNKNOWN_TOOL, "Unknown tool: files__write", "tools");
    assertThat(evidence.opened().getFirst().getTool()).isEqualTo("write");
  }

  @Test
  void whatARuleDeniesIsNeitherReservedNorDispatchedAndTheRecordNamesTheRule() {
    pipeline.start(call(ruled(RuleEffect.RULE_EFFECT_DENY, "args.n > 1.0"), "files__read"), heard);

    assertRefused(ErrorCode.RULE_DENIED, "The rule \"r\" refuses this call. Because.", "rule:r");
    assertThat(limits.costs).isEmpty();
  }

  @Test
  void whatARuleAllowsIsRecordedUnderItAndWhatNoneHoldsForUnderTheKeysTools() {
    pipeline.start(call(ruled(RuleEffect.RULE_EFFECT_ALLOW, "args.n > 1.0"), "files__read"), heard);
    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);
    assertThat(evidence.opened().getLast().getRule()).isEqualTo("rule:r");

    pipeline.start(call(ruled(RuleEffect.RULE_EFFECT_DENY, "args.n > 2.0"), "files__read"), heard);
    assertThat(evidence.opened().getLast().getRule()).isEqualTo("tools");
    assertThat(executor.taken()).hasSize(2);
  }

  @Test
  void aRuleThatCannotBeEvaluatedDeniesAndTheRecordSaysWhy() {
    pipeline.start(call(ruled(RuleEffect.RULE_EFFECT_DENY, "args.m > 1.0"), "files__read"), heard);

    assertRefused(
        ErrorCode.RULE_DENIED,
        "The rule \"r\" refuses this call. Because.",
        "rule:r (something that it looks at is not there; ask with has() first)");
  }

  @Test
  void whatARuleHidesIsRefusedAsUnknownWhateverElseIsWrong() {
    catalogues.set(
        Fixture.ACME,
        Fixture.server("files", Health.HEALTH_DOWN, "secret reason", Duration.ZERO, "read"));
    callers.fallSilent();

    pipeline.start(call(ruled(RuleEffect.RULE_EFFECT_DENY, ""), "files__read"), heard);

    assertRefused(ErrorCode.UNKNOWN_TOOL, "Unknown tool: files__read", "rule:r");
  }

  @Test
  void whatARuleAsksForWaitsForAPersonAndReservesNothingUntilThen() {
    pipeline.start(call(ruled(RuleEffect.RULE_EFFECT_ASK, "args.n > 1.0"), "files__read"), heard);

    assertThat(heard.end)
        .isInstanceOfSatisfying(
            CallEnd.Waits.class,
            waits -> {
              assertThat(waits.failure().code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED);
              assertThat(waits.failure().message()).contains("Because.");
            });
    assertThat(executor.taken()).isEmpty();
    assertThat(limits.costs).isEmpty();
  }

  @Test
  void aRuleGrantsNothingThatTheKeyDoesNotHave() {
    AccessProfile alice =
        Fixture.profile(Fixture.ACME, "vk_alice", "files__read")
            .withRules(rules(RuleEffect.RULE_EFFECT_ALLOW, ""));
    callers.put(Fixture.ALICE, alice);

    pipeline.start(call(alice, "files__write"), heard);

    assertRefused(ErrorCode.UNKNOWN_TOOL, "Unknown tool: files__write", "tools");
  }

  private AccessProfile ruled(RuleEffect effect, String condition) {
    AccessProfile profile =
        Fixture.profile(Fixture.ACME, "vk_ada", "*").withRules(rules(effect, condition));
    callers.put(Fixture.ADA, profile);
    return profile;
  }

  private static TenantRules rules(RuleEffect effect, String condition) {
    return ReadRules.of(
        List.of(
            Rule.newBuilder()
                .setName("r")
                .setEffect(effect)
                .setCondition(condition)
                .setReason("Because.")
                .build()));
  }

  @Test
  void aToolOfAnotherTenantIsUnknown() {
    pipeline.start(call(profile(Fixture.ADA), "vault__open"), heard);

    assertRefused(ErrorCode.UNKNOWN_TOOL, "Unknown tool: vault__open", "catalogue");
    assertThat(evidence.opened().getFirst().getTenant()).isEqualTo(Fixture.ACME);
  }

  @Test
  void aKeyWithoutToolsReachesNothing() {
    pipeline.start(call(profile(Fixture.NOBODY), "files__read"), heard);

    assertRefused(ErrorCode.UNKNOWN_TOOL, "Unknown tool: files__read", "tools");
  }

  @Test
  void aProfileThatIsNotCurrentAnyMoreIsRefused() {
    AccessProfile stale = profile(Fixture.ADA);
    callers.put(Fixture.ADA, Fixture.profile(Fixture.ACME, "vk_ada", "*"));

    pipeline.start(call(stale, "files__read"), heard);

    assertRefused(ErrorCode.POLICY_UNAVAILABLE, ErrorCode.POLICY_UNAVAILABLE.message(), "current");
  }

  @Test
  void whenPolicyFallsSilentNothingIsDispatched() {
    AccessProfile ada = profile(Fixture.ADA);
    callers.fallSilent();

    pipeline.start(call(ada, "files__read"), heard);

    assertRefused(ErrorCode.POLICY_UNAVAILABLE, ErrorCode.POLICY_UNAVAILABLE.message(), "current");
  }

  @Test
  void theAnonymousCallerKeepsToItsTenantAndNeedsPolicyLikeEverybody() {
    catalogues.set("default", Fixture.server("demo", "echo"));
    AccessProfile anonymous = profile(FakeCallers.NO_KEY);

    pipeline.start(call(anonymous, "demo__echo"), heard);
    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);

    pipeline.start(call(anonymous, "files__read"), heard);
    assertThat(heard.failure().code()).isEqualTo(ErrorCode.UNKNOWN_TOOL);

    callers.fallSilent();
    pipeline.start(call(anonymous, "demo__echo"), heard);
    assertThat(heard.failure().code()).isEqualTo(ErrorCode.POLICY_UNAVAILABLE);
  }

  @Test
  void aServerThatIsDownFailsFastWithItsReason() {
    catalogues.set(
        Fixture.ACME,
        Fixture.server(
            "files", Health.HEALTH_DOWN, "The program exits at once.", Duration.ZERO, "read"));

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertRefused(
        ErrorCode.UPSTREAM_DOWN,
        "The server 'files' is not available: The program exits at once.",
        "health");
  }

  @Test
  void aDownServerIsStillUnknownToWhoMayNotUseIt() {
    catalogues.set(
        Fixture.ACME,
        Fixture.server("files", Health.HEALTH_DOWN, "secret reason", Duration.ZERO, "write"));

    pipeline.start(call(profile(Fixture.ALICE), "files__write"), heard);

    assertRefused(ErrorCode.UNKNOWN_TOOL, "Unknown tool: files__write", "tools");
  }

  @Test
  void whatTheLimitsRefuseIsNotDispatched() {
    limits.refuse = Failure.of(ErrorCode.OVER_BUDGET);

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.failure().code()).isEqualTo(ErrorCode.OVER_BUDGET);
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.records()).hasSize(2);
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("over_budget");
    assertThat(limits.settled).isEmpty();
  }

  @Test
  void aCallWaitsForWhatItReservesAndRunsOrIsRefused() {
    limits.later = Promise.promise();
    RunningCall waiting = pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(waiting).isNotNull();
    assertThat(executor.taken()).isEmpty();
    assertThat(heard.end).isNull();

    limits.later.complete(new Reservations.Granted("later", Duration.ofMinutes(5), null));

    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);
    assertThat(limits.settled).containsExactly("CHARGED");

    Heard refused = new Heard();
    limits.later = Promise.promise();
    pipeline.start(call(profile(Fixture.ADA), "files__read"), refused);
    limits.later.complete(new Reservations.Refused(Failure.of(ErrorCode.THROTTLED)));

    assertThat(refused.failure().code()).isEqualTo(ErrorCode.THROTTLED);
    assertThat(executor.taken()).hasSize(1);
    assertThat(evidence.closed()).hasSize(2);
  }

  @Test
  void whoGoesAwayWhileTheCallWaitsGivesBackWhatItWouldHaveHad() {
    limits.later = Promise.promise();
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    callers.revoke(Fixture.ADA);
    assertThat(heard.end).isInstanceOf(CallEnd.Cancelled.class);
    limits.later.complete(new Reservations.Granted("late", Duration.ofMinutes(5), null));

    assertThat(executor.taken()).isEmpty();
    assertThat(limits.settled).containsExactly("RETURNED");
    assertThat(heard.ends).isEqualTo(1);
    assertThat(evidence.records()).hasSize(2);
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_CANCELLED);
  }

  @Test
  void theToolsPriceIsReservedAndRecordedWhereTheUpstreamHadTheCall() {
    catalogues.set(Fixture.ACME, Fixture.costing(Fixture.server("files", "read", "write"), 250));

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    executor.behave(taken -> taken.fail("peer_unavailable", "Not there.", true));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), new Heard());

    assertThat(limits.costs).containsExactly(250L, 250L);
    assertThat(evidence.closed()).extracting(AuditRecord::getCostMicros).containsExactly(250L, 0L);
  }

  @Test
  void theTokensOfTheAnswerAreSettledAndRecordedWhereThereIsOne() {
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    long estimated =
        TokenEstimate.of(((CallEnd.Answered) Objects.requireNonNull(heard.end)).frame());
    executor.behave(taken -> taken.fail("upstream_garbage", "Not MCP.", false));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), new Heard());
    executor.behave(FakeExecutor.Taken::lose);
    pipeline.start(call(profile(Fixture.ADA), "files__read"), new Heard());

    assertThat(limits.settled).containsExactly("CHARGED", "CHARGED", "IN_DOUBT");
    assertThat(limits.tokens).containsExactly(estimated, 0L, 0L);
    assertThat(evidence.closed())
        .extracting(AuditRecord::getResultTokens)
        .containsExactly(estimated, 0L, 0L);
    assertThat(meters.counter("sallyport.edge.calls.tokens").count()).isEqualTo(estimated);
  }

  @Test
  void withoutARecordThereIsNoCall() {
    evidence.fillUp();

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.failure().code()).isEqualTo(ErrorCode.EVIDENCE_FULL);
    assertThat(executor.taken()).isEmpty();
    assertThat(limits.settled).isEmpty();
  }

  @Test
  void onTheEndpointOfAServerOnlyItsToolsExist() {
    pipeline.start(call(profile(Fixture.ADA), "files", "write"), heard);
    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);

    pipeline.start(call(profile(Fixture.ADA), "files", "list"), heard);
    assertThat(heard.failure().message()).isEqualTo("Unknown tool: list");

    pipeline.start(call(profile(Fixture.ALICE), "files", "write"), heard);
    assertThat(heard.failure().message()).isEqualTo("Unknown tool: write");
  }

  @Test
  void whatWasNotDeliveredIsReturned() {
    executor.behave(taken -> taken.fail("peer_unavailable", "Not there.", true));

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.failure()).isEqualTo(Failure.of(ErrorCode.PEER_UNAVAILABLE, "Not there."));
    assertThat(limits.settled).containsExactly("RETURNED");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_INTERNAL);
  }

  @Test
  void aLostAnswerIsAnUnknownOutcomeAndStaysInDoubt() {
    executor.behave(FakeExecutor.Taken::lose);

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.failure().code()).isEqualTo(ErrorCode.UPSTREAM_LOST);
    assertThat(limits.settled).containsExactly("IN_DOUBT");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
  }

  @Test
  void anEndWithoutAnOutcomeIsNotASuccess() {
    executor.behave(taken -> taken.end(End.getDefaultInstance()));

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.failure().code()).isEqualTo(ErrorCode.UPSTREAM_LOST);
  }

  @Test
  void anAnswerThatIsNoneOrBelongsToAnotherRequestIsGarbage() {
    for (String frame :
        List.of(
            "nonsense",
            "{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x\"}")) {
      executor.behave(taken -> taken.completeRaw(frame));

      pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

      assertThat(heard.failure().code()).isEqualTo(ErrorCode.UPSTREAM_GARBAGE);
    }
  }

  @Test
  void toolErrorsAndProtocolErrorsAreAnswersAndRecordedAsWhatTheyAre() {
    executor.behave(taken -> taken.complete("{\"isError\":true}"));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);

    executor.behave(taken -> taken.completeWithError(-32602, "bad"));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);

    assertThat(evidence.closed())
        .extracting(AuditRecord::getOutcome)
        .containsExactly(Outcome.OUTCOME_TOOL_ERROR, Outcome.OUTCOME_PROTOCOL_ERROR);
  }

  @Test
  void loginApprovalAndThrottlingCanBeSaid() {
    executor.behave(
        taken ->
            taken.end(
                End.newBuilder()
                    .setLoginRequired(LoginRequired.newBuilder().setUrl("https://login.example"))
                    .build()));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(heard.failure().message()).contains("https://login.example");

    executor.behave(
        taken ->
            taken.end(
                End.newBuilder()
                    .setApprovalRequired(ApprovalRequired.newBuilder().setApprovalId("ap_1"))
                    .build()));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(heard.failure().message()).contains("ap_1");

    executor.behave(
        taken ->
            taken.end(
                End.newBuilder()
                    .setThrottled(
                        Throttled.newBuilder()
                            .setLimit("calls")
                            .setOwner("team blue")
                            .setRetryAfterMillis(1500))
                    .build()));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(heard.failure().message()).contains("calls").contains("team blue");
    assertThat(heard.failure().retryAfter()).isEqualTo(Duration.ofMillis(1500));
    assertThat(limits.settled).containsOnly("RETURNED");
  }

  @Test
  void aCallEndsOnceWhateverComesAfter() {
    executor.behave(
        taken -> {
          taken.echo();
          taken.progress("1", 1);
          taken.lose();
        });

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.ends).isEqualTo(1);
    assertThat(heard.notifications).isZero();
    assertThat(evidence.closed()).hasSize(1);
  }

  @Test
  void aCancelledCallThatTheExecutorDoesNotEndIsEndedAfterAWhile() {
    executor.behave(FakeExecutor.Taken::ignoreCancel);
    RunningCall call =
        Objects.requireNonNull(pipeline.start(call(profile(Fixture.ADA), "files__read"), heard));

    call.cancel("enough");
    call.cancel("enough");
    assertThat(heard.end).isNull();
    call.tick(System.nanoTime() + Duration.ofSeconds(3).toNanos());

    assertThat(executor.taken().getFirst().cancels()).containsExactly("enough");
    assertThat(heard.end).isInstanceOf(CallEnd.Cancelled.class);
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("cancelled");
  }

  @Test
  void aCallThatOutlivesItsDeadlineIsGivenUpAsUnknown() {
    executor.behave(FakeExecutor.Taken::ignoreCancel);
    RunningCall call =
        Objects.requireNonNull(pipeline.start(call(profile(Fixture.ADA), "files__read"), heard));

    call.tick(System.nanoTime() + Duration.ofMinutes(9).toNanos());
    assertThat(heard.end).isNull();
    call.tick(System.nanoTime() + Duration.ofMinutes(11).toNanos());

    assertThat(heard.failure().code()).isEqualTo(ErrorCode.UPSTREAM_TIMEOUT);
    assertThat(executor.taken().getFirst().cancels()).hasSize(1);
    assertThat(limits.settled).containsExactly("IN_DOUBT");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_TIMED_OUT);
  }

  @Test
  void aRevokedKeyHasItsOwnCallsCancelledAndNoOthers() {
    executor.behave(taken -> {});
    Heard ofAda = new Heard();
    Heard ofBob = new Heard();
    AccessProfile ada = profile(Fixture.ADA);
    pipeline.start(call(ada, "files__read"), ofAda);
    pipeline.start(call(profile(Fixture.BOB), "vault__open"), ofBob);

    callers.revoke(Fixture.ADA);

    assertThat(ofAda.end).isInstanceOf(CallEnd.Cancelled.class);
    assertThat(ofBob.end).isNull();
    assertThat(executor.callersEnded())
        .as("whose calls that wait for input are given up")
        .containsExactly(ada.tenant() + "/" + ada.keyId());
  }

  @Test
  void anExecutorThatThrowsStillEndsTheCall() {
    executor.behave(
        taken -> {
          throw new IllegalStateException("planted");
        });

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.failure()).isEqualTo(Failure.of(ErrorCode.INTERNAL));
    assertThat(evidence.closed()).hasSize(1);
  }

  @Test
  void whatRunsWhenTheGatewayStopsIsCancelledAndRecorded() {
    executor.behave(FakeExecutor.Taken::ignoreCancel);
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    running.stop(new io.quarkus.runtime.ShutdownEvent());

    assertThat(heard.end).isInstanceOf(CallEnd.Cancelled.class);
    assertThat(executor.taken().getFirst().cancels()).containsExactly("the gateway is stopping");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_CANCELLED);
  }

  @Test
  void aQuestionToAClientThatCannotBeAskedEndsTheCall() {
    executor.behave(
        taken -> taken.ask("q", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"roots/list\"}"));

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.failure().code()).isEqualTo(ErrorCode.UPSTREAM_NEEDS_INPUT);
    assertThat(executor.taken().getFirst().cancels()).hasSize(1);
  }

  @Test
  void whatADoorRefusesIsRecorded() {
    pipeline.refused(
        call(profile(Fixture.ADA), "files__read"),
        Failure.of(ErrorCode.HEADER_MISMATCH),
        "protocol");

    assertThat(evidence.opened().getFirst().getDecision()).isEqualTo("deny");
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("header_mismatch");
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
  }

  private void assertRefused(ErrorCode code, String message, String rule) {
    assertThat(heard.failure()).isEqualTo(Failure.of(code, message));
    assertThat(executor.taken()).isEmpty();
    assertThat(limits.settled).isEmpty();
    assertThat(evidence.opened())
        .singleElement()
        .satisfies(
            open -> {
              assertThat(open.getDecision()).isEqualTo("deny");
              assertThat(open.getRule()).isEqualTo(rule);
            });
    assertThat(evidence.closed())
        .singleElement()
        .satisfies(close -> assertThat(close.getErrorCode()).isEqualTo(code.wireName()));
  }

  private AccessProfile profile(String credential) {
    if (callers.authenticate(credential).result()
        instanceof Authentication.Authenticated(AccessProfile profile)) {
      return profile;
    }
    throw new AssertionError("no such key");
  }

  private static ToolCall call(AccessProfile profile, String tool) {
    return call(profile, null, tool);
  }

  private static ToolCall call(AccessProfile profile, @Nullable String server, String tool) {
    byte[] frame =
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":{\"n\" : 1.50}}}")
            .getBytes(StandardCharsets.UTF_8);
    if (FrameScanner.scan(frame) instanceof ScanResult.Scanned(Frame.Request request)) {
      return new ToolCall(
          profile,
          server == null ? Door.MCP : Door.MCP_SERVER,
          server,
          ProtocolVersion.LATEST,
          request,
          new byte[0],
          Client.UNNAMED,
          null,
          "",
          null,
          null,
          Map.of(),
          null,
          ToolCall.Check.NONE);
    }
    throw new AssertionError("not a request");
  }

  @Test
  void nothingIsReservedWhileAPersonIsWaitedFor() {
    asking();

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.end).isInstanceOf(CallEnd.Waits.class);
    assertThat(limits.costs).isEmpty();
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.opened().getFirst().getDecision()).isEqualTo("ask");
    assertThat(evidence.closed().getFirst().getErrorCode()).isEqualTo("approval_required");
  }

  @Test
  void anApprovedCallIsRecordedWithItsApprovalReservedAndRun() {
    asking();
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    approvals.approveAll();

    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(heard.end).isInstanceOf(CallEnd.Answered.class);
    assertThat(executor.taken()).hasSize(1);
    assertThat(limits.settled).containsExactly("CHARGED");
    assertThat(evidence.opened().getLast().getDecision()).isEqualTo("allow");
    assertThat(evidence.opened().getLast().getRule())
        .startsWith("approval:apr_")
        .isEqualTo(evidence.opened().getFirst().getRule());
  }

  @Test
  void whatProvablyDoesNotRunGivesItsApprovalBack() {
    asking();
    granting();
    limits.refuse = Failure.of(ErrorCode.OVER_BUDGET);
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(approvals.returned()).as("a budget").hasSize(1);
    assertThat(heard.failure().code()).isEqualTo(ErrorCode.OVER_BUDGET);

    limits.refuse = null;
    executor.behave(taken -> taken.fail("upstream_down", "down", true));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(approvals.returned()).as("not delivered").hasSize(2);

    evidence.fillUp();
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    assertThat(approvals.returned()).as("not recorded").hasSize(3);
    assertThat(heard.failure().code()).isEqualTo(ErrorCode.EVIDENCE_FULL);
  }

  @Test
  void whatMayHaveRunKeepsItsApproval() {
    asking();
    granting();
    executor.behave(taken -> taken.fail("upstream_garbage", "garbage", false));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    executor.behave(FakeExecutor.Taken::lose);
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);
    executor.behave(taken -> taken.complete("{\"isError\":true,\"content\":[]}"));
    pipeline.start(call(profile(Fixture.ADA), "files__read"), heard);

    assertThat(executor.taken()).hasSize(3);
    assertThat(approvals.returned()).isEmpty();
  }

  @Test
  void aCallThatIsGivenUpWhileItsApprovalIsTakenGivesItBackAndDoesNotRun() {
    asking();
    Promise<Approvals.Answer> later = Promise.promise();
    approvals.answer(wanted -> later.future());
    RunningCall call =
        Objects.requireNonNull(pipeline.start(call(profile(Fixture.ADA), "files__read"), heard));

    call.cancel("the client went away");
    assertThat(heard.end).isInstanceOf(CallEnd.Cancelled.class);
    later.complete(new Approvals.Granted(Fixture.ACME, call.id(), 1, "apr_1", "admin"));

    assertThat(approvals.returned()).hasSize(1);
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.opened()).hasSize(1);
    assertThat(evidence.closed()).hasSize(1);
    assertThat(evidence.closed().getFirst().getOutcome()).isEqualTo(Outcome.OUTCOME_CANCELLED);
    assertThat(heard.ends).isEqualTo(1);
  }

  @Test
  void anApprovedCallThatIsGivenUpWhileItWaitsForUnitsGivesItsApprovalBack() {
    asking();
    granting();
    limits.later = Promise.promise();
    RunningCall call =
        Objects.requireNonNull(pipeline.start(call(profile(Fixture.ADA), "files__read"), heard));

    call.cancel("the client went away");
    limits.later.complete(
        new Reservations.Granted(call.id().toString(), Duration.ofMinutes(5), null));

    assertThat(approvals.returned()).hasSize(1);
    assertThat(limits.settled).containsExactly("RETURNED");
    assertThat(executor.taken()).isEmpty();
    assertThat(evidence.records()).hasSize(2);
  }

  private void asking() {
    catalogues.set(Fixture.ACME, Fixture.asking(Fixture.server("files", "read"), "read"));
  }

  private void granting() {
    approvals.answer(
        wanted ->
            io.vertx.core.Future.succeededFuture(
                new Approvals.Granted(
                    wanted.profile().tenant(), wanted.call(), wanted.leg(), "apr_1", "admin")));
  }

  /** Limits that a test sets, and remembers what was settled. */
  private static final class Limits implements Reservations {

    private @Nullable Failure refuse;
    private final List<String> settled = new ArrayList<>();
    private final List<Long> costs = new ArrayList<>();
    private final List<Long> tokens = new ArrayList<>();
    private @Nullable Promise<Immediate> later;

    @Override
    public Answer reserve(Wanted wanted) {
      costs.add(wanted.costMicros());
      if (later != null) {
        return new Awaited(later.future());
      }
      return refuse == null
          ? new Granted(wanted.call().toString(), Duration.ofMinutes(5), null)
          : new Refused(refuse);
    }

    @Override
    public void settle(Granted reservation, Settlement settlement, long tokens) {
      settled.add(settlement.name());
      this.tokens.add(tokens);
    }
  }

  /** Keeps what a door is told. */
  private static final class Heard implements CallAnswers {

    private @Nullable CallEnd end;
    private int ends;
    private int notifications;
    private Runnable onEnd = () -> {};

    Failure failure() {
      if (end instanceof CallEnd.Failed(CallId id, Failure failure)) {
        return failure;
      }
      throw new AssertionError("did not fail: " + end);
    }

    @Override
    public void notification(Buffer frame) {
      notifications++;
    }

    @Override
    public boolean serverRequest(RunningCall call, String id, Buffer frame) {
      return false;
    }

    @Override
    public void stillRunning(long nowNanos) {}

    @Override
    public void end(CallEnd end) {
      this.end = end;
      ends++;
      onEnd.run();
    }
  }
}
