package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.cli.prove.Proof.NotSo;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Limits are never overspent: 64 calls side by side on a limit of ten run exactly ten, in one
 * process and over three edges, also when one of the edges is killed, or stands still until after
 * its leases are over. The upstream in this process is the witness.
 */
final class Budget {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ATTEMPTED = 64;
  private static final int LIMIT = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The longest life of a lease is 5 s. */
  private static final Duration LEASES_ARE_OVER = Duration.ofSeconds(7);

  private static final List<String> KEYS =
      List.of("money", "rate", "places", "killed", "frozen", "killed-rate");

  private final Proof proof;
  private final Path folder;
  private final HttpClient client;
  private final ObjectNode facts = JSON.createObjectNode();

  /** What came of calls: each attempt is one of these. */
  private record Tally(int answered, int refused, int lost) {}

  Budget(Proof proof, Path folder, HttpClient client) {
    this.proof = proof;
    this.folder = folder;
    this.client = client;
  }

  /** What was counted, for the report. */
  ObjectNode facts() {
    return facts;
  }

  void run() throws Exception {
    try (CountingUpstream upstream = CountingUpstream.start()) {
      Path config = folder.resolve("sallyport.yaml");
      Files.writeString(config, config(upstream));
      try (OwnGateway gateway =
          OwnGateway.start(
              Files.createDirectories(folder.resolve("one")),
              client,
              "--config",
              config.toString())) {
        List<String> edges = List.of(gateway.mcpUrl());
        proof.check("one process takes calls", () -> ready(gateway, edges));
        proof.check(
            "one process: a budget of 10 pays 10 of 64",
            () -> exactly(gateway, upstream, edges, "money", "one", true));
        proof.check(
            "one process: a rate of 10 an hour lets 10 of 64 run",
            () -> exactly(gateway, upstream, edges, "rate", "one-rate", false));
        proof.check(
            "one process: 10 of 64 run at the same time",
            () -> atTheSameTime(gateway, upstream, edges, "one-places"));
      }
      try (OwnGateway gateway =
          OwnGateway.start(
              Files.createDirectories(folder.resolve("split")),
              client,
              "--split",
              "--replicas",
              "edge=3",
              "--config",
              config.toString())) {
        List<String> edges = new ArrayList<>();
        for (String edge : List.of("edge", "edge-2", "edge-3")) {
          edges.add("http://127.0.0.1:" + gateway.portOf(edge) + "/mcp");
        }
        proof.check("three edges take calls", () -> ready(gateway, edges));
        proof.check(
            "three edges: a budget of 10 pays 10 of 64",
            () -> exactly(gateway, upstream, edges, "money", "split", false));
        proof.check(
            "three edges: a rate of 10 an hour lets 10 of 64 run",
            () -> exactly(gateway, upstream, edges, "rate", "split-rate", false));
        proof.check(
            "three edges: 10 of 64 run at the same time",
            () -> atTheSameTime(gateway, upstream, edges, "split-places"));
        proof.check(
            "an edge is killed while calls run: never more than 10, and the rest is spent",
            () -> killed(gateway, upstream, edges, "killed"));
        proof.check("the same of a rate", () -> killed(gateway, upstream, edges, "killed-rate"));
        proof.check(
            "an edge stands still past its leases and goes on: never more than 10, and the rest is"
                + " spent",
            () -> frozen(gateway, upstream, edges));
      }
    }
  }

  private static String config(CountingUpstream upstream) {
    StringBuilder yaml = new StringBuilder("servers:\n  counting:\n    url: ");
    yaml.append(upstream.url()).append("\n    price: 1\nkeys:\n");
    KEYS.forEach(key -> yaml.append("  ").append(key).append(": {tools: [\"*\"]}\n"));
    return yaml.append("limits:\n")
        .append("  money: {key: money, budget: 10, per: month}\n")
        .append("  rate: {key: rate, calls: 10, per: 1h}\n")
        .append("  places: {key: places, concurrent: 10}\n")
        .append("  killed: {key: killed, budget: 10}\n")
        .append("  killed-rate: {key: killed-rate, calls: 10, per: day}\n")
        .append("  frozen: {key: frozen, budget: 10, per: 30d}\n")
        .toString();
  }

  private String ready(OwnGateway gateway, List<String> edges) throws Exception {
    for (String edge : edges) {
      Wire wire = Wire.modern(client, edge, gateway.key("money"));
      Proof.eventually(
          PATIENCE,
          () -> {
            if (!wire.tools().contains("counting__mark")) {
              throw new NotSo("no tool");
            }
            return "";
          });
    }
    return edges.size() + " of them list the tool";
  }

  private String exactly(
      OwnGateway gateway,
      CountingUpstream upstream,
      List<String> edges,
      String key,
      String marker,
      boolean main)
      throws Exception {
    Tally tally = together(gateway, edges, key, marker, 0);
    int executed = upstream.executed(marker);
    if (main) {
      facts.put("executed", executed).put("attempted", ATTEMPTED).put("limit", LIMIT);
    }
    if (executed != LIMIT || tally.answered != LIMIT || tally.refused != ATTEMPTED - LIMIT) {
      throw new NotSo(executed + " executed, " + tally);
    }
    return executed + " of " + ATTEMPTED + " executed, " + tally.refused + " refused";
  }

