package dev.sallyport.policy.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.policy.access.PolicyOperations;
import dev.sallyport.policy.limit.LimitOperations;
import dev.sallyport.policy.owner.OwnerOperations;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.ApplyGroupsRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyOwnersRequest;
import dev.sallyport.proto.policy.v1.ApplyOwnersResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.DeclaredKey;
import dev.sallyport.proto.policy.v1.DeleteGroupRequest;
import dev.sallyport.proto.policy.v1.DeleteOwnerRequest;
import dev.sallyport.proto.policy.v1.GetAccessRequest;
import dev.sallyport.proto.policy.v1.Grant;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.ListGroupsRequest;
import dev.sallyport.proto.policy.v1.ListGroupsResponse;
import dev.sallyport.proto.policy.v1.ListOwnersRequest;
import dev.sallyport.proto.policy.v1.Owner;
import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.PutGroupRequest;
import dev.sallyport.proto.policy.v1.PutGroupResponse;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutOwnerRequest;
import dev.sallyport.proto.policy.v1.PutOwnerResponse;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.ToolGroup;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
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
class OwnersAndGroupsTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Inject OwnerOperations owners;
  @Inject GroupOperations groups;
  @Inject LimitOperations limits;
  @Inject PolicyOperations policy;

  private final String acme = "acme-" + UUID.randomUUID();
  private final String globex = "globex-" + UUID.randomUUID();

  @Test
  void groupsReachAKeyThroughEverythingThatItBelongsTo() {
    put(owner("customer:initech", "").build());
    put(owner("team:payments", "customer:initech").build());
    put(owner("team:cards", "team:payments").addRoles("reviewer").build());
    put(owner("user:ada", "team:cards").build());
    ByteString key = key(acme, "dev", "user:ada", "own__*");
    put(group("g-everyone", "e__*", "tenant"));
    put(group("g-customer", "c__*", "customer:initech"));
    put(group("g-team", "t__*", "team:payments"));
    put(group("g-user", "u__*", "user:ada"));
    put(group("g-role", "r__*", "role:reviewer"));
    put(group("g-key", "k__*", "key:dev"));
    put(group("g-other", "o__*", "key:dev").toBuilder().clearAttached().build());

    AccessProfile profile = profile(key);

    assertThat(profile.getToolsList())
        .containsExactlyInAnyOrder("own__*", "e__*", "c__*", "t__*", "u__*", "r__*", "k__*");
    assertThat(profile.getGrantsList())
        .extracting(Grant::getGroup)
        .containsExactly("", "g-customer", "g-everyone", "g-key", "g-role", "g-team", "g-user");
    assertThat(profile.getOwnersList())
        .extracting(OwnersAndGroupsTest::text)
        .containsExactly("user:ada", "team:cards", "team:payments", "customer:initech");
    assertThat(profile.getRolesList()).containsExactly("reviewer");
  }

  @Test
  void aKeyOfNobodyGetsNothingFromOwnersAndAForeignTenantNothingAtAll() {
    put(owner("team:payments", "").build());
    put(group("payments", "pay__*", "team:payments"));
    put(group("all", "all__*", "tenant"));

    assertThat(profile(key(acme, "lone", "", "own__*")).getToolsList())
        .containsExactly("own__*", "all__*");
    assertThat(profile(key(globex, "lone", "", "own__*")).getToolsList()).containsExactly("own__*");
  }

  @Test
  void manyGroupsMergeAndWhatIsSeenTheSameHasOneDigest() {
    ByteString one = key(acme, "one", "", "a__*", "b__*");
    ByteString two = key(acme, "two", "");
    put(group("first", "b__*", "key:two"));
    put(group("second", "b__*", "key:two").toBuilder().addTools("a__*").build());

    assertThat(profile(two).getToolsList()).containsExactly("b__*", "a__*");
    assertThat(profile(two).getDigest()).isEqualTo(profile(one).getDigest());
  }

  @Test
  void limitsOfOwnersCountTheCallsOfAllThatBelongsToThem() {
    put(owner("customer:initech", "").build());
    put(owner("team:payments", "customer:initech").build());
    put(owner("team:other", "customer:initech").build());
    ByteString key = key(acme, "dev", "team:payments", "*");
    for (String whose : List.of("customer:initech", "team:payments", "team:other")) {
      limit("limit-" + whose.substring(whose.indexOf(':') + 1), whose);
    }

    assertThat(profile(key).getLimitsList())
        .extracting(Limit::getName)
        .containsExactlyInAnyOrder("limit-initech", "limit-payments");
    assertFails(
        () -> limit("nobody", "team:gone"), ErrorCode.INVALID_PARAMS, "there is no team gone");
  }

  @Test
  void aMissingOrCircularParentIsRefusedWithItsName() {
    put(owner("team:a", "").build());
    put(owner("team:b", "team:a").build());
    put(owner("team:c", "team:b").build());

    assertFails(
        () -> put(owner("team:d", "team:gone").build()),
        ErrorCode.INVALID_PARAMS,
        "there is no team gone");
    assertFails(
        () -> put(owner("team:a", "team:c").build()),
        ErrorCode.INVALID_PARAMS,
        "above itself, through the team b");
    assertFails(
        () -> put(owner("team:a", "team:a").build()), ErrorCode.INVALID_PARAMS, "above itself");
    assertFails(
        () -> apply("file:x", owner("team:x", "team:y"), owner("team:y", "team:x")),
        ErrorCode.INVALID_PARAMS,
        "above itself");
    assertFails(
        () -> put(owner("customer:x", "team:a").build()),
        ErrorCode.INVALID_PARAMS,
        "a customer has no parent");
    assertFails(
        () -> put(owner("team:x", "user:x").build()), ErrorCode.INVALID_PARAMS, "a team is of");
  }

  @Test
  void aTreeIsNoHigherThanItsLevels() {
    put(owner("team:t0", "").build());
    for (int i = 1; i < 16; i++) {
      put(owner("team:t" + i, "team:t" + (i - 1)).build());
    }

    assertFails(
        () -> put(owner("team:t16", "team:t15").build()),
        ErrorCode.INVALID_PARAMS,
        "at most 16 levels");
  }

  @Test
  void anOwnerGoesOnlyWhenNothingIsOfItAnyMore() {
    put(owner("team:payments", "").build());
    put(owner("user:ada", "team:payments").build());
    ByteString revoked = key(acme, "dev", "team:payments");
    put(group("payments", "pay__*", "team:payments"));
    limit("money", "team:payments");

    assertStays("team:payments", "key dev");
    ok(policy.revokeKey(edge(acme), RevokeKeyRequest.newBuilder().setKey("dev").build()));
    assertStays("team:payments", "user:ada");
    delete("user:ada");
    assertStays("team:payments", "group payments");
    ok(
        groups.deleteGroup(
            edge(acme), DeleteGroupRequest.newBuilder().setGroup("payments").build()));
    assertStays("team:payments", "limit money");
    ok(
        limits.deleteLimit(
            edge(acme),
            dev.sallyport.proto.policy.v1.DeleteLimitRequest.newBuilder()
                .setLimit("money")
                .build()));
    delete("team:payments");

    assertThat(list("")).isEmpty();
    assertThat(refusal(revoked)).isEqualTo("REVOKED");
    assertThat(access(acme).getToolsList()).isEmpty();
  }

  @Test
  void keysBelongOnlyToOwnersThatThereAre() {
    assertFails(() -> key(acme, "dev", "team:gone"), ErrorCode.INVALID_PARAMS, "no team gone");
    assertFails(() -> key(acme, "dev", "role:x"), ErrorCode.INVALID_PARAMS, "A key belongs to");
    put(owner("team:payments", "").build());
    ByteString key = key(acme, "dev", "", "a__*");

    ok(
        policy.updateKey(
            edge(acme),
            UpdateKeyRequest.newBuilder()
                .setKey("dev")
                .setKeepTools(true)
                .setSetOwner(true)
                .setOwner(ref("team:payments"))
                .build()));
    assertThat(profile(key).getOwnersList()).hasSize(1);
    assertThat(profile(key).getToolsList()).containsExactly("a__*");

    // Whoever knows nothing of owners changes none
    ok(
        policy.updateKey(
            edge(acme), UpdateKeyRequest.newBuilder().setKey("dev").addTools("b__*").build()));
    assertThat(profile(key).getOwnersList()).hasSize(1);
    assertThat(profile(key).getToolsList()).containsExactly("b__*");

    ok(
        policy.updateKey(
            edge(acme),
            UpdateKeyRequest.newBuilder()
                .setKey("dev")
                .setKeepTools(true)
                .setSetOwner(true)
                .build()));
    assertThat(profile(key).getOwnersList()).isEmpty();
  }

  @Test
  void aGroupIsOnlyForThoseThatThereAre() {
    key(acme, "dev", "");
    key(globex, "foreign", "");

    for (String missing : List.of("key:foreign", "team:gone", "user:gone", "customer:gone")) {
      assertFails(
          () -> put(group("g", "a__*", missing)), ErrorCode.INVALID_PARAMS, "Group g: there is no");
    }
    assertFails(
        () -> put(group("g", "a__*", "server:fs")), ErrorCode.INVALID_PARAMS, "attached to keys");
    assertFails(
        () -> put(group("Not a slug", "a__*", "tenant")), ErrorCode.INVALID_PARAMS, "1 to 63");
    assertFails(() -> put(group("g", "no pattern", "tenant")), ErrorCode.INVALID_PARAMS, "Group g");
    put(group("g", "a__*", "role:nobody-has-it"));
  }

  @Test
  void groupsAreReplacedListedInPagesAndFoundByTheirIds() {
    PutGroupResponse made = put(group("b", "b__*", "tenant"));
    put(group("a", "a__*", "tenant"));
    put(group("c", "c__*", "tenant"));

    PutGroupResponse again = put(group("b", "bb__*", "tenant").toBuilder().setTitle("B").build());

    assertThat(made.getCreated()).isTrue();
    assertThat(again.getCreated()).isFalse();
    assertThat(again.getGroup().getId()).isEqualTo(made.getGroup().getId()).matches("grp_.{22}");
    assertThat(again.getGroup().getRevision()).isEqualTo(2);
    ListGroupsResponse first = page("", 2);
    assertThat(slugs(first)).containsExactly("a", "b");
    assertThat(first.getMore()).isTrue();
    ListGroupsResponse second = page("b", 2);
    assertThat(slugs(second)).containsExactly("c");
    assertThat(second.getMore()).isFalse();
    assertThat(
            slugs(
                ok(
                    groups.listGroups(
                        edge(acme),
                        ListGroupsRequest.newBuilder().setGroup(made.getGroup().getId()).build()))))
        .containsExactly("b");
    assertFails(
        () ->
            ok(
                groups.putGroup(
                    edge(acme),
                    PutGroupRequest.newBuilder()
                        .setGroup(group("b", "x__*", "tenant"))
                        .setExpectedRevision(1)
                        .build())),
        ErrorCode.CONFLICT,
        "");
  }

  @Test
  void everyChangeOfAnOwnerOrAGroupIsAnnouncedForItsTenant() {
    List<AccessEvent> events = new CopyOnWriteArrayList<>();
    Cancellable watch =
        policy
            .watchAccess(
                edge(acme), WatchAccessRequest.newBuilder().setUnderstandsAccess(true).build())
            .subscribe()
            .with(events::add);
    await().atMost(PATIENCE).until(() -> !events.isEmpty());

    List<Long> made = new ArrayList<>();
    made.add(put(owner("team:payments", "").build()).getSequence());
    made.add(put(group("payments", "pay__*", "team:payments")).getSequence());
    made.add(
        ok(groups.deleteGroup(
                edge(acme), DeleteGroupRequest.newBuilder().setGroup("payments").build()))
            .getSequence());

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(events)
                    .filteredOn(AccessEvent::hasAccessChanged)
                    .filteredOn(event -> event.getAccessChanged().getTenant().equals(acme))
                    .extracting(AccessEvent::getSequence)
                    .containsExactlyElementsOf(made));
    watch.cancel();
  }

  @Test
  void whatAFileDeclaresIsMadeSoAndReadOnlyForTheApi() {
    ApplyOwnersResponse first =
        apply("file:a", owner("team:b", "team:a"), owner("team:a", ""), owner("user:u", "team:b"));
    assertThat(first.getAddedList()).containsExactly("team:b", "team:a", "user:u");

    assertFails(() -> put(owner("team:a", "").addRoles("x").build()), ErrorCode.READ_ONLY, "");
    assertFails(() -> apply("file:b", owner("team:a", "")), ErrorCode.CONFLICT, "file:a");
    assertThat(apply("file:a", owner("team:a", "").addRoles("x")).getRemovedList())
        .containsExactly("team:b", "user:u");
    assertThat(list("")).extracting(one -> text(one.getRef())).containsExactly("team:a");
  }

  @Test
  void ofAFileMayStayWhatIsStillInUseUntilTheRestIsApplied() {
    apply("file:a", owner("team:old", ""));
    declareKey("team:old");

    assertFails(() -> apply("file:a", owner("team:new", "")), ErrorCode.CONFLICT, "key ci");
    ok(
        owners.applyOwners(
            edge(acme),
            ApplyOwnersRequest.newBuilder()
                .setSource("file:a")
                .setKeepUndeclared(true)
                .addOwners(owner("team:new", ""))
                .build()));
    declareKey("team:new");
    assertThat(apply("file:a", owner("team:new", "")).getRemovedList()).containsExactly("team:old");
  }

  @Test
  void aDryRunChangesNothing() {
    assertThat(
            ok(owners.applyOwners(
                    edge(acme),
                    ApplyOwnersRequest.newBuilder()
                        .setSource("file:a")
                        .setDryRun(true)
                        .addOwners(owner("team:a", ""))
                        .build()))
                .getAddedList())
        .containsExactly("team:a");
    ok(
        groups.applyGroups(
            edge(acme),
            ApplyGroupsRequest.newBuilder()
                .setSource("file:a")
                .setDryRun(true)
                .addGroups(group("g", "a__*", "tenant"))
                .build()));

    assertThat(list("")).isEmpty();
    assertThat(slugs(page("", 10))).isEmpty();
  }

  @Test
  void whatAKeyMayUseIsToldForPeopleWhateverItsState() {
    put(group("all", "all__*", "tenant"));
    key(acme, "dev", "", "own__*");
    ok(policy.revokeKey(edge(acme), RevokeKeyRequest.newBuilder().setKey("dev").build()));

    assertThat(access(acme).getToolsList()).containsExactly("own__*", "all__*");
    assertFails(() -> access(globex), ErrorCode.NOT_FOUND, "No such key");
  }

  private AccessProfile access(String tenant) {
    return ok(policy.getAccess(edge(tenant), GetAccessRequest.newBuilder().setKey("dev").build()))
        .getProfile();
  }

  private void declareKey(String owner) {
    ok(
        policy.applyKeys(
            edge(acme),
            ApplyKeysRequest.newBuilder()
                .setSource("file:a")
                .addKeys(
                    DeclaredKey.newBuilder()
                        .setName("ci")
                        .setOwner(ref(owner))
                        .setCredentialHash(HASH_OF_CI)
                        .setPrefix("sp-ci"))
                .build()));
  }

  private static final ByteString HASH_OF_CI = random();

  private void assertStays(String owner, String because) {
    assertFails(() -> delete(owner), ErrorCode.CONFLICT, because);
  }

  private void delete(String owner) {
    ok(owners.deleteOwner(edge(acme), DeleteOwnerRequest.newBuilder().setOwner(owner).build()));
  }

  private List<Owner> list(String owner) {
    return ok(owners.listOwners(edge(acme), ListOwnersRequest.newBuilder().setOwner(owner).build()))
        .getOwnersList();
  }

  private ListGroupsResponse page(String after, int limit) {
    return ok(
        groups.listGroups(
            edge(acme), ListGroupsRequest.newBuilder().setAfter(after).setPage(limit).build()));
  }

  private static List<String> slugs(ListGroupsResponse response) {
    return response.getGroupsList().stream().map(ToolGroup::getSlug).toList();
  }

  private PutOwnerResponse put(Owner owner) {
    return ok(owners.putOwner(edge(acme), PutOwnerRequest.newBuilder().setOwner(owner).build()));
  }

  private PutGroupResponse put(ToolGroup group) {
    return ok(groups.putGroup(edge(acme), PutGroupRequest.newBuilder().setGroup(group).build()));
  }

  private ApplyOwnersResponse apply(String source, Owner.Builder... declared) {
    ApplyOwnersRequest.Builder request = ApplyOwnersRequest.newBuilder().setSource(source);
    for (Owner.Builder owner : declared) {
      request.addOwners(owner);
    }
    return ok(owners.applyOwners(edge(acme), request.build()));
  }

  private void limit(String name, String owner) {
    ok(
        limits.putLimit(
            edge(acme),
            PutLimitRequest.newBuilder()
                .setLimit(
                    Limit.newBuilder()
                        .setName(name)
                        .setOwnerKind(ref(owner).getKind())
                        .setOwner(ref(owner).getName())
                        .setKind(LimitKind.LIMIT_KIND_RATE)
                        .setUnits(10)
                        .setWindow(LimitWindow.newBuilder().setRollingMillis(60_000)))
                .build()));
  }

  private static Owner.Builder owner(String ref, String parent) {
    Owner.Builder owner = Owner.newBuilder().setRef(ref(ref));
    return parent.isEmpty() ? owner : owner.setParent(ref(parent));
  }

  private static ToolGroup group(String slug, String tools, String attached) {
    return ToolGroup.newBuilder().setSlug(slug).addTools(tools).addAttached(ref(attached)).build();
  }

  private static OwnerRef ref(String text) {
    return text.isEmpty() ? OwnerRef.getDefaultInstance() : Ref.parse(text).toProto();
  }

  private static String text(OwnerRef ref) {
    return new Ref(ref.getKind(), ref.getName()).text();
  }

  private ByteString key(String tenant, String name, String owner, String... tools) {
    ByteString hash = random();
    ok(
        policy.createKey(
            edge(tenant),
            CreateKeyRequest.newBuilder()
                .setName(name)
                .addAllTools(List.of(tools))
                .setCredentialHash(hash)
                .setOwner(ref(owner))
                .setPrefix("sp-test")
                .build()));
    return hash;
  }

  private static ByteString random() {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    return ByteString.copyFrom(hash);
  }

  private AccessProfile profile(ByteString hash) {
    return ok(policy.resolveAccess(
            edge("default"), ResolveAccessRequest.newBuilder().setCredentialHash(hash).build()))
        .getProfile();
  }

  private String refusal(ByteString hash) {
    return ok(policy.resolveAccess(
            edge("default"), ResolveAccessRequest.newBuilder().setCredentialHash(hash).build()))
        .getRefused()
        .getReason();
  }

  private static CallContext edge(String tenant) {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  private static <T> T ok(Uni<T> asked) {
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
