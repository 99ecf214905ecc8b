package dev.sallyport.cli.split;

import dev.sallyport.host.CredentialsFile;
import dev.sallyport.host.DataFolder;
import dev.sallyport.host.DemoUpstream;
import dev.sallyport.host.GatewaySettings;
import dev.sallyport.host.KeyMaterial;
import dev.sallyport.host.Stores;
import dev.sallyport.host.UpOptions;
import dev.sallyport.host.Welcome;
import dev.sallyport.processes.ProcessWatcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the six services until it is told to end. */
@Command(
    name = "up",
    description = "Starts the gateway on this machine; here with --split, each service a process.",
    mixinStandardHelpOptions = true)
public final class Up implements Callable<Integer> {

  private static final long LONGEST_END_SECONDS = 45;

  @Mixin private final UpOptions options = new UpOptions();

  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException, InterruptedException {
    options.check();
    Path root = Path.of(System.getProperty("sallyport.root", ".")).toAbsolutePath().normalize();
    if (!declarationIsRight(root)) {
      return 1;
    }
    if (options.checkOnly()) {
      return 0;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::awaitEnd, "await-end"));
    DataFolder data = DataFolder.open(options.data());
    try (DataFolder.Lock _ = data.lock();
        ProcessWatcher watcher = ProcessWatcher.start(data.run())) {
      say("Starting PostgreSQL and Redis in " + data.root());
      try (Stores stores = Stores.start(data, watcher)) {
        if (!isStopping()) {
          serve(root, data, stores, watcher);
        }
      }
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private void serve(Path root, DataFolder data, Stores stores, ProcessWatcher watcher)
      throws InterruptedException {
    say("Starting six services; their logs are in " + data.logs());
    Welcome welcome = new Welcome(options, data, System.out);
    CredentialsFile credentials = welcome.credentials();
    List<String> demo =
        options.declaresServers()
            ? List.of()
            : DemoUpstream.command(List.of(root.resolve("standalone/target/quarkus-app/lib/main")));
    GatewaySettings settings =
        new GatewaySettings(options, data, stores, KeyMaterial.of(data), credentials, demo);
    try (Supervisor supervisor = Supervisor.start(root, data, settings, watcher)) {
      supervisor.awaitReady(this::isStopping);
      if (!isStopping()) {
        welcome.greet(credentials, this::isStopping, ProcessHandle.current().pid());
      }
      told.await();
    }
  }

  /** Asks standalone, which can read these files; it says what is wrong on standard error. */
  private boolean declarationIsRight(Path root) throws IOException, InterruptedException {
    if (!options.declaresServers()) {
      return true;
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                root.resolve("standalone/target/quarkus-app/quarkus-run.jar").toString(),
                "--check"));
    options.config().ifPresent(file -> command.addAll(List.of("--config", file.toString())));
    options.mcpJson().forEach(file -> command.addAll(List.of("--mcp-json", file.toString())));
    ProcessBuilder builder = new ProcessBuilder(command);
    if (options.checkOnly()) {
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return builder.start().waitFor() == 0;
    }
    Process check = builder.redirectErrorStream(true).start();
    check.getOutputStream().close();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean right = check.waitFor() == 0;
    if (!right) {
      System.err.print(said);
    }
    return right;
  }

  /** Keeps the JVM alive after a signal until the services, then the stores, have ended. */
  private void awaitEnd() {
    told.countDown();
    try {
      ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isStopping() {
    return told.getCount() == 0;
  }

  private static void say(String progress) {
    System.err.println("  " + progress);
  }
}
