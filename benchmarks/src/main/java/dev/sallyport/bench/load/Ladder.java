package dev.sallyport.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.testkit.echo.EchoMain;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code sallyport bench ladder [--json FILE] [--rate N] [--connections N] [--seconds N] [--warm N]
 * [--only NAME,…]}: climbs the rungs and prints one table. Tool calls, streams and resources are
 * measured directly and through the gateway; lists with few and many tools, under one key and under
 * a thousand that each have a profile of their own. The launcher builds before; {@code
 * -Dsallyport.home} names the repository.
 */
public final class Ladder {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String DIRECT = "direct";
  private static final int MANY_KEYS = 1_000;
  private static final int RESOURCE_BYTES = 1 << 20;

  /** Tools that are listed in a second at the fixed rate: some ten megabytes. */
  private static final int LISTED_PER_SECOND = 15_000;

  private static final List<String> NAMES =
      List.of(
          DIRECT,
          "vertx-proxy",
          "standalone",
          "split",
          "policy",
          "policy-100k",
          "limits",
          "limits-100k",
          "stream-direct",
          "stream",
          "read-direct",
          "read",
          "list-10",
          "list-508",
          "list-5000");

  private static final String CONFIG =
      """
      servers:
        echo:
          url: %s
          protocolVersion: "2026-07-28"
      keys:
      """;

  /**
   * What the key may call comes from its team's group, and every call is weighed by three rules.
   */
  private static final String RULED =
      """
      servers:
        echo:
          url: %s
          protocolVersion: "2026-07-28"
      customers:
        acme: {}
      teams:
        payments: {parent: "customer:acme"}
      keys:
        bench: {tools: [], owner: "team:payments"}
      groups:
        release: {tools: ["echo__*"], attachedTo: ["team:payments"]}
      rules:
        no-system-files: {tools: ["echo__*"], when: "args.path.startsWith('/etc')", effect: deny, priority: 10}
        few-lines: {when: "has(args.line) && args.line > 1000 && !('admins' in caller.teams)", effect: ask}
        no-secrets: {when: "args.text.matches('(?i)password[:=]')", effect: deny}
      """;

  private static final String LIMITED =
      """
      servers:
        echo:
          url: %s
          protocolVersion: "2026-07-28"
          price: 0.000001
      keys:
        bench: {tools: ["*"]}
      limits:
        calls: {key: bench, calls: 1000000000, per: 1h}
        money: {key: bench, budget: 100000, per: month}
        places: {server: echo, concurrent: 100000}
      """;

  /** With the one that calls: a hundred thousand. Nobody uses these. */
  private static final String STORED_KEYS =
      """
      insert into policy.virtual_key (tenant, id, name, credential_hash, prefix, tools, created_at, source, revision)
      select 'default', 'vk_stored' || i, 'stored' || i, sha256(('stored' || i)::bytea), 'sp-', array['*'], now(), 'api', 1
      from generate_series(1, 99999) i;
      analyze policy.virtual_key;
      """;

  /** One for each of {@link #STORED_KEYS}. */
  private static final String STORED_LIMITS =
      """
      insert into policy.limit_rule (tenant, id, name, owner_kind, owner, tools, kind, units, rolling_millis, calendar,
        zone, source, revision)
      select 'default', 'lim_stored' || i, 'stored' || i, 2, 'stored' || i, array[]::text[], 1, 100, 60000, 0, '', 'api', 1
      from generate_series(1, 99999) i;
      analyze policy.limit_rule;
      """;

  /** A user and a group for each of {@link #STORED_KEYS}. */
  private static final String STORED_GROUPS =
      """
      insert into policy.owner (tenant, id, name, parent, roles, source, revision)
      select 'default', 'own_stored' || i, 'user:stored' || i, 'team:payments', array[]::text[], 'api', 1
      from generate_series(1, 99999) i;
      update policy.virtual_key set owner = 'user:' || name where id like 'vk_stored%';
      insert into policy.tool_group (tenant, id, name, title, tools, attached, source, revision)
      select 'default', 'grp_stored' || i, 'stored' || i, '', array['echo__*'], array['user:stored' || i], 'api', 1
      from generate_series(1, 99999) i;
      insert into policy.tool_group_attachment (tenant, attached, group_id)
      select 'default', 'user:stored' || i, 'grp_stored' || i from generate_series(1, 99999) i;
      analyze policy.virtual_key, policy.owner, policy.tool_group, policy.tool_group_attachment;
      """;

  private int rate = 400;
  private int connections = 16;
  private int warmSeconds = 45;
  private int seconds = 10;
  private List<String> only = NAMES;
  private @Nullable Path json;

  private Ladder() {}

