package dev.sallyport.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.admin.SimulationRequest.Against;
import dev.sallyport.edge.admin.SimulationView.Decision;
import dev.sallyport.edge.call.Replays;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.UnaskedPolicy;
import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.Content;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import dev.sallyport.proto.policy.v1.AccessProfile;
import dev.sallyport.proto.policy.v1.AccessProposal;
import dev.sallyport.proto.policy.v1.Grant;
import dev.sallyport.proto.policy.v1.PreviewAccessRequest;
import dev.sallyport.proto.policy.v1.PreviewAccessResponse;
import dev.sallyport.proto.policy.v1.PreviewedKey;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimulationsTest {

  private static final Instant TO = Instant.parse("2026-11-29T12:00:00Z");
  private static final Instant NOW = TO.minusSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AdminIdentity ADMIN =
      AdminIdentity.ofConfiguration(Fixture.ACME, BuiltInRole.ADMINISTRATOR, false);

  private final Policy policy = new Policy();
  private final Audit audit = new Audit();
  private final Simulations simulations =
      new Simulations(policy, audit, new Acme(), new Replays(new Rules()));

  @Test
  void tellsThenNowAndProposedApart() {
    policy.present.addKeys(key("vk_ada", List.of("*"), List.of("files__read")));
    policy.present.addPresentRules(deny("old").addTools("notes__list"));
    policy.present.addProposedRules(deny("old").addTools("notes__list"));
    policy.present.addProposedRules(
        deny("no-etc").addTools("files__*").setCondition("args.path == '/etc'"));
    audit.add(call("files", "read", "{\"path\":\"/etc\"}"));
    audit.add(call("files", "read", "{\"path\":\"/tmp\"}"));
    audit.add(call("files", "write", "{\"path\":\"/tmp\"}"));
    audit.add(call("notes", "list", "{}"));

    SimulationView view = run(Against.NOW);

    assertThat(view.examined()).isEqualTo(4);
    assertThat(view.same()).isEqualTo(2);
    assertThat(view.changedSince()).isEqualTo(1);
    assertThat(view.next()).isNull();
    assertThat(view.calls())
        .extracting(
            SimulationView.Call::tool,
            SimulationView.Call::then,
            SimulationView.Call::now,
            SimulationView.Call::proposed)
        .containsExactly(
            tuple(
                "write",
                new Decision("allow", "tools"),
                new Decision("allow", "tools"),
                new Decision("deny", "tools")),
            tuple(
                "read",
                new Decision("allow", "tools"),
                new Decision("allow", "tools"),
                new Decision("deny", "rule:no-etc")));
    assertThat(policy.asked.getKeyIdsList()).containsExactly("vk_ada");
    assertThat(policy.asked.getContext().getTenant()).isEqualTo(Fixture.ACME);

    // Compared with what was decided then, what has changed since differs, too.
    assertThat(run(Against.THEN).calls())
        .extracting(SimulationView.Call::tool)
        .containsExactly("list", "write", "read");
  }

  @Test
  void saysWhyItCannotTell() {
    policy.present.addKeys(key("vk_ada", List.of("*"), List.of("*")));
    policy.present.addProposedRules(
        deny("no-etc").addTools("files__read").setCondition("args.path == '/etc'"));
    audit.add(call("files", "read", "{\"path\":\"/etc\"}").cut());
    audit.add(call("files", "read", "{\"path\":\"/etc\"}").withoutOpen());
    audit.add(call("files", "write", "{\"path\":\"/etc\"}").cut());
    audit.add(call("files", "read", "{}").of("vk_gone"));
    audit.add(call("gone", "read", "{}"));
    audit.add(call("files", "gone", "{}"));
    audit.add(call("files", "", "{}").decided("deny", "catalogue"));

    SimulationView view = run(Against.NOW);

    assertThat(view.undecidedBecause())
        .extracting(SimulationView.Undecided::why, SimulationView.Undecided::calls)
        .containsExactly(tuple("arguments", 2), tuple("key", 1), tuple("tool", 3));
    assertThat(view.undecided()).isEqualTo(6);
    assertThat(view.same()).isEqualTo(1);
    assertThat(view.differ()).isZero();
  }

  @Test
  void whatElseRefusedACallSaysNothingAboutPolicy() {
    policy.present.addKeys(key("vk_ada", List.of("*"), List.of()));
    audit.add(call("files", "read", "{}").decided("deny", "health"));

    assertThat(run(Against.NOW).calls())
        .extracting(SimulationView.Call::then, SimulationView.Call::proposed)
        .containsExactly(tuple(new Decision("deny", "health"), new Decision("deny", "tools")));
    assertThat(run(Against.NOW).changedSince()).isZero();
    assertThat(run(Against.THEN).undecidedBecause())
        .extracting(SimulationView.Undecided::why)
        .containsExactly("decision");
  }

  @Test
  void aKeyThatTheProposalRevokesOrEndsIsDeniedAndNotForgotten() {
    policy.present.addKeys(PreviewedKey.newBuilder().setPresent(profile("vk_ada", List.of("*"))));
    policy.present.addKeys(
        PreviewedKey.newBuilder()
            .setPresent(profile("vk_eve", List.of("*")))
            .setProposed(profile("vk_eve", List.of("*")).setExpiresAtMillis(NOW.toEpochMilli())));
    audit.add(call("files", "read", "{}"));
    audit.add(call("files", "read", "{}").of("vk_eve"));

    assertThat(run(Against.NOW).calls())
        .extracting(SimulationView.Call::keyId, SimulationView.Call::proposed)
        .containsExactly(
            tuple("vk_eve", new Decision("deny", "key")),
            tuple("vk_ada", new Decision("deny", "key")));
  }

  @Test
  void aCallAtTheEndpointOfAGroupGoesWithTheGroup() {
    AccessProfile.Builder both =
        profile("vk_ada", List.of("*"))
            .addGrants(Grant.newBuilder().setGroup("one").addTools("files__*"))
            .addGrants(Grant.newBuilder().setGroup("two").addTools("files__read"));
    AccessProfile.Builder one =
        profile("vk_ada", List.of("*"))
            .addGrants(Grant.newBuilder().setGroup("two").addTools("files__read"));
    policy.present.addKeys(PreviewedKey.newBuilder().setPresent(both).setProposed(one));
    audit.add(call("files", "write", "{}").atGroup("one"));
    audit.add(call("files", "read", "{}").atGroup("one"));
    audit.add(call("files", "read", "{}").atGroup("two"));
    audit.add(call("files", "read", "{}").atGroup("one").at("script"));
    audit.add(call("files", "write", "{}"));
    audit.add(call("files", "read", "{}").at("mcp-group"));

    SimulationView view = run(Against.NOW);

    assertThat(view.calls())
        .extracting(SimulationView.Call::tool, SimulationView.Call::proposed)
        .containsExactly(
            tuple("read", new Decision("deny", "group")),
            tuple("read", new Decision("deny", "group")),
            tuple("write", new Decision("deny", "group")));
    assertThat(view.undecidedBecause())
        .as("recorded before groups were")
        .extracting(SimulationView.Undecided::why, SimulationView.Undecided::calls)
        .containsExactly(tuple("group", 1));
    assertThat(view.same()).isEqualTo(2);
  }

  @Test
  void looksAtTheTimeTheDoorAndTheKeyOfTheCall() {
    policy.present.addKeys(key("vk_ada", List.of("*"), List.of("*")));
    policy.present.addProposedRules(
        deny("then")
            .setCondition(
                "request.door == 'execute' && request.time == timestamp('"
                    + NOW
                    + "') && caller.key == 'vk_ada-name'"));
    audit.add(call("files", "read", "{}"));
    audit.add(call("files", "read", "{}").at("execute"));

    assertThat(run(Against.NOW).calls())
        .extracting(SimulationView.Call::door)
        .containsExactly("execute");
  }

  @Test
  void asksLikeThePipelineWhereTheDefinitionOfTheServerDoes() {
    policy.present.addKeys(key("vk_ada", List.of("*"), List.of("*")));
    policy.present.addProposedRules(
        Rule.newBuilder().setName("ask").setEffect(RuleEffect.RULE_EFFECT_ASK));
    audit.add(call("notes", "read", "{}"));
    audit.add(call("asking", "read", "{}").decided("allow", "approval:apr_x"));

    SimulationView view = run(Against.NOW);

    assertThat(view.calls())
        .extracting(SimulationView.Call::server, SimulationView.Call::proposed)
        .containsExactly(tuple("notes", new Decision("ask", "rule:ask")));
    assertThat(view.same()).isEqualTo(1);
    assertThat(view.changedSince()).isZero();
  }

  @Test
  void whatIsNoToolBelongsToThoseWhoMayUseTheWholeServer() {
    policy.present.addKeys(key("vk_ada", List.of("files__*"), List.of("files__read")));
    audit.add(call("files", "", "{}").method("resources/read"));

    assertThat(run(Against.NOW).calls())
        .extracting(SimulationView.Call::method, SimulationView.Call::proposed)
        .containsExactly(tuple("resources/read", new Decision("deny", "tools")));
  }

  @Test
  void goesOnWhereItEndedAndLooksAtEveryCallOnce() {
    policy.present.addKeys(key("vk_ada", List.of("*"), List.of()));
    for (int i = 0; i < 1_203; i++) {
      audit.add(call("files", "read", "{}"));
    }

    List<String> seen = new ArrayList<>();
    String before = "";
    int pages = 0;
    do {
      SimulationView view = run(Against.NOW, before, 500);
      view.calls().forEach(call -> seen.add(call.callId()));
      before = view.next();
      pages++;
    } while (before != null);

    assertThat(pages).isEqualTo(3);
    assertThat(seen).doesNotHaveDuplicates().hasSize(1_203);
  }

  @Test
  void oneAnswerHasBoundsInCallsKeysAndBytes() {
    policy.present.addKeys(key("vk_ada", List.of("*"), List.of("*")));
    for (int i = 0; i < Simulations.MOST_CALLS + 1; i++) {
      audit.add(call("files", "read", "{}"));
    }
    SimulationView view = run(Against.NOW);
    assertThat(view.examined()).isEqualTo(Simulations.MOST_CALLS);
    assertThat(run(Against.NOW, String.valueOf(view.next()), 100).examined()).isEqualTo(1);

    audit.calls.clear();
    for (int i = 0; i < Simulations.MOST_KEYS + 5; i++) {
      audit.add(call("files", "read", "{}").of("vk_" + i));
    }
    view = run(Against.NOW);
    assertThat(view.examined()).isEqualTo(Simulations.MOST_KEYS);
    assertThat(policy.asked.getKeyIdsCount()).isEqualTo(Simulations.MOST_KEYS);
    assertThat(run(Against.NOW, String.valueOf(view.next()), 100).examined()).isEqualTo(5);

    audit.calls.clear();
    String large = "{\"x\":\"" + "x".repeat(60_000) + "\"}";
    for (int i = 0; i < 600; i++) {
      audit.add(call("files", "read", large));
    }
    view = run(Against.NOW);
    assertThat(view.examined()).isBetween(500, 599);
    assertThat(view.next()).isNotNull();
  }

  @Test
  void fewRunAtATimeAndTheOthersAreToldSo() throws InterruptedException {
    CountDownLatch free = new CountDownLatch(1);
    audit.before = free;
    List<Cancellable> running = new ArrayList<>();
    for (int i = 0; i < Simulations.MOST_RUNNING; i++) {
      running.add(
          simulations
              .run(ADMIN, request(Against.NOW, "", 100), PATIENCE)
              .subscribe()
              .with(view -> {}, failure -> {}));
    }
    // Whoever gives up does not make room: the work is still done.
    running.forEach(Cancellable::cancel);

    assertThatThrownBy(() -> run(Against.NOW))
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.TOO_MANY_IN_FLIGHT));

    free.countDown();
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> run(Against.NOW).examined() == 0);
  }

  @Test
  void thePresentPolicyAsTheProposalDiffersNowhere() {
    Random random = new Random(11);
    List<String> conditions =
        List.of(
            "", "args.path == '/etc'", "args.missing > 1", "request.door == 'mcp'", "nonsense(");
    for (int round = 0; round < 200; round++) {
      policy.present = PreviewAccessResponse.newBuilder();
      audit.calls.clear();
      List<String> tools = random.nextBoolean() ? List.of("*") : List.of("files__*");
      policy.present.addKeys(key("vk_ada", tools, tools));
      for (int i = random.nextInt(5); i > 0; i--) {
        Rule rule =
            Rule.newBuilder()
                .setName("r" + i)
                .setEffect(RuleEffect.forNumber(random.nextInt(1, 4)))
                .setPriority(random.nextInt(3))
                .setCondition(conditions.get(random.nextInt(conditions.size())))
                .build();
        policy.present.addPresentRules(rule).addProposedRules(rule);
      }
      for (int i = 0; i < 10; i++) {
        Call call =
            call(
                List.of("files", "notes", "gone").get(random.nextInt(3)),
                List.of("read", "write", "").get(random.nextInt(3)),
                List.of("{\"path\":\"/etc\"}", "{}", "{\"a\":1,\"a\":2}").get(random.nextInt(3)));
        audit.add(random.nextInt(4) == 0 ? call.cut() : call);
      }

      SimulationView view = run(Against.NOW);

      assertThat(view.differ()).as("%s", policy.present).isZero();
      assertThat(view.same() + view.undecided()).isEqualTo(view.examined()).isEqualTo(10);
    }
  }

  private SimulationView run(Against against) {
    return run(against, "", 1_000);
  }

  private SimulationView run(Against against, String before, int limit) {
    return simulations
        .run(ADMIN, request(against, before, limit), PATIENCE)
        .await()
        .atMost(PATIENCE);
  }

  private static SimulationRequest request(Against against, String before, int limit) {
    return new SimulationRequest(
        AccessProposal.getDefaultInstance(),
        TO.minus(Duration.ofHours(1)),
        TO,
        "",
        "",
        "",
        limit,
        before,
        against,
        List.of());
  }

  private static PreviewedKey.Builder key(String id, List<String> now, List<String> then) {
    return PreviewedKey.newBuilder().setPresent(profile(id, now)).setProposed(profile(id, then));
  }

  private static AccessProfile.Builder profile(String id, List<String> tools) {
    return AccessProfile.newBuilder()
        .setTenant(Fixture.ACME)
        .setKeyId(id)
        .setKeyName(id + "-name")
        .addAllTools(tools);
  }

  private static Rule.Builder deny(String name) {
    return Rule.newBuilder().setName(name).setEffect(RuleEffect.RULE_EFFECT_DENY);
  }

  private static Call call(String server, String tool, String arguments) {
    return new Call(
        AuditRecord.newBuilder()
            .setTenant(Fixture.ACME)
            .setKeyId("vk_ada")
            .setKeyName("vk_ada-name")
            .setTimeMicros(NOW.toEpochMilli() * 1_000)
            .setMethod("tools/call")
            .setDoor("mcp")
            .setServer(server)
            .setTool(tool)
            .setDecision("allow")
            .setRule("tools")
            .setArguments(
                Content.newBuilder()
                    .setData(ByteString.copyFromUtf8(arguments))
                    .setLength(arguments.length())),
        true);
  }

  private record Call(AuditRecord.Builder record, boolean open) {

    Call cut() {
      record.getArgumentsBuilder().setLength(100_000);
      return this;
    }

    Call withoutOpen() {
      return new Call(record, false);
    }

    Call of(String keyId) {
      record.setKeyId(keyId);
      return this;
    }

    Call at(String door) {
      record.setDoor(door);
      return this;
    }

    Call atGroup(String slug) {
      record.setGroup(slug);
      return at("mcp-group");
    }

    Call method(String method) {
      record.setMethod(method);
      return this;
    }

    Call decided(String decision, String rule) {
      record.setDecision(decision).setRule(rule);
      return this;
    }
  }

  /** Policy that resolves as it is told. */
  private static final class Policy extends UnaskedPolicy {

    private PreviewAccessResponse.Builder present = PreviewAccessResponse.newBuilder();
    private PreviewAccessRequest asked = PreviewAccessRequest.getDefaultInstance();

    @Override
    public Uni<PreviewAccessResponse> previewAccess(PreviewAccessRequest request) {
      asked = request;
      return Uni.createFrom().item(present.build());
    }
  }

  /** Audit with pages, newest first. */
  private static final class Audit implements AuditPeer {

    private final List<CallView> calls = new ArrayList<>();
    private volatile @Nullable CountDownLatch before;

    void add(Call call) {
      String id =
          new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + calls.size()).toString();
      AuditRecord record = call.record().setCallId(id).build();
      calls.addFirst(
          call.open()
              ? CallView.newBuilder().setOpen(record).build()
              : CallView.newBuilder().setClose(record).build());
    }

    @Override
    public Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request) {
      CountDownLatch wait = before;
      if (wait != null) {
        try {
          wait.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return Uni.createFrom()
          .item(
              QueryCallsResponse.newBuilder()
                  .addAllCalls(
                      calls.stream()
                          .filter(
                              call ->
                                  request.getBeforeCallId().isEmpty()
                                      || id(call).compareTo(request.getBeforeCallId()) < 0)
                          .limit(request.getLimit())
                          .toList())
                  .build());
    }

    private static String id(CallView call) {
      return call.hasOpen() ? call.getOpen().getCallId() : call.getClose().getCallId();
    }

    @Override
    public Multi<AppendAck> append(Multi<AppendBatch> batches) {
      throw new AssertionError();
    }

    @Override
    public Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request) {
      throw new AssertionError();
    }
  }

  /** What acme lists, and a server whose tools ask. */
  private static final class Acme implements Catalogues {

    @Override
    public TenantCatalogue current(String tenant) {
      return tenant.equals(Fixture.ACME)
          ? Fixture.catalogue(
              Fixture.ACME,
              1,
              Fixture.server("files", "read", "write"),
              Fixture.server("notes", "list", "read"),
              Fixture.asking(Fixture.server("asking", "read"), "read"))
          : Fixture.globex(1);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onChange(BiConsumer<TenantCatalogue, TenantCatalogue> listener) {}
  }
}
