package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.prove.Proof.NotSo;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Nothing is lost: under load over {@code --split}, audit-service and edge are killed with SIGKILL.
 * Afterwards every call that an agent got an answer to, and every call that the upstream executed,
 * has its record in Postgres.
 */
final class LossSmoke {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int AGENTS = 8;
  private static final int ENOUGH = 300;
  private static final Pattern MARKER = Pattern.compile("\"marker\"\\s*:\\s*\"([^\"]+)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long RETRY_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

  private final Proof proof;
  private final Path folder;
  private final HttpClient client;
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();
  private volatile boolean stop;

  LossSmoke(Proof proof, Path folder, HttpClient client) {
    this.proof = proof;
    this.folder = folder;
    this.client = client;
  }

  void run() throws Exception {
    try (CountingUpstream upstream = CountingUpstream.start()) {
      Path config = folder.resolve("sallyport.yaml");
      Files.writeString(config, "servers:\n  counting:\n    url: " + upstream.url() + "\n");
      try (OwnGateway gateway =
          OwnGateway.start(folder, client, "--split", "--config", config.toString())) {
        proof.check("six services take calls", () -> firstAnswer(gateway));
        ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor();
        try {
          for (int agent = 0; agent < AGENTS; agent++) {
            int number = agent;
            agents.submit(() -> callOnAndOn(gateway, number));
          }
          proof.check("load runs", () -> moreAnswers(ENOUGH));
          proof.check(
              "audit-service is killed, calls go on",
              () -> kill(gateway, "audit") + "; " + moreAnswers(ENOUGH));
          proof.check(
              "edge is killed and comes back",
              () -> kill(gateway, "edge") + "; " + moreAnswers(ENOUGH));
        } finally {
          stop = true;
          agents.close();
        }
        proof.check("every answered call has its record", () -> allRecorded(gateway, answered));
        proof.check(
            "every executed call has its record", () -> allRecorded(gateway, upstream.executed()));
        proof.check("no call is recorded twice", () -> recordedOnce(gateway));
        proof.check("no call was executed twice", () -> executedOnce(upstream));
        proof.check("no record stays open", () -> noneOpen(gateway));
      }
    }
  }

  private String firstAnswer(OwnGateway gateway) throws Exception {
    Wire wire = Wire.modern(client, gateway.mcpUrl(), gateway.key());
    return Proof.eventually(
        PATIENCE,
        () -> {
          if (!call(wire, "first")) {
            throw new NotSo("no answer");
          }
          return "the first call is answered";
        });
  }

  private String moreAnswers(int more) throws Exception {
    int before = answered.size();
    return Proof.eventually(
        PATIENCE,
        () -> {
          int now = answered.size() - before;
          if (now < more) {
            throw new NotSo("only " + now + " more answers");
          }
          return now + " more answers";
        });
  }

  private static String kill(OwnGateway gateway, String service) throws Exception {
    long pid = gateway.pidOf(service);
    ProcessHandle process =
        ProcessHandle.of(pid).orElseThrow(() -> new NotSo("no process of " + service));
    process.destroyForcibly();
    process.onExit().join();
    return "process " + pid + " is gone";
  }

  private void callOnAndOn(OwnGateway gateway, int agent) {
    Wire wire = Wire.modern(client, gateway.mcpUrl(), gateway.key());
    while (!stop) {
      try {
        call(wire, agent + "-" + sent.incrementAndGet());
      } catch (IOException e) {
        // The gateway was killed under this call; whether it was executed is the upstream's to say.
        LockSupport.parkNanos(RETRY_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean call(Wire wire, String marker) throws IOException, InterruptedException {
    Wire.Answer answer = wire.call("counting__mark", JSON.createObjectNode().put("marker", marker));
    boolean right = answer.status() == 200 && answer.text().equals("marked " + marker);
    if (right) {
      answered.add(marker);
    }
    return right;
  }

  private static String allRecorded(OwnGateway gateway, Set<String> wanted) throws Exception {
    return Proof.eventually(
        PATIENCE,
        () -> {
          Set<String> missing = new HashSet<>(wanted);
          missing.removeAll(recorded(gateway).keySet());
          if (!missing.isEmpty()) {
            throw new NotSo(
                missing.size()
                    + " of "
                    + wanted.size()
                    + " have none, "
                    + missing.iterator().next());
          }
          return wanted.size() + " calls, " + wanted.size() + " records";
        });
  }

  private static String recordedOnce(OwnGateway gateway) throws Exception {
    Map<String, Integer> records = recorded(gateway);
    long twice = records.values().stream().filter(count -> count > 1).count();
    if (twice > 0) {
      throw new NotSo(twice + " are");
    }
    return records.size() + " calls, one record each";
  }

  private static String executedOnce(CountingUpstream upstream) throws NotSo {
    if (upstream.repeated() > 0) {
      throw new NotSo(upstream.repeated() + " were");
    }
    return upstream.executed().size() + " executions";
  }

  private static String noneOpen(OwnGateway gateway) throws Exception {
    return Proof.eventually(
        PATIENCE,
        () -> {
          try (Connection connection = gateway.postgres();
              PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT (SELECT count(*) FROM audit.record o
                              WHERE o.sequence = 0 AND o.server = 'counting' AND NOT EXISTS
                                (SELECT 1 FROM audit.record c WHERE c.tenant = o.tenant
                                 AND c.day = o.day AND c.call_id = o.call_id AND c.sequence > 0)),
                             (SELECT count(*) FROM audit.record
                              WHERE sequence > 0 AND outcome = 7)
                      """)) {
            ResultSet row = query.executeQuery();
            row.next();
            if (row.getLong(1) > 0) {
              throw new NotSo(row.getLong(1) + " are open");
            }
            return "all closed; " + row.getLong(2) + " with outcome unknown, cut off by a kill";
          }
        });
  }

  /** Marker to number of records that open a call, from Postgres. */
  private static Map<String, Integer> recorded(OwnGateway gateway) throws Exception {
    Map<String, Integer> markers = new HashMap<>();
    try (Connection connection = gateway.postgres();
        PreparedStatement query =
            connection.prepareStatement(
                """
                SELECT convert_from(arguments, 'UTF8') FROM audit.record
                WHERE sequence = 0 AND server = 'counting' AND arguments IS NOT NULL
                """)) {
      ResultSet row = query.executeQuery();
      while (row.next()) {
        Matcher matcher = MARKER.matcher(row.getString(1));
        if (matcher.find()) {
          markers.merge(matcher.group(1), 1, Integer::sum);
        }
      }
    }
    return markers;
  }
}
