package dev.sallyport.registry.catalogue;

import static dev.sallyport.registry.catalogue.Definitions.http;
import static dev.sallyport.registry.catalogue.Definitions.stdio;
import static dev.sallyport.registry.catalogue.Definitions.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.PresenceNote;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.ToolAllowance;
import dev.sallyport.proto.registry.v1.ToolApproval;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import dev.sallyport.proto.registry.v1.ToolPrice;
import dev.sallyport.proto.registry.v1.ToolPrices;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class RegistryOperationsTest {

  @Inject RegistryOperations registry;
  @Inject Pool sql;

  private Definitions acme;
  private Definitions globex;

  @BeforeEach
  void twoTenants() {
    acme = new Definitions(registry, "acme-" + UUID.randomUUID());
    globex = new Definitions(registry, "globex-" + UUID.randomUUID());
  }

  @Test
  void aServerThatWasNeverConnectedIsListedWithoutTools() {
    acme.put(stdio("fs"));

    ServerView view = acme.view("fs");

    assertThat(view.getCatalogue().getStatus().getHealth()).isEqualTo(Health.HEALTH_CONNECTING);
    assertThat(view.getCatalogue().getToolsList()).isEmpty();
    assertThat(view.getCatalogue().getStale()).isFalse();
    assertThat(view.getDefinition().getProtocolVersion()).isEqualTo("auto");
    assertThat(view.getDefinition().getIsolation()).isEqualTo("shared");
    assertThat(view.getDefinition().getCallTimeoutMillis()).isEqualTo(60_000);
    assertThat(view.getDefinition().getSource()).isEqualTo("api");
  }

  @Test
  void everyRevisionIsKeptAndRevisionsOnlyGrow() {
    long first = acme.put(stdio("fs")).getDefinition().getRevision();
    long second = acme.put(http("fs", "https://fs.example/mcp")).getDefinition().getRevision();
    acme.delete("fs");
    long again = acme.put(stdio("fs")).getDefinition().getRevision();

    assertThat(List.of(first, second, again)).containsExactly(1L, 2L, 4L);
    long kept =
        Definitions.await(
            sql.preparedQuery(
                    "select count(*) from registry.server_revision where tenant = $1 and name = $2")
                .execute(Tuple.of(acme.tenant(), "fs"))
                .map(rows -> rows.iterator().next().getLong(0)));
    assertThat(kept).isEqualTo(4);
  }

  @Test
  void aDefinitionThatChangesNothingKeepsItsRevision() {
    acme.put(stdio("fs"));

    assertThat(acme.put(stdio("fs")).getDefinition().getRevision()).isEqualTo(1);
  }

  @Test
  void aChangeOfAnOldRevisionIsRefused() {
    acme.put(stdio("fs"));
    acme.put(http("fs", "https://one.example/mcp"), 1);

    assertFails(
        () -> acme.put(http("fs", "https://two.example/mcp"), 1),
        ErrorCode.CONFLICT,
        "read it again");
    assertThat(acme.view("fs").getDefinition().getHttp().getUrl())
        .isEqualTo("https://one.example/mcp");
  }

  @Test
  void toolsAreKeptByteForByteInTheOrderOfTheUpstream() {
    acme.put(stdio("fs"));
    String odd =
        "{ \"na\\u006de\" : \"b\",\n \"x\":1.0E+2, \"inputSchema\":{\"type\":\"object\"}, \"é\":\"\\u00e9\"}";

    acme.report("fs", 1, 1, tool("b", odd), tool("a"));

    List<ToolDefinition> tools = acme.view("fs").getCatalogue().getToolsList();
    assertThat(tools).extracting(ToolDefinition::getName).containsExactly("b", "a");
    assertThat(tools.getFirst().getDefinition().toStringUtf8()).isEqualTo(odd);
    assertThat(tools.getFirst().getPin()).matches("[0-9a-f]{64}");
    assertThat(tools).allMatch(tool -> tool.getQuarantineReason().isEmpty());
  }

  @Test
  void aLargeCatalogueIsKeptWhole() {
    acme.put(stdio("big"));
    ToolDefinition[] tools =
        IntStream.range(0, 600).mapToObj(i -> tool("tool-" + i)).toArray(ToolDefinition[]::new);

    acme.report("big", 1, 1, tools);

    assertThat(acme.view("big").getCatalogue().getToolsList())
        .extracting(ToolDefinition::getName)
        .containsExactlyElementsOf(
            java.util.Arrays.stream(tools).map(ToolDefinition::getName).toList());
  }

  @Test
  void theVersionChangesExactlyWhenTheListDoes() {
    acme.put(stdio("fs"));
    acme.report("fs", 1, 1, tool("a"), tool("b"));
    String version = version("fs");

    acme.health("fs", 1, 2, Health.HEALTH_DOWN);
    acme.report("fs", 2, 1, tool("a"), tool("b"));
    assertThat(version("fs")).isEqualTo(version);
    acme.report("fs", 2, 2, tool("b"), tool("a"));
    assertThat(version("fs")).isNotEqualTo(version);
  }

  @Test
  void aServerThatIsDownKeepsItsToolsAndSaysSo() {
    acme.put(stdio("fs"));
    acme.report("fs", 1, 1, tool("a"));

    acme.health("fs", 1, 2, Health.HEALTH_DOWN);

    ServerCatalogue catalogue = acme.view("fs").getCatalogue();
    assertThat(catalogue.getToolsList()).hasSize(1);
    assertThat(catalogue.getStale()).isTrue();
    assertThat(catalogue.getStatus().getHealth()).isEqualTo(Health.HEALTH_DOWN);
    assertThat(catalogue.getStatus().getReason()).isEqualTo("It does not answer.");
    acme.report("fs", 1, 3, tool("a"));
    assertThat(acme.view("fs").getCatalogue().getStale()).isFalse();
  }

  @Test
  void anEmptyCatalogueOfAnUpstreamThatIsAwayTakesNoToolsAwayAndAnEmptyOneOfAReadyOneDoes() {
    acme.put(stdio("fs"));
    acme.report("fs", 1, 1, tool("a"));

    acme.report(Health.HEALTH_DOWN, "executor-1", "fs", 1, 2, 0);
    assertThat(names("fs")).containsExactly("a");
    acme.report(Health.HEALTH_DOWN, "executor-1", "fs", 1, 3, 0, tool("a"), tool("b"));
    assertThat(names("fs")).containsExactly("a", "b");
    acme.report("fs", 1, 4);
    assertThat(names("fs")).isEmpty();
  }

  @Test
  void theReportsOfAnOwnerThatIsPresentCountAndNoOthers() {
    // Given an executor that is there
    acme.put(stdio("fs"));
    String owner = "owner-" + UUID.randomUUID();
    assertThat(acme.report(owner, "fs", 20, 5, 0, tool("mine"))).isTrue();
    note(owner, 20, false);

    // When older ones of its own come, and newer ones of others
    assertThat(acme.report(owner, "fs", 20, 4, 0, tool("overtaken"))).isFalse();
    assertThat(acme.report(owner, "fs", 19, 9, 0, tool("of an earlier run"))).isFalse();
    assertThat(acme.report("other", "fs", 20, 6, 0, tool("other"))).isFalse();
    assertThat(acme.report("other", "fs", 21, 6, 0, tool("other"))).isFalse();

    // Then they change nothing, and its own next start goes on
    assertThat(names("fs")).containsExactly("mine");
    assertThat(acme.report(owner, "fs", 22, 1, 0, tool("restarted"))).isTrue();
    assertThat(names("fs")).containsExactly("restarted");
  }

  @Test
  void anotherExecutorMayReportWhenTheOwnerIsAway() {
    // Given an owner that is there
    acme.put(stdio("fs"));
    String owner = "owner-" + UUID.randomUUID();
    acme.report(owner, "fs", 20, 5, 0, tool("mine"));
    note(owner, 20, false);
    assertThat(acme.ack(Health.HEALTH_READY, "other", "fs", 10, 1, 0, tool("other")).getOwner())
        .contains(owner);

    // When it has been silent for as long as it may
    Definitions.await(
        sql.preparedQuery(
                "update registry.executor_presence set seen_at = now() - interval '11 seconds'"
                    + " where executor = $1")
            .execute(Tuple.of(owner))
            .replaceWithVoid());

    // Then the server is the other's, and not the first one's when it comes back
    assertThat(acme.report("other", "fs", 10, 2, 0, tool("other"))).isTrue();
    assertThat(names("fs")).containsExactly("other");
    note("other", 10, false);
    assertThat(acme.report(owner, "fs", 20, 6, 0, tool("back"))).isFalse();
  }

  @Test
  void anExecutorThatLeavesInGoodOrderIsFollowedAtOnce() {
    acme.put(stdio("fs"));
    String owner = "owner-" + UUID.randomUUID();
    acme.report(owner, "fs", 20, 5, 0, tool("mine"));
    note(owner, 20, false);
    assertThat(acme.report("other", "fs", 10, 1, 0, tool("other"))).isFalse();

    note(owner, 20, true);

    assertThat(acme.report("other", "fs", 10, 2, 0, tool("other"))).isTrue();
  }

  private void note(String executor, long epoch, boolean leaving) {
    Definitions.await(
        registry.notePresence(
            acme.executor(),
            PresenceNote.newBuilder()
                .setExecutor(executor)
                .setOwnerEpoch(epoch)
                .setLeaving(leaving)
                .build()));
  }

  @Test
  void whatCallsCostIsToldToEdgesAndChangesNoVersion() {
    acme.put(stdio("fs"));
    String version = acme.view("fs").getCatalogue().getCatalogueVersion();
    ToolPrices prices =
        ToolPrices.newBuilder()
            .setDefaultMicros(1_000)
            .addPrices(ToolPrice.newBuilder().setPattern("search_*").setMicros(250_000))
            .build();

    acme.put(stdio("fs").toBuilder().setPrices(prices).build());

    assertThat(acme.view("fs").getCatalogue().getPrices()).isEqualTo(prices);
    assertThat(acme.view("fs").getCatalogue().getCatalogueVersion()).isEqualTo(version);
  }

  @Test
  void whichToolsAskIsToldToEdgesThatCanAskAndChangesNoVersion() {
    acme.put(stdio("fs"));
    String version = acme.view("fs").getCatalogue().getCatalogueVersion();
    ToolApproval some = ToolApproval.newBuilder().addPatterns("delete_*").build();

    acme.put(stdio("fs").toBuilder().setApproval(some).build());

    assertThat(acme.view("fs").getCatalogue().getApproval()).isEqualTo(some);
    assertThat(acme.view("fs").getCatalogue().getCatalogueVersion()).isEqualTo(version);
    acme.report("fs", 1, 1, tool("delete_all"), tool("read"));
    assertThat(toldTo(true).hasToolsOffered()).isFalse();
    assertThat(toldTo(false).getToolsOffered().getPatternsList()).containsExactly("read");
  }

  private ServerCatalogue toldTo(boolean asks) {
    return registry
        .watchCatalogue(
            acme.edge(), WatchCatalogueRequest.newBuilder().setAsksApproval(asks).build())
        .filter(
            event ->
                event.getServer().getTenant().equals(acme.tenant())
                    && event.getServer().getToolsCount() == 2)
        .toUni()
        .await()
        .atMost(Duration.ofSeconds(10))
        .getServer();
  }

  @Test
  void whichToolsAreOfferedIsToldToEdges() {
    ToolAllowance some = ToolAllowance.newBuilder().addPatterns("read_*").build();
    acme.put(stdio("fs").toBuilder().setToolsOffered(some).build());
    acme.put(stdio("all"));

    assertThat(acme.view("fs").getCatalogue().getToolsOffered()).isEqualTo(some);
    assertThat(acme.view("all").getCatalogue().hasToolsOffered()).isFalse();
  }

  @Test
  void aReportAboutAnotherRevisionIsIgnoredAndTheOldToolsAreStale() {
    acme.put(stdio("fs"));
    acme.report("executor-1", "fs", 1, 1, 1, tool("a"));
    acme.put(http("fs", "https://fs.example/mcp"));

    assertThat(acme.report("executor-1", "fs", 1, 2, 1, tool("late"))).isFalse();

    ServerCatalogue catalogue = acme.view("fs").getCatalogue();
    assertThat(names("fs")).containsExactly("a");
    assertThat(catalogue.getStale()).isTrue();
    assertThat(catalogue.getStatus().getHealth()).isEqualTo(Health.HEALTH_CONNECTING);
    assertThat(acme.report("executor-1", "fs", 1, 3, 2, tool("b"))).isTrue();
    assertThat(names("fs")).containsExactly("b");
  }

  @Test
  void aReportAboutAnUnknownServerIsIgnored() {
    assertThat(acme.report("nobody", 1, 1, tool("a"))).isFalse();
  }

  @Test
  void oneInvalidToolIsQuarantinedAndCostsTheOthersNothing() {
    acme.put(stdio("fs"));

    acme.report(
        "fs",
        1,
        1,
        tool("good"),
        tool("broken", "{\"name\":\"broken\""),
        tool("mismatch", "{\"name\":\"other\"}"),
        tool("good", "{\"name\":\"good\",\"second\":true}"));

    List<ToolDefinition> tools = acme.view("fs").getCatalogue().getToolsList();
    assertThat(tools)
        .extracting(ToolDefinition::getQuarantineReason)
        .containsExactly(
            "",
            "The definition is not a JSON object.",
            "The definition is not that of a tool with this name.",
            "Another tool has the same name.");
  }

  @Test
  void theDefinitionSeenFirstIsPinnedAndDriftIsRecorded() {
    acme.put(stdio("fs"));
    acme.report("fs", 1, 1, tool("a", "{\"name\":\"a\",\"description\":\"one\"}"));

    acme.report("fs", 1, 2, tool("a", "{\"name\":\"a\",\"description\":\"two\"}"));

    var pin =
        Definitions.await(
            sql.preparedQuery(
                    "select pinned_hash, seen_hash from registry.tool_pin where tenant = $1")
                .execute(Tuple.of(acme.tenant()))
                .map(rows -> rows.iterator().next()));
    assertThat(pin.getString(0)).isNotEqualTo(pin.getString(1));
    assertThat(acme.view("fs").getCatalogue().getTools(0).getPin()).isEqualTo(pin.getString(1));
  }

  @Test
  void aDisabledServerOffersNothingAndOffersAgainWhenItIsEnabled() {
    acme.put(stdio("fs"));
    acme.report("executor-1", "fs", 1, 1, 1, tool("a"));

    acme.put(stdio("fs").toBuilder().setEnabled(false).build());

    ServerCatalogue disabled = acme.view("fs").getCatalogue();
    assertThat(disabled.getStatus().getHealth()).isEqualTo(Health.HEALTH_DISABLED);
    assertThat(disabled.getToolsList()).isEmpty();
    acme.put(stdio("fs"));
    assertThat(names("fs")).containsExactly("a");
  }

  @Test
  void serversOfAnotherTenantAreNeitherVisibleNorChangeable() {
    acme.put(stdio("fs"));
    acme.report("fs", 1, 1, tool("a"));
    globex.put(stdio("other"));

    assertThat(globex.list())
        .extracting(view -> view.getDefinition().getName())
        .containsExactly("other");
    String unknown = failure(() -> globex.delete("no-such-server")).getMessage();
    assertThat(failure(() -> globex.delete("fs")).getMessage()).isEqualTo(unknown);
    assertThat(globex.report("fs", 9, 9, tool("evil"))).isFalse();
    assertThat(
            Definitions.await(
                    registry.listServers(
                        globex.edge(), ListServersRequest.newBuilder().setServer("fs").build()))
                .getServersList())
        .isEmpty();
    globex.put(http("fs", "https://globex.example/mcp"));
    assertThat(acme.view("fs").getDefinition().hasStdio()).isTrue();
    assertThat(names("fs")).containsExactly("a");
  }

  @Test
  void onlyEdgeAdministersAndOnlyExecutorsReportAndSeeSecrets() {
    acme.put(stdio("fs"));

    assertFails(
        () ->
            Definitions.await(
                registry.listServers(acme.executor(), ListServersRequest.getDefaultInstance())),
        ErrorCode.FORBIDDEN,
        "not allowed");
    assertFails(
        () ->
            registry
                .watchServers(acme.edge(), WatchServersRequest.getDefaultInstance())
                .toUni()
                .await()
                .atMost(Duration.ofSeconds(5)),
        ErrorCode.FORBIDDEN,
        "not allowed");
    assertFails(
        () ->
            registry
                .watchCatalogue(acme.executor(), WatchCatalogueRequest.getDefaultInstance())
                .toUni()
                .await()
                .atMost(Duration.ofSeconds(5)),
        ErrorCode.FORBIDDEN,
        "not allowed");
  }

  @Test
  void literalValuesAreMaskedReferencesAreShownAndTheMaskPutBackKeepsTheValue() {
    ServerDefinition.Builder secret = http("fs", "https://fs.example/mcp").toBuilder();
    secret
        .getHttpBuilder()
        .putHeaders("authorization", "Bearer canary-secret")
        .putHeaders("x-token", "env:TOKEN");
    ServerDefinition answered = acme.put(secret.build()).getDefinition();

    ServerDefinition listed = acme.view("fs").getDefinition();

    assertThat(answered.toString() + listed).doesNotContain("canary-secret");
    assertThat(listed.getHttp().getHeadersMap())
        .containsEntry("authorization", "***")
        .containsEntry("x-token", "env:TOKEN");
    acme.put(listed.toBuilder().setCallTimeoutMillis(5_000).build());
    ServerDefinition told =
        registry
            .watchServers(acme.executor(), WatchServersRequest.getDefaultInstance())
            .filter(event -> event.getServer().getTenant().equals(acme.tenant()))
            .filter(event -> event.getServer().getCallTimeoutMillis() == 5_000)
            .toUni()
            .await()
            .atMost(Duration.ofSeconds(10))
            .getServer();
    assertThat(told.getHttp().getHeadersMap())
        .containsEntry("authorization", "Bearer canary-secret");
  }

  @Test
  void aMaskWithoutAKeptValueIsRefused() {
    ServerDefinition.Builder masked = http("fs", "https://fs.example/mcp").toBuilder();
    masked.getHttpBuilder().putHeaders("authorization", "***");

    assertFails(() -> acme.put(masked.build()), ErrorCode.INVALID_PARAMS, "give its value");
  }

  @Test
  void applyingASourceMakesItsServersExactlyTheDeclaredOnesAndTouchesNoOthers() {
    acme.put(stdio("by-hand"));
    globex.put(stdio("a"));
    acme.apply("file:one", stdio("a"), stdio("b"));
    acme.apply("file:two", stdio("elsewhere"));

    ApplyServersResponse answer =
        acme.apply("file:one", http("a", "https://a.example/mcp"), stdio("c"));

    assertThat(answer.getAddedList()).containsExactly("c");
    assertThat(answer.getChangedList()).containsExactly("a");
    assertThat(answer.getRemovedList()).containsExactly("b");
    assertThat(acme.list())
        .extracting(view -> view.getDefinition().getName())
        .containsExactly("a", "by-hand", "c", "elsewhere");
    assertThat(globex.view("a").getDefinition().hasStdio()).isTrue();
    assertThat(acme.apply("file:one", http("a", "https://a.example/mcp"), stdio("c")))
        .isEqualTo(ApplyServersResponse.getDefaultInstance());
    assertThat(acme.view("a").getDefinition().getRevision()).isEqualTo(2);
  }

  @Test
  void aDryRunAnswersTheSameAndChangesNothing() {
    acme.apply("file:one", stdio("a"));

    ApplyServersResponse answer = acme.apply("file:one", true, stdio("b"));

    assertThat(answer.getAddedList()).containsExactly("b");
    assertThat(answer.getRemovedList()).containsExactly("a");
    assertThat(acme.list()).extracting(view -> view.getDefinition().getName()).containsExactly("a");
  }

  @Test
  void aDeclaredServerIsReadOnlyThroughTheApiAndAnApiServerIsNotTakenOver() {
    acme.apply("file:one", stdio("declared"));
    acme.put(stdio("by-hand"));

    assertFails(
        () -> acme.put(http("declared", "https://x.example/")),
        ErrorCode.READ_ONLY,
        "declared in a file");
    assertFails(() -> acme.delete("declared"), ErrorCode.READ_ONLY, "declared in a file");
    assertFails(
        () -> acme.apply("file:one", stdio("declared"), stdio("by-hand")),
        ErrorCode.CONFLICT,
        "rename one of the two");
  }

  @Test
  void aPrefixThatIsAnothersNameIsRefused() {
    acme.put(stdio("fs"));

    assertFails(
        () -> acme.put(stdio("other").toBuilder().setPrefix("fs").build()),
        ErrorCode.CONFLICT,
        "choose another");
    acme.put(stdio("other").toBuilder().setPrefix("files").build());
    assertFails(() -> acme.put(stdio("files")), ErrorCode.CONFLICT, "choose another");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Under_Score", "a name", "waaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaay-too-long"})
  void aNameThatCannotBeExposedIsRefused(String name) {
    assertFails(() -> acme.put(stdio(name)), ErrorCode.INVALID_PARAMS, "name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/",
        "//host/path",
        "https://user:pw@host/",
        "https://host/#part",
        "not a url",
        "https:///path"
      })
  void aUrlThatCannotBeUsedIsRefusedWithoutRepeatingIt(String url) {
    assertFails(() -> acme.put(http("fs", url)), ErrorCode.INVALID_PARAMS, "the URL");
    assertThat(failure(() -> acme.put(http("fs", url))).getMessage()).doesNotContain("pw");
  }

  @Test
  void definitionsThatCannotWorkAreRefusedWithTheFix() {
    refused(ServerDefinition.newBuilder().setName("fs").build(), "give it a command");
    refused(stdio("fs").toBuilder().setIsolation("none").build(), "shared, caller or session");
    refused(stdio("fs").toBuilder().setCallTimeoutMillis(5).build(), "between 100 ms and 1 h");
    refused(stdio("fs").toBuilder().setProtocolVersion("1.0").build(), "auto or a revision");
    refused(stdio("fs").toBuilder().setMaxInFlight(20_000).build(), "at most 10000");
    refused(stdio("fs").toBuilder().setPrefix("Fs_").build(), "prefix");
    refused(
        stdio("fs").toBuilder().setToolsOffered(ToolAllowance.newBuilder().addPatterns("")).build(),
        "tool pattern is empty");
    refused(
        stdio("fs").toBuilder().setApproval(ToolApproval.newBuilder().addPatterns("")).build(),
        "tool pattern is empty");
    refused(
        stdio("fs").toBuilder().setPrices(ToolPrices.newBuilder().setDefaultMicros(-1)).build(),
        "a price is from 0 to 1000000");
    refused(
        stdio("fs").toBuilder()
            .setPrices(ToolPrices.newBuilder().addPrices(ToolPrice.newBuilder().setMicros(1)))
            .build(),
        "tool pattern is empty");
    ServerDefinition.Builder env = stdio("fs").toBuilder();
    env.getStdioBuilder().putEnv("NOT-A-NAME", "x");
    refused(env.build(), "environment variable");
    ServerDefinition.Builder vault = stdio("fs").toBuilder();
    vault.getStdioBuilder().putEnv("TOKEN", "vault:secret/canary");
    refused(vault.build(), "env:NAME or file:PATH");
    ServerDefinition.Builder header = http("fs", "https://fs.example/").toBuilder();
    header.getHttpBuilder().putHeaders("x", "a\r\nb: c");
    refused(header.build(), "control characters");
    ServerDefinition.Builder own = http("fs", "https://fs.example/").toBuilder();
    own.getHttpBuilder().putHeaders("Mcp-Session-Id", "1");
    refused(own.build(), "set by the gateway");
    assertThat(acme.list()).isEmpty();
  }

  // --- fixture ---

  private void refused(ServerDefinition definition, String fix) {
    assertFails(() -> acme.put(definition), ErrorCode.INVALID_PARAMS, fix);
  }

  private String version(String server) {
    return acme.view(server).getCatalogue().getCatalogueVersion();
  }

  private List<String> names(String server) {
    return acme.view(server).getCatalogue().getToolsList().stream()
        .map(ToolDefinition::getName)
        .toList();
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
