package dev.sallyport.policy.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.policy.access.PolicyOperations;
import dev.sallyport.policy.access.PolicySettings;
import dev.sallyport.policy.postgres.OtherReplica;
import dev.sallyport.proto.policy.v1.Approval;
import dev.sallyport.proto.policy.v1.ApprovalState;
import dev.sallyport.proto.policy.v1.ClaimApprovalRequest;
import dev.sallyport.proto.policy.v1.ClaimApprovalResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.DecideApprovalRequest;
import dev.sallyport.proto.policy.v1.DecideApprovalResponse;
import dev.sallyport.proto.policy.v1.ListApprovalsRequest;
import dev.sallyport.proto.policy.v1.ListApprovalsResponse;
import dev.sallyport.proto.policy.v1.ReturnApprovalRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import dev.sallyport.testkit.stores.EmbeddedRedisResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(EmbeddedRedisResource.class)
class ApprovalOperationsTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String ADMIN = "admin:test";

  @Inject PolicyOperations policy;
  @Inject ApprovalOperations approvals;
  @Inject ApprovalStore store;
  @Inject PolicySettings settings;
  @Inject Vertx vertx;

  private final String acme = "acme-" + UUID.randomUUID();
  private final String globex = "globex-" + UUID.randomUUID();
  private String ada = "";
  private String bob = "";

  @BeforeEach
  void keys() {
    ada = key(acme, "ada");
    bob = key(acme, "bob");
  }

  @Test
  void aRequestIsKeptOnceHoweverOftenTheCallIsMade() {
    ClaimApprovalResponse first = claim(ada, "{\"id\":1}");
    ClaimApprovalResponse again = claim(ada, "{\"id\":1}");

    assertThat(first.getPending().getCreated()).isTrue();
    assertThat(first.getPending().getId()).matches("apr_.{22}");
    assertThat(again.getPending())
        .isEqualTo(first.getPending().toBuilder().setCreated(false).build());
    Approval kept = show(acme, first.getPending().getId());
    assertThat(kept.getState()).isEqualTo(ApprovalState.APPROVAL_STATE_PENDING);
    assertThat(kept.getArguments().toStringUtf8()).isEqualTo("{\"id\":1}");
    assertThat(kept.getKeyName()).isEqualTo("ada");
    assertThat(kept.getRule()).isEqualTo("tool");
    assertThat(list(acme, ListApprovalsRequest.newBuilder()).getApprovalsList())
        .singleElement()
        .satisfies(one -> assertThat(one.getArguments().isEmpty()).isTrue());
  }

  @Test
  void anApprovalIsForOneCallOfThisKeyToolAndArguments() {
    String id = claim(ada, "{\"id\":1}").getPending().getId();
    approve(id);

    assertThat(claim(bob, "{\"id\":1}").hasPending()).as("another key").isTrue();
    assertThat(claim(ada, "{\"id\":2}").hasPending()).as("other arguments").isTrue();
    assertThat(
            claim(ada, request(ada, "{\"id\":1}").setTool("drop"), CallId.next(), 1).hasPending())
        .as("another tool")
        .isTrue();
    assertThat(
            claim(ada, request(ada, "{\"id\":1}").setServer("mail"), CallId.next(), 1).hasPending())
        .as("another server")
        .isTrue();
    CallId call = CallId.next();
    ClaimApprovalResponse granted = claim(ada, request(ada, "{\"id\":1}"), call, 1);
    assertThat(granted.getGranted().getId()).isEqualTo(id);
    assertThat(granted.getGranted().getDecidedBy()).isEqualTo(ADMIN);
    Approval used = show(acme, id);
    assertThat(used.getState()).isEqualTo(ApprovalState.APPROVAL_STATE_USED);
    assertThat(used.getCallId()).isEqualTo(call.toString());
    assertThat(claim(ada, "{\"id\":1}").getPending().getCreated()).as("once only").isTrue();
  }

  @Test
  void ofManyCallsOnTwoReplicasOneTakesTheApproval() {
    ApprovalOperations other =
        new ApprovalOperations(OtherReplica.approvals(vertx), settings, Instant::now);
    approve(claim(ada, "{}").getPending().getId());

    List<CompletableFuture<ClaimApprovalResponse>> claims = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      claims.add(
          (i % 2 == 0 ? approvals : other)
              .claimApproval(edge(acme, CallId.next()), request(ada, "{}").build())
              .subscribeAsCompletionStage());
    }

    assertThat(
            claims.stream().map(CompletableFuture::join).filter(ClaimApprovalResponse::hasGranted))
        .hasSize(1);
  }

  @Test
  void manyCallsAtOnceOnTwoReplicasMakeOneRequest() {
    ApprovalOperations other =
        new ApprovalOperations(OtherReplica.approvals(vertx), settings, Instant::now);

    List<CompletableFuture<ClaimApprovalResponse>> claims = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      claims.add(
          (i % 2 == 0 ? approvals : other)
              .claimApproval(edge(acme, CallId.next()), request(ada, "{}").build())
              .subscribeAsCompletionStage());
    }

    assertThat(claims.stream().map(claim -> claim.join().getPending().getId()).distinct())
        .hasSize(1);
  }

  @Test
  void ofTwoWhoDecideAtOnceOneDoesAndTheOtherIsToldWho() {
    ApprovalOperations other =
        new ApprovalOperations(OtherReplica.approvals(vertx), settings, Instant::now);
    String id = claim(ada, "{}").getPending().getId();

    CompletableFuture<DecideApprovalResponse> yes =
        approvals
            .decideApproval(admin(acme, "admin:yes"), decision(id, true).build())
            .subscribeAsCompletionStage();
    CompletableFuture<DecideApprovalResponse> no =
        other
            .decideApproval(admin(acme, "admin:no"), decision(id, false).build())
            .subscribeAsCompletionStage();
    String failed =
        CompletableFuture.allOf(yes, no).handle((done, failure) -> String.valueOf(failure)).join();

    assertThat(yes.isCompletedExceptionally()).isNotEqualTo(no.isCompletedExceptionally());
    Approval decided = show(acme, id);
    assertThat(failed).contains("already by " + decided.getDecidedBy());
    assertFails(() -> decide(acme, decision(id, true)), ErrorCode.CONFLICT, "already by");
  }

  @Test
  void aDenialIsToldOnceAndThenTheNextCallAsksAnew() {
    String id = claim(ada, "{}").getPending().getId();
    decide(acme, decision(id, false).setComment("not on a Friday"));

    ClaimApprovalResponse told = claim(ada, "{}");
    ClaimApprovalResponse after = claim(ada, "{}");

    assertThat(told.getDenied().getId()).isEqualTo(id);
    assertThat(told.getDenied().getDecidedBy()).isEqualTo(ADMIN);
    assertThat(told.getDenied().getComment()).isEqualTo("not on a Friday");
    assertThat(after.getPending().getCreated()).isTrue();
    assertThat(show(acme, id).getState()).isEqualTo(ApprovalState.APPROVAL_STATE_DENIED);
  }

  @Test
  void whatNobodyDecidesInTimeIsOver() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    ApprovalOperations later = new ApprovalOperations(store, settings, now::get);
    String id =
        answer(
                later.claimApproval(
                    edge(acme, CallId.next()),
                    request(ada, "{}").setExpiresInMillis(60_000).build()))
            .getPending()
            .getId();
    now.updateAndGet(before -> before.plusSeconds(60));

    assertFails(
        () -> answer(later.decideApproval(admin(acme, ADMIN), decision(id, true).build())),
        ErrorCode.CONFLICT,
        "expired at");
    ClaimApprovalResponse told =
        answer(
            later.claimApproval(
                edge(acme, CallId.next()), request(ada, "{}").setWaitingFor(id).build()));
    assertThat(told.getOver().getId()).isEqualTo(id);
    assertThat(told.getOver().getExpired()).isTrue();
    assertThat(ofState(later, ApprovalState.APPROVAL_STATE_EXPIRED)).containsExactly(id);
    assertThat(ofState(later, ApprovalState.APPROVAL_STATE_PENDING)).isEmpty();
    assertThat(
            answer(later.claimApproval(edge(acme, CallId.next()), request(ada, "{}").build()))
                .getPending()
                .getCreated())
        .isTrue();
  }

  @Test
  void anApprovalThatNothingTakesInTimeIsOver() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    ApprovalOperations later = new ApprovalOperations(store, settings, now::get);
    String id = claim(ada, "{}").getPending().getId();
    decide(acme, decision(id, true).setValidForMillis(60_000));
    now.updateAndGet(before -> before.plusSeconds(61));

    ClaimApprovalResponse claimed =
        answer(later.claimApproval(edge(acme, CallId.next()), request(ada, "{}").build()));

    assertThat(claimed.getPending().getCreated()).isTrue();
    assertThat(ofState(later, ApprovalState.APPROVAL_STATE_EXPIRED)).containsExactly(id);
  }

  @Test
  void whatDidNotRunGivesItsApprovalBackOnce() {
    String id = claim(ada, "{}").getPending().getId();
    approve(id);
    CallId call = CallId.next();
    claim(ada, request(ada, "{}"), call, 1);

    assertThat(giveBack(CallId.next(), id, 1)).as("another call").isFalse();
    assertThat(giveBack(call, id, 2)).as("another leg").isFalse();
    assertThat(giveBack(call, id, 1)).isTrue();
    assertThat(giveBack(call, id, 1)).as("again").isFalse();
    assertThat(claim(ada, "{}").getGranted().getId()).isEqualTo(id);
    assertThat(giveBack(call, id, 1)).as("taken by another call since").isFalse();
  }

  @Test
  void aCallGoesOnWithItsApprovalOncePerLeg() {
    String id = claim(ada, "{}").getPending().getId();
    approve(id);
    CallId call = CallId.next();
    assertThat(claim(ada, request(ada, "{}"), call, 2).hasGranted()).isTrue();

    assertThat(claim(ada, request(ada, "{}"), call, 3).getGranted().getId()).isEqualTo(id);
    assertThat(claim(ada, request(ada, "{}"), call, 3).hasGranted()).as("replayed").isFalse();
    assertThat(claim(ada, request(ada, "{}"), call, 2).hasGranted()).as("replayed").isFalse();
    assertThat(claim(ada, request(ada, "{}"), CallId.next(), 4).hasGranted()).isFalse();
    assertThat(claim(ada, request(ada, "{\"x\":1}"), call, 4).hasGranted()).isFalse();
    assertThat(claim(ada, request(ada, "{}"), call, 4).hasGranted()).isTrue();
    assertThat(giveBack(call, id, 4)).isTrue();
    assertThat(claim(ada, request(ada, "{}"), call, 4).hasGranted()).isTrue();
  }

  @Test
  void whoWaitsIsToldWhatBecameOfItAndAsksNothingNew() {
    String id = claim(ada, "{}").getPending().getId();
    assertThat(
            claim(ada, request(ada, "{}").setWaitingFor(id), CallId.next(), 2).getPending().getId())
        .isEqualTo(id);
    decide(acme, decision(id, false));
    ClaimApprovalRequest.Builder waiting = request(ada, "{}").setWaitingFor(id);

    assertThat(claim(ada, waiting, CallId.next(), 2).getDenied().getId()).isEqualTo(id);
    assertThat(claim(ada, waiting, CallId.next(), 2).getDenied().getId()).isEqualTo(id);
    assertThat(claim(bob, request(bob, "{}").setWaitingFor(id), CallId.next(), 2).hasOver())
        .as("another key's")
        .isTrue();
    assertThat(ofState(approvals, ApprovalState.APPROVAL_STATE_PENDING)).isEmpty();
  }

  @Test
  void aKeyHasOnlySoManyCallsWaiting() {
    for (int i = 0; i < settings.approvals().mostPerKey(); i++) {
      claim(ada, "{\"id\":" + i + "}");
    }

    ClaimApprovalResponse refused = claim(ada, "{\"id\":-1}");

    assertThat(refused.getFull().getOfKey()).isTrue();
    assertThat(refused.getFull().getMost()).isEqualTo(settings.approvals().mostPerKey());
    assertThat(claim(ada, "{\"id\":7}").hasPending()).as("one that waits already").isTrue();
    assertThat(claim(bob, "{\"id\":-1}").hasPending()).as("another key").isTrue();
    String id = claim(ada, "{\"id\":7}").getPending().getId();
    decide(acme, decision(id, false));
    assertThat(claim(ada, "{\"id\":-1}").hasPending()).as("there is room again").isTrue();
  }

  @Test
  void anotherTenantSeesDecidesAndTakesNothing() {
    String id = claim(ada, "{}").getPending().getId();

    assertThat(list(globex, ListApprovalsRequest.newBuilder()).getApprovalsCount()).isZero();
    assertThat(list(globex, ListApprovalsRequest.newBuilder().setId(id)).getApprovalsCount())
        .isZero();
    assertFails(() -> decide(globex, decision(id, true)), ErrorCode.NOT_FOUND, "No such approval");
    assertFails(
        () -> decide(globex, decision("apr_nothing", true)),
        ErrorCode.NOT_FOUND,
        "No such approval");
    approve(id);
    assertFails(
        () ->
            answer(
                approvals.claimApproval(edge(globex, CallId.next()), request(ada, "{}").build())),
        ErrorCode.FORBIDDEN,
        "may no longer be used");
    assertThat(
            answer(
                    approvals.returnApproval(
                        edge(globex, CallId.next()),
                        ReturnApprovalRequest.newBuilder().setId(id).setLeg(1).build()))
                .getReturned())
        .isFalse();
    assertThat(claim(ada, "{}").hasGranted()).isTrue();
  }

  @Test
  void aRevokedKeyTakesNothingAndNothingIsApprovedForIt() {
    String approved = claim(ada, "{}").getPending().getId();
    String waiting = claim(ada, "{\"id\":1}").getPending().getId();
    approve(approved);
    answer(policy.revokeKey(edge(acme), RevokeKeyRequest.newBuilder().setKey("ada").build()));

    assertFails(() -> claim(ada, "{}"), ErrorCode.FORBIDDEN, "may no longer be used");
    assertFails(
        () -> decide(acme, decision(waiting, true)), ErrorCode.CONFLICT, "may no longer be used");
    assertThat(decide(acme, decision(waiting, false)).getState())
        .isEqualTo(ApprovalState.APPROVAL_STATE_DENIED);
  }

  @Test
  void listsAreNewestFirstFilteredAndInPages() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(claim(ada, "{\"id\":" + i + "}").getPending().getId());
    }
    String bobs =
        claim(bob, request(bob, "{}").setTool("drop"), CallId.next(), 1).getPending().getId();
    approve(ids.get(0));

    List<String> seen = new ArrayList<>();
    String after = "";
    do {
      ListApprovalsResponse page =
          list(acme, ListApprovalsRequest.newBuilder().setLimit(2).setAfter(after));
      page.getApprovalsList().forEach(one -> seen.add(one.getId()));
      after = page.getMore() ? seen.getLast() : "";
    } while (!after.isEmpty());

    assertThat(seen).hasSize(6).doesNotHaveDuplicates().contains(bobs).containsAll(ids);
    List<Instant> times =
        seen.stream().map(id -> Instant.ofEpochMilli(show(acme, id).getAskedAtMillis())).toList();
    assertThat(times).isSortedAccordingTo((one, two) -> two.compareTo(one));
    assertThat(idsOf(ListApprovalsRequest.newBuilder().setKey("bob"))).containsExactly(bobs);
    assertThat(idsOf(ListApprovalsRequest.newBuilder().setKey(bob))).containsExactly(bobs);
    assertThat(idsOf(ListApprovalsRequest.newBuilder().setServer("fs").setTool("drop")))
        .containsExactly(bobs);
    assertThat(
            idsOf(
                ListApprovalsRequest.newBuilder().setState(ApprovalState.APPROVAL_STATE_APPROVED)))
        .containsExactly(ids.get(0));
    assertThat(idsOf(ListApprovalsRequest.newBuilder().setServer("nobody"))).isEmpty();
  }

  @Test
  void whatIsOverForLongIsForgottenAndNothingElse() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now().minus(Duration.ofDays(91)));
    ApprovalOperations before = new ApprovalOperations(store, settings, now::get);
    String old =
        answer(before.claimApproval(edge(acme, CallId.next()), request(ada, "{}").build()))
            .getPending()
            .getId();
    String young = claim(ada, "{\"id\":1}").getPending().getId();

    answer(store.forget(Instant.now().minus(settings.approvals().kept())));

    assertThat(idsOf(ListApprovalsRequest.newBuilder())).containsExactly(young).doesNotContain(old);
    assertThat(show(acme, young).getArguments().toStringUtf8()).isEqualTo("{\"id\":1}");
  }

  @Test
  void whoGivesUpKeepsNobodyElseWaiting() {
    for (int i = 0; i < 5; i++) {
      approvals
          .decideApproval(admin(acme, ADMIN), decision("apr_nothing", false).build())
          .subscribe()
          .with(done -> {}, failure -> {})
          .cancel();
    }

    assertThat(claim(ada, "{}").getPending().getCreated()).isTrue();
  }

  @Test
  void badInputIsRefusedWithTheFix() {
    assertFails(
        () -> claim(ada, "x".repeat(64 * 1024 + 1)), ErrorCode.INVALID_PARAMS, "at most 64 KiB");
    assertFails(
        () ->
            claim(
                ada,
                request(ada, "{}").setArgumentsDigest(ByteString.copyFromUtf8("x")),
                CallId.next(),
                1),
        ErrorCode.INVALID_PARAMS,
        "32 bytes");
    assertFails(
        () -> answer(approvals.claimApproval(edge(acme), request(ada, "{}").build())),
        ErrorCode.INVALID_PARAMS,
        "no call id");
    String id = claim(ada, "{}").getPending().getId();
    assertFails(
        () -> decide(acme, decision(id, true).setValidForMillis(Duration.ofDays(8).toMillis())),
        ErrorCode.INVALID_PARAMS,
        "at most 7 days");
    assertFails(
        () -> decide(acme, decision(id, true).setValidForMillis(-1)),
        ErrorCode.INVALID_PARAMS,
        "at most 7 days");
    assertFails(
        () -> decide(acme, decision(id, false).setValidForMillis(1)),
        ErrorCode.INVALID_PARAMS,
        "leave the time out");
    assertFails(
        () -> decide(acme, decision(id, true).setComment("x".repeat(1_001))),
        ErrorCode.INVALID_PARAMS,
        "1000 characters");
    assertFails(
        () -> list(acme, ListApprovalsRequest.newBuilder().setLimit(1_001)),
        ErrorCode.INVALID_PARAMS,
        "1 to 1000");
    assertFails(
        () ->
            answer(
                approvals.decideApproval(
                    CallContext.ofService(Peer.EXECUTOR, acme), decision(id, true).build())),
        ErrorCode.FORBIDDEN,
        "not allowed");
    assertThat(show(acme, id).getState()).isEqualTo(ApprovalState.APPROVAL_STATE_PENDING);
  }

  private List<String> ofState(ApprovalOperations operations, ApprovalState state) {
    return answer(
            operations.listApprovals(
                edge(acme), ListApprovalsRequest.newBuilder().setState(state).build()))
        .getApprovalsList()
        .stream()
        .map(Approval::getId)
        .toList();
  }

  private List<String> idsOf(ListApprovalsRequest.Builder request) {
    return list(acme, request).getApprovalsList().stream().map(Approval::getId).toList();
  }

  private ListApprovalsResponse list(String tenant, ListApprovalsRequest.Builder request) {
    return answer(approvals.listApprovals(edge(tenant), request.build()));
  }

  private Approval show(String tenant, String id) {
    return list(tenant, ListApprovalsRequest.newBuilder().setId(id)).getApprovals(0);
  }

  private ClaimApprovalResponse claim(String key, String arguments) {
    return claim(key, request(key, arguments), CallId.next(), 1);
  }

  private ClaimApprovalResponse claim(
      String key, ClaimApprovalRequest.Builder request, CallId call, int leg) {
    return answer(
        approvals.claimApproval(edge(acme, call), request.setKeyId(key).setLeg(leg).build()));
  }

  private ClaimApprovalRequest.Builder request(String key, String arguments) {
    byte[] digest = new byte[32];
    byte[] text = arguments.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, digest, 0, Math.min(32, text.length));
    return ClaimApprovalRequest.newBuilder()
        .setKeyId(key)
        .setKeyName(key.equals(ada) ? "ada" : "bob")
        .setServer("fs")
        .setTool("delete")
        .setRule("tool")
        .setReason("The server asks.")
        .setLeg(1)
        .setArgumentsDigest(ByteString.copyFrom(digest))
        .setArguments(ByteString.copyFrom(text));
  }

  private boolean giveBack(CallId call, String id, int leg) {
    return answer(
            approvals.returnApproval(
                edge(acme, call), ReturnApprovalRequest.newBuilder().setId(id).setLeg(leg).build()))
        .getReturned();
  }

  private void approve(String id) {
    decide(acme, decision(id, true));
  }

  private Approval decide(String tenant, DecideApprovalRequest.Builder decision) {
    return answer(approvals.decideApproval(admin(tenant, ADMIN), decision.build())).getApproval();
  }

  private static DecideApprovalRequest.Builder decision(String id, boolean approve) {
    return DecideApprovalRequest.newBuilder().setId(id).setApprove(approve);
  }

  private String key(String tenant, String name) {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    return answer(
            policy.createKey(
                edge(tenant),
                CreateKeyRequest.newBuilder()
                    .setName(name)
                    .addTools("*")
                    .setCredentialHash(ByteString.copyFrom(hash))
                    .setPrefix("sp-")
                    .build()))
        .getKey()
        .getId();
  }

  private static CallContext edge(String tenant) {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  private static CallContext edge(String tenant, CallId call) {
    return new CallContext(
        tenant, "service:edge", Peer.EDGE, call, null, Long.MAX_VALUE, null, null);
  }

  private static CallContext admin(String tenant, String who) {
    return new CallContext(tenant, who, Peer.EDGE, null, null, Long.MAX_VALUE, null, null);
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
