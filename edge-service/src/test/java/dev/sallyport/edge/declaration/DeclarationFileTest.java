package dev.sallyport.edge.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.edge.caller.Rule.Effect;
import dev.sallyport.edge.declaration.DeclaredLimit.Amount;
import dev.sallyport.edge.declaration.DeclaredLimit.Owner;
import dev.sallyport.edge.declaration.DeclaredLimit.Per;
import dev.sallyport.edge.declaration.DeclaredServer.Way;
import dev.sallyport.edge.evidence.Contents;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.kit.secret.Secrets;
import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import dev.sallyport.proto.registry.v1.ToolPrice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclarationFileTest {

  private static final String KEY = "sp-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
  private static final Path FILE = Path.of("/etc/sallyport/sallyport.yaml");

  private static Reading read(String yaml) {
    return read(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static Reading read(byte[] yaml) {
    return DeclarationFile.parse(
        FILE, yaml, Secrets.of(Map.of("DEV_KEY", KEY, "NOT_A_KEY", "canary-83b1")));
  }

  private static Declaration declaration(String yaml) {
    Reading reading = read(yaml);
    assertThat(reading)
        .as(() -> reading instanceof Findings findings ? findings.text() : "")
        .isInstanceOf(Declaration.class);
    return (Declaration) reading;
  }

  private static String findings(String yaml) {
    return ((Findings) read(yaml)).text().replace(FILE + ":", "");
  }

  @Test
  void readsServersOfEveryTransport() {
    Declaration declaration =
        declaration(
            """
            servers:
              fs: {command: npx, args: [-y, server-fs, 8080], env: {TOKEN: env:MY_TOKEN, DEBUG: true, NORWAY: NO}}
              api:
                url: https://example.com/mcp
                headers: {Authorization: "Bearer ${env:TOKEN}", X-Key: file:/run/secret}
                protocolVersion: 2025-11-25
                enabled: no
                isolation: caller
                callTimeout: 90s
                prefix: web
              old: {type: sse, url: "http://localhost:3001/sse"}
            """);

    assertThat(declaration.source()).isEqualTo("file:sallyport.yaml");
    assertThat(declaration.servers())
        .containsExactly(
            new DeclaredServer(
                "fs",
                true,
                new Way.Command(
                    "npx",
                    List.of("-y", "server-fs", "8080"),
                    Map.of("TOKEN", "env:MY_TOKEN", "DEBUG", "true", "NORWAY", "NO"),
                    null),
                "auto",
                "shared",
                null,
                null,
                null,
                DeclaredPrices.NOTHING,
                List.of(),
                false),
            new DeclaredServer(
                "api",
                false,
                new Way.StreamableHttp(
                    "https://example.com/mcp",
                    Map.of("Authorization", "Bearer ${env:TOKEN}", "X-Key", "file:/run/secret")),
                "2025-11-25",
                "caller",
                Duration.ofSeconds(90),
                "web",
                null,
                DeclaredPrices.NOTHING,
                List.of(),
                false),
            new DeclaredServer(
                "old",
                true,
                new Way.ServerSentEvents("http://localhost:3001/sse", Map.of()),
                "auto",
                "shared",
                null,
                null,
                null,
                DeclaredPrices.NOTHING,
                List.of(),
                false));
  }

  @Test
  void readsWhichToolsOfAServerAreOffered() {
    Declaration declaration =
        declaration(
            """
            servers:
              some: {url: "http://localhost:1/mcp", tools: [read_*, search]}
              none: {url: "http://localhost:1/mcp", tools: []}
              all: {url: "http://localhost:1/mcp"}
            """);

    assertThat(declaration.servers())
        .extracting(DeclaredServer::tools)
        .containsExactly(List.of("read_*", "search"), List.of(), null);
    assertThat(declaration.servers().get(1).toProto("t", "s").hasToolsOffered()).isTrue();
    assertThat(declaration.servers().get(2).toProto("t", "s").hasToolsOffered()).isFalse();
  }

  @Test
  void readsWhatCallsCost() {
    Declaration declaration =
        declaration(
            """
            servers:
              paid:
                url: "http://localhost:1/mcp"
                price: 0.001
                prices: {"search_*": "0.25", free: 0, "*": 1000000}
              free: {url: "http://localhost:1/mcp"}
            """);

    assertThat(declaration.servers().getFirst().prices())
        .isEqualTo(
            new DeclaredPrices(
                1_000, Map.of("search_*", 250_000L, "free", 0L, "*", 1_000_000_000_000L)));
    assertThat(declaration.servers().getFirst().prices().byPattern().keySet())
        .containsExactly("search_*", "free", "*");
    assertThat(declaration.servers().getFirst().toProto("t", "s").getPrices().getPrices(0))
        .isEqualTo(ToolPrice.newBuilder().setPattern("search_*").setMicros(250_000).build());
    assertThat(declaration.servers().get(1).toProto("t", "s").hasPrices()).isFalse();
  }

  @Test
  void readsWhichToolsNeedAnApproval() {
    Declaration declaration =
        declaration(
            """
            servers:
              asking:
                url: "http://localhost:1/mcp"
                approval: ["delete_*", drop]
              open:
                url: "http://localhost:2/mcp"
            """);

    assertThat(declaration.servers().getFirst().approval()).containsExactly("delete_*", "drop");
    assertThat(declaration.servers().getFirst().toProto("t", "s").getApproval().getPatternsList())
        .containsExactly("delete_*", "drop");
    assertThat(declaration.servers().get(1).toProto("t", "s").hasApproval()).isFalse();
    assertThat(
            findings("servers:\n  a:\n    url: \"http://localhost:1/mcp\"\n    approval: [\"\"]"))
        .startsWith("4:16: servers.a.approval[0]: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0.0000001", "1000001", "1e3", "free", "[1]", "\"\""})
  void refusesWhatIsNoPrice(String price) {
    assertThat(
            findings("servers:\n  paid:\n    url: \"http://localhost:1/mcp\"\n    price: " + price))
        .startsWith("4:5: servers.paid.price: ")
        .contains("an amount from 0 to 1000000 with at most 6 decimals");
  }

  @Test
  void resolvesRelativePathsAgainstTheFolderOfTheFile() {
    Declaration declaration =
        declaration(
            """
            servers:
              own: {command: ./bin/server, cwd: work, env: {TOKEN: "file:secrets/token"}}
            """);

    assertThat(declaration.servers().getFirst().way())
        .isEqualTo(
            new Way.Command(
                "/etc/sallyport/bin/server",
                List.of(),
                Map.of("TOKEN", "file:/etc/sallyport/secrets/token"),
                "/etc/sallyport/work"));
  }

  @Test
  void readsKeysAndKeepsOnlyTheirHashes() {
    String hash = HexFormat.of().formatHex(Contents.sha256(KEY.getBytes(StandardCharsets.UTF_8)));

    Declaration declaration =
        declaration(
            """
            keys:
              dev: {tools: ["fs__*", "*__read_*"], value: env:DEV_KEY, expires: 2027-01-01}
              ci: {tools: ["*"], hash: "sha256:%s"}
              minted: {}
              night: {tools: [], expires: "2027-01-01T10:00:00+02:00"}
            """
                .formatted(hash));

    assertThat(declaration.keys())
        .extracting(DeclaredKey::name)
        .containsExactly("dev", "ci", "minted", "night");
    DeclaredKey dev = declaration.keys().getFirst();
    assertThat(dev.tools()).containsExactly("fs__*", "*__read_*");
    assertThat(dev.expires()).isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
    assertThat(dev.credential()).isEqualTo(new DeclaredKey.Credential.Known(KeyHash.of(KEY)));
    DeclaredKey.Credential ci = declaration.keys().get(1).credential();
    assertThat(((DeclaredKey.Credential.Known) ci).hash().sha256())
        .isEqualTo(KeyHash.of(KEY).sha256());
    assertThat(declaration.keys().get(2).credential())
        .isEqualTo(new DeclaredKey.Credential.Minted());
    assertThat(declaration.keys().get(2).tools()).isEmpty();
    assertThat(declaration.keys().get(3).expires())
        .isEqualTo(Instant.parse("2027-01-01T08:00:00Z"));
    assertThat(declaration.toString()).doesNotContain(KEY);
  }

  @Test
  void readsOwnersAndGroupsAndWhoseAKeyOrALimitIs() {
    Declaration declaration =
        declaration(
            """
            customers:
              Initech: {}
            teams:
              payments: {parent: "customer:Initech", roles: [reviewer]}
              cards: {parent: team:payments}
            users:
              ada@example.com: {parent: team:cards}
            keys:
              dev: {owner: user:ada@example.com, tools: []}
            groups:
              release: {title: Release, tools: ["git__*"], attachedTo: [team:payments, tenant, key:dev, role:reviewer]}
              empty: {}
            limits:
              team-money: {team: payments, budget: 1, per: day}
            """);

    assertThat(declaration.governed().owners())
        .extracting(
            owner -> OwnerText.of(owner.ref()),
            owner -> owner.parent() == null ? "" : OwnerText.of(owner.parent()),
            DeclaredOwner::roles)
        .containsExactly(
            tuple("customer:Initech", "", List.of()),
            tuple("team:payments", "customer:Initech", List.of("reviewer")),
            tuple("team:cards", "team:payments", List.of()),
            tuple("user:ada@example.com", "team:cards", List.of()));
    assertThat(declaration.keys().getFirst().owner())
        .isEqualTo(OwnerText.parse("user:ada@example.com").orElseThrow());
    assertThat(declaration.governed().groups())
        .extracting(
            DeclaredGroup::slug,
            DeclaredGroup::title,
            DeclaredGroup::tools,
            group -> group.attachedTo().stream().map(OwnerText::of).toList())
        .containsExactly(
            tuple(
                "release",
                "Release",
                List.of("git__*"),
                List.of("team:payments", "tenant", "key:dev", "role:reviewer")),
            tuple("empty", "", List.of(), List.of()));
    assertThat(declaration.limits().getFirst().owner())
        .isEqualTo(new Owner.Of(OwnerText.parse("team:payments").orElseThrow()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "teams: {a: {parent: payments}} | teams.a.parent: must name a customer, team or user",
        "teams: {a: {parent: 'role:x'}} | teams.a.parent: must name a customer, team or user",
        "teams: {'': {}} | a name has 1 to 100",
        "customers: {a: {parent: 'team:b'}} | customers.a.parent",
        "users: {a: {roles: [x y]}} | a role has 1 to 64",
        "groups: {Upper: {}} | a group name has 1 to 63",
        "groups: {g: {attachedTo: [everyone]}} | must be tenant, or customer:, team:, user:, key: or role:",
        "groups: {g: {tools: ['no pattern']}} | groups.g.tools",
        "keys: {dev: {owner: ada}} | keys.dev.owner: must name a customer, team or user",
        "limits: {l: {team: a, key: b, calls: 1, per: day}} | both `team` and `key`",
      })
  void whatOwnersAndGroupsCannotBeIsSaidWhereItStands(String yaml, String message) {
    assertThat(findings(yaml)).contains(message);
  }

  @Test
  void readsRoles() {
    Declaration declaration =
        declaration(
            """
            roles:
              support: {permissions: ["keys:read", calls:read, keys:read]}
              nothing: {permissions: []}
            """);

    assertThat(declaration.roles())
        .containsExactly(
            new DeclaredRole("support", Set.of(Permission.KEYS_READ, Permission.CALLS_READ)),
            new DeclaredRole("nothing", Set.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "roles: {auditor: {permissions: []}} | a role of this name is always there",
        "roles: {a b: {permissions: []}} | a role name has 1 to 64",
        "roles: {a: {permissions: ['key:read']}} | did you mean `keys:read`?",
        "roles: {a: {permissions: ['keys:*', '*']}} | is no permission",
        "roles: {a: {}} | [] allows nothing",
        "roles: {a: {permissions: '*'}} | must be a list such as",
        "roles: {a: {permissions: [], tools: []}} | unknown key"
      })
  void refusesWhatIsNoRole(String yaml, String message) {
    assertThat(findings(yaml)).contains(message);
  }

  @Test
  void readsLimitsOfEveryOwnerAmountAndTime() {
    Declaration declaration =
        declaration(
            """
            limits:
              github-a-minute: {server: github, calls: 60, per: 1m}
              money: {key: dev, budget: "10.00", per: month, zone: Europe/Berlin}
              once: {tool: shop__buy_now, budget: 0.000001}
              writes: {tools: ["*__write_*"], concurrent: 4}
              all: {calls: 1000000000000000, per: week}
              year: {budget: 1000000000, per: 366d}
              words: {user: ada, tokens: 50000, per: 1h, reserve: 2500}
              all-words: {tokens: 9}
            """);

    assertThat(declaration.limits())
        .containsExactly(
            new DeclaredLimit(
                "github-a-minute",
                new Owner.Server("github"),
                List.of(),
                new Amount.Calls(60, new Per.Rolling(Duration.ofMinutes(1)))),
            new DeclaredLimit(
                "money",
                new Owner.Key("dev"),
                List.of(),
                new Amount.Budget(
                    10_000_000,
                    new Per.Calendar(
                        CalendarUnit.CALENDAR_UNIT_MONTH, ZoneId.of("Europe/Berlin")))),
            new DeclaredLimit(
                "once", new Owner.Tool("shop__buy_now"), List.of(), new Amount.Budget(1, null)),
            new DeclaredLimit(
                "writes", new Owner.Everyone(), List.of("*__write_*"), new Amount.Concurrent(4)),
            new DeclaredLimit(
                "all",
                new Owner.Everyone(),
                List.of(),
                new Amount.Calls(
                    1_000_000_000_000_000L,
                    new Per.Calendar(CalendarUnit.CALENDAR_UNIT_WEEK, ZoneId.of("UTC")))),
            new DeclaredLimit(
                "year",
                new Owner.Everyone(),
                List.of(),
                new Amount.Budget(1_000_000_000_000_000L, new Per.Rolling(Duration.ofDays(366)))),
            new DeclaredLimit(
                "words",
                new Owner.Of(
                    OwnerRef.newBuilder()
                        .setKind(OwnerKind.OWNER_KIND_USER)
                        .setName("ada")
                        .build()),
                List.of(),
                new Amount.Tokens(50_000, new Per.Rolling(Duration.ofHours(1)), 2_500)),
            new DeclaredLimit(
                "all-words", new Owner.Everyone(), List.of(), new Amount.Tokens(9, null, 0)));
  }

  @Test
  void readsRulesOfEveryEffect() {
    Declaration declaration =
        declaration(
            """
            rules:
              no-etc:
                tools: ["fs__*"]
                when: |
                  args.path.startsWith('/etc')
                    && caller.key != 'root'
                effect: deny
                priority: 10
                reason: System files stay as they are.
              ask: {effect: ask, expires: 1h}
              yes: {effect: allow, when: "caller.key == 'ci'", priority: 1000}
            """);

    assertThat(declaration.rules())
        .containsExactly(
            new DeclaredRule(
                "no-etc",
                List.of("fs__*"),
                "args.path.startsWith('/etc')\n  && caller.key != 'root'",
                Effect.DENY,
                10,
                "System files stay as they are.",
                null),
            new DeclaredRule("ask", List.of(), "", Effect.ASK, 0, "", Duration.ofHours(1)),
            new DeclaredRule(
                "yes", List.of(), "caller.key == 'ci'", Effect.ALLOW, 1_000, "", null));
    assertThat(declaration.rules().get(1).toProto())
        .isEqualTo(
            Rule.newBuilder()
                .setName("ask")
                .setEffect(RuleEffect.RULE_EFFECT_ASK)
                .setExpiresMillis(3_600_000)
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "effekt: deny | rules.a: needs `effect`: allow, deny or ask",
        "effect: deni | rules.a.effect: must be allow, deny or ask; did you mean `deny`?",
        "effect: [deny] | rules.a.effect: must be text",
        "effect: deny, priority: 1001 | rules.a.priority: must be a whole number from 0 to 1000",
        "effect: deny, priority: -1 | rules.a.priority: must be a whole number from 0 to 1000",
        "effect: deny, tools: [] | rules.a.tools: counts for nothing; remove it for every tool",
        "effect: deny, tools: [fs] | names no server",
        "effect: deny, when: '' | rules.a.when: is empty; remove it",
        "effect: deny, when: true | rules.a.when: must be text",
        "effect: deny, expires: 1h | rules.a.expires: goes with `effect: ask` only; remove it",
        "effect: ask, expires: 59s | rules.a.expires: must be a duration with its unit from 1m to 7d",
        "effect: ask, expires: 8d | rules.a.expires: must be a duration with its unit from 1m to 7d",
        "effect: allow, reason: x | rules.a.reason: is told where a call is denied or asked; remove it",
        "effect: deny, reason: \"a\\nb\" | rules.a.reason: must be one sentence",
        "effect: deny, wenn: x | did you mean `when`?",
      })
  void refusesARuleThatIsNoneAndNamesTheFix(String text) {
    String[] parts = text.split(" \\| ");

    assertThat(findings("rules: {a: {" + parts[0] + "}}")).contains(parts[1]);
  }

  @Test
  void refusesTheNameOfARuleThatLooksLikeAnId() {
    assertThat(findings("rules: {rule_a: {effect: deny}}")).contains("must not begin with `rule_`");
    assertThat(findings("rules: {a b: {effect: deny}}")).contains("a rule name has 1 to 64");
  }

  @Test
  void saysALimitInTheWordsOfPolicy() {
    List<Limit> limits =
        declaration(
                """
                limits:
                  a: {server: github, calls: 60, per: 90s}
                  b: {key: dev, budget: 12.5, per: day}
                  c: {tool: fs__read, tools: ["fs__*"], concurrent: 2}
                  d: {budget: 1}
                """)
            .limits()
            .stream()
            .map(DeclaredLimit::toProto)
            .toList();

    assertThat(limits)
        .containsExactly(
            Limit.newBuilder()
                .setName("a")
                .setOwnerKind(OwnerKind.OWNER_KIND_SERVER)
                .setOwner("github")
                .setKind(LimitKind.LIMIT_KIND_RATE)
                .setUnits(60)
                .setWindow(LimitWindow.newBuilder().setRollingMillis(90_000))
                .build(),
            Limit.newBuilder()
                .setName("b")
                .setOwnerKind(OwnerKind.OWNER_KIND_KEY)
                .setOwner("dev")
                .setKind(LimitKind.LIMIT_KIND_BUDGET)
                .setUnits(12_500_000)
                .setWindow(
                    LimitWindow.newBuilder()
                        .setCalendar(CalendarUnit.CALENDAR_UNIT_DAY)
                        .setZone("UTC"))
                .build(),
            Limit.newBuilder()
                .setName("c")
                .setOwnerKind(OwnerKind.OWNER_KIND_TOOL)
                .setOwner("fs__read")
                .addTools("fs__*")
                .setKind(LimitKind.LIMIT_KIND_CONCURRENCY)
                .setUnits(2)
                .build(),
            Limit.newBuilder()
                .setName("d")
                .setOwnerKind(OwnerKind.OWNER_KIND_TENANT)
                .setKind(LimitKind.LIMIT_KIND_BUDGET)
                .setUnits(1_000_000)
                .setWindow(LimitWindow.getDefaultInstance())
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "calls: 0, per: 1m | 1:14: limits.a.calls: must be a whole number from 1 to 1000000000000000",
        "calls: -1, per: 1m | 1:14: limits.a.calls: must be a whole number",
        "calls: 1000000000000001, per: 1m | 1:14: limits.a.calls: must be a whole number",
        "calls: 99999999999999999999, per: 1m | 1:14: limits.a.calls: must be a whole number",
        "calls: 1.5, per: 1m | 1:14: limits.a.calls: must be a whole number",
        "calls: 010, per: 1m | 1:14: limits.a.calls: must be a whole number",
        "calls: 1_000, per: 1m | 1:14: limits.a.calls: must be a whole number",
        "calls: '60', per: 1m | 1:14: limits.a.calls: must be a whole number",
        "calls: [60], per: 1m | 1:14: limits.a.calls: must be a whole number",
        "concurrent: 0 | 1:14: limits.a.concurrent: must be a whole number",
        "budget: 0 | 1:14: limits.a.budget: must be an amount from 0.000001 to 1000000000 with at most 6 decimals",
        "budget: 0.00 | 1:14: limits.a.budget: must be an amount",
        "budget: -1 | 1:14: limits.a.budget: must be an amount",
        "budget: 0.0000001 | 1:14: limits.a.budget: must be an amount",
        "budget: 1.0000000 | 1:14: limits.a.budget: must be an amount",
        "budget: 1000000000.01 | 1:14: limits.a.budget: must be an amount",
        "budget: 1e3 | 1:14: limits.a.budget: must be an amount",
        "budget: .inf | 1:14: limits.a.budget: must be an amount",
        "budget: 10 USD | 1:14: limits.a.budget: must be an amount",
        "budget: {amount: 1} | 1:14: limits.a.budget: must be an amount",
        "calls: 1 | 1:14: limits.a.calls: needs `per`, such as 1m (rolling) or day",
        "concurrent: 1, per: 1m | 1:29: limits.a.per: does not go with `concurrent`",
        "calls: 1, per: 500ms | 1:24: limits.a.per: must be a duration with its unit from 1s to 366d, such as 1m, or one of hour, day, week, month",
        "calls: 1, per: 367d | 1:24: limits.a.per: must be a duration",
        "calls: 1, per: 60 | 1:24: limits.a.per: must be a duration",
        "calls: 1, per: months | 1:24: limits.a.per: must be a duration with its unit from 1s to 366d, such as 1m, or one of hour, day, week, month; did you mean `month`?",
        "calls: 1, per: [day] | 1:24: limits.a.per: must be a duration",
        "calls: 1, per: day, zone: Europe/Berln | 1:34: limits.a.zone: is not a time zone; write one such as Europe/Berlin; did you mean `Europe/Berlin`?",
        "calls: 1, per: day, zone: '+02:00' | 1:34: limits.a.zone: is not a time zone",
        "calls: 1, per: 1d, zone: UTC | 1:33: limits.a.zone: goes with a `per` of the calendar",
        "budget: 1, zone: UTC | 1:25: limits.a.zone: goes with a `per` of the calendar",
        "concurrent: 1, zone: UTC | 1:29: limits.a.zone: goes with a `per` of the calendar",
        "tokens: 0 | 1:14: limits.a.tokens: must be a whole number from 1",
        "tokens: 1.5 | 1:14: limits.a.tokens: must be a whole number from 1",
        "tokens: 9, reserve: 10 | 1:25: limits.a.reserve: must not be more than `tokens`",
        "tokens: 9, reserve: 0 | 1:25: limits.a.reserve: must be a whole number from 1",
        "calls: 9, per: 1m, reserve: 1 | 1:33: limits.a.reserve: goes with `tokens`",
        "per: 1m | 1:13: limits.a: needs `calls` (so many `per` time), `budget` (so much money), `tokens` (so many returned) or `concurrent` (so many at once)",
        "calls: 1, budget: 1, per: 1m | 1:24: limits.a: both `calls` and `budget`: a limit counts one thing; keep one",
        "calls: 1, budget: 1, concurrent: 1 | 1:24: limits.a: all of `calls` and `budget` and `concurrent`",
        "key: a, server: b, concurrent: 1 | 1:22: limits.a: both `key` and `server`: a limit belongs to one; keep one",
        "key: vk_a, concurrent: 1 | 1:14: limits.a.key: a key name must not begin with `vk_`",
        "key: 7, concurrent: 1 | 1:19: limits.a.key: must be text, not a number",
        "server: Git Hub, concurrent: 1 | 1:14: limits.a.server: A server name has only lower-case letters, digits and hyphens",
        "tool: read, concurrent: 1 | 1:14: limits.a.tool: The tool pattern \"read\" names no server",
        "tool: fs__*, concurrent: 1 | 1:14: limits.a.tool: names one tool, `server__tool`; patterns stand in `tools`",
        "tools: [], concurrent: 1 | 1:14: limits.a.tools: counts nothing; remove it to count every call, or name tools",
        "tools: [read], concurrent: 1 | 1:22: limits.a.tools[0]: The tool pattern",
        "tools: fs__*, concurrent: 1 | 1:21: limits.a.tools: must be a list",
        "cals: 1, per: 1m | 1:13: limits.a: needs `calls`"
      })
  void refusesALimit(String fieldsAndFinding) {
    String[] parts = fieldsAndFinding.split(" \\| ", 2);

    String text = findings("limits: {a: {" + parts[0] + "}}");

    assertThat(text).startsWith(parts[1]);
  }

  @Test
  void namesTheMemberThatALimitDoesNotKnow() {
    assertThat(findings("limits: {a: {cals: 1, per: 1m}}"))
        .contains("limits.a.cals: unknown key; did you mean `calls`?");
    assertThat(findings("limits: {'a b': {concurrent: 1}}"))
        .startsWith("1:10: limits.a b: a limit name has 1 to 64 letters");
    assertThat(findings("limits: {lim_a: {concurrent: 1}}"))
        .startsWith("1:10: limits.lim_a: a limit name must not begin with `lim_`");
    assertThat(findings("limits: [a]")).startsWith("1:9: limits: must be a mapping");
    assertThat(findings("limits: {a: }")).startsWith("1:12: limits.a: must be a mapping");
  }

  @Test
  void aFileOfDialectsIsRelativeToTheFileThatNamesIt() {
    assertThat(declaration("settings: {dialects: ./d.yaml}").settings())
        .containsOnly(Map.entry("sallyport.edge.dialects.file", "/etc/sallyport/d.yaml"));
    assertThat(declaration("settings: {dialects: /etc/d.yaml}").settings())
        .containsEntry("sallyport.edge.dialects.file", "/etc/d.yaml");
  }

  @Test
  void turnsSettingsIntoConfiguration() {
    Declaration declaration =
        declaration(
            """
            servers: {a: {url: "https://a.example/mcp"}, b: {url: "https://b.example/mcp", callTimeout: 1s}}
            settings:
              maxFrame: 8MiB
              callTimeout: 5m
              allowedHosts: [a.example, b.example]
              allowedOrigins: ["https://a.example"]
              spoolSize: 2GiB
              spoolDurability: fsync
              spoolWhenFull: gap
            """);

    assertThat(declaration.settings())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "sallyport.edge.http.max-body", "8388608",
                "sallyport.edge.http.allowed-hosts", "a.example,b.example",
                "sallyport.edge.http.allowed-origins", "https://a.example",
                "sallyport.edge.spool.max-size", "2147483648",
                "sallyport.edge.spool.durability", "fsync",
                "sallyport.edge.spool.when-full", "gap"));
    assertThat(declaration.servers())
        .extracting(DeclaredServer::callTimeout)
        .containsExactly(Duration.ofMinutes(5), Duration.ofSeconds(1));
  }

  @Test
  void followsAnchorsWithinTheLimits() {
    Declaration declaration =
        declaration(
            """
            keys:
              a: {tools: &all ["fs__*"]}
              b: {tools: *all}
            """);

    assertThat(declaration.keys().get(1).tools()).containsExactly("fs__*");
  }

  @Test
  void namesEveryMistakeWithItsLineColumnAndFix() {
    assertThat(
            findings(
                """
                servers:
                  fs:
                    comand: npx
                  both: {command: npx, url: "https://x.example"}
                  None_Such: {command: x}
                  tall:
                    command: x
                    callTimeout: 60
                  v:
                    command: x
                    env: {A: "vault:kv/x", B: [1]}
                keys:
                  dev:
                    tools: fs__*
                    tols: []
                  ops: {tools: ["read_file"]}
                  ops: {tools: []}
                server: {}
                settings: {maxFrame: 32}
                """))
        .isEqualTo(
            """
            3:5: servers.fs: needs `command` (a program to start) or `url` (where the server is)
            3:5: servers.fs.comand: unknown key; did you mean `command`?
            4:24: servers.both: both `command` and `url`: a server is started or reached; remove one
            5:3: servers.None_Such: %s
            8:5: servers.tall.callTimeout: must be a duration with its unit from 100ms to 24h, such as 60s
            11:14: servers.v.env.A: secret references of scheme 'vault' cannot be resolved by this version; use env: or file:
            11:31: servers.v.env.B: must be text, not a list
            14:12: keys.dev.tools: must be a list such as ["fs__*"], not text
            15:5: keys.dev.tols: unknown key; did you mean `tools`?
            16:17: keys.ops.tools[0]: %s
            17:3: keys.ops: this key stands twice; keep one
            18:1: server: unknown key; did you mean `servers`?
            19:12: settings.maxFrame: must be a size with its unit, such as 32MiB"""
                .formatted(serverNameMessage("None_Such"), patternMessage("read_file")));
  }

  private static String serverNameMessage(String name) {
    try {
      return dev.sallyport.mcp.name.ServerName.check(name);
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String patternMessage(String pattern) {
    try {
      return dev.sallyport.mcp.name.ToolPattern.parse(pattern).toString();
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keys: {a: {value: sp-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG}} | 1:12: keys.a.value: a key does not stand in a file",
        "keys: {a: {value: env:UNSET}} | 1:12: keys.a.value: the environment variable UNSET is not set",
        "keys: {a: {value: env:NOT_A_KEY}} | 1:12: keys.a.value: does not refer to a virtual key",
        "keys: {a: {value: file:/no/such}} | 1:12: keys.a.value: the secret file /no/such cannot be read",
        "keys: {a: {value: env:DEV_KEY, hash: x}} | 1:32: keys.a: both `value` and `hash`",
        "keys: {a: {hash: abc}} | 1:12: keys.a.hash: must be `sha256:` and 64 hex digits",
        "keys: {a: {expires: soon}} | 1:21: keys.a.expires: must be a day",
        "keys: {vk_a: {}} | 1:8: keys.vk_a: a key name must not begin with `vk_`",
        "keys: [a] | 1:7: keys: must be a mapping of names to values, not a list",
        "servers: {a: {command: x, headers: {A: b}}} | 1:27: servers.a.headers: goes with `url`",
        "servers: {a: {url: 'http://h', args: [x]}} | 1:32: servers.a.args: goes with `command`",
        "servers: {a: {url: 'ftp://h'}} | 1:15: servers.a.url: must begin with https:// or http://",
        "servers: {a: {url: 'http://u:p@h'}} | 1:15: servers.a.url: must not carry a user name",
        "servers: {a: {url: 'http://h', headers: {Host: x}}} | 1:48: servers.a.headers.Host: is set by the gateway",
        "servers: {a: {url: 'http://h', headers: {A b: x}}} | 1:47: servers.a.headers.A b: is not a name of an HTTP header",
        "servers: {a: {url: 'http://h', headers: {A: \"x\\ny\"}}} | 1:45: servers.a.headers.A: must be one line",
        "servers: {a: {url: 'http://h', type: htp}} | 1:32: servers.a.type: must be one of stdio, http, sse; did you mean `http`?",
        "servers: {a: {command: x, protocolVersion: 2025-01-01}} | 1:27: servers.a.protocolVersion: `2025-01-01` is not a known revision",
        "servers: {a: {command: x, isolation: own}} | 1:27: servers.a.isolation: must be one of shared, caller, session",
        "servers: {a: {command: x, enabled: maybe}} | 1:36: servers.a.enabled: must be true or false, not text",
        "servers: {a: {command: 7}} | 1:24: servers.a.command: must be text, not a number",
        "servers: {a: {command: x, env: {1A: x}}} | 1:37: servers.a.env.1A: is not a name of an environment variable",
        "servers: {a: {command: x, env: {A: '***'}}} | 1:36: servers.a.env.A: is masked",
        "servers: {a: {command: ''}} | 1:15: servers.a.command: must not be empty",
        "servers: {a: } | 1:13: servers.a: must be a mapping of names to values, not nothing",
        "settings: {maxFrme: 1MiB} | 1:12: settings.maxFrme: unknown key; did you mean `maxFrame`?",
        "settings: {spoolWhenFull: drop} | 1:12: settings.spoolWhenFull: must be one of refuse, gap",
        "- a | 1:1: must be a mapping of names to values, not a list",
        "hello | 1:1: must be a mapping of names to values, not text"
      })
  void refuses(String yamlAndFinding) {
    String[] parts = yamlAndFinding.split(" \\| ", 2);

    String text = findings(parts[0]);

    assertThat(text).startsWith(parts[1]).doesNotContain("canary");
  }

  @Test
  void refusesAnEmptyFileSinceAnEditorMayHaveTruncatedIt() {
    assertThat(findings("")).startsWith("1:1: the file is empty");
    assertThat(findings("# only a comment\n")).startsWith("1:1: the file is empty");
    assertThat(declaration("servers: {}").servers()).isEmpty();
  }

  @Test
  void refusesTabs() {
    assertThat(findings("servers:\n\tfs: {command: x}\n"))
        .isEqualTo("2:1: not valid YAML: a tab stands here; indent with spaces");
  }

  @Test
  void refusesABillionLaughsInNoTime() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String alias = "*a" + (i - 1);
      yaml.append("a%d: &a%d [".formatted(i, i))
          .append(String.join(", ", java.util.Collections.nCopies(10, alias)))
          .append("]\n");
    }

    org.assertj.core.api.Assertions.assertThat(
            org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> findings(yaml.toString())))
        .contains("aliases");
  }

  @Test
  void refusesFewAliasesThatMakeManyValues() {
    StringBuilder yaml = new StringBuilder("keys:\n  a: &a0 [" + "x, ".repeat(999) + "x]\n");
    for (int i = 1; i < 10; i++) {
      yaml.append("  b%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    assertThat(findings(yaml.toString())).contains("more than 50000 values");
  }

  @Test
  void refusesADocumentThatContainsItself() {
    assertThat(findings("keys: &a {b: *a}\n")).contains("nested deeper than 20 levels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: "})
  void refusesDeepNesting(String open) {
    assertThat(findings("servers: " + open.repeat(5_000))).contains("nested deeper than 20 levels");
  }

  @Test
  void refusesAHugeFile() {
    assertThat(findings("# " + "x".repeat(1024 * 1024))).startsWith("1:1: the document has");
  }

  @Test
  void makesNoObjects() {
    assertThat(findings("keys: !!javax.script.ScriptEngineManager [x]\n"))
        .contains("1:7: not valid YAML: Global tag is not allowed");
    assertThat(findings("keys: {a: {<<: {tools: []}}}\n")).contains("merge keys are not supported");
    assertThat(findings("keys: {a: !!binary aGk=}\n")).contains("is not supported");
    assertThat(findings("keys: {? [a] : {}}\n")).contains("a key must be plain text");
  }

  @Test
  void refusesBytesThatAreNotText() {
    assertThat(((Findings) read(new byte[] {'a', ':', '\n', ' ', (byte) 0xff})).text())
        .isEqualTo(FILE + ":2:2: this is not UTF-8; save the file as UTF-8");
    assertThat(findings("a: b\nc: \u0007\n"))
        .startsWith("2:4: not valid YAML: the control character U+0007");
    assertThat(findings("a: b\n--- \nc: d\n")).contains("2:1: not valid YAML");
  }

  @Test
  void readsAFileWithAByteOrderMark() {
    assertThat(declaration("\uFEFFservers: {}\n").servers()).isEmpty();
  }

  @Test
  void saysThatThereIsNoSuchFile(@TempDir Path folder) throws Exception {
    Path missing = folder.resolve("none.yaml");

    assertThat(DeclarationFile.read(missing))
        .isInstanceOfSatisfying(
            Findings.class,
            findings ->
                assertThat(findings.text()).isEqualTo(missing + ":1:1: there is no such file"));
    assertThat(DeclarationFile.read(folder))
        .isInstanceOfSatisfying(
            Findings.class, findings -> assertThat(findings.text()).contains("this is a folder"));
    assertThat(DeclarationFile.read(Files.writeString(missing, "keys: {}\n")))
        .isInstanceOf(Declaration.class);
  }
}