  private String atTheSameTime(
      OwnGateway gateway, CountingUpstream upstream, List<String> edges, String marker)
      throws Exception {
    upstream.forgetMost();
    Tally tally = together(gateway, edges, "places", marker, 2_000);
    if (upstream.most() > LIMIT || tally.answered != LIMIT) {
      throw new NotSo(upstream.most() + " at the same time, " + tally);
    }
    return "at most " + upstream.most() + " at the same time, " + tally.refused + " refused";
  }

  private String killed(
      OwnGateway gateway, CountingUpstream upstream, List<String> edges, String key)
      throws Exception {
    AtomicInteger started = new AtomicInteger();
    long pid = gateway.pidOf("edge-3");
    Thread killer =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (upstream.executed(key) < LIMIT / 2 && started.incrementAndGet() < 5_000) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                  }
                  ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                });
    Tally tally = together(gateway, edges, key, key, 600);
    killer.join();
    int during = upstream.executed(key);
    String rest = spendTheRest(gateway, upstream, edges.getFirst(), key, tally);
    facts.putObject(key).put("executed", upstream.executed(key)).put("lost", tally.lost);
    return during + " executed while process " + pid + " was killed, " + rest;
  }

  private String frozen(OwnGateway gateway, CountingUpstream upstream, List<String> edges)
      throws Exception {
    String key = "frozen";
    long pid = gateway.pidOf("edge-2");
    Tally first = together(gateway, List.of(edges.get(1)), key, key, 0, 2);
    signal(pid, "STOP");
    Tally late;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Tally> stopped =
          threads.submit(() -> together(gateway, List.of(edges.get(1)), key, key, 0, 20));
      together(gateway, List.of(edges.get(0), edges.get(2)), key, key, 0);
      LockSupport.parkNanos(LEASES_ARE_OVER.toNanos());
      together(gateway, List.of(edges.get(0), edges.get(2)), key, key, 0);
      signal(pid, "CONT");
      late = stopped.get(60, TimeUnit.SECONDS);
    } finally {
      signal(pid, "CONT");
    }
    String rest = spendTheRest(gateway, upstream, edges.getFirst(), key, late);
    facts.putObject(key).put("executed", upstream.executed(key)).put("lost", late.lost);
    return first.answered + " before, " + late + " of 20 that waited in it, " + rest;
  }

  /** Until nothing is free: of what was lost with an edge nobody knows whether it was executed. */
  private String spendTheRest(
      OwnGateway gateway, CountingUpstream upstream, String edge, String key, Tally tally)
      throws Exception {
    String seen =
        Proof.eventually(
            PATIENCE,
            () -> {
              Tally more = together(gateway, List.of(edge), key, key, 0, LIMIT);
              JsonNode standing = standing(gateway, key);
              int executed = upstream.executed(key);
              if (executed > LIMIT) {
                return executed + " executed";
              }
              if (more.answered > 0
                  || standing.path("free").asDouble() > 0
                  || executed < LIMIT - tally.lost) {
                throw new NotSo(executed + " executed, " + standing);
              }
              return executed + " in all, " + tally.lost + " calls lost with the edge";
            });
    if (upstream.executed(key) > LIMIT) {
      throw new NotSo(seen);
    }
    return seen;
  }

  private static JsonNode standing(OwnGateway gateway, String limit)
      throws IOException, InterruptedException {
    return JSON.readTree(gateway.admin("GET", "/api/v1/limits/" + limit, null).body())
        .path("standing");
  }

  private Tally together(
      OwnGateway gateway, List<String> edges, String key, String marker, int holdMillis)
      throws Exception {
    return together(gateway, edges, key, marker, holdMillis, ATTEMPTED);
  }

  private Tally together(
      OwnGateway gateway,
      List<String> edges,
      String key,
      String marker,
      int holdMillis,
      int attempts)
      throws Exception {
    String credential = gateway.key(key);
    List<Future<Boolean>> calls = new ArrayList<>();
    int answered = 0;
    int refused = 0;
    int lost = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < attempts; i++) {
        Wire wire = Wire.modern(client, edges.get(i % edges.size()), credential);
        calls.add(
            threads.submit(
                () -> {
                  Wire.Answer answer =
                      wire.call(
                          "counting__mark",
                          JSON.createObjectNode().put("marker", marker).put("hold", holdMillis));
                  return answer.text().equals("marked " + marker);
                }));
      }
      for (Future<Boolean> call : calls) {
        try {
          if (call.get()) {
            answered++;
          } else {
            refused++;
          }
        } catch (java.util.concurrent.ExecutionException e) {
          if (!(e.getCause() instanceof IOException)) {
            throw e;
          }
          lost++;
        }
      }
    }
    return new Tally(answered, refused, lost);
  }

  private static void signal(long pid, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
  }
}
