package dev.sallyport.edge.caller;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.ClaimApprovalRequest;
import dev.sallyport.proto.policy.v1.ClaimApprovalResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.CreateKeyResponse;
import dev.sallyport.proto.policy.v1.DecideApprovalRequest;
import dev.sallyport.proto.policy.v1.DecideApprovalResponse;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitResponse;
import dev.sallyport.proto.policy.v1.KeyChanged;
import dev.sallyport.proto.policy.v1.LeaseUnitsRequest;
import dev.sallyport.proto.policy.v1.LeaseUnitsResponse;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.LimitsChanged;
import dev.sallyport.proto.policy.v1.ListApprovalsRequest;
import dev.sallyport.proto.policy.v1.ListApprovalsResponse;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import dev.sallyport.proto.policy.v1.Refused;
import dev.sallyport.proto.policy.v1.Reset;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.ReturnApprovalRequest;
import dev.sallyport.proto.policy.v1.ReturnApprovalResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyResponse;
import dev.sallyport.proto.policy.v1.RotateKeyRequest;
import dev.sallyport.proto.policy.v1.RotateKeyResponse;
import dev.sallyport.proto.policy.v1.SettleLeasesRequest;
import dev.sallyport.proto.policy.v1.SettleLeasesResponse;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyResponse;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import dev.sallyport.proto.policy.v1.WatchHeartbeat;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;

/** Policy as a test scripts it. */
@NullUnmarked
final class FakePolicy implements PolicyPeer {

  /** What the next look-ups answer, by hash; unknown ones are refused. */
  final Map<ByteString, Supplier<Uni<ResolveAccessResponse>>> answers = new ConcurrentHashMap<>();

  final AtomicInteger questions = new AtomicInteger();
  final List<WatchAccessRequest> watches = new CopyOnWriteArrayList<>();
  volatile MultiEmitter<? super AccessEvent> stream;
  volatile boolean away;
  volatile long sequence = 1;

  static ByteString hash(String credential) {
    try {
      return ByteString.copyFrom(
          MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static ResolveAccessResponse profile(
      long sequence, String tenant, String keyId, Instant expiry, String... tools) {
    return ResolveAccessResponse.newBuilder()
        .setSequence(sequence)
        .setProfile(
            dev.sallyport.proto.policy.v1.AccessProfile.newBuilder()
                .setTenant(tenant)
                .setKeyId(keyId)
                .setKeyName("agent")
                .addAllTools(List.of(tools))
                .setExpiresAtMillis(expiry == null ? 0 : expiry.toEpochMilli())
                .setDigest(tenant + String.join(",", tools)))
        .build();
  }

  void knows(String credential, String tenant, String keyId, String... tools) {
    answers.put(
        hash(credential),
        () -> Uni.createFrom().item(profile(sequence, tenant, keyId, null, tools)));
  }

  /** The credential of a key that has another one by now, which ends then. */
  void knowsReplaced(String credential, String tenant, String keyId, Instant until) {
    answers.put(
        hash(credential),
        () -> {
          ResolveAccessResponse.Builder answer =
              profile(sequence, tenant, keyId, until, "*").toBuilder();
          answer.getProfileBuilder().setReplaced(true);
          return Uni.createFrom().item(answer.build());
        });
  }

  void revoke(String credential, String tenant, String keyId) {
    sequence++;
    answers.put(hash(credential), () -> Uni.createFrom().item(refused(sequence, "REVOKED")));
    tellChange(sequence, credential, tenant, keyId, true);
  }

  static ResolveAccessResponse refused(long sequence, String reason) {
    return ResolveAccessResponse.newBuilder()
        .setSequence(sequence)
        .setRefused(Refused.newBuilder().setReason(reason))
        .build();
  }

  void tellChange(long at, String credential, String tenant, String keyId, boolean ended) {
    stream.emit(
        AccessEvent.newBuilder()
            .setSequence(at)
            .setKeyChanged(
                KeyChanged.newBuilder()
                    .setTenant(tenant)
                    .setKeyId(keyId)
                    .setCredentialHash(hash(credential))
                    .setEnded(ended))
            .build());
  }

  void tellLimitsChanged(long at, String tenant) {
    stream.emit(
        AccessEvent.newBuilder()
            .setSequence(at)
            .setLimitsChanged(LimitsChanged.newBuilder().setTenant(tenant))
            .build());
  }

  /** A key with a limit of so many calls a minute. */
  void knowsLimited(String credential, String tenant, String keyId, long calls) {
    answers.put(
        hash(credential),
        () -> {
          ResolveAccessResponse.Builder answer =
              profile(sequence, tenant, keyId, null, "*").toBuilder();
          answer
              .getProfileBuilder()
              .addLimits(
                  dev.sallyport.proto.policy.v1.Limit.newBuilder()
                      .setId("lim_1")
                      .setName("calls")
                      .setOwnerKind(OwnerKind.OWNER_KIND_TENANT)
                      .setKind(LimitKind.LIMIT_KIND_RATE)
                      .setUnits(calls)
                      .setWindow(LimitWindow.newBuilder().setRollingMillis(60_000)));
          return Uni.createFrom().item(answer.build());
        });
  }

  void tellReset(long at) {
    stream.emit(
        AccessEvent.newBuilder().setSequence(at).setReset(Reset.getDefaultInstance()).build());
  }

  void beat() {
    MultiEmitter<? super AccessEvent> open = stream;
    if (open != null) {
      open.emit(
          AccessEvent.newBuilder()
              .setSequence(sequence)
              .setHeartbeat(WatchHeartbeat.getDefaultInstance())
              .build());
    }
  }

  @Override
  public Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request) {
    questions.incrementAndGet();
    if (away) {
      return Uni.createFrom().failure(gone());
    }
    Supplier<Uni<ResolveAccessResponse>> answer = answers.get(request.getCredentialHash());
    return answer == null ? Uni.createFrom().item(refused(sequence, "UNKNOWN")) : answer.get();
  }

  @Override
  public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
    watches.add(request);
    if (away) {
      return Multi.createFrom().failure(gone());
    }
    return Multi.createFrom()
        .emitter(
            emitter -> {
              stream = emitter;
              beat();
            });
  }

  private static CallFailed gone() {
    return new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));
  }

  @Override
  public Uni<CreateKeyResponse> createKey(CreateKeyRequest request) {
    throw new AssertionError("not asked by callers");
  }

  @Override
  public Uni<ListKeysResponse> listKeys(ListKeysRequest request) {
    throw new AssertionError("not asked by callers");
  }

  @Override
  public Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request) {
    throw new AssertionError("not asked by callers");
  }

  @Override
  public Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request) {
    throw new AssertionError("not asked by callers");
  }

  @Override
  public Uni<RotateKeyResponse> rotateKey(RotateKeyRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request) {
    throw new AssertionError("not asked by callers");
  }

  @Override
  public Uni<ListLimitsResponse> listLimits(ListLimitsRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<PutLimitResponse> putLimit(PutLimitRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<DeleteLimitResponse> deleteLimit(DeleteLimitRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ApplyLimitsResponse> applyLimits(ApplyLimitsRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<LeaseUnitsResponse> leaseUnits(LeaseUnitsRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<SettleLeasesResponse> settleLeases(SettleLeasesRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ClaimApprovalResponse> claimApproval(ClaimApprovalRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ReturnApprovalResponse> returnApproval(ReturnApprovalRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<ListApprovalsResponse> listApprovals(ListApprovalsRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Uni<DecideApprovalResponse> decideApproval(DecideApprovalRequest request) {
    throw new UnsupportedOperationException();
  }
}
