package dev.sallyport.edge.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.edge.admin.FakeAdministration;
import dev.sallyport.edge.admin.FakeEvidence;
import dev.sallyport.edge.admin.FakePolicy;
import dev.sallyport.edge.admin.FakeRegistry;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.RecordKind;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.Role;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.VirtualKey;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.testkit.SecondTenant;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclarationWatchTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private static final String FIRST =
      """
      servers: {fs: {command: npx}, api: {url: "https://a.example/mcp"}}
      keys: {dev: {tools: ["fs__*"]}}
      """;

  @TempDir Path folder = Path.of("");
  private final FakeRegistry registry = new FakeRegistry();
  private final FakePolicy policy = new FakePolicy();
  private final FakeAdministration administration = new FakeAdministration();
  private final FakeEvidence evidence = new FakeEvidence();
  private Path file = Path.of("");
  private Path credentials = Path.of("");
  private @Nullable DeclarationWatch watch;

  @BeforeEach
  void files() throws IOException {
    file = Files.writeString(folder.resolve("sallyport.yaml"), FIRST);
    credentials = folder.resolve("data").resolve("credentials");
    Files.createDirectories(credentials.getParent());
  }

  @AfterEach
  void stop() {
    if (watch != null) {
      watch.stop(new ShutdownEvent());
    }
  }

  private DeclarationWatch start(boolean forgetAbsent, Path... mcpJson) {
    DeclarationWatch started =
        new DeclarationWatch(
            new Given(file, List.of(mcpJson), forgetAbsent),
            registry,
            policy,
            administration,
            new CredentialsFileVault(credentials),
            evidence);
    started.start(new StartupEvent());
    watch = started;
    return started;
  }

  private List<String> servers() {
    return registry.of(SecondTenant.FIRST).stream().map(ServerDefinition::getName).toList();
  }

  private List<String> keys() {
    return policy.of(SecondTenant.FIRST).stream().map(VirtualKey::getName).toList();
  }

  private List<String> limits() {
    return policy.limitsOf(SecondTenant.FIRST).stream().map(Limit::getName).toList();
  }

  private static void awaitState(DeclarationWatch watch, FileStatus.State state) {
    await().atMost(SOON).until(() -> watch.status().getFirst().state() == state);
  }

  private String minted(String name) throws IOException {
    return new ObjectMapper().readTree(credentials.toFile()).path("keys").path(name).asText();
  }

  @Test
  void appliesWhatTheFileDeclaresAndTouchesNothingElse() throws Exception {
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                ServerDefinition.newBuilder()
                    .setTenant(SecondTenant.FIRST)
                    .setName("own")
                    .setSource("api"))
            .build());
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                ServerDefinition.newBuilder()
                    .setTenant(SecondTenant.SECOND)
                    .setName("fs")
                    .setSource("file:sallyport.yaml"))
            .build());

    DeclarationWatch started = start(false);

    awaitState(started, FileStatus.State.APPLIED);
    assertThat(servers()).containsExactly("api", "fs", "own");
    assertThat(registry.of(SecondTenant.SECOND)).hasSize(1);
    assertThat(keys()).containsExactly("dev");
    assertThat(registry.of(SecondTenant.FIRST).getFirst().getSource())
        .isEqualTo("file:sallyport.yaml");
    assertThat(new DeclarationReadiness(started).call().getStatus())
        .isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(evidence.records)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.getKind()).isEqualTo(RecordKind.RECORD_KIND_ADMIN);
              assertThat(record.getArguments().getData().toStringUtf8())
                  .isEqualTo("file:sallyport.yaml: servers added: fs, api; keys added: dev");
            });
  }

  @Test
  void mintsAKeyWithoutValueOnceAndKeepsItForItsOwnerOnly() throws Exception {
    Files.writeString(credentials, "{\"adminKey\":\"sa-x\",\"keys\":{\"other\":\"sp-y\"}}");
    awaitState(start(false), FileStatus.State.APPLIED);
    String first = minted("dev");
    stop();
    policy.applied.clear();

    awaitState(start(false), FileStatus.State.APPLIED);

    assertThat(first).matches("sp-[A-Za-z0-9_-]{43}");
    assertThat(minted("dev")).isEqualTo(first);
    assertThat(policy.applied.getFirst().getKeys(0).getCredentialHash())
        .isEqualTo(KeyHash.of(first).sha256());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(credentials)).contains("sa-x").contains("sp-y");
    assertThat(evidence.records.toString()).doesNotContain(first);
  }

  @Test
  void appliesAChangeWithoutARestart() throws Exception {
    DeclarationWatch started = start(false);
    awaitState(started, FileStatus.State.APPLIED);

    Files.writeString(file, "servers: {fs: {command: npx}}\nkeys: {ops: {tools: [\"*\"]}}\n");

    await().atMost(SOON).until(() -> servers().equals(List.of("fs")));
    await().atMost(SOON).until(() -> keys().equals(List.of("ops")));
  }

  @Test
  void followsAnEditorThatReplacesTheFile() throws Exception {
    awaitState(start(false), FileStatus.State.APPLIED);
    Path edited = Files.writeString(folder.resolve(".sallyport.yaml.swp"), "servers: {}\n");

    Files.move(edited, file, StandardCopyOption.REPLACE_EXISTING);

    await().atMost(SOON).until(() -> servers().isEmpty() && keys().isEmpty());
  }

  @Test
  void keepsTheOldStateWhenTheNewOneIsWrong() throws Exception {
    DeclarationWatch started = start(false);
    awaitState(started, FileStatus.State.APPLIED);

    Files.writeString(file, "servers:\n  fs: {comand: npx}\n");

    awaitState(started, FileStatus.State.REFUSED);
    assertThat(started.status().getFirst().problem())
        .contains(file + ":2:8: servers.fs.comand: unknown key; did you mean `command`?");
    assertThat(servers()).containsExactly("api", "fs");
    assertThat(keys()).containsExactly("dev");
    Files.writeString(file, "servers: {}\n");
    awaitState(started, FileStatus.State.APPLIED);
    assertThat(started.status().getFirst().problem()).isNull();
  }

  @Test
  void keepsTheOldStateWhenTheFileGoesAway() throws Exception {
    DeclarationWatch started = start(false);
    awaitState(started, FileStatus.State.APPLIED);

    Files.delete(file);

    awaitState(started, FileStatus.State.REFUSED);
    assertThat(servers()).containsExactly("api", "fs");
    Files.writeString(file, FIRST);
    awaitState(started, FileStatus.State.APPLIED);
  }

  @Test
  void doesNotStartWithAWrongFile() throws Exception {
    Files.writeString(file, "servers:\n  fs: {}\n");

    assertThatThrownBy(() -> start(false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file + ":2:7: servers.fs: needs `command`");
    assertThat(servers()).isEmpty();
  }

  @Test
  void waitsForAServiceThatIsAway() {
    policy.failure = new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE));
    DeclarationWatch started = start(false);
    await().atMost(SOON).until(() -> started.status().getFirst().problem() != null);
    assertThat(started.status().getFirst().state()).isEqualTo(FileStatus.State.PENDING);
    assertThat(servers()).isEmpty();
    assertThat(new DeclarationReadiness(started).call().getStatus())
        .isEqualTo(HealthCheckResponse.Status.DOWN);

    policy.failure = null;

    awaitState(started, FileStatus.State.APPLIED);
    assertThat(servers()).containsExactly("api", "fs");
  }

  @Test
  void appliesNothingOfAFileThatOneServiceRefuses() {
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                ServerDefinition.newBuilder()
                    .setTenant(SecondTenant.FIRST)
                    .setName("fs")
                    .setSource("api"))
            .build());

    DeclarationWatch started = start(false);

    awaitState(started, FileStatus.State.REFUSED);
    assertThat(started.status().getFirst().problem()).contains("fs is declared elsewhere");
    assertThat(servers()).containsExactly("fs");
    assertThat(keys()).isEmpty();
  }

  @Test
  void appliesRulesWithTheirFileAndRefusesAFileWithOneThatDoesNotCompile() throws Exception {
    policy.put(Rule.newBuilder().setTenant(SecondTenant.FIRST).setName("own").setSource("api"));
    Files.writeString(
        file,
        """
        keys: {dev: {tools: ["*"]}}
        rules: {no-etc: {effect: deny, when: "args.path == '/etc'"}, ask: {effect: ask}}
        """);

    DeclarationWatch started = start(false);

    awaitState(started, FileStatus.State.APPLIED);
    assertThat(rules()).containsExactly("ask", "no-etc", "own");
    assertThat(started.status().getFirst().rules()).isEqualTo(2);
    assertThat(evidence.records.getFirst().getArguments().getData().toStringUtf8())
        .isEqualTo("file:sallyport.yaml: keys added: dev; rules added: no-etc, ask");

    // What policy does not take is refused as a whole, and what was in force stays.
    Files.writeString(
        file,
        """
        rules: {no-etc: {effect: deny, when: "args.path =="}}
        """);
    awaitState(started, FileStatus.State.REFUSED);
    assertThat(started.status().getFirst().problem()).contains("no-etc").contains("line 1");
    assertThat(rules()).containsExactly("ask", "no-etc", "own");
    assertThat(keys()).containsExactly("dev");

    Files.writeString(file, "{}");
    await().atMost(SOON).until(() -> keys().isEmpty() && rules().equals(List.of("own")));
  }

  private List<String> rules() {
    return policy.rulesOf(SecondTenant.FIRST).stream().map(Rule::getName).toList();
  }

  @Test
  void appliesRolesAndRemovesThoseThatAreNoLongerDeclared() throws Exception {
    administration.put(SecondTenant.FIRST, role("own", "api"));
    Files.writeString(file, "roles: {support: {permissions: [keys:read]}}");

    DeclarationWatch started = start(false);

    awaitState(started, FileStatus.State.APPLIED);
    assertThat(roles()).containsExactly("own", "support");
    assertThat(evidence.records.getFirst().getArguments().getData().toStringUtf8())
        .isEqualTo("file:sallyport.yaml: roles added: support");

    Files.writeString(file, "{}");

    await().atMost(SOON).until(() -> roles().equals(List.of("own")));
  }

  /** As while an upgrade is under way. */
  @Test
  void aFileWithoutRolesIsAppliedByAPolicyThatKnowsNone() throws Exception {
    administration.failure = new CallFailed(Failure.of(ErrorCode.UNKNOWN_METHOD));
    Files.writeString(file, "limits: {all: {concurrent: 4}}");

    DeclarationWatch started = start(true);
    awaitState(started, FileStatus.State.APPLIED);
    assertThat(limits()).containsExactly("all");

    Files.writeString(file, "roles: {support: {permissions: []}}");

    awaitState(started, FileStatus.State.REFUSED);
  }

  private static Role role(String name, String source) {
    return Role.newBuilder().setName(name).setSource(source).build();
  }

  private List<String> roles() {
    return administration.rolesOf(SecondTenant.FIRST).stream().map(Role::getName).toList();
  }

  @Test
  void appliesLimitsAfterTheKeysThatTheyAreFor() throws Exception {
    policy.put(Limit.newBuilder().setTenant(SecondTenant.FIRST).setName("own").setSource("api"));
    Files.writeString(
        file,
        """
        keys: {dev: {tools: ["*"]}}
        limits: {money: {key: dev, budget: 10, per: month}, all: {concurrent: 4}}
        """);

    DeclarationWatch started = start(false);

    awaitState(started, FileStatus.State.APPLIED);
    assertThat(limits()).containsExactly("all", "money", "own");
    assertThat(started.status().getFirst().limits()).isEqualTo(2);
    assertThat(evidence.records.getFirst().getArguments().getData().toStringUtf8())
        .isEqualTo("file:sallyport.yaml: keys added: dev; limits added: money, all");
    assertThat(policy.limitsOf(SecondTenant.FIRST).get(1))
        .satisfies(
            money -> {
              assertThat(money.getOwnerKind()).isEqualTo(OwnerKind.OWNER_KIND_KEY);
              assertThat(money.getOwner()).isEqualTo("dev");
              assertThat(money.getSource()).isEqualTo("file:sallyport.yaml");
            });

    Files.writeString(
        file,
        """
        keys: {dev: {tools: ["*"]}}
        limits: {money: {key: dev, budget: 20, per: month}}
        """);

    await().atMost(SOON).until(() -> limits().equals(List.of("money", "own")));
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(evidence.records.getLast().getArguments().getData().toStringUtf8())
                    .isEqualTo("file:sallyport.yaml: limits changed: money; limits removed: all"));
    Files.writeString(file, "{}");
    await().atMost(SOON).until(() -> keys().isEmpty() && limits().equals(List.of("own")));
  }

  @Test
  void appliesNothingOfAFileWithALimitThatPolicyRefuses() throws Exception {
    Files.writeString(file, FIRST + "limits: {money: {key: ghost, budget: 10}}\n");

    DeclarationWatch started = start(false);

    awaitState(started, FileStatus.State.REFUSED);
    assertThat(started.status().getFirst().problem()).isEqualTo("There is no key named ghost.");
    assertThat(servers()).isEmpty();
    assertThat(keys()).isEmpty();
    assertThat(limits()).isEmpty();
  }

  @Test
  void leavesALimitToWhomeverHasItsName() throws Exception {
    policy.put(Limit.newBuilder().setTenant(SecondTenant.FIRST).setName("money").setSource("api"));
    Files.writeString(file, FIRST + "limits: {money: {key: dev, budget: 10}}\n");

    DeclarationWatch started = start(false);

    awaitState(started, FileStatus.State.REFUSED);
    assertThat(started.status().getFirst().problem()).contains("money is declared elsewhere");
    assertThat(keys()).isEmpty();
  }

  @Test
  void keepsAKeyThatALimitOfTheFileStillNeeds() throws Exception {
    Files.writeString(file, FIRST + "limits: {money: {key: dev, budget: 10}}\n");
    DeclarationWatch started = start(false);
    awaitState(started, FileStatus.State.APPLIED);

    Files.writeString(file, "limits: {money: {key: dev, budget: 10}}\n");

    awaitState(started, FileStatus.State.REFUSED);
    assertThat(started.status().getFirst().problem())
        .isEqualTo(
            "The limit money is for the key dev, which is no longer declared; remove the limit, too.");
    assertThat(keys()).containsExactly("dev");
    assertThat(servers()).containsExactly("api", "fs");
  }

  @Test
  void theFirstOfTwoFilesWithOneServerCounts() throws Exception {
    Path client =
        Files.writeString(
            folder.resolve("mcp.json"),
            "{\"mcpServers\": {\"fs\": {\"command\": \"other\"}, \"git\": {\"command\": \"git\"}}}");
    DeclarationWatch started = start(false, client);
    await().atMost(SOON).until(() -> servers().equals(List.of("api", "fs", "git")));
    assertThat(registry.of(SecondTenant.FIRST).get(1).getSource()).isEqualTo("file:sallyport.yaml");

    Files.writeString(file, "servers: {}\n");

    await()
        .atMost(SOON)
        .until(
            () ->
                registry.of(SecondTenant.FIRST).stream()
                    .map(server -> server.getName() + "=" + server.getSource())
                    .toList()
                    .equals(List.of("fs=file:mcp.json", "git=file:mcp.json")));
    assertThat(started.status()).extracting(FileStatus::servers).containsExactly(0, 2);
  }

  @Test
  void givesFilesOfOneNameSourcesOfTheirOwn() throws Exception {
    Path one = Files.createDirectory(folder.resolve("one")).resolve("mcp.json");
    Path two = Files.createDirectory(folder.resolve("two")).resolve("mcp.json");
    Files.writeString(one, "{\"mcpServers\": {}}");
    Files.writeString(two, "{\"mcpServers\": {}}");

    assertThat(start(false, one, two).status())
        .extracting(FileStatus::source)
        .containsExactly("file:sallyport.yaml", "file:mcp.json", "file:two/mcp.json");
  }

  @Test
  void forgetsWhatEarlierFilesDeclaredOnlyWhereItIsToldTo() {
    registry.put(
        ServerView.newBuilder()
            .setDefinition(
                ServerDefinition.newBuilder()
                    .setTenant(SecondTenant.FIRST)
                    .setName("old")
                    .setSource("file:old.yaml"))
            .build());
    policy.put(
        Limit.newBuilder()
            .setTenant(SecondTenant.FIRST)
            .setName("older")
            .setSource("file:older.yaml"));
    awaitState(start(false), FileStatus.State.APPLIED);
    assertThat(servers()).contains("old");
    assertThat(limits()).containsExactly("older");
    stop();

    start(true);

    await().atMost(SOON).until(() -> servers().equals(List.of("api", "fs")) && limits().isEmpty());
  }

  private record Given(Path yaml, List<Path> clients, boolean forgetAbsent)
      implements DeclarationSettings {

    @Override
    public Optional<Path> file() {
      return Optional.of(yaml);
    }

    @Override
    public Optional<List<Path>> mcpJson() {
      return clients.isEmpty() ? Optional.empty() : Optional.of(clients);
    }

    @Override
    public String tenant() {
      return SecondTenant.FIRST;
    }

    @Override
    public Duration poll() {
      return Duration.ofMillis(100);
    }

    @Override
    public Duration timeout() {
      return Duration.ofSeconds(2);
    }
  }
}
