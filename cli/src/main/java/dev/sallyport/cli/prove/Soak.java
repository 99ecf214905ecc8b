package dev.sallyport.cli.prove;

import dev.sallyport.cli.prove.Proof.NotSo;
import dev.sallyport.host.DemoUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Nothing is left of sessions: many are opened, used and left, each in one of three ways (with
 * DELETE, without a word, without a word in the middle of a call). Afterwards streams, running
 * calls, processes, descriptors and what Redis keeps are what they were.
 */
final class Soak {

  private static final int AT_ONCE = 25;

  /** Each has a process of its own at the stdio server: so many of all sessions call it. */
  private static final int WITH_PROCESS = 20;

  /** Connections that are kept for reuse, and the log files that a JVM opens now and then. */
  private static final int DESCRIPTORS_MORE = 24;

  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final Pattern KEYSPACE = Pattern.compile("db0:keys=(\\d+),expires=(\\d+)");

  /** What is counted. */
  private record Counts(long descriptors, long processes) {}

  private final Proof proof;
  private final Path folder;
  private final HttpClient client;
  private final int sessions;

  /**
   * @param sessions how many, at least 1
   */
  Soak(Proof proof, Path folder, HttpClient client, int sessions) {
    this.proof = proof;
    this.folder = folder;
    this.client = client;
    this.sessions = sessions;
  }

  void run() throws Exception {
    Path root = Path.of(System.getProperty("sallyport.root", ".")).toAbsolutePath();
    List<String> demo =
        DemoUpstream.command(List.of(root.resolve("standalone/target/quarkus-app/lib/main")));
    try (CountingUpstream upstream = CountingUpstream.start()) {
      Path config = folder.resolve("sallyport.yaml");
      Files.writeString(
          config,
          "servers:\n  counting:\n    url: "
              + upstream.url()
              + "\n  demo:\n    command: '"
              + demo.getFirst()
              + "'\n    args: ["
              + String.join(", ", demo.stream().skip(1).map(text -> "'" + text + "'").toList())
              + "]\n");
      // Otherwise a connection of a session is kept for ten minutes after its last call.
      Map<String, String> environment = Map.of("SALLYPORT_EXECUTOR_CONNECT_OWN_IDLE", "5s");
      try (OwnGateway gateway =
          OwnGateway.start(folder, client, environment, "--config", config.toString())) {
        URI url = URI.create(gateway.mcpUrl());
        proof.check("sessions work", () -> first(url, gateway.key()));
        Counts before = new Counts(descriptors(gateway), processes(gateway));
        long begun = System.nanoTime();
        proof.check(
            sessions + " sessions are opened, used and left", () -> all(url, gateway.key(), begun));
        proof.check("no stream and no call is left", () -> noneLeft(gateway));
        proof.check("no process is left", () -> processesLeft(gateway, before));
        proof.check("no descriptor is left", () -> descriptorsLeft(gateway, before));
        proof.check("all that Redis keeps expires", () -> redis(gateway));
        proof.check("sessions still work", () -> first(url, gateway.key()));
      }
    }
  }

  private String first(URI url, String key) throws Exception {
    return Proof.eventually(
        PATIENCE,
        () -> {
          SoakSession session = SoakSession.open(client, url, key);
          try {
            session.call("counting__mark", "{\"marker\":\"first\"}");
            session.call("demo__echo", "{\"text\":\"first\"}");
          } finally {
            session.delete();
          }
          return "one was opened, used and ended";
        });
  }

  private String all(URI url, String key, long begun) throws Exception {
    try (ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> waves = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        int number = i;
        waves.add(
            agents.submit(
                () -> {
                  one(url, key, number);
                  return null;
                }));
        if (waves.size() == AT_ONCE || i == sessions - 1) {
          for (Future<?> wave : waves) {
            wave.get();
          }
          waves.clear();
        }
      }
    }
    return sessions + " in " + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s";
  }

  private void one(URI url, String key, int number)
      throws IOException, InterruptedException, NotSo {
    SoakSession session = SoakSession.open(client, url, key);
    session.call("counting__mark", "{\"marker\":\"s" + number + "\"}");
    if (number < WITH_PROCESS) {
      session.call("demo__echo", "{\"text\":\"s" + number + "\"}");
    }
    switch (number % 3) {
      case 0 -> session.delete();
      case 1 -> session.vanish();
      default -> {
        if (number < WITH_PROCESS) {
          session.vanishDuring("demo__countdown", "{\"steps\":100}");
        } else {
          session.vanish();
        }
      }
    }
  }

  private String noneLeft(OwnGateway gateway) throws Exception {
    return Proof.eventually(
        PATIENCE,
        () -> {
          String metrics =
              client
                  .send(
                      HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/q/metrics"))
                          .timeout(Duration.ofSeconds(10))
                          .build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body();
          List<String> left =
              metrics
                  .lines()
                  .filter(
                      line ->
                          line.startsWith("sallyport_edge_streams_open")
                              || line.startsWith("sallyport_edge_calls_running")
                              || line.startsWith("sallyport_executor_calls_running"))
                  .toList();
          if (left.size() < 3) {
            throw new NotSo("/q/metrics does not tell: " + left);
          }
          List<String> open = left.stream().filter(line -> !line.endsWith(" 0.0")).toList();
          if (!open.isEmpty()) {
            throw new NotSo(String.join("; ", open));
          }
          return left.size() + " gauges say 0";
        });
  }

  private static String processesLeft(OwnGateway gateway, Counts before) throws Exception {
    return Proof.eventually(
        PATIENCE,
        () -> {
          long now = processes(gateway);
          if (now > before.processes()) {
            throw new NotSo(now + " processes, " + before.processes() + " before");
          }
          return now + " processes, " + before.processes() + " before";
        });
  }

  private static String descriptorsLeft(OwnGateway gateway, Counts before) throws Exception {
    return Proof.eventually(
        PATIENCE,
        () -> {
          long now = descriptors(gateway);
          if (now > before.descriptors() + DESCRIPTORS_MORE) {
            throw new NotSo(now + " descriptors, " + before.descriptors() + " before");
          }
          return now + " descriptors, " + before.descriptors() + " before";
        });
  }

  private static String redis(OwnGateway gateway) throws Exception {
    String keyspace = gateway.redis("INFO keyspace");
    Matcher matcher = KEYSPACE.matcher(keyspace);
    if (!matcher.find()) {
      return "it keeps nothing";
    }
    long keys = Long.parseLong(matcher.group(1));
    long expiring = Long.parseLong(matcher.group(2));
    if (keys != expiring) {
      throw new NotSo(keys - expiring + " of " + keys + " keys stay for ever");
    }
    return keys + " keys, " + expiring + " of them expire";
  }

  private static long processes(OwnGateway gateway) {
    return gateway.process().descendants().count();
  }

  /** Open files and sockets of the gateway's process. */
  private static long descriptors(OwnGateway gateway) throws IOException {
    Path open = Path.of("/proc", Long.toString(gateway.process().pid()), "fd");
    if (Files.isDirectory(open)) {
      try (Stream<Path> all = Files.list(open)) {
        return all.count();
      }
    }
    Process lsof = new ProcessBuilder("lsof", "-p", Long.toString(gateway.process().pid())).start();
    try (var lines = lsof.inputReader()) {
      return lines.lines().count();
    }
  }
}
