package dev.sallyport.testkit.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running gateway that this JVM started. Any thread, but one life cycle step at a time. */
public final class Gateway implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READY = "ready.json";
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Gateway::end), "end-test-gateways"));
  }

  private final Process process;
  private final Path data;
  private final boolean ownsData;
  private final Path log;
  private final @Nullable Path config;
  private final JsonNode ready;
  private final Duration startTime;

  private Gateway(
      Process process,
      Path data,
      boolean ownsData,
      Path log,
      @Nullable Path config,
      JsonNode ready,
      Duration startTime) {
    this.process = process;
    this.data = data;
    this.ownsData = ownsData;
    this.log = log;
    this.config = config;
    this.ready = ready;
    this.startTime = startTime;
  }

  /**
   * Starts a gateway and returns when it says that it is ready.
   *
   * @throws StartRefused when it ends instead
   */
  public static Gateway start(GatewayPlan plan) {
    long begun = System.nanoTime();
    try {
      Path data = plan.data();
      boolean ownsData = data == null;
      if (data == null) {
        data = Files.createTempDirectory("sallyport-data");
      }
      Path desk = Files.createTempDirectory("sallyport-desk");
      Path log = desk.resolve("gateway.log");
      Path readyFile = desk.resolve(READY);
      Path config = plan.config() == null ? null : desk.resolve("sallyport.yaml");
      Process process = launch(plan, data, config, readyFile, log);
      RUNNING.add(process);
      JsonNode ready = awaitReady(process, readyFile, log, plan.patience());
      return new Gateway(
          process, data, ownsData, log, config, ready, Duration.ofNanos(System.nanoTime() - begun));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the gateway", e);
    }
  }

  /** From the start of the launcher to the ready file. */
  public Duration startTime() {
    return startTime;
  }

  public String mcpUrl() {
    return ready.path("mcpUrl").asText();
  }

  /** The endpoint of one upstream. */
  public String mcpUrl(String server) {
    return mcpUrl() + "/servers/" + server;
  }

  /** The first virtual key. */
  public String key() {
    return ready.path("key").asText();
  }

  /** A key that the configuration declares by name and the gateway minted. */
  public String key(String name) {
    try {
      JsonNode keys = JSON.readTree(data.resolve("credentials").toFile()).path("keys");
      if (!keys.hasNonNull(name)) {
        throw new IllegalStateException("the credentials file has no key " + name);
      }
      return keys.path(name).asText();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the credentials", e);
    }
  }

  public Admin admin() {
    return new Admin(ready.path("adminUrl").asText(), ready.path("adminKey").asText());
  }

  /** The JVM of standalone, or the supervisor of split mode. */
  public long pid() {
    return ready.path("pid").asLong();
  }

  public Path data() {
    return data;
  }

  /** What it said of itself when it was ready: addresses and keys, as JSON. */
  public Path readyFile() {
    return log.resolveSibling(READY);
  }

  /** Everything that was printed so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the watched configuration, in one step. */
  public void configure(String yaml) {
    if (config == null) {
      throw new IllegalStateException("this gateway was started without a configuration");
    }
    try {
      Path next = config.resolveSibling("sallyport.yaml.next");
      Files.writeString(next, yaml);
      Files.move(next, config, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection to its Postgres, as an operator would make one. */
  public Connection postgres() throws SQLException {
    try {
      Path folder = data.resolve("postgres");
      String port = Files.readString(folder.resolve("port")).strip();
      String password = Files.readString(folder.resolve("password")).strip();
      return DriverManager.getConnection(
          "jdbc:postgresql://127.0.0.1:" + port + "/sallyport", "sallyport", password);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read how to reach Postgres", e);
    }
  }

  /** All processes of this gateway: its own and everything that it started. */
  public List<ProcessHandle> processes() {
    List<ProcessHandle> all = new ArrayList<>();
    all.add(process.toHandle());
    process.descendants().forEach(all::add);
    return List.copyOf(all);
  }

  /** The process of one service in split mode: edge, executor, registry, policy, audit, sandbox. */
  public ProcessHandle service(String name) {
    long pid = services().path(name).path("pid").asLong();
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new IllegalStateException("no process runs " + name));
  }

  /** The port of one service in split mode. */
  public int servicePort(String name) {
    return services().path(name).path("port").asInt();
  }

  private JsonNode services() {
    try {
      return JSON.readTree(data.resolve("run").resolve("services.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read which process is which", e);
    }
  }

  /** Kills the process that was started, as {@code kill -9} does; nothing else. */
  public void kill() {
    process.destroyForcibly();
    join(process, 10);
    RUNNING.remove(process);
  }

  /**
   * Presses Ctrl-C and waits for the end. Where this JVM was started with SIGINT ignored, as by
   * {@code nohup … &}, so are its children, and the signal of a terminal that goes away is sent.
   */
  public int interrupt() {
    signal(isInterruptIgnored() ? "TERM" : "INT");
    join(process, 40);
    RUNNING.remove(process);
    return process.exitValue();
  }

  /** Ends the gateway and waits; its output, and a data folder of its own, are removed. */
  @Override
  public void close() {
    end(process);
    RUNNING.remove(process);
    if (ownsData) {
      delete(data);
    }
    delete(Objects.requireNonNull(log.getParent()));
  }

  /** Ends the gateway and keeps its data. */
  public void stop() {
    end(process);
    RUNNING.remove(process);
  }

  private static boolean isInterruptIgnored() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & 0b10) != 0);
    } catch (IOException notLinux) {
      return false;
    }
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Process launch(
      GatewayPlan plan, Path data, @Nullable Path config, Path readyFile, Path log)
      throws IOException {
    Path home = Home.find();
    List<String> command = new ArrayList<>();
    command.add(home.resolve("sallyport").toString());
    command.add("up");
    if (plan.mode() == GatewayMode.SPLIT) {
      command.add("--split");
    }
    command.addAll(List.of("--data", data.toString()));
    command.addAll(List.of("--port", Integer.toString(FreePorts.next())));
    command.addAll(List.of("--ready-file", readyFile.toString()));
    if (config != null && plan.config() != null) {
      Files.writeString(config, plan.config());
      command.addAll(List.of("--config", config.toString()));
    }
    for (Path file : plan.mcpJson()) {
      command.addAll(List.of("--mcp-json", file.toString()));
    }
    command.addAll(plan.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(plan.environment());
    return builder.start();
  }

  private static JsonNode awaitReady(Process process, Path readyFile, Path log, Duration patience)
      throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.exists(readyFile)) {
        return JSON.readTree(readyFile.toFile());
      }
      if (!process.isAlive()) {
        RUNNING.remove(process);
        throw new StartRefused(process.exitValue(), Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    end(process);
    throw new IllegalStateException(
        "the gateway was not ready within " + patience + ":\n" + Files.readString(log));
  }

  private static void end(Process process) {
    process.destroy();
    if (!join(process, 30)) {
      process.destroyForcibly();
      join(process, 5);
    }
  }

  private static boolean join(Process process, long seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException leftBehind) {
      // A temporary folder; the machine cleans it up.
    }
  }
}
