package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.policy.group.GroupOperations;
import dev.sallyport.policy.limit.LimitOperations;
import dev.sallyport.policy.owner.OwnerOperations;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.policy.rule.RuleOperations;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.AccessProposal;
import dev.sallyport.proto.policy.v1.ApplyGroupsRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyOwnersRequest;
import dev.sallyport.proto.policy.v1.ApplyRulesRequest;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.DeclaredKey;
import dev.sallyport.proto.policy.v1.GetAccessRequest;
import dev.sallyport.proto.policy.v1.Grant;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.ListGroupsRequest;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListOwnersRequest;
import dev.sallyport.proto.policy.v1.ListRulesRequest;
import dev.sallyport.proto.policy.v1.Owner;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.PreviewAccessRequest;
import dev.sallyport.proto.policy.v1.PreviewAccessResponse;
import dev.sallyport.proto.policy.v1.PreviewedKey;
import dev.sallyport.proto.policy.v1.ProposedKey;
import dev.sallyport.proto.policy.v1.PutGroupRequest;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutOwnerRequest;
import dev.sallyport.proto.policy.v1.PutRuleRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import dev.sallyport.proto.policy.v1.ToolGroup;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import dev.sallyport.testkit.stores.EmbeddedRedisResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
@QuarkusTestResource(EmbeddedRedisResource.class)
class PreviewOperationsTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String FILE = "file:sallyport.yaml";

  @Inject PreviewOperations previews;
  @Inject PolicyOperations policy;
  @Inject OwnerOperations owners;
  @Inject GroupOperations groups;
  @Inject LimitOperations limits;
  @Inject RuleOperations rules;
  @Inject AccessLog log;

  private final String acme = "acme-" + UUID.randomUUID();
  private final String globex = "globex-" + UUID.randomUUID();

  @Test
  void anEmptyProposalLeavesEveryProfileAsItIs() {
    put(owner("team:payments", "").addRoles("reviewer"));
    VirtualKey ada = key(acme, "ada", "team:payments", "own__*");
    put(group("pay", "pay__*", "role:reviewer"));
    put(deny("no-etc").setCondition("args.path == '/etc'"));

    PreviewAccessResponse preview = preview(AccessProposal.newBuilder(), ada.getId());

    PreviewedKey key = preview.getKeysList().getFirst();
    assertThat(key.getPresent().getToolsList()).containsExactly("own__*", "pay__*");
    assertThat(key.getProposed()).isEqualTo(key.getPresent());
    assertThat(key.getPresent())
        .isEqualTo(access(acme, "ada").toBuilder().clearRules().clearLimits().build());
    assertThat(preview.getPresentRulesList())
        .isEqualTo(preview.getProposedRulesList())
        .isEqualTo(access(acme, "ada").getRulesList());
  }

  @Test
  void changesComeTogetherAndNothingOfThemIsLeft() {
    put(owner("team:payments", ""));
    put(owner("user:ada", "team:payments"));
    VirtualKey ada = key(acme, "ada", "user:ada", "own__*", "files__*");
    VirtualKey eve = key(acme, "eve", "", "*");
    put(group("pay", "pay__*", "team:payments"));
    put(deny("no-etc").setCondition("args.path == '/etc'"));
    List<Object> before = everything(acme);
    long sequence = sequence();

    PreviewAccessResponse preview =
        preview(
            AccessProposal.newBuilder()
                .addOwners(owner("team:cards", ""))
                .addOwners(owner("user:ada", "team:cards"))
                .addKeys(
                    ProposedKey.newBuilder().setName("ada").addTools("own__*").setKeepOwner(true))
                .addGroups(group("cards", "cards__*", "team:cards"))
                .addRules(deny("no-etc").setPriority(7))
                .addRules(rule("yes", RuleEffect.RULE_EFFECT_ALLOW).setPriority(9))
                .addRemovedGroups("pay")
                .addRemovedOwners("team:payments")
                .addRemovedKeys("eve"),
            ada.getId(),
            eve.getId());

    AccessProfile proposed = preview.getKeys(0).getProposed();
    assertThat(proposed.getToolsList()).containsExactly("own__*", "cards__*");
    assertThat(proposed.getOwnersList())
        .extracting(PreviewOperationsTest::text)
        .containsExactly("user:ada", "team:cards");
    assertThat(preview.getKeys(0).getPresent().getToolsList())
        .containsExactly("own__*", "files__*", "pay__*");
    assertThat(preview.getKeys(1).hasPresent()).isTrue();
    assertThat(preview.getKeys(1).hasProposed()).isFalse();
    assertThat(preview.getProposedRulesList())
        .extracting(Rule::getName, Rule::getPriority)
        .containsExactly(tuple("no-etc", 7), tuple("yes", 9));
    assertThat(everything(acme)).isEqualTo(before);
    assertThat(sequence()).isEqualTo(sequence);
    // The next change is the next sequence: none was lost.
    assertThat(put(deny("other"))).isEqualTo(sequence + 1);
  }

  @Test
  void aFileAsItWouldBeGivesExactlyWhatItGivesOnceItIsApplied() {
    // Given a file that is in force, and another one that is proposed
    DeclaredKey dev = declared("dev", "team:old", "a__*");
    DeclaredKey gone = declared("gone", "", "*");
    ok(
        owners.applyOwners(
            edge(acme),
            ApplyOwnersRequest.newBuilder()
                .setSource(FILE)
                .addOwners(owner("team:old", ""))
                .build()));
    ok(policy.applyKeys(edge(acme), keys(dev, gone)));
    ok(
        groups.applyGroups(
            edge(acme),
            ApplyGroupsRequest.newBuilder()
                .setSource(FILE)
                .addGroups(group("old", "old__*", "team:old"))
                .build()));
    ok(
        limits.applyLimits(
            edge(acme),
            ApplyLimitsRequest.newBuilder().setSource(FILE).addLimits(limit("old")).build()));
    ok(
        rules.applyRules(
            edge(acme),
            ApplyRulesRequest.newBuilder().setSource(FILE).addRules(deny("old")).build()));
    put(deny("of-the-api").setPriority(3));
    String devId = access(acme, "dev").getKeyId();
    String goneId = access(acme, "gone").getKeyId();
    Owner.Builder team = owner("team:new", "");
    ToolGroup.Builder group = group("new", "new__*", "team:new");
    Rule.Builder rule = rule("new", RuleEffect.RULE_EFFECT_ASK).setPriority(5);
    List<Object> before = everything(acme);

    // When it is previewed, and then applied
    PreviewAccessResponse preview =
        preview(
            AccessProposal.newBuilder()
                .setSource(FILE)
                .addOwners(team)
                .addKeys(
                    ProposedKey.newBuilder()
                        .setName("dev")
                        .addTools("b__*")
                        .setOwner(ref("team:new")))
                .addKeys(ProposedKey.newBuilder().setName("added").addTools("*"))
                .addGroups(group)
                .addRules(rule),
            devId,
            goneId);
    assertThat(everything(acme)).isEqualTo(before);
    ok(
        rules.applyRules(
            edge(acme), ApplyRulesRequest.newBuilder().setSource(FILE).addRules(rule).build()));
    ApplyOwnersRequest wanted =
        ApplyOwnersRequest.newBuilder().setSource(FILE).addOwners(team).build();
    ok(owners.applyOwners(edge(acme), wanted.toBuilder().setKeepUndeclared(true).build()));
    ok(
        policy.applyKeys(
            edge(acme),
            keys(
                dev.toBuilder().clearTools().addTools("b__*").setOwner(ref("team:new")).build(),
                declared("added", "", "*"))));
    ok(
        groups.applyGroups(
            edge(acme), ApplyGroupsRequest.newBuilder().setSource(FILE).addGroups(group).build()));
    ok(limits.applyLimits(edge(acme), ApplyLimitsRequest.newBuilder().setSource(FILE).build()));
    ok(owners.applyOwners(edge(acme), wanted));

    // Then both say the same
    assertThat(preview.getKeys(0).getProposed())
        .isEqualTo(access(acme, "dev").toBuilder().clearRules().clearLimits().build());
    assertThat(preview.getProposedRulesList()).isEqualTo(access(acme, "dev").getRulesList());
    assertThat(preview.getKeys(1).hasProposed()).isFalse();
  }

  @Test
  void aChangeMayBeOfWhatAFileDeclares() {
    ok(
        rules.applyRules(
            edge(acme),
            ApplyRulesRequest.newBuilder().setSource(FILE).addRules(deny("no")).build()));
    ok(policy.applyKeys(edge(acme), keys(declared("dev", "", "*"))));
    String dev = access(acme, "dev").getKeyId();

    PreviewAccessResponse preview =
        preview(
            AccessProposal.newBuilder()
                .addRules(deny("no").setCondition("args.x == 1"))
                .addKeys(ProposedKey.newBuilder().setName("dev").setKeepOwner(true)),
            dev);

    assertThat(preview.getProposedRules(0).getCondition()).isEqualTo("args.x == 1");
    assertThat(preview.getKeys(0).getProposed().getToolsList()).isEmpty();
    assertThat(preview(AccessProposal.newBuilder().addRemovedRules("no"), dev))
        .satisfies(without -> assertThat(without.getProposedRulesList()).isEmpty());
  }

  @Test
  void isRefusedForWhatTheChangesThemselvesAreRefusedFor() {
    put(owner("team:payments", ""));
    VirtualKey ada = key(acme, "ada", "team:payments", "own__*");
    put(deny("no"));
    ok(
        rules.applyRules(
            edge(acme),
            ApplyRulesRequest.newBuilder()
                .setSource("file:other.yaml")
                .addRules(deny("theirs").setPriority(1))
                .build()));
    List<Object> before = everything(acme);

    assertFails(
        AccessProposal.newBuilder().addRules(rule("yes", RuleEffect.RULE_EFFECT_ALLOW)),
        ErrorCode.CONFLICT,
        "contradict each other");
    assertFails(
        AccessProposal.newBuilder().addRules(deny("x").setCondition("nonsense(")),
        ErrorCode.INVALID_PARAMS,
        "Rule x: its condition cannot be taken");
    assertFails(
        AccessProposal.newBuilder().addRemovedOwners("team:payments"),
        ErrorCode.CONFLICT,
        "the key ada is of it");
    assertFails(
        AccessProposal.newBuilder().addGroups(group("g", "g__*", "team:nobody")),
        ErrorCode.INVALID_PARAMS,
        "there is no team nobody");
    assertFails(
        AccessProposal.newBuilder().addKeys(ProposedKey.newBuilder().setName("nobody")),
        ErrorCode.NOT_FOUND,
        "No such key");
    assertFails(
        AccessProposal.newBuilder().addRemovedRules("nothing"),
        ErrorCode.NOT_FOUND,
        "No such rule");
    assertFails(
        AccessProposal.newBuilder().setSource(FILE).addRules(deny("theirs").setPriority(1)),
        ErrorCode.CONFLICT,
        "is of file:other.yaml");
    assertFails(
        AccessProposal.newBuilder().setSource("api"), ErrorCode.INVALID_PARAMS, "file:<name>");
    assertFails(
        AccessProposal.newBuilder().setSource(FILE).addRemovedRules("no"),
        ErrorCode.INVALID_PARAMS,
        "leave it out of the file");
    assertThat(everything(acme)).isEqualTo(before);
    assertThat(access(acme, "ada").getKeyId()).isEqualTo(ada.getId());
  }

  @Test
  void knowsNoKeyOfAnotherTenantAndNoneThatIsRevoked() {
    VirtualKey foreign = key(globex, "eve", "", "*");
    VirtualKey ada = key(acme, "ada", "", "*");
    ok(policy.revokeKey(edge(acme), RevokeKeyRequest.newBuilder().setKey("ada").build()));
    put(deny("no"));

    assertThat(
            preview(AccessProposal.newBuilder(), foreign.getId(), ada.getId(), "vk_nothing")
                .getKeysList())
        .isEmpty();
    assertThatThrownBy(
            () ->
                preview(
                    AccessProposal.newBuilder(),
                    Collections.nCopies(101, ada.getId()).toArray(String[]::new)))
        .hasMessageContaining("At most 100 keys");
    assertThatThrownBy(
            () ->
                ok(
                    previews.previewAccess(
                        CallContext.ofService(Peer.REGISTRY, acme),
                        PreviewAccessRequest.getDefaultInstance())))
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.FORBIDDEN));
  }

  @Test
  void whoeverHasNoKeyIsUnderTheRulesAndSharedLimitsOfTheTenantOnly() {
    put(owner("team:payments", ""));
    key(acme, "anonymous", "team:payments", "x__*");
    put(group("all", "g__*", "tenant"));
    put(deny("no").setCondition("args.x == 1"));
    for (String whose : List.of("", "server:files", "tool:files__read")) {
      put(limit("l" + whose.replaceAll("[:_]", "-")), whose);
    }
    put(limit("of-key"), "key:anonymous");
    put(limit("of-team"), "team:payments");

    ResolveAccessResponse answer = anybody(acme, true);

    AccessProfile profile = answer.getProfile();
    assertThat(profile.getTenant()).isEqualTo(acme);
    assertThat(profile.getKeyId()).isEqualTo("anonymous");
    assertThat(profile.getToolsList()).containsExactly("*");
    assertThat(profile.getGrantsList()).extracting(Grant::getGroup).containsExactly("");
    assertThat(profile.getRulesList()).extracting(Rule::getName).containsExactly("no");
    assertThat(profile.getLimitsList())
        .extracting(Limit::getName)
        .containsExactlyInAnyOrder("l", "lserver-files", "ltool-files--read");
    assertThat(answer.getRulesTold()).isTrue();
    assertThat(answer.getSequence()).isEqualTo(sequence());
    assertThat(anybody(globex, true).getProfile().getRulesList()).isEmpty();
    assertThatThrownBy(() -> anybody(acme, false))
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.POLICY_UNAVAILABLE));
    assertThat(
            preview(AccessProposal.newBuilder(), "anonymous")
                .getKeys(0)
                .getProposed()
                .getToolsList())
        .containsExactly("*");
  }

  private ResolveAccessResponse anybody(String tenant, boolean understandsRules) {
    return ok(
        policy.resolveAccess(
            edge(tenant),
            ResolveAccessRequest.newBuilder()
                .setAnonymous(true)
                .setUnderstandsRules(understandsRules)
                .build()));
  }

  private void assertFails(AccessProposal.Builder proposal, ErrorCode code, String message) {
    ThrowingCallable call = () -> preview(proposal);
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> {
              assertThat(failed.failure().code()).isEqualTo(code);
              assertThat(failed.failure().message()).contains(message);
            });
  }

  private PreviewAccessResponse preview(AccessProposal.Builder proposal, String... ids) {
    return ok(
        previews.previewAccess(
            edge(acme),
            PreviewAccessRequest.newBuilder()
                .addAllKeyIds(List.of(ids))
                .setProposal(proposal)
                .build()));
  }

  private List<Object> everything(String tenant) {
    List<Object> all = new ArrayList<>();
    all.add(ok(policy.listKeys(edge(tenant), ListKeysRequest.getDefaultInstance())));
    all.add(ok(owners.listOwners(edge(tenant), ListOwnersRequest.getDefaultInstance())));
    all.add(ok(groups.listGroups(edge(tenant), ListGroupsRequest.getDefaultInstance())));
    all.add(ok(limits.listLimits(edge(tenant), ListLimitsRequest.getDefaultInstance())));
    all.add(ok(rules.listRules(edge(tenant), ListRulesRequest.getDefaultInstance())));
    return all;
  }

  private long sequence() {
    AccessLog.Tail tail = ok(log.last(1));
    return tail.head();
  }

  private AccessProfile access(String tenant, String key) {
    return ok(policy.getAccess(edge(tenant), GetAccessRequest.newBuilder().setKey(key).build()))
        .getProfile();
  }

  private VirtualKey key(String tenant, String name, String owner, String... tools) {
    return ok(policy.createKey(
            edge(tenant),
            CreateKeyRequest.newBuilder()
                .setName(name)
                .addAllTools(List.of(tools))
                .setCredentialHash(random())
                .setOwner(ref(owner))
                .setPrefix("sp-")
                .build()))
        .getKey();
  }

  private static DeclaredKey declared(String name, String owner, String... tools) {
    return DeclaredKey.newBuilder()
        .setName(name)
        .addAllTools(List.of(tools))
        .setOwner(ref(owner))
        .setCredentialHash(random())
        .build();
  }

  private static ApplyKeysRequest keys(DeclaredKey... keys) {
    return ApplyKeysRequest.newBuilder()
        .setSource(FILE)
        .addAllKeys(Stream.of(keys).toList())
        .build();
  }

  private static ByteString random() {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    return ByteString.copyFrom(hash);
  }

  private void put(Owner.Builder owner) {
    ok(owners.putOwner(edge(acme), PutOwnerRequest.newBuilder().setOwner(owner).build()));
  }

  private void put(ToolGroup.Builder group) {
    ok(groups.putGroup(edge(acme), PutGroupRequest.newBuilder().setGroup(group).build()));
  }

  private long put(Rule.Builder rule) {
    return ok(rules.putRule(edge(acme), PutRuleRequest.newBuilder().setRule(rule).build()))
        .getSequence();
  }

  private void put(Limit.Builder limit, String whose) {
    OwnerRef ref = ref(whose.isEmpty() ? "tenant" : whose);
    ok(
        limits.putLimit(
            edge(acme),
            PutLimitRequest.newBuilder()
                .setLimit(limit.setOwnerKind(ref.getKind()).setOwner(ref.getName()))
                .build()));
  }

  private static Limit.Builder limit(String name) {
    return Limit.newBuilder()
        .setName(name)
        .setOwnerKind(OwnerKind.OWNER_KIND_TEAM)
        .setOwner("old")
        .setKind(LimitKind.LIMIT_KIND_RATE)
        .setUnits(10)
        .setWindow(LimitWindow.newBuilder().setRollingMillis(60_000));
  }

  private static Owner.Builder owner(String ref, String parent) {
    Owner.Builder owner = Owner.newBuilder().setRef(ref(ref));
    return parent.isEmpty() ? owner : owner.setParent(ref(parent));
  }

  private static ToolGroup.Builder group(String slug, String tools, String attached) {
    return ToolGroup.newBuilder().setSlug(slug).addTools(tools).addAttached(ref(attached));
  }

  private static Rule.Builder deny(String name) {
    return rule(name, RuleEffect.RULE_EFFECT_DENY);
  }

  private static Rule.Builder rule(String name, RuleEffect effect) {
    return Rule.newBuilder().setName(name).setEffect(effect);
  }

  private static OwnerRef ref(String text) {
    return text.isEmpty() ? OwnerRef.getDefaultInstance() : Ref.parse(text).toProto();
  }

  private static String text(OwnerRef ref) {
    return new Ref(ref.getKind(), ref.getName()).text();
  }

  private static CallContext edge(String tenant) {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  private static <T> T ok(Uni<T> asked) {
    return asked.await().atMost(PATIENCE);
  }
}
