package dev.sallyport.sandbox;

import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.sandbox.pool.PoolSettings;
import dev.sallyport.sandbox.pool.StartingWorkers;
import dev.sallyport.sandbox.pool.WorkerOptions;
import dev.sallyport.sandbox.pool.Workers;
import dev.sallyport.sandbox.run.SandboxOperations;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Puts the sandbox together, starts and ends it. */
@ApplicationScoped
class SandboxAssembly {

  private final SandboxSettings settings;
  private final SandboxMeters meters;
  private final ScheduledThreadPoolExecutor timers =
      new ScheduledThreadPoolExecutor(
          1, task -> Thread.ofPlatform().daemon().name("sandbox-timers").unstarted(task));
  private @Nullable ProcessWatcher watcher;
  private @Nullable StartingWorkers workers;

  SandboxAssembly(SandboxSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.meters = new SandboxMeters(meters);
    timers.setRemoveOnCancelPolicy(true);
  }

  /** Begins with the service, so that the first script does not wait for it. */
  void start(@Observes StartupEvent event) {
    StartingWorkers made = workers();
    if (!settings.onDemand()) {
      made.begin();
    }
  }

  @Produces
  @Singleton
  StartingWorkers workersOfThisProcess() {
    return workers();
  }

  @Produces
  @Singleton
  SandboxOperations operations() {
    return new SandboxOperations(workers()::needed, settings.ceilings(), timers, meters);
  }

  private synchronized StartingWorkers workers() {
    if (workers == null) {
      // What the configuration says is read now, so that what is wrong in it stops the start.
      WorkerOptions options = settings.options();
      PoolSettings pool = settings.pool();
      workers =
          new StartingWorkers(
              () -> {
                Workers started = Workers.start(watcher(), options, pool, timers, meters::ended);
                meters.watch(started);
                return started;
              });
    }
    return workers;
  }

  private synchronized ProcessWatcher watcher() throws IOException {
    if (watcher == null) {
      watcher = ProcessWatcher.start(settings.runFolder().orElseGet(SandboxAssembly::temporary));
    }
    return watcher;
  }

  void stop(@Observes ShutdownEvent event) {
    StartingWorkers last;
    ProcessWatcher lastWatcher;
    synchronized (this) {
      last = workers;
      lastWatcher = watcher;
    }
    if (last != null) {
      last.close();
    }
    if (lastWatcher != null) {
      lastWatcher.close();
    }
    timers.shutdownNow();
  }

  private static Path temporary() {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "sallyport-sandbox-run-" + System.getProperty("user.name"));
  }
}
