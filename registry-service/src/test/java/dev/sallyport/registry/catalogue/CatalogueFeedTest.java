package dev.sallyport.registry.catalogue;

import static dev.sallyport.registry.catalogue.Definitions.http;
import static dev.sallyport.registry.catalogue.Definitions.stdio;
import static dev.sallyport.registry.catalogue.Definitions.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas of registry over one PostgreSQL: the application's own, and a second one. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class CatalogueFeedTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Inject RegistryOperations registry;
  @Inject ServerStore store;
  @Inject ChangeLog log;
  @Inject CatalogueFeed feed;
  @Inject RegistrySettings settings;
  @Inject Vertx vertx;

  private Definitions acme;
  private Definitions globex;
  private CatalogueFeed otherFeed;

  @BeforeEach
  void twoTenantsAndASecondReplica() {
    acme = new Definitions(registry, "acme-" + UUID.randomUUID());
    globex = new Definitions(registry, "globex-" + UUID.randomUUID());
    otherFeed = new CatalogueFeed(vertx, store, log, settings);
    otherFeed.start();
  }

  @AfterEach
  void stopSecondReplica() {
    otherFeed.stop();
  }

  @Test
  void aWatcherGetsEverythingInOneOrderThenTheMarkThenChanges() {
    globex.put(stdio("z"));
    acme.put(stdio("b"));
    acme.put(stdio("a"));
    acme.report("a", 1, 1, tool("one"));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Watch<CatalogueEvent> probe = new Watch<>(feed.watchCatalogue());
              await().atMost(PATIENCE).until(() -> probe.any(CatalogueEvent::hasComplete));
              probe.stop();
              return catalogues(probe, acme).stream().anyMatch(c -> c.getToolsCount() == 1)
                  && catalogues(probe, globex).size() == 1;
            });
    Watch<CatalogueEvent> watch = new Watch<>(feed.watchCatalogue());
    await().atMost(PATIENCE).until(() -> watch.any(CatalogueEvent::hasComplete));
    int complete = watch.events.stream().map(CatalogueEvent::hasComplete).toList().indexOf(true);

    acme.report("b", 1, 1, tool("two"));

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                watch.any(
                    e ->
                        e.getServer().getTenant().equals(acme.tenant())
                            && e.getServer().getToolsCount() == 1
                            && e.getServer().getServer().equals("b")));
    List<String> order =
        watch.events.subList(0, complete).stream()
            .map(e -> e.getServer().getTenant() + "/" + e.getServer().getServer())
            .toList();
    assertThat(order).isSorted().contains(acme.tenant() + "/a", globex.tenant() + "/z");
    assertThat(watch.events).extracting(CatalogueEvent::getSequence).isSorted();
    watch.stop();
  }

  @Test
  void aCatalogueReportedToOneReplicaIsToldByTheOtherInUnderASecond() {
    acme.put(stdio("fs"));
    Watch<CatalogueEvent> watch = new Watch<>(otherFeed.watchCatalogue());
    await().atMost(PATIENCE).until(() -> !catalogues(watch, acme).isEmpty());

    long start = System.nanoTime();
    acme.report("fs", 1, 1, tool("one"));

    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(() -> catalogues(watch, acme).getLast().getToolsCount() == 1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    watch.stop();
  }

  @Test
  void aHealthReportThatSaysNothingNewIsNotTold() {
    acme.put(stdio("fs"));
    acme.report("fs", 1, 1, tool("one"));
    Watch<CatalogueEvent> watch = new Watch<>(feed.watchCatalogue());
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                catalogues(watch, acme).stream()
                    .anyMatch(c -> c.getStatus().getHealth() == Health.HEALTH_READY));
    int told = catalogues(watch, acme).size();

    Definitions.await(
        registry.reportHealth(
            acme.executor(),
            dev.sallyport.proto.registry.v1.HealthReport.newBuilder()
                .setExecutor("executor-1")
                .setServer("fs")
                .setOwnerEpoch(1)
                .setGeneration(2)
                .setStatus(Definitions.status(Health.HEALTH_READY))
                .build()));
    acme.put(stdio("marker"));

    await()
        .atMost(PATIENCE)
        .until(
            () -> catalogues(watch, acme).stream().anyMatch(c -> c.getServer().equals("marker")));
    assertThat(catalogues(watch, acme)).hasSize(told + 1);
    watch.stop();
  }

  @Test
  void executorsAreToldOfEnabledDefinitionsAndNotOfCatalogues() {
    acme.put(stdio("on"));
    acme.put(stdio("off").toBuilder().setEnabled(false).build());
    Watch<ServersEvent> watch = new Watch<>(otherFeed.watchServers());
    await().atMost(PATIENCE).until(() -> watch.any(ServersEvent::hasComplete));
    await().atMost(PATIENCE).until(() -> watch.any(e -> isAbout(e, "on")));

    acme.report("on", 1, 1, tool("one"));
    acme.put(http("on", "https://on.example/mcp"));
    acme.put(stdio("off"));
    await().atMost(PATIENCE).until(() -> watch.any(e -> isAbout(e, "off")));
    acme.put(http("on", "https://on.example/mcp").toBuilder().setEnabled(false).build());
    acme.delete("off");

    await().atMost(PATIENCE).until(() -> watch.any(e -> e.getRemoved().getServer().equals("off")));
    assertThat(
            watch.events.stream()
                .filter(
                    e ->
                        e.getServer().getTenant().equals(acme.tenant())
                            || e.getRemoved().getTenant().equals(acme.tenant()))
                .map(
                    e ->
                        e.hasServer()
                            ? e.getServer().getName() + e.getServer().getRevision()
                            : "-" + e.getRemoved().getServer())
                .distinct())
        .endsWith("-off")
        .contains("-on")
        .doesNotContain("off1");
    watch.stop();
  }

  @Test
  void aRemovedServerIsToldToEdges() {
    acme.put(stdio("fs"));
    Watch<CatalogueEvent> watch = new Watch<>(feed.watchCatalogue());
    await().atMost(PATIENCE).until(() -> !catalogues(watch, acme).isEmpty());

    acme.delete("fs");

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                watch.any(
                    e ->
                        e.getRemoved().getTenant().equals(acme.tenant())
                            && e.getRemoved().getServer().equals("fs")));
    watch.stop();
  }

  @Test
  void aReplicaThatStartsLateKnowsWhatWasReportedBefore() {
    acme.put(stdio("fs"));
    acme.report("fs", 1, 1, tool("one"));
    CatalogueFeed restarted = new CatalogueFeed(vertx, store, log, settings);
    restarted.start();

    Watch<CatalogueEvent> watch = new Watch<>(restarted.watchCatalogue());

    await().atMost(PATIENCE).until(() -> watch.any(CatalogueEvent::hasComplete));
    assertThat(catalogues(watch, acme).getLast().getTools(0).getName()).isEqualTo("one");
    watch.stop();
    restarted.stop();
  }

  @Test
  void heartbeatsStopWhenTheLogCannotBeRead() {
    FailingLog failing = new FailingLog(log);
    CatalogueFeed blind = new CatalogueFeed(vertx, store, failing, settings);
    blind.start();
    Watch<CatalogueEvent> watch = new Watch<>(blind.watchCatalogue());
    await().atMost(PATIENCE).until(() -> watch.any(CatalogueEvent::hasHeartbeat));

    failing.broken = true;

    Duration silence = Duration.ofMillis(1_500);
    await().atMost(PATIENCE).until(() -> System.nanoTime() - watch.lastNanos > silence.toNanos());
    int silent = watch.events.size();
    failing.broken = false;
    await().atMost(PATIENCE).until(() -> watch.events.size() > silent);
    watch.stop();
    blind.stop();
  }

  // --- fixture ---

  private boolean isAbout(ServersEvent event, String server) {
    return event.getServer().getTenant().equals(acme.tenant())
        && event.getServer().getName().equals(server);
  }

  private static List<ServerCatalogue> catalogues(Watch<CatalogueEvent> watch, Definitions of) {
    return watch.events.stream()
        .map(CatalogueEvent::getServer)
        .filter(server -> server.getTenant().equals(of.tenant()))
        .toList();
  }

  private static final class FailingLog implements ChangeLog {
    private final ChangeLog real;
    volatile boolean broken;

    FailingLog(ChangeLog real) {
      this.real = real;
    }

    @Override
    public Uni<Tail> after(long sequence, int limit) {
      return broken
          ? Uni.createFrom().failure(new IllegalStateException("no store"))
          : real.after(sequence, limit);
    }

    @Override
    public Uni<Void> prune(int kept) {
      return real.prune(kept);
    }
  }

  private static final class Watch<E> {
    final List<E> events = new CopyOnWriteArrayList<>();
    volatile long lastNanos;
    private final Cancellable subscription;

    Watch(Multi<E> source) {
      subscription =
          source
              .subscribe()
              .with(
                  event -> {
                    lastNanos = System.nanoTime();
                    events.add(event);
                  });
    }

    boolean any(java.util.function.Predicate<E> wanted) {
      return events.stream().anyMatch(wanted);
    }

    void stop() {
      subscription.cancel();
    }
  }
}
