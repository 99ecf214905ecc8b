package dev.sallyport.edge.caller;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.fixture.UnaskedPolicy;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.AccessChanged;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.Grant;
import dev.sallyport.proto.policy.v1.KeyChanged;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.LimitsChanged;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.Refused;
import dev.sallyport.proto.policy.v1.Reset;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.RuleEffect;
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
final class FakePolicy extends UnaskedPolicy {

  /** What the next look-ups answer, by hash; unknown ones are refused. */
  final Map<ByteString, Supplier<Uni<ResolveAccessResponse>>> answers = new ConcurrentHashMap<>();

  final AtomicInteger questions = new AtomicInteger();
  final List<ResolveAccessRequest> resolves = new CopyOnWriteArrayList<>();
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

  void tellAccessChanged(long at, String tenant) {
    stream.emit(
        AccessEvent.newBuilder()
            .setSequence(at)
            .setAccessChanged(AccessChanged.newBuilder().setTenant(tenant))
            .build());
  }

  /** A key that a group reaches through its team. */
  void knowsMember(String credential, String tenant, String keyId, String group, String tools) {
    answers.put(
        hash(credential),
        () -> {
          ResolveAccessResponse.Builder answer =
              profile(sequence, tenant, keyId, null, tools).toBuilder();
          answer
              .getProfileBuilder()
              .addGrants(Grant.newBuilder())
              .addGrants(
                  Grant.newBuilder()
                      .setGroup(group)
                      .setThrough(team("payments"))
                      .addTools(tools)
                      .addTools("of a later version"))
              .addOwners(user("ada"))
              .addOwners(team("cards"))
              .addOwners(team("payments"))
              .addRoles("reviewer");
          return Uni.createFrom().item(answer.build());
        });
  }

  private static OwnerRef team(String name) {
    return OwnerRef.newBuilder().setKind(OwnerKind.OWNER_KIND_TEAM).setName(name).build();
  }

  private static OwnerRef user(String name) {
    return OwnerRef.newBuilder().setKind(OwnerKind.OWNER_KIND_USER).setName(name).build();
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

  /** A key under one rule, which denies where the condition holds. */
  void knowsRuled(String credential, String tenant, String keyId, String condition) {
    answers.put(
        hash(credential),
        () -> {
          ResolveAccessResponse.Builder answer =
              profile(sequence, tenant, keyId, null, "*").toBuilder().setRulesTold(true);
          answer
              .getProfileBuilder()
              .addRules(
                  dev.sallyport.proto.policy.v1.Rule.newBuilder()
                      .setName("no")
                      .setCondition(condition)
                      .setEffect(RuleEffect.RULE_EFFECT_DENY));
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
    resolves.add(request);
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
}
