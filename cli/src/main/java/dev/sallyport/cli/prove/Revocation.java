package dev.sallyport.cli.prove;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A revoked key stops working everywhere in under a second, under load: three edges are called with
 * it without a pause, it is revoked through one of them, and for each edge the last answer that it
 * gave is timed from before the revocation was sent. Several keys, one after the other.
 */
final class Revocation {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BOUND = Duration.ofSeconds(1);
  private static final int KEYS = 5;
  private static final int AGENTS_PER_EDGE = 4;
  private static final int ENOUGH = 200;
  private static final List<String> EDGES = List.of("edge", "edge-2", "edge-3");

  private final Proof proof;
  private final Path folder;
  private final HttpClient client;
  private final ObjectNode facts = JSON.createObjectNode();

  Revocation(Proof proof, Path folder, HttpClient client) {
    this.proof = proof;
    this.folder = folder;
    this.client = client;
  }

  /** What was measured, for the report. */
  ObjectNode facts() {
    return facts;
  }

  void run() throws Exception {
    try (CountingUpstream upstream = CountingUpstream.start()) {
      Path config = folder.resolve("sallyport.yaml");
      Files.writeString(config, "servers:\n  counting:\n    url: " + upstream.url() + "\n");
      try (OwnGateway gateway =
          OwnGateway.start(
              folder, client, "--split", "--replicas", "edge=3", "--config", config.toString())) {
        for (int i = 1; i <= KEYS; i++) {
          String name = "key-" + i;
          proof.check(
              "key " + i + " of " + KEYS + " stops working at three edges in under a second",
              () -> revoke(gateway, name));
        }
      }
    }
  }

  /** One edge under load with one key. */
  private final class Load {
    final Wire wire;
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicLong lastAnswerNanos = new AtomicLong();
    volatile boolean stop;

    Load(String url, String key) {
      wire = Wire.modern(client, url, key);
    }

    void callOnAndOn() {
      ObjectNode arguments = JSON.createObjectNode().put("marker", "revoked");
      while (!stop) {
        try {
          Wire.Answer answer = wire.call("counting__mark", arguments);
          if (answer.text().equals("marked revoked")) {
            answered.incrementAndGet();
            lastAnswerNanos.accumulateAndGet(System.nanoTime(), Math::max);
          } else if (answer.status() == 401) {
            refused.incrementAndGet();
          }
        } catch (IOException e) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private String revoke(OwnGateway gateway, String name) throws Exception {
    String key = gateway.createKey(name, "[\"*\"]");
    List<Load> loads = new ArrayList<>();
    for (String edge : EDGES) {
      loads.add(new Load("http://127.0.0.1:" + gateway.portOf(edge) + "/mcp", key));
    }
    try (ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (Load load : loads) {
          for (int i = 0; i < AGENTS_PER_EDGE; i++) {
            agents.submit(load::callOnAndOn);
          }
        }
        await(loads, load -> load.answered.get() >= ENOUGH, "answers");
        long sent = System.nanoTime();
        int status = gateway.admin("DELETE", "/api/v1/keys/" + name, null).statusCode();
        if (status != 200) {
          throw new NotSo("DELETE answered " + status);
        }
        await(loads, load -> load.refused.get() >= 10, "refusals");
        return slowest(loads, sent, name);
      } finally {
        loads.forEach(load -> load.stop = true);
      }
    }
  }

  private String slowest(List<Load> loads, long sentNanos, String name) throws NotSo {
    StringBuilder seen = new StringBuilder("last answer after");
    long most = 0;
    ObjectNode fact = facts.putObject(name);
    for (int i = 0; i < loads.size(); i++) {
      long after =
          Math.max(
              0, TimeUnit.NANOSECONDS.toMillis(loads.get(i).lastAnswerNanos.get() - sentNanos));
      most = Math.max(most, after);
      seen.append(i == 0 ? " " : ", ").append(after).append(" ms at ").append(EDGES.get(i));
      fact.put(EDGES.get(i) + "Millis", after);
    }
    if (most >= BOUND.toMillis()) {
      throw new NotSo(seen.toString());
    }
    return seen.toString();
  }

  private static void await(List<Load> loads, Predicate<Load> wanted, String what)
      throws Exception {
    Proof.eventually(
        PATIENCE,
        () -> {
          if (!loads.stream().allMatch(wanted)) {
            throw new NotSo("not enough " + what);
          }
          return "";
        });
  }
}
