package dev.sallyport.host;

import dev.sallyport.processes.LaunchSpec;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.processes.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of one data folder: on the loopback interface only, with a password that is
 * made at the first start, its data kept over restarts.
 *
 * <p>PostgreSQL refuses to run as root; for root it is started in a user namespace of its own.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  static final String USER = "sallyport";
  static final String DATABASE = "sallyport";
  private static final String MAJOR = "18";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final StoreProcess process;
  private final int port;
  private final String password;

  private EmbeddedPostgres(StoreProcess process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /**
   * Starts the server of this data folder, whose lock the caller holds, and returns when it takes
   * connections.
   *
   * @throws StartFailed if it cannot run here
   */
  public static EmbeddedPostgres start(DataFolder data, ProcessWatcher watcher) {
    try {
      Path folder = PrivateFiles.folder(data.postgres());
      Path programs = StoreBinaries.forUser(data).postgres().resolve("bin");
      List<String> prefix = prefix();
      Path cluster = folder.resolve("data");
      if (!Files.isRegularFile(cluster.resolve("PG_VERSION"))) {
        initialise(prefix, programs, folder, data.logs().resolve("postgres-init.log"));
      }
      String version = Files.readString(cluster.resolve("PG_VERSION")).strip();
      if (!version.equals(MAJOR)) {
        throw new StartFailed(
            "The data in "
                + cluster
                + " was written by PostgreSQL "
                + version
                + ", this version brings "
                + MAJOR
                + ". Start with another --data DIR, or with the version that wrote it.");
      }
      endLeftover(cluster);
      String password = Files.readString(folder.resolve("password")).strip();
      int port = FreePort.remembered(folder.resolve("port"));
      Path log = data.logs().resolve("postgres.log");
      List<String> command = new ArrayList<>(prefix);
      command.add(programs.resolve("postgres").toString());
      command.addAll(List.of("-D", cluster.toString(), "-p", Integer.toString(port)));
      for (String setting : settings()) {
        command.addAll(List.of("-c", setting));
      }
      ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(log.toFile());
      StoreProcess process =
          new StoreProcess(
              "PostgreSQL",
              watcher.launch(
                  LaunchSpec.of(command)
                      .withDirectory(folder)
                      .withEnding(Signal.INT, Duration.ofSeconds(8))
                      .withOutput(output, output)),
              log);
      process.awaitReady(() -> isReady(cluster, process.process().pid()), PATIENCE);
      return new EmbeddedPostgres(process, port, password);
    } catch (IOException e) {
      throw new StartFailed("PostgreSQL cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailed("The start was interrupted.", e);
    }
  }

  public int port() {
    return port;
  }

  public String username() {
    return USER;
  }

  public String password() {
    return password;
  }

  public long pid() {
    return process.process().pid();
  }

  /** As the JDBC driver wants it, without credentials. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  /** As the reactive client wants it, without credentials. */
  public String reactiveUrl() {
    return "postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  /** Fast shutdown: open transactions are rolled back, the rest is written. */
  @Override
  public void close() {
    process.stop();
  }

  private static List<String> settings() {
    return List.of(
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=100",
        "shared_buffers=64MB",
        "password_encryption=scram-sha-256",
        "log_min_messages=warning",
        "log_line_prefix=%m [%p] ",
        "max_wal_size=256MB");
  }

  /**
   * In a temporary folder that is moved into place, so that a start that was killed leaves none
   * half made.
   */
  private static void initialise(List<String> prefix, Path programs, Path folder, Path log)
      throws IOException, InterruptedException {
    Path part = folder.resolve("data.part");
    StoreBinaries.deleteTree(part);
    StoreBinaries.deleteTree(folder.resolve("data"));
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    Path password = folder.resolve("password");
    PrivateFiles.write(
        password, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
    List<String> command = new ArrayList<>(prefix);
    command.add(programs.resolve("initdb").toString());
    command.addAll(
        List.of(
            "--pgdata=" + part,
            "--username=" + USER,
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-instructions"));
    run(command, "", log);
    List<String> single = new ArrayList<>(prefix);
    single.add(programs.resolve("postgres").toString());
    single.addAll(List.of("--single", "-D", part.toString(), "template1"));
    run(single, "CREATE DATABASE " + DATABASE + ";\n", log);
    Files.move(part, folder.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void run(List<String> command, String input, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new StartFailed("PostgreSQL's first start takes too long. Its log is " + log + ".");
    }
    if (process.exitValue() != 0) {
      throw new StartFailed(
          "PostgreSQL's data cannot be created. The log is " + log + StoreProcess.tail(log));
    }
  }

  /** PostgreSQL itself says so in the eighth line of this file. */
  private static boolean isReady(Path cluster, long pid) throws IOException {
    Path file = cluster.resolve("postmaster.pid");
    if (!Files.isRegularFile(file)) {
      return false;
    }
    List<String> lines = Files.readAllLines(file);
    return lines.size() >= 8
        && lines.getFirst().strip().equals(Long.toString(pid))
        && lines.get(7).strip().equals("ready");
  }

  /**
   * A server that outlived its gateway is ended; the file of one that is gone is removed, because
   * its process id may belong to a stranger by now. The caller holds the lock of the data folder,
   * so nobody else uses the server.
   */
  private static void endLeftover(Path cluster) throws IOException, InterruptedException {
    Path file = cluster.resolve("postmaster.pid");
    if (!Files.isRegularFile(file)) {
      return;
    }
    List<String> lines = Files.readAllLines(file);
    Optional<ProcessHandle> leftover = leftover(lines);
    if (leftover.isPresent()) {
      ProcessHandle server = leftover.get();
      for (String signal : List.of("INT", "QUIT", "KILL")) {
        send(signal, server.pid());
        if (isGone(server, Duration.ofSeconds(8))) {
          break;
        }
      }
    }
    Files.deleteIfExists(file);
  }

  /** The process that wrote the file: same id, a postgres, and started when the file says. */
  private static Optional<ProcessHandle> leftover(List<String> lines) {
    if (lines.size() < 3 || !lines.getFirst().strip().matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    long started =
        lines.get(2).strip().matches("[0-9]{1,12}") ? Long.parseLong(lines.get(2).strip()) : 0;
    return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
        .filter(ProcessHandle::isAlive)
        .filter(process -> process.info().command().map(c -> c.endsWith("/postgres")).orElse(false))
        .filter(
            process ->
                process
                    .info()
                    .startInstant()
                    .map(Instant::getEpochSecond)
                    .map(second -> Math.abs(second - started) <= 2)
                    .orElse(true));
  }

  private static void send(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-s", signal, Long.toString(pid))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static boolean isGone(ProcessHandle process, Duration patience) {
    return process
        .onExit()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .handle((gone, late) -> late == null)
        .join();
  }

  private static List<String> prefix() throws IOException, InterruptedException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return List.of();
    }
    List<String> prefix = List.of("unshare", "-U");
    try {
      Process trial = new ProcessBuilder("unshare", "-U", "true").redirectErrorStream(true).start();
      if (trial.waitFor(5, TimeUnit.SECONDS) && trial.exitValue() == 0) {
        return prefix;
      }
    } catch (IOException e) {
      // No such program: told below.
    }
    throw new StartFailed(
        "PostgreSQL does not run as root, and this machine allows no user namespace (unshare -U)."
            + " Start Sallyport as another user.");
  }
}