  public static void main(String[] args) throws IOException {
    Ladder ladder = new Ladder();
    try {
      ladder.read(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    boolean clean = ladder.climb();
    System.exit(clean ? 0 : 1);
  }

  private void read(String[] args) {
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " takes a value.");
      }
      String value = args[i + 1];
      switch (args[i]) {
        case "--json" -> json = Path.of(value);
        case "--rate" -> rate = positive(args[i], value);
        case "--connections" -> connections = positive(args[i], value);
        case "--seconds" -> seconds = positive(args[i], value);
        case "--warm" -> warmSeconds = positive(args[i], value);
        case "--only" -> only = List.of(value.split(","));
        default ->
            throw new IllegalArgumentException(
                "bench ladder takes --json FILE, --rate N, --connections N, --seconds N, --warm N, --only NAME,…; not "
                    + args[i]);
      }
    }
    if (!NAMES.containsAll(only)) {
      throw new IllegalArgumentException("--only takes " + String.join(",", NAMES));
    }
  }

  private static int positive(String option, String value) {
    if (!value.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(option + " takes a positive number, not " + value + ".");
    }
    return Integer.parseInt(value);
  }

  private boolean climb() throws IOException {
    List<Rung> rungs = new ArrayList<>();
    for (String name : NAMES) {
      if (only.contains(name)) {
        System.err.println("  measuring " + name);
        List<Rung> measured =
            name.startsWith("list-")
                ? lists(Integer.parseInt(name.substring("list-".length())))
                : List.of(calls(name));
        // Whoever ends a long run early has what was measured.
        measured.forEach(rung -> System.err.println("    " + rung));
        rungs.addAll(measured);
      }
    }
    LadderReport report = new LadderReport(rungs, connections);
    System.out.print(report.table());
    if (json != null) {
      Files.writeString(json, report.json() + "\n");
    }
    for (Rung rung : rungs) {
      if (rung.errors() > 0) {
        System.err.println(
            rung.name() + ": " + rung.errors() + " failed, first: " + rung.firstError());
      }
      if (rung.upstreamLists() > 0) {
        System.err.println(
            rung.name()
                + ": the upstream was asked for its tools "
                + rung.upstreamLists()
                + " times");
      }
    }
    return rungs.stream().allMatch(rung -> rung.errors() == 0 && rung.upstreamLists() == 0);
  }

  /** One rung of the same work, directly or through something. */
  private Rung calls(String name) throws IOException {
    try (Child upstream = Child.start(EchoMain.class, 256, List.of("both", "1"))) {
      String url = upstream.line();
      return switch (name) {
        case DIRECT -> measure(name, null, Work.CALL, "echo", url, rate, upstream);
        case "stream-direct" -> measure(name, null, Work.STREAM, "slow", url, rate / 4, upstream);
        case "read-direct" ->
            measure(name, null, Work.READ, "bytes:///" + RESOURCE_BYTES, url, rate / 8, upstream);
        case "policy" -> governed(name, RULED, url, "", upstream);
        case "policy-100k" -> governed(name, RULED, url, STORED_KEYS + STORED_GROUPS, upstream);
        case "limits" -> governed(name, LIMITED, url, "", upstream);
        case "limits-100k" -> governed(name, LIMITED, url, STORED_KEYS + STORED_LIMITS, upstream);
        case "vertx-proxy" -> proxy(name, url, upstream);
        case "stream" ->
            gateway(
                name,
                "stream-direct",
                GatewayMode.STANDALONE,
                Work.STREAM,
                "echo__slow",
                url,
                rate / 4,
                upstream);
        case "read" ->
            gateway(
                name,
                "read-direct",
                GatewayMode.STANDALONE,
                Work.READ,
                "bytes:///" + RESOURCE_BYTES,
                url,
                rate / 8,
                upstream);
        case "split" ->
            gateway(name, DIRECT, GatewayMode.SPLIT, Work.CALL, "echo__echo", url, rate, upstream);
        default ->
            gateway(
                name, DIRECT, GatewayMode.STANDALONE, Work.CALL, "echo__echo", url, rate, upstream);
      };
    }
  }

  private Rung proxy(String name, String url, Child upstream) throws IOException {
    try (Child proxy = Child.startMeasured(VertxProxy.class, 256, List.of(url))) {
      LoadPlan plan = plan(Work.CALL, "echo", proxy.line(), LoadPlan.NO_KEYS, rate);
      return measure(
          name, DIRECT, plan, new Usage.Group(() -> List.of(proxy.handle()), () -> 0), upstream);
    }
  }

  private Rung gateway(
      String name,
      String floor,
      GatewayMode mode,
      Work work,
      String subject,
      String upstreamUrl,
      int perSecond,
      Child upstream)
      throws IOException {
    String config = CONFIG.formatted(upstreamUrl) + "  bench: {tools: [\"*\"]}\n";
    try (Gateway gateway = Gateway.start(GatewayPlan.of(mode).withConfig(config))) {
      Path keys = keys(List.of(gateway.key("bench")));
      LoadPlan plan = plan(work, subject, gateway.mcpUrl(), keys.toString(), perSecond);
      return measure(name, floor, plan, group(gateway), upstream);
    }
  }

  /** Calls under this file, with what this SQL adds to the database before the first of them. */
  private Rung governed(String name, String file, String upstreamUrl, String stored, Child upstream)
      throws IOException {
    String config = file.formatted(upstreamUrl);
    try (Gateway gateway =
        Gateway.start(GatewayPlan.of(GatewayMode.STANDALONE).withConfig(config))) {
      store(gateway, stored);
      Path keys = keys(List.of(gateway.key("bench")));
      LoadPlan plan = plan(Work.CALL, "echo__echo", gateway.mcpUrl(), keys.toString(), rate);
      return measure(name, DIRECT, plan, group(gateway), upstream);
    }
  }

  private static void store(Gateway gateway, String sql) throws IOException {
    if (sql.isEmpty()) {
      return;
    }
    try (Connection connection = gateway.postgres();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException("keys could not be stored", e);
    }
  }

  private static Usage.Group group(Gateway gateway) {
    return new Usage.Group(gateway::processes, () -> RedisScripts.run(gateway.data()));
  }

  /** The same gateway under one key, then under many that see the same by rules of their own. */
  private List<Rung> lists(int tools) throws IOException {
    try (Child upstream =
        Child.start(EchoMain.class, 256, List.of("both", "1", Integer.toString(tools)))) {
      String config =
          CONFIG.formatted(upstream.line())
              + IntStream.range(0, MANY_KEYS)
                  .mapToObj(i -> "  k" + i + ": {tools: [\"echo__*\", \"echo__none_" + i + "\"]}\n")
                  .collect(Collectors.joining());
      int perSecond = Math.clamp(LISTED_PER_SECOND / tools, 1, rate);
      List<Rung> rungs = new ArrayList<>();
      try (Gateway gateway =
          Gateway.start(GatewayPlan.of(GatewayMode.STANDALONE).withConfig(config))) {
        Usage.Group group = group(gateway);
        for (int count : List.of(1, MANY_KEYS)) {
          Path keys = keys(IntStream.range(0, count).mapToObj(i -> gateway.key("k" + i)).toList());
          LoadPlan plan = plan(Work.LIST, "-", gateway.mcpUrl(), keys.toString(), perSecond);
          rungs.add(measure("list-" + tools + "x" + count, null, plan, group, upstream));
        }
      }
      return rungs;
    }
  }

  private static Path keys(List<String> keys) throws IOException {
    Path file = Files.createTempFile("sallyport-ladder", ".keys");
    file.toFile().deleteOnExit();
    return Files.write(file, keys);
  }

  private LoadPlan plan(Work work, String subject, String url, String keys, int perSecond) {
    return new LoadPlan(
        work,
        subject,
        url,
        keys,
        connections,
        warmSeconds,
        seconds,
        Math.max(1, perSecond),
        seconds);
  }

  private Rung measure(
      String name,
      @Nullable String floor,
      Work work,
      String subject,
      String url,
      int perSecond,
      Child upstream)
      throws IOException {
    LoadPlan plan = plan(work, subject, url, LoadPlan.NO_KEYS, perSecond);
    return measure(name, floor, plan, Usage.Group.NOBODY, upstream);
  }

  private Rung measure(
      String name, @Nullable String floor, LoadPlan plan, Usage.Group group, Child upstream)
      throws IOException {
    try (Child generator = Child.start(LoadGenerator.class, 512, plan.toArguments())) {
      generator.line();
      long listedBefore = Long.parseLong(upstream.ask());
      Usage gatewayBefore = group.gateway();
      Usage storesBefore = group.stores();
      long scriptsBefore = group.redisScripts();
      long calls = Long.parseLong(generator.line().replaceAll("\\D", ""));
      Usage gatewayAfter = group.gateway();
      Usage storesAfter = group.stores();
      long scriptsAfter = group.redisScripts();
      JsonNode result = JSON.readTree(generator.line());
      return new Rung(
          name,
          floor,
          result.path("callsPerSecond").asDouble(),
          result.path("p50Micros").asLong(),
          result.path("p99Micros").asLong(),
          perCall(gatewayBefore, gatewayAfter, calls),
          group.gateway().residentKibibytes() / 1024.0,
          perCall(storesBefore, storesAfter, calls),
          group.stores().residentKibibytes() / 1024.0,
          plan.ratePerSecond(),
          calls,
          calls == 0 ? 0 : (scriptsAfter - scriptsBefore) * 1_000.0 / calls,
          Long.parseLong(upstream.ask()) - listedBefore,
          result.path("errors").asLong(),
          result.path("firstError").asText());
    }
  }

  private static double perCall(Usage before, Usage after, long calls) {
    Duration used = after.cpu().minus(before.cpu());
    return calls == 0 ? 0 : used.toNanos() / 1000.0 / calls;
  }
}
