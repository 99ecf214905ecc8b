package dev.sallyport.edge.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.admin.FakePolicy;
import dev.sallyport.edge.call.Approvals;
import dev.sallyport.edge.call.Approvals.Answer;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.rule.Verdict;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.ApprovalDenied;
import dev.sallyport.proto.policy.v1.ApprovalGranted;
import dev.sallyport.proto.policy.v1.ApprovalOver;
import dev.sallyport.proto.policy.v1.ApprovalPending;
import dev.sallyport.proto.policy.v1.ApprovalsFull;
import dev.sallyport.proto.policy.v1.ClaimApprovalRequest;
import dev.sallyport.proto.policy.v1.ClaimApprovalResponse;
import dev.sallyport.proto.policy.v1.ReturnApprovalRequest;
import dev.sallyport.proto.policy.v1.ReturnApprovalResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever policy does but grant, no call runs. */
class PolicyApprovalsTest {

  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private final CallId call = CallId.next();
  private final Policy policy = new Policy();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final PolicyApprovals approvals = new PolicyApprovals(policy, () -> TIMEOUT, meters);

  @Test
  void asksForExactlyThisCallAndTakesWhatIsGranted() {
    policy.answer(
        ClaimApprovalResponse.newBuilder()
            .setGranted(ApprovalGranted.newBuilder().setId("apr_1").setDecidedBy("admin:acme")));

    Answer answer = claim("apr_0");

    assertThat(answer)
        .isEqualTo(new Approvals.Granted(Fixture.ACME, call, 2, "apr_1", "admin:acme"));
    ClaimApprovalRequest asked = policy.asked.getFirst();
    assertThat(asked.getContext().getTenant()).isEqualTo(Fixture.ACME);
    assertThat(asked.getContext().getCallId()).isEqualTo(call.toString());
    assertThat(asked.getKeyId()).isEqualTo("vk_ada");
    assertThat(asked.getServer()).isEqualTo("files");
    assertThat(asked.getTool()).isEqualTo("write");
    assertThat(asked.getArguments().toStringUtf8()).isEqualTo("{}");
    assertThat(asked.getArgumentsDigest().size()).isEqualTo(32);
    assertThat(asked.getRule()).isEqualTo("tool");
    assertThat(asked.getExpiresInMillis()).isEqualTo(60_000);
    assertThat(asked.getLeg()).isEqualTo(2);
    assertThat(asked.getWaitingFor()).isEqualTo("apr_0");
    assertThat(counted("granted")).isEqualTo(1);
  }

  @Test
  void tellsEveryOtherAnswerApart() {
    policy.answer(
        ClaimApprovalResponse.newBuilder()
            .setPending(
                ApprovalPending.newBuilder()
                    .setId("apr_1")
                    .setExpiresAtMillis(5_000)
                    .setCreated(true)));
    assertThat(claim(null)).isEqualTo(new Approvals.Pending("apr_1", Instant.ofEpochSecond(5)));
    policy.answer(
        ClaimApprovalResponse.newBuilder()
            .setDenied(
                ApprovalDenied.newBuilder()
                    .setId("apr_1")
                    .setDecidedBy("admin:acme")
                    .setComment("no")));
    assertThat(claim(null)).isEqualTo(new Approvals.Denied("apr_1", "admin:acme", "no"));
    policy.answer(
        ClaimApprovalResponse.newBuilder()
            .setOver(ApprovalOver.newBuilder().setId("apr_1").setExpired(true)));
    assertThat(claim(null)).isEqualTo(new Approvals.Over("apr_1", true));
    policy.answer(
        ClaimApprovalResponse.newBuilder()
            .setFull(ApprovalsFull.newBuilder().setOfKey(true).setMost(100)));
    Failure full = ((Approvals.Refused) claim(null)).failure();
    assertThat(full.code()).isEqualTo(ErrorCode.THROTTLED);
    assertThat(full.message()).contains("100 calls of this key").contains("decided first");
    assertThat(List.of(counted("asked"), counted("denied"), counted("expired"), counted("refused")))
        .containsOnly(1.0);
  }

  static Stream<Supplier<Uni<ClaimApprovalResponse>>> nothingSaid() {
    return Stream.of(
        () -> Uni.createFrom().nothing(),
        () -> Uni.createFrom().item(ClaimApprovalResponse.getDefaultInstance()),
        () -> Uni.createFrom().nullItem(),
        () -> Uni.createFrom().failure(new IllegalStateException("broken")),
        () -> {
          throw new IllegalStateException("thrown");
        });
  }

  @ParameterizedTest
  @MethodSource("nothingSaid")
  void nothingRunsWhilePolicySaysNothing(Supplier<Uni<ClaimApprovalResponse>> said) {
    policy.says = said;

    assertThat(claim(null))
        .isEqualTo(new Approvals.Refused(Failure.of(ErrorCode.POLICY_UNAVAILABLE)));
    assertThat(counted("unavailable")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void nothingRunsWhateverPolicyFailsWith(ErrorCode code) {
    policy.says = () -> Uni.createFrom().failure(new CallFailed(Failure.of(code)));

    Failure failure = ((Approvals.Refused) claim(null)).failure();

    assertThat(failure.code())
        .isEqualTo(code == ErrorCode.FORBIDDEN ? code : ErrorCode.POLICY_UNAVAILABLE);
  }

  @Test
  void givesBackWhatItsCallTook() {
    approvals.giveBack(new Approvals.Granted(Fixture.ACME, call, 3, "apr_1", "admin:acme"));

    ReturnApprovalRequest returned = policy.returned.getFirst();
    assertThat(returned.getContext().getTenant()).isEqualTo(Fixture.ACME);
    assertThat(returned.getContext().getCallId()).isEqualTo(call.toString());
    assertThat(returned.getId()).isEqualTo("apr_1");
    assertThat(returned.getLeg()).isEqualTo(3);
    assertThat(counted("returned")).isEqualTo(1);
  }

  private double counted(String outcome) {
    return meters.get("sallyport.edge.approvals").tag("outcome", outcome).counter().count();
  }

  private Answer claim(@Nullable String waitingFor) {
    return approvals
        .claim(
            new Approvals.Wanted(
                call,
                2,
                Fixture.profile(Fixture.ACME, "vk_ada", "*"),
                "files",
                "write",
                new byte[32],
                new byte[] {'{', '}'},
                new Verdict.Ask("tool", "It deletes.", Duration.ofMinutes(1)),
                waitingFor))
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  /** Says what it is told to say. */
  private static final class Policy extends FakePolicy {

    private final List<ClaimApprovalRequest> asked = new ArrayList<>();
    private final List<ReturnApprovalRequest> returned = new ArrayList<>();
    private Supplier<Uni<ClaimApprovalResponse>> says = () -> Uni.createFrom().nothing();

    void answer(ClaimApprovalResponse.Builder response) {
      says = () -> Uni.createFrom().item(response.build());
    }

    @Override
    public Uni<ClaimApprovalResponse> claimApproval(ClaimApprovalRequest request) {
      asked.add(request);
      return says.get();
    }

    @Override
    public Uni<ReturnApprovalResponse> returnApproval(ReturnApprovalRequest request) {
      returned.add(request);
      return Uni.createFrom().item(ReturnApprovalResponse.newBuilder().setReturned(true).build());
    }
  }
}
