package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.DeclaredKey;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.RotateKeyRequest;
import dev.sallyport.proto.policy.v1.RotateKeyResponse;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class PolicyOperationsTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  @Inject PolicyOperations policy;
  @Inject KeyStore store;
  @Inject AccessFeed feed;
  @Inject PolicySettings settings;

  private final String acme = tenant("acme");
  private final String globex = tenant("globex");

  @Test
  void resolvesAKeyToExactlyWhatItMayUse() {
    ByteString hash = hash();
    VirtualKey key = create(acme, "agent", hash, "fs__read_*", "memory__*");

    ResolveAccessResponse answer = resolve(hash);

    assertThat(answer.getProfile().getTenant()).isEqualTo(acme);
    assertThat(answer.getProfile().getKeyId()).isEqualTo(key.getId()).matches("vk_.{22}");
    assertThat(answer.getProfile().getKeyName()).isEqualTo("agent");
    assertThat(answer.getProfile().getToolsList()).containsExactly("fs__read_*", "memory__*");
    assertThat(answer.getProfile().getExpiresAtMillis()).isZero();
  }

  @Test
  void aKeyWithoutToolsMayUseNothing() {
    ByteString hash = hash();
    create(acme, "nothing", hash);

    assertThat(resolve(hash).getProfile().getToolsList()).isEmpty();
  }

  @Test
  void anUnknownKeyIsRefusedWithoutATenant() {
    ResolveAccessResponse answer = resolve(hash());

    assertThat(answer.getRefused().getReason()).isEqualTo("UNKNOWN");
    assertThat(answer.getRefused().getTenant()).isEmpty();
  }

  @Test
  void aRevokedKeyIsRefusedAndTheAnswerIsAtLeastAsNewAsTheRevocation() {
    ByteString hash = hash();
    create(acme, "agent", hash, "*");

    long revokedAt =
        await(policy.revokeKey(edge(acme), RevokeKeyRequest.newBuilder().setKey("agent").build()))
            .getSequence();

    ResolveAccessResponse answer = resolve(hash);
    assertThat(answer.getRefused().getReason()).isEqualTo("REVOKED");
    assertThat(answer.getRefused().getTenant()).isEqualTo(acme);
    assertThat(answer.getSequence()).isGreaterThanOrEqualTo(revokedAt);
  }

  @Test
  void aRotatedKeyHasTwoCredentialsUntilItsGraceIsOverAndOneAfter() {
    ByteString first = hash();
    ByteString second = hash();
    String id = create(acme, "agent", first, "fs__*").getId();

    VirtualKey rotated = rotate(acme, "agent", second, hours(1)).getKey();

    assertThat(rotated.getId()).isEqualTo(id);
    assertThat(rotated.getRevision()).isEqualTo(2);
    assertThat(resolve(second).getProfile().getKeyId()).isEqualTo(id);
    assertThat(resolve(second).getProfile().getReplaced()).isFalse();
    assertThat(resolve(second).getProfile().getExpiresAtMillis()).isZero();
    assertThat(resolve(first).getProfile().getKeyId()).isEqualTo(id);
    assertThat(resolve(first).getProfile().getReplaced()).isTrue();
    assertThat(resolve(first).getProfile().getExpiresAtMillis())
        .isEqualTo(rotated.getReplacedUntilMillis());
    PolicyOperations later =
        new PolicyOperations(
            store, feed, settings, InstantSource.offset(InstantSource.system(), hours(2)));
    assertThat(resolve(later, first).getRefused().getReason()).isEqualTo("EXPIRED");
    assertThat(resolve(later, second).hasProfile()).isTrue();

    // Another rotation ends the first for good, and a revocation everything
    ByteString third = hash();
    rotate(acme, "agent", third, hours(1));
    assertThat(resolve(first).getRefused().getReason()).isEqualTo("UNKNOWN");
    assertThat(resolve(second).getProfile().getReplaced()).isTrue();
    await(policy.revokeKey(edge(acme), RevokeKeyRequest.newBuilder().setKey("agent").build()));
    assertThat(resolve(second).getRefused().getReason()).isIn("REVOKED", "UNKNOWN");
    assertThat(resolve(third).getRefused().getReason()).isEqualTo("REVOKED");
  }

  @Test
  void aRotationWithoutGraceEndsTheCredentialAtOnceAndItsHashIsNotTakenAgain() {
    ByteString first = hash();
    ByteString second = hash();
    create(acme, "agent", first, "*");
    rotate(acme, "agent", second, Duration.ZERO);

    assertThat(resolve(first).getRefused().getReason()).isEqualTo("UNKNOWN");
    assertThat(resolve(second).hasProfile()).isTrue();
    ByteString other = hash();
    create(acme, "other", other, "*");
    assertFails(
        () -> rotate(acme, "agent", other, Duration.ZERO), ErrorCode.CONFLICT, "mint a new one");
    rotate(acme, "agent", hash(), hours(1));
    assertFails(() -> create(acme, "third", second, "*"), ErrorCode.CONFLICT, "mint a new one");
  }

  @Test
  void whatCannotBeRotatedIsRefusedWithTheFix() {
    create(acme, "agent", hash(), "*");
    apply(acme, "file:one", declared("declared", hash(), "*"));

    assertFails(
        () -> rotate(acme, "agent", hash(), Duration.ofDays(91)),
        ErrorCode.INVALID_PARAMS,
        "at most 90 days");
    assertFails(() -> rotate(acme, "declared", hash(), hours(1)), ErrorCode.READ_ONLY, "in a file");
    assertFails(
        () -> rotate(globex, "agent", hash(), hours(1)), ErrorCode.NOT_FOUND, "No such key");
    await(policy.revokeKey(edge(acme), RevokeKeyRequest.newBuilder().setKey("agent").build()));
    assertFails(
        () -> rotate(acme, "agent", hash(), hours(1)), ErrorCode.CONFLICT, "create a new one");
  }

  private RotateKeyResponse rotate(
      String tenant, String key, ByteString credential, Duration grace) {
    return await(
        policy.rotateKey(
            edge(tenant),
            RotateKeyRequest.newBuilder()
                .setKey(key)
                .setCredentialHash(credential)
                .setPrefix("sp-")
                .setGraceMillis(grace.toMillis())
                .build()));
  }

  private ResolveAccessResponse resolve(PolicyOperations at, ByteString credential) {
    return await(
        at.resolveAccess(
            edge(acme), ResolveAccessRequest.newBuilder().setCredentialHash(credential).build()));
  }

  @Test
  void anExpiredKeyIsRefusedAndGivesItsNameFree() {
    ByteString hash = hash();
    CreateKeyRequest request =
        createRequest("short", hash, "*").toBuilder()
            .setExpiresAtMillis(Instant.now().plusSeconds(60).toEpochMilli())
            .build();
    await(policy.createKey(edge(acme), request));
    PolicyOperations later =
        new PolicyOperations(
            store, feed, settings, InstantSource.offset(InstantSource.system(), hours(1)));

    ResolveAccessResponse answer =
        await(
            later.resolveAccess(
                edge(acme), ResolveAccessRequest.newBuilder().setCredentialHash(hash).build()));

    assertThat(answer.getRefused().getReason()).isEqualTo("EXPIRED");
    assertThat(resolve(hash).hasProfile()).isTrue();
    await(later.createKey(edge(acme), createRequest("short", hash(), "*")));
    assertThat(resolve(hash).getRefused().getReason()).isEqualTo("REVOKED");
  }

  @Test
  void keysAreReadPageByPageEachOnce() {
    for (int i = 0; i < 7; i++) {
      create(acme, "k" + i, hash(), "*");
    }
    create(globex, "theirs", hash(), "*");
    List<String> read = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      ListKeysResponse page =
          await(
              policy.listKeys(
                  edge(acme), ListKeysRequest.newBuilder().setLimit(3).setAfter(after).build()));
      page.getKeysList().forEach(key -> read.add(key.getName()));
      more = page.getMore();
      after = page.getKeysList().getLast().getId();
    }

    assertThat(read).containsExactlyInAnyOrder("k0", "k1", "k2", "k3", "k4", "k5", "k6");
    assertThat(
            await(
                    policy.listKeys(
                        edge(acme),
                        ListKeysRequest.newBuilder().setLimit(3).setAfter("vk_none").build()))
                .getKeysList())
        .isEmpty();
    assertFails(
        () ->
            await(
                policy.listKeys(edge(acme), ListKeysRequest.newBuilder().setLimit(1_001).build())),
        ErrorCode.INVALID_PARAMS,
        "1 to 1000");
  }

  @Test
  void anExpiryInThePastIsRefused() {
    assertFails(
        () ->
            await(
                policy.createKey(
                    edge(acme),
                    createRequest("old", hash(), "*").toBuilder().setExpiresAtMillis(1).build())),
        ErrorCode.INVALID_PARAMS,
        "later time");
  }

  @Test
  void aPatternThatMeansNothingIsRefusedWithTheFix() {
    assertFails(() -> create(acme, "typo", hash(), "read_file"), ErrorCode.INVALID_PARAMS, "__");
    assertThat(list(acme)).isEmpty();
  }

  @Test
  void aLiveNameIsTakenAndARevokedNameIsFree() {
    create(acme, "agent", hash(), "*");

    assertFails(() -> create(acme, "agent", hash(), "*"), ErrorCode.CONFLICT, "revoke");
    revoke(acme, "agent");
    create(acme, "agent", hash(), "*");

    assertThat(list(acme)).extracting(VirtualKey::getName).containsExactly("agent", "agent");
    assertThat(list(acme)).filteredOn(key -> key.getRevokedAtMillis() == 0).hasSize(1);
  }

  @Test
  void aKeyThatExistsCannotBeRegisteredAgainEvenByAnotherTenant() {
    ByteString hash = hash();
    create(acme, "agent", hash, "*");

    assertFails(() -> create(globex, "stolen", hash, "*"), ErrorCode.CONFLICT, "mint a new one");
    assertThat(resolve(hash).getProfile().getTenant()).isEqualTo(acme);
  }

  @Test
  void keysOfAnotherTenantAreNeitherVisibleNorChangeable() {
    ByteString hash = hash();
    VirtualKey key = create(acme, "agent", hash, "*");
    create(globex, "other", hash(), "*");

    assertThat(list(globex)).extracting(VirtualKey::getName).containsExactly("other");
    String unknown = failure(() -> revoke(globex, "no-such-key")).getMessage();
    assertThat(failure(() -> revoke(globex, "agent")).getMessage()).isEqualTo(unknown);
    assertThat(failure(() -> revoke(globex, key.getId())).getMessage()).isEqualTo(unknown);
    assertThat(failure(() -> update(globex, key.getId(), 0, "*")).getMessage()).isEqualTo(unknown);
    assertThat(resolve(hash).hasProfile()).isTrue();
  }

  @Test
  void twoTenantsMayUseTheSameName() {
    create(acme, "agent", hash(), "fs__*");
    create(globex, "agent", hash(), "*");

    assertThat(list(acme).getFirst().getToolsList()).containsExactly("fs__*");
    assertThat(list(globex).getFirst().getToolsList()).containsExactly("*");
  }

  @Test
  void anUpdateOfAnOldRevisionIsRefused() {
    ByteString hash = hash();
    VirtualKey key = create(acme, "agent", hash, "*");
    update(acme, "agent", key.getRevision(), "fs__*");

    assertFails(
        () -> update(acme, "agent", key.getRevision(), "*"), ErrorCode.CONFLICT, "read it again");
    assertThat(resolve(hash).getProfile().getToolsList()).containsExactly("fs__*");
  }

  @Test
  void profilesThatSeeTheSameShareADigestAndOthersDoNot() {
    ByteString one = hash();
    ByteString two = hash();
    ByteString three = hash();
    ByteString foreign = hash();
    create(acme, "one", one, "a__x", "b__*");
    create(acme, "two", two, "b__*", "a__x");
    create(acme, "three", three, "b__*");
    create(globex, "foreign", foreign, "a__x", "b__*");

    String digest = resolve(one).getProfile().getDigest();

    assertThat(resolve(two).getProfile().getDigest()).isEqualTo(digest);
    assertThat(resolve(three).getProfile().getDigest()).isNotEqualTo(digest);
    assertThat(resolve(foreign).getProfile().getDigest()).isNotEqualTo(digest);
  }

  @Test
  void servicesOtherThanEdgeAreRefused() {
    create(acme, "agent", hash(), "*");
    CallContext executor = CallContext.ofService(Peer.EXECUTOR, acme);

    assertFails(
        () -> await(policy.listKeys(executor, ListKeysRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "not allowed");
    assertFails(
        () ->
            policy
                .watchAccess(executor, WatchAccessRequest.getDefaultInstance())
                .toUni()
                .await()
                .atMost(Duration.ofSeconds(5)),
        ErrorCode.FORBIDDEN,
        "not allowed");
  }

  @Test
  void applyingASourceMakesItsKeysExactlyTheDeclaredOnesAndTouchesNoOthers() {
    create(acme, "by-hand", hash(), "*");
    create(globex, "declared-a", hash(), "*");
    ByteString a = hash();
    ByteString b = hash();
    apply(acme, "file:one", declared("declared-a", a, "fs__*"), declared("declared-b", b, "*"));
    apply(acme, "file:two", declared("elsewhere", hash(), "*"));

    ApplyKeysResponse answer =
        apply(acme, "file:one", declared("declared-a", a, "*"), declared("c", hash(), "*"));

    assertThat(answer.getAddedList()).containsExactly("c");
    assertThat(answer.getChangedList()).containsExactly("declared-a");
    assertThat(answer.getRemovedList()).containsExactly("declared-b");
    assertThat(resolve(a).getProfile().getToolsList()).containsExactly("*");
    assertThat(resolve(b).getRefused().getReason()).isEqualTo("REVOKED");
    assertThat(live(acme)).containsExactlyInAnyOrder("by-hand", "declared-a", "elsewhere", "c");
    assertThat(live(globex)).containsExactly("declared-a");
  }

  @Test
  void applyingTheSameAgainChangesNothing() {
    DeclaredKey key = declared("a", hash(), "*");
    apply(acme, "file:one", key);
    long before = resolve(hash()).getSequence();

    ApplyKeysResponse answer = apply(acme, "file:one", key);

    assertThat(answer).isEqualTo(ApplyKeysResponse.getDefaultInstance());
    assertThat(resolve(hash()).getSequence()).isEqualTo(before);
  }

  @Test
  void aDryRunAnswersTheSameAndChangesNothing() {
    ByteString a = hash();
    apply(acme, "file:one", declared("a", a, "fs__*"));

    ApplyKeysResponse answer =
        await(
            policy.applyKeys(
                edge(acme),
                ApplyKeysRequest.newBuilder()
                    .setSource("file:one")
                    .addKeys(declared("b", hash(), "*"))
                    .setDryRun(true)
                    .build()));

    assertThat(answer.getAddedList()).containsExactly("b");
    assertThat(answer.getRemovedList()).containsExactly("a");
    assertThat(live(acme)).containsExactly("a");
    assertThat(resolve(a).hasProfile()).isTrue();
  }

  @Test
  void twoThousandKeysAreDeclaredChangedAndRemovedInOnePassEach() {
    DeclaredKey[] keys = new DeclaredKey[2_000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = declared("k" + i, hash(), "server__*", "other__" + i);
    }

    assertThat(apply(acme, "file:many", keys).getAddedCount()).isEqualTo(keys.length);
    assertThat(apply(acme, "file:many", keys).getChangedCount()).isZero();
    for (int i = 0; i < keys.length; i++) {
      keys[i] = keys[i].toBuilder().addTools("third__*").build();
    }
    assertThat(apply(acme, "file:many", keys).getChangedCount()).isEqualTo(keys.length);
    assertThat(resolve(keys[1_999].getCredentialHash()).getProfile().getToolsList())
        .containsExactly("server__*", "other__1999", "third__*");
    assertThat(apply(acme, "file:many").getRemovedCount()).isEqualTo(keys.length);
    assertThat(live(acme)).isEmpty();
  }

  @Test
  void aCredentialAndANameThatOneKeyGivesUpGoToOthersInTheSamePass() {
    ByteString first = hash();
    ByteString second = hash();
    apply(acme, "file:one", declared("a", first, "*"), declared("b", second, "*"));
    String id = resolve(second).getProfile().getKeyId();
    ByteString third = hash();

    // a takes a new credential, and c the one that a had; b goes, and d takes b's
    ApplyKeysResponse answer =
        apply(
            acme,
            "file:one",
            declared("a", third, "*"),
            declared("c", first, "*"),
            declared("d", second, "*"));

    assertThat(answer.getAddedList()).containsExactly("c", "d");
    assertThat(answer.getChangedList()).containsExactly("a");
    assertThat(answer.getRemovedList()).containsExactly("b");
    assertThat(resolve(third).getProfile().getKeyName()).isEqualTo("a");
    assertThat(resolve(first).getProfile().getKeyName()).isEqualTo("c");
    assertThat(resolve(second).getProfile().getKeyName()).isEqualTo("d");
    assertThat(resolve(second).getProfile().getKeyId()).isEqualTo(id);
  }

  @Test
  void aDeclaredCredentialThatIsReplacedEndsAndKeepsTheKeyId() {
    ByteString old = hash();
    ByteString rotated = hash();
    apply(acme, "file:one", declared("a", old, "*"));
    String id = resolve(old).getProfile().getKeyId();

    apply(acme, "file:one", declared("a", rotated, "*"));

    assertThat(resolve(old).hasRefused()).isTrue();
    assertThat(resolve(rotated).getProfile().getKeyId()).isEqualTo(id);
  }

  @Test
  void aDeclaredKeyThatComesBackLivesAgainEvenUnderAnotherName() {
    ByteString a = hash();
    apply(acme, "file:one", declared("a", a, "*"));
    apply(acme, "file:one");
    assertThat(resolve(a).getRefused().getReason()).isEqualTo("REVOKED");

    apply(acme, "file:one", declared("a", a, "*"));
    assertThat(resolve(a).hasProfile()).isTrue();
    apply(acme, "file:one", declared("renamed", a, "*"));

    assertThat(resolve(a).getProfile().getKeyName()).isEqualTo("renamed");
    assertThat(live(acme)).containsExactly("renamed");
  }

  @Test
  void twoDeclaredNamesMaySwapCredentials() {
    ByteString a = hash();
    ByteString b = hash();
    apply(acme, "file:one", declared("a", a, "x__*"), declared("b", b, "y__*"));

    assertFails(
        () -> apply(acme, "file:one", declared("a", b, "x__*"), declared("b", a, "y__*")),
        ErrorCode.CONFLICT,
        "mint a new one");
    assertThat(resolve(a).getProfile().getKeyName()).isEqualTo("a");
  }

  @Test
  void aDeclaredKeyIsReadOnlyThroughTheApi() {
    apply(acme, "file:one", declared("declared", hash(), "*"));

    assertFails(() -> revoke(acme, "declared"), ErrorCode.READ_ONLY, "declared in a file");
    assertFails(() -> update(acme, "declared", 0, "*"), ErrorCode.READ_ONLY, "declared in a file");
  }

  @Test
  void aDeclarationThatTakesTheNameOfAnotherKeyIsRefusedWhole() {
    create(acme, "agent", hash(), "*");

    assertFails(
        () ->
            apply(acme, "file:one", declared("fine", hash(), "*"), declared("agent", hash(), "*")),
        ErrorCode.CONFLICT,
        "rename one of the two");
    assertThat(live(acme)).containsExactly("agent");
  }

  @Test
  void aPassedDeadlineIsAnsweredAsUnavailable() {
    CallContext late = edge(acme).withDeadline(Duration.ofMillis(-1));

    assertFails(
        () -> await(policy.listKeys(late, ListKeysRequest.getDefaultInstance())),
        ErrorCode.POLICY_UNAVAILABLE,
        "try again");
  }

  // --- fixture ---

  private static String tenant(String name) {
    return name + "-" + UUID.randomUUID();
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }

  private static CallContext edge(String tenant) {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  private static ByteString hash() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static CreateKeyRequest createRequest(String name, ByteString hash, String... tools) {
    return CreateKeyRequest.newBuilder()
        .setName(name)
        .setCredentialHash(hash)
        .setPrefix("sp-AbCd")
        .addAllTools(List.of(tools))
        .build();
  }

  private VirtualKey create(String tenant, String name, ByteString hash, String... tools) {
    return await(policy.createKey(edge(tenant), createRequest(name, hash, tools))).getKey();
  }

  private void revoke(String tenant, String key) {
    await(policy.revokeKey(edge(tenant), RevokeKeyRequest.newBuilder().setKey(key).build()));
  }

  private void update(String tenant, String key, long revision, String... tools) {
    await(
        policy.updateKey(
            edge(tenant),
            UpdateKeyRequest.newBuilder()
                .setKey(key)
                .setExpectedRevision(revision)
                .addAllTools(List.of(tools))
                .build()));
  }

  private ResolveAccessResponse resolve(ByteString hash) {
    return await(
        policy.resolveAccess(
            edge("default"), ResolveAccessRequest.newBuilder().setCredentialHash(hash).build()));
  }

  private List<VirtualKey> list(String tenant) {
    return await(policy.listKeys(edge(tenant), ListKeysRequest.getDefaultInstance())).getKeysList();
  }

  private List<String> live(String tenant) {
    return list(tenant).stream()
        .filter(key -> key.getRevokedAtMillis() == 0)
        .map(VirtualKey::getName)
        .toList();
  }

  private static DeclaredKey declared(String name, ByteString hash, String... tools) {
    return DeclaredKey.newBuilder()
        .setName(name)
        .setCredentialHash(hash)
        .setPrefix("sp-AbCd")
        .addAllTools(List.of(tools))
        .build();
  }

  private ApplyKeysResponse apply(String tenant, String source, DeclaredKey... keys) {
    return await(
        policy.applyKeys(
            edge(tenant),
            ApplyKeysRequest.newBuilder().setSource(source).addAllKeys(List.of(keys)).build()));
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(TimeUnit.SECONDS.toSeconds(10)));
  }

  private static CallFailed failure(ThrowingCallable call) {
    try {
      call.call();
    } catch (CallFailed e) {
      return e;
    } catch (Throwable e) {
      throw new AssertionError("failed otherwise", e);
    }
    throw new AssertionError("did not fail");
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String fix) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CallFailed.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(code);
              assertThat(e.failure().message()).contains(fix);
            });
  }
}
