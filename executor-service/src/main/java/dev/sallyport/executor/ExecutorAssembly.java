package dev.sallyport.executor;

import dev.sallyport.executor.exchange.Exchanges;
import dev.sallyport.executor.feed.Definitions;
import dev.sallyport.executor.feed.Presence;
import dev.sallyport.executor.feed.Reports;
import dev.sallyport.executor.peer.RegistryPeer;
import dev.sallyport.executor.upstream.UpstreamLimits;
import dev.sallyport.executor.upstream.Upstreams;
import dev.sallyport.executor.upstream.stdio.WatchedPrograms;
import dev.sallyport.kit.secret.Secrets;
import dev.sallyport.processes.ProcessWatcher;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Puts the executor together, starts and ends it. */
@ApplicationScoped
class ExecutorAssembly {

  private final ExecutorSettings settings;
  private final Reports reports;
  private final Presence presence;
  private final Upstreams upstreams;
  private final Definitions definitions;
  private final Exchanges exchanges;
  private @Nullable ProcessWatcher watcher;

  ExecutorAssembly(
      ExecutorSettings settings, Vertx vertx, RegistryPeer registry, MeterRegistry meters) {
    this.settings = settings;
    UpstreamLimits limits = settings.limits();
    long epoch = System.currentTimeMillis();
    this.reports = new Reports(registry, settings.name(), epoch);
    this.presence = new Presence(registry, settings.name(), epoch);
    this.upstreams =
        new Upstreams(
            vertx,
            limits,
            new WatchedPrograms(this::watcher, limits.maxAnswer()),
            Secrets.ofProcess(),
            reports,
            () ->
                new SmallRyeBreaker(
                    settings.breaker().calls(),
                    settings.breaker().failureRatio(),
                    settings.breaker().rest()));
    this.definitions = new Definitions(registry, upstreams, reports, settings.name());
    this.exchanges =
        new Exchanges(
            upstreams,
            limits,
            new ExecutorMeters(meters, upstreams),
            settings.parked().life(),
            settings.parked().perCaller());
  }

  @Produces
  @Singleton
  Exchanges exchanges() {
    return exchanges;
  }

  @Produces
  @Singleton
  Definitions definitions() {
    return definitions;
  }

  void start(@Observes StartupEvent event) {
    presence.start();
    reports.start();
    definitions.start();
  }

  void stop(@Observes ShutdownEvent event) {
    definitions.close();
    upstreams.close();
    reports.close();
    presence.close();
    exchanges.close();
    synchronized (this) {
      if (watcher != null) {
        watcher.close();
      }
    }
  }

  /** One watcher for all programs, started with the first. */
  private synchronized ProcessWatcher watcher() {
    if (watcher == null) {
      try {
        watcher = ProcessWatcher.start(settings.runFolder().orElseGet(ExecutorAssembly::temporary));
      } catch (IOException e) {
        throw new UncheckedIOException(
            "programs cannot be run: sallyport.executor.run-folder is not usable", e);
      }
    }
    return watcher;
  }

  private static Path temporary() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "sallyport-run-" + System.getProperty("user.name"));
  }
}
