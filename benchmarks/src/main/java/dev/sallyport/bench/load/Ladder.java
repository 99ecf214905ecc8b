package dev.sallyport.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.testkit.echo.EchoMain;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code sallyport bench ladder [--json FILE] [--rate N] [--connections N] [--seconds N] [--only
 * NAME,…]}: climbs the rungs {@code direct}, {@code vertx-proxy}, {@code standalone}, {@code split}
 * and prints one table. The launcher builds before; {@code -Dsallyport.home} names the repository.
 */
public final class Ladder {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES = List.of("direct", "vertx-proxy", "standalone", "split");
  private static final String CONFIG =
      """
      servers:
        echo:
          url: %s
          protocolVersion: "2026-07-28"
      keys:
        bench:
          tools: ["*"]
      """;

  private int rate = 400;
  private int connections = 16;
  private int warmSeconds = 8;
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
    try (Child upstream = Child.start(EchoMain.class, 256, List.of("both", "1"))) {
      String url = upstream.line();
      for (String name : only) {
        System.err.println("  measuring " + name);
        rungs.add(
            switch (name) {
              case "direct" -> measure(name, url, null, "echo", Usage.Group.NOBODY);
              case "vertx-proxy" -> proxy(name, url);
              case "standalone" -> gateway(name, GatewayMode.STANDALONE, url);
              default -> gateway(name, GatewayMode.SPLIT, url);
            });
      }
    }
    System.out.print(table(rungs));
    if (json != null) {
      Files.writeString(json, toJson(rungs).toPrettyString() + "\n");
    }
    rungs.stream()
        .filter(rung -> rung.errors() > 0)
        .forEach(
            rung ->
                System.err.println(
                    rung.name() + ": " + rung.errors() + " calls failed: " + rung.firstError()));
    return rungs.stream().allMatch(rung -> rung.errors() == 0);
  }

  private Rung proxy(String name, String upstream) throws IOException {
    try (Child proxy = Child.start(VertxProxy.class, 256, List.of(upstream))) {
      String url = proxy.line();
      return measure(name, url, null, "echo", new Usage.Group(() -> List.of(proxy.handle())));
    }
  }

  private Rung gateway(String name, GatewayMode mode, String upstream) throws IOException {
    GatewayPlan plan = GatewayPlan.of(mode).withConfig(CONFIG.formatted(upstream));
    try (Gateway gateway = Gateway.start(plan)) {
      return measure(
          name,
          gateway.mcpUrl(),
          gateway.key("bench"),
          "echo__echo",
          new Usage.Group(gateway::processes));
    }
  }

  private Rung measure(
      String name, String url, @Nullable String key, String tool, Usage.Group group)
      throws IOException {
    LoadPlan plan = new LoadPlan(url, key, tool, connections, warmSeconds, seconds, rate, seconds);
    try (Child generator = Child.start(LoadGenerator.class, 256, plan.toArguments())) {
      generator.line();
      Usage gatewayBefore = group.gateway();
      Usage storesBefore = group.stores();
      long calls = Long.parseLong(generator.line().replaceAll("\\D", ""));
      Usage gatewayAfter = group.gateway();
      Usage storesAfter = group.stores();
      JsonNode result = JSON.readTree(generator.line());
      return new Rung(
          name,
          result.path("callsPerSecond").asDouble(),
          result.path("p50Micros").asLong(),
          result.path("p99Micros").asLong(),
          perCall(gatewayBefore, gatewayAfter, calls),
          group.gateway().residentKibibytes() / 1024.0,
          perCall(storesBefore, storesAfter, calls),
          group.stores().residentKibibytes() / 1024.0,
          calls,
          result.path("errors").asLong(),
          result.path("firstError").asText());
    }
  }

  private static double perCall(Usage before, Usage after, long calls) {
    Duration used = after.cpu().minus(before.cpu());
    return calls == 0 ? 0 : used.toNanos() / 1000.0 / calls;
  }

  private static long added(List<Rung> rungs, Rung rung, boolean median) {
    Rung direct =
        rungs.stream().filter(other -> other.name().equals("direct")).findFirst().orElse(null);
    if (direct == null) {
      return median ? rung.p50Micros() : rung.p99Micros();
    }
    return median ? rung.p50Micros() - direct.p50Micros() : rung.p99Micros() - direct.p99Micros();
  }

  private String table(List<Rung> rungs) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%d processors; %d connections in the closed loop; latency added to direct at %d calls/s%n%n",
            Runtime.getRuntime().availableProcessors(),
            connections,
            rate));
    table.append(
        String.format(
            "%-12s %10s %12s %12s %12s %9s %14s %11s%n",
            "rung",
            "calls/s",
            "added p50 us",
            "added p99 us",
            "CPU us/call",
            "RSS MiB",
            "stores us/call",
            "stores MiB"));
    for (Rung rung : rungs) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-12s %10.0f %12d %12d %12.0f %9.0f %14.0f %11.0f%n",
              rung.name(),
              rung.callsPerSecond(),
              added(rungs, rung, true),
              added(rungs, rung, false),
              rung.cpuMicrosPerCall(),
              rung.rssMiB(),
              rung.storesCpuMicrosPerCall(),
              rung.storesRssMiB()));
    }
    return table.toString();
  }

  private ObjectNode toJson(List<Rung> rungs) {
    ObjectNode root = JSON.createObjectNode();
    root.put("processors", Runtime.getRuntime().availableProcessors());
    root.put("java", System.getProperty("java.version"));
    root.put("connections", connections);
    root.put("openRatePerSecond", rate);
    ArrayNode list = root.putArray("rungs");
    for (Rung rung : rungs) {
      ObjectNode node = list.addObject();
      node.put("name", rung.name());
      node.put("callsPerSecond", rounded(rung.callsPerSecond()));
      node.put("addedP50Micros", added(rungs, rung, true));
      node.put("addedP99Micros", added(rungs, rung, false));
      node.put("cpuMicrosPerCall", rounded(rung.cpuMicrosPerCall()));
      node.put("rssMiB", rounded(rung.rssMiB()));
      node.put("p50Micros", rung.p50Micros());
      node.put("p99Micros", rung.p99Micros());
      node.put("storesCpuMicrosPerCall", rounded(rung.storesCpuMicrosPerCall()));
      node.put("storesRssMiB", rounded(rung.storesRssMiB()));
      node.put("calls", rung.calls());
      node.put("errors", rung.errors());
    }
    return root;
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
