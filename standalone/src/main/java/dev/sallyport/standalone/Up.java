package dev.sallyport.standalone;

import dev.sallyport.edge.declaration.DeclarationFile;
import dev.sallyport.edge.declaration.Findings;
import dev.sallyport.edge.declaration.McpJsonFile;
import dev.sallyport.edge.declaration.Reading;
import dev.sallyport.host.CredentialsFile;
import dev.sallyport.host.DataFolder;
import dev.sallyport.host.DemoUpstream;
import dev.sallyport.host.GatewaySettings;
import dev.sallyport.host.KeyMaterial;
import dev.sallyport.host.StartFailed;
import dev.sallyport.host.Stores;
import dev.sallyport.host.UpOptions;
import dev.sallyport.host.Welcome;
import dev.sallyport.processes.ProcessWatcher;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the gateway in this process until it is told to end. */
@Command(
    name = "sallyport up",
    description = "Starts the gateway on this machine, with its stores.",
    mixinStandardHelpOptions = true,
    version = "sallyport 0.1.0-SNAPSHOT")
final class Up implements Callable<Integer> {

  private static final long LONGEST_END_SECONDS = 25;

  @Mixin private final UpOptions options = new UpOptions();

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;

  @Override
  public Integer call() throws IOException {
    options.check();
    checkFiles();
    if (options.checkOnly()) {
      say("The options and their files are right.");
      return 0;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::awaitEnd, "await-end"));
    AtomicInteger status = new AtomicInteger();
    DataFolder data = DataFolder.open(options.data());
    try (DataFolder.Lock _ = data.lock();
        ProcessWatcher watcher = ProcessWatcher.start(data.run())) {
      say("Starting PostgreSQL and Redis in " + data.root());
      try (Stores stores = Stores.start(data, watcher)) {
        if (!stopping) {
          serve(data, stores, status);
        }
      }
    } finally {
      ended.countDown();
    }
    return status.get();
  }

  private void serve(DataFolder data, Stores stores, AtomicInteger status) {
    say("Starting the services");
    Welcome welcome = new Welcome(options, data, System.out);
    CredentialsFile credentials = welcome.credentials();
    new GatewaySettings(options, data, stores, KeyMaterial.of(data), credentials, demo())
        .forOneProcess()
        .forEach(System::setProperty);
    Thread.ofVirtual()
        .name("welcome")
        .start(
            () -> {
              try {
                welcome.greet(credentials, () -> stopping, ProcessHandle.current().pid());
              } catch (StartFailed e) {
                System.err.println("sallyport: " + e.getMessage());
                status.set(1);
                Quarkus.asyncExit(1);
              }
            });
    Quarkus.run(
        null,
        (exit, failure) -> {
          stopping = true;
          if (failure != null) {
            System.err.println(
                "sallyport: the services did not start: "
                    + rootOf(failure).getMessage()
                    + ". The log is in "
                    + data.logs()
                    + ".");
            status.set(1);
          }
        });
    stopping = true;
  }

  /** Before anything is started: what a person wrote must be right. */
  private void checkFiles() {
    options.config().map(DeclarationFile::read).ifPresent(Up::require);
    options.mcpJson().stream().map(McpJsonFile::read).forEach(Up::require);
  }

  private static void require(Reading reading) {
    if (reading instanceof Findings findings) {
      throw new StartFailed(findings.text());
    }
  }

  /** Only where a person has named no servers. */
  private List<String> demo() {
    if (options.declaresServers()) {
      return List.of();
    }
    Path runnable = Path.of(System.getProperty("java.class.path", "")).toAbsolutePath();
    return DemoUpstream.command(List.of(runnable.resolveSibling("lib/main")));
  }

  /** Keeps the JVM alive after a signal until the services, then the stores, have ended. */
  private void awaitEnd() {
    stopping = true;
    try {
      ended.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static void say(String progress) {
    System.err.println("  " + progress);
  }
}
