package dev.sallyport.sandbox.pool;

import dev.sallyport.processes.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets a worker try, in the way in which workers are started, what it must not be able to do. */
final class IsolationProbe {

  private static final int PATIENCE_SECONDS = 20;

  private IsolationProbe() {}

  /**
   * What a worker could do, by the names of the worker's own probe.
   *
   * @param folder a file is put there for the time of the probe, which the worker tries to read
   * @throws IOException where the worker cannot be started so
   */
  static Map<String, String> seen(Launching launching, Path folder)
      throws IOException, InterruptedException {
    Path canary = Files.createTempFile(folder, "canary", ".txt");
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ChildProcess child =
          launching.run(
              List.of(
                  "probe",
                  Integer.toString(listening.getLocalPort()),
                  canary.toRealPath().toString(),
                  Long.toString(ProcessHandle.current().pid())));
      CompletableFuture<String> said =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new String(child.stdout().readNBytes(64 * 1024), StandardCharsets.UTF_8);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> Thread.ofPlatform().daemon().name("probe").start(task));
      try {
        String text = said.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (text.isEmpty()) {
          throw new IOException(why(child));
        }
        Map<String, String> seen = new LinkedHashMap<>();
        text.lines()
            .map(line -> line.split("=", 2))
            .filter(parts -> parts.length == 2)
            .forEach(parts -> seen.put(parts[0], parts[1]));
        return seen;
      } catch (TimeoutException | ExecutionException e) {
        throw new IOException("it did not answer", e);
      } finally {
        var ignored = child.kill();
      }
    } finally {
      Files.deleteIfExists(canary);
    }
  }

  private static String why(ChildProcess child) throws InterruptedException {
    try {
      int status = child.ended().get(5, TimeUnit.SECONDS);
      List<String> lines = child.standardError().lastLines();
      // What is indented goes on with a message: where to read more of it.
      return lines.reversed().stream()
          .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
          .findFirst()
          .orElse("it ended with status " + status);
    } catch (ExecutionException | TimeoutException e) {
      return "it did not start";
    }
  }

  /** What of a namespaced worker's own view shows that it is not kept in; empty: it is. */
  static List<String> leaks(Map<String, String> seen) {
    List<String> leaks = new ArrayList<>();
    want(seen, "connects", "no", "it reaches the network of this machine", leaks);
    want(seen, "reads", "no", "it reads files of this machine", leaks);
    want(seen, "old", "", "it reads files of this machine", leaks);
    want(seen, "process", "no", "it sees processes of this machine", leaks);
    want(seen, "writes", "no", "it writes files", leaks);
    want(seen, "writes-root", "no", "it writes files", leaks);
    want(seen, "writes-tmp", "no", "it writes files", leaks);
    want(seen, "starts", "no", "it starts programs", leaks);
    // Bubblewrap says where it is, whatever it is told.
    if (!Set.of("", "PWD").contains(seen.getOrDefault("environment", "?"))) {
      leaks.add("it has an environment");
    }
    String interfaces = seen.getOrDefault("interfaces", "?");
    if (!interfaces.isEmpty() && !interfaces.equals("lo")) {
      leaks.add("it has the interfaces " + interfaces);
    }
    // Without a /proc of its own it cannot say.
    if (!seen.getOrDefault("privileges", "?").isEmpty()) {
      want(seen, "privileges", "1", "it can gain privileges", leaks);
      want(seen, "capabilities", "0000000000000000", "it has capabilities", leaks);
    }
    return leaks;
  }

  private static void want(
      Map<String, String> seen, String name, String value, String leak, List<String> leaks) {
    if (!value.equals(seen.get(name)) && !leaks.contains(leak)) {
      leaks.add(leak);
    }
  }
}
