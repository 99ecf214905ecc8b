package dev.sallyport.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.DeleteServerRequest;
import dev.sallyport.proto.registry.v1.DeleteServerResponse;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.Heartbeat;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.ListServersResponse;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.PutServerResponse;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerRemoved;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.SnapshotComplete;
import dev.sallyport.proto.registry.v1.ToolAllowance;
import dev.sallyport.proto.registry.v1.ToolApproval;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import dev.sallyport.proto.registry.v1.ToolPrice;
import dev.sallyport.proto.registry.v1.ToolPrices;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class PushedCataloguesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path data;

  private final Vertx vertx = Vertx.vertx();
  private final FakeRegistry registry = new FakeRegistry();
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private PushedCatalogues catalogues;

  @BeforeEach
  void follow() {
    catalogues = started(Duration.ofSeconds(30));
  }

  private PushedCatalogues started(Duration patience) {
    PushedCatalogues started = new PushedCatalogues(vertx, registry, settings(patience), data);
    started.onChange((before, after) -> changes.add(after.tenant()));
    started.start();
    return started;
  }

  @AfterEach
  void stop() {
    catalogues.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void nothingIsReadyBeforeTheFirstSnapshotIsComplete() {
    registry.server(5, server("acme", "fs", "v1", "read"));
    assertThat(catalogues.isReady()).isFalse();
    assertThat(catalogues.current("acme").tools()).isEmpty();

    registry.complete(5);

    assertThat(catalogues.isReady()).isTrue();
    assertThat(names("acme")).containsExactly("fs__read");
  }

  @Test
  void toolsAreExposedByServerThenInTheUpstreamsOrderAndEachTenantSeesItsOwn() {
    registry.server(5, server("acme", "zoo", "v1", "b", "a"));
    registry.server(5, server("acme", "fs", "v1", "write", "read"));
    registry.server(5, server("globex", "fs", "v1", "other"));
    registry.complete(5);

    assertThat(names("acme")).containsExactly("fs__write", "fs__read", "zoo__b", "zoo__a");
    assertThat(names("globex")).containsExactly("fs__other");
    assertThat(names("nobody")).isEmpty();
    assertThat(catalogues.current("acme").tool("fs__other")).isNull();
    assertThat(catalogues.current("acme").server("zoo").tools()).hasSize(2);
  }

  @Test
  void whatAServerDoesNotOfferIsNotThereAndAChangeOfThatIsOneOfTheList() {
    // Given a server that offers some of its tools
    ServerCatalogue all = server("acme", "fs", "v1", "read_file", "read_link", "write");
    registry.server(5, offering(all, "read_*"));
    registry.complete(5);
    assertThat(names("acme")).containsExactly("fs__read_file", "fs__read_link");
    assertThat(catalogues.current("acme").server("fs").offered().isWhole()).isFalse();

    // When it offers none, and then everything, with the same tools in the same version
    registry.server(6, offering(all));
    assertThat(names("acme")).isEmpty();
    registry.server(7, offering(all, "*"));
    assertThat(names("acme")).hasSize(3);
    assertThat(catalogues.current("acme").server("fs").offered().isWhole()).isTrue();
    registry.server(8, all);
    assertThat(names("acme")).hasSize(3);
  }

  @Test
  void aPriceIsPushedAndChangesNoList() {
    ServerCatalogue free = server("acme", "fs", "v1", "read_file", "write");
    registry.server(5, free);
    registry.complete(5);
    ServerEntry before = catalogues.current("acme").server("fs");
    assertThat(before.costs().micros("write")).isZero();

    registry.server(
        6,
        free.toBuilder()
            .setPrices(
                ToolPrices.newBuilder()
                    .setDefaultMicros(7)
                    .addPrices(ToolPrice.newBuilder().setPattern("wri*").setMicros(9))
                    .addPrices(ToolPrice.newBuilder().setPattern("*e").setMicros(11)))
            .build());

    ServerEntry now = catalogues.current("acme").server("fs");
    assertThat(now.costs().micros("write")).isEqualTo(9);
    assertThat(now.costs().micros("read_file")).isEqualTo(11);
    assertThat(now.costs().micros("other")).isEqualTo(7);
    assertThat(now.tools()).isSameAs(before.tools());
  }

  @Test
  void whichToolsAskIsPushedAndChangesNoList() {
    ServerCatalogue free = server("acme", "fs", "v1", "read_file", "write");
    registry.server(5, free);
    registry.complete(5);
    ServerEntry before = catalogues.current("acme").server("fs");
    assertThat(before.asking().has("write")).isFalse();

    registry.server(
        6, free.toBuilder().setApproval(ToolApproval.newBuilder().addPatterns("wri*")).build());

    ServerEntry now = catalogues.current("acme").server("fs");
    assertThat(now.asking().has("write")).isTrue();
    assertThat(now.asking().has("read_file")).isFalse();
    assertThat(now.tools()).isSameAs(before.tools());
    registry.server(
        7, free.toBuilder().setApproval(ToolApproval.newBuilder().addPatterns("")).build());
    assertThat(catalogues.current("acme").server("fs").asking().has("read_file"))
        .as("what is not understood asks for everything")
        .isTrue();
  }

  private static ServerCatalogue offering(ServerCatalogue server, String... patterns) {
    return server.toBuilder()
        .setToolsOffered(ToolAllowance.newBuilder().addAllPatterns(List.of(patterns)))
        .build();
  }

  @Test
  void onlyTheNameIsChangedInAnExposedDefinition() {
    String received =
        "{ \"x\":1.0E+2,\"na\\u006de\" :\"re\\u0061d\", \"é\":\"\\u00e9\",\"name2\":3 }";
    ServerCatalogue server =
        server("acme", "fs", "v1").toBuilder()
            .addTools(
                ToolDefinition.newBuilder()
                    .setName("read")
                    .setDefinition(ByteString.copyFromUtf8(received))
                    .setIdempotentHint(true))
            .build();

    registry.server(5, server);
    registry.complete(5);

    ToolEntry tool = catalogues.current("acme").tool("fs__read");
    assertThat(text(tool.definition())).isEqualTo(received);
    assertThat(text(tool.exposedDefinition()))
        .isEqualTo(received.replace("\"re\\u0061d\"", "\"fs__read\""));
    assertThat(tool.repeatable()).isTrue();
  }

  @Test
  void aPrefixStandsInThePlaceOfTheServerName() {
    registry.server(5, server("acme", "fs", "v1", "read").toBuilder().setPrefix("files").build());
    registry.complete(5);

    assertThat(names("acme")).containsExactly("files__read");
    assertThat(catalogues.current("acme").tool("files__read").server()).isEqualTo("fs");
  }

  @Test
  void aQuarantinedToolIsNotServed() {
    ServerCatalogue.Builder server = server("acme", "fs", "v1", "good", "bad").toBuilder();
    server.getToolsBuilder(1).setQuarantineReason("drifted");
    registry.server(5, server.build());
    registry.complete(5);

    assertThat(names("acme")).containsExactly("fs__good");
  }

  @Test
  void aChangeIsServedAtOnceToldOnceAndGrowsTheVersion() {
    registry.server(5, server("acme", "fs", "v1", "read"));
    registry.server(5, server("globex", "fs", "v1", "read"));
    registry.complete(5);
    changes.clear();
    long version = catalogues.current("acme").version();

    registry.server(6, server("acme", "fs", "v2", "read", "write"));

    assertThat(names("acme")).containsExactly("fs__read", "fs__write");
    assertThat(catalogues.current("acme").version()).isGreaterThan(version);
    assertThat(changes).containsExactly("acme");
  }

  @Test
  void aChangeOfHealthKeepsListVersionAndToolsAndIsNotToldAsAChangeOfTheList() {
    registry.server(5, server("acme", "fs", "v1", "read"));
    registry.complete(5);
    TenantCatalogue before = catalogues.current("acme");
    changes.clear();

    registry.server(
        6,
        server("acme", "fs", "v1", "read").toBuilder()
            .setStatus(ServerStatus.newBuilder().setHealth(Health.HEALTH_DOWN).setReason("Gone."))
            .setStale(true)
            .build());

    TenantCatalogue after = catalogues.current("acme");
    assertThat(after.server("fs").status().getHealth()).isEqualTo(Health.HEALTH_DOWN);
    assertThat(after.server("fs").stale()).isTrue();
    assertThat(after.version()).isEqualTo(before.version());
    assertThat(after.tools()).isEqualTo(before.tools());
    assertThat(changes).isEmpty();
  }

  @Test
  void aRemovedServerIsGone() {
    registry.server(5, server("acme", "fs", "v1", "read"));
    registry.complete(5);

    registry.removed(6, "acme", "fs");

    assertThat(names("acme")).isEmpty();
    assertThat(catalogues.current("acme").server("fs")).isNull();
  }

  @Test
  void anEventOlderThanTheLastSeenIsDiscarded() {
    registry.server(5, server("acme", "fs", "v1", "read"));
    registry.complete(5);
    registry.server(8, server("acme", "fs", "v2", "new"));

    registry.server(7, server("acme", "fs", "v3", "old"));

    assertThat(names("acme")).containsExactly("fs__new");
  }

  @Test
  void whileRegistryIsAwayTheLastCatalogueIsServedAndASnapshotReplacesItWhole() {
    registry.server(5, server("acme", "fs", "v1", "read"));
    registry.server(5, server("acme", "old", "v1", "x"));
    registry.complete(5);
    int streams = registry.streams.get();

    registry.stream.fail(new IllegalStateException("connection reset"));

    await().atMost(PATIENCE).until(() -> registry.streams.get() > streams);
    assertThat(names("acme")).containsExactly("fs__read", "old__x");
    registry.server(9, server("acme", "fs", "v2", "write"));
    assertThat(names("acme")).containsExactly("fs__read", "old__x");
    registry.complete(9);
    assertThat(names("acme")).containsExactly("fs__write");
  }

  @Test
  void aSnapshotOfAReplicaThatLagsCountsOnceItHasCaughtUp() {
    registry.server(9, server("acme", "fs", "v9", "nine"));
    registry.complete(9);
    int streams = registry.streams.get();
    registry.stream.fail(new IllegalStateException("replica gone"));
    await().atMost(PATIENCE).until(() -> registry.streams.get() > streams);

    registry.server(7, server("acme", "fs", "v7", "seven"));
    registry.complete(7);
    assertThat(names("acme")).containsExactly("fs__nine");

    registry.server(9, server("acme", "fs", "v9", "nine"));
    registry.server(10, server("acme", "fs", "v10", "ten"));
    assertThat(names("acme")).containsExactly("fs__ten");
  }

  @Test
  void aRegistryThatWentBackIsBelievedAfterAWhile() {
    catalogues.stop();
    catalogues = started(Duration.ofMillis(300));
    registry.server(9, server("acme", "fs", "v9", "nine"));
    registry.complete(9);
    int streams = registry.streams.get();
    registry.stream.fail(new IllegalStateException("restored"));
    await().atMost(PATIENCE).until(() -> registry.streams.get() > streams);
    registry.server(3, server("acme", "fs", "v3", "three"));
    registry.complete(3);

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              registry.beat(3);
              return names("acme").equals(List.of("fs__three"));
            });
  }

  @Test
  void aStreamThatIsOpenAndSilentIsReplaced() {
    int streams = registry.streams.get();

    await().atMost(PATIENCE).until(() -> registry.streams.get() > streams);
  }

  @Test
  void afterARestartTheCopyOnDiskIsServedWhileRegistryIsAwayAndVersionsGoOn() {
    registry.server(5, server("acme", "fs", "v1", "read"));
    registry.server(5, server("globex", "fs", "v1", "other"));
    registry.complete(5);
    long version = catalogues.current("acme").version();
    await().atMost(PATIENCE).until(() -> Files.exists(file()));
    catalogues.stop();
    registry.away = true;

    catalogues = started(Duration.ofSeconds(30));

    assertThat(catalogues.isReady()).isTrue();
    assertThat(names("acme")).containsExactly("fs__read");
    assertThat(names("globex")).containsExactly("fs__other");
    assertThat(catalogues.current("acme").version()).isGreaterThanOrEqualTo(version);
  }

  @Test
  void aDamagedCopyIsIgnored() throws IOException {
    registry.server(5, server("acme", "fs", "v1", "read"));
    registry.complete(5);
    await().atMost(PATIENCE).until(() -> Files.exists(file()));
    catalogues.stop();
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length / 2] ^= 1;
    Files.write(file(), bytes);
    registry.away = true;

    catalogues = started(Duration.ofSeconds(30));

    assertThat(catalogues.isReady()).isFalse();
    assertThat(names("acme")).isEmpty();
  }

  // --- fixture ---

  private Path file() {
    return data.resolve("catalogue").resolve("servers.bin");
  }

  private List<String> names(String tenant) {
    return catalogues.current(tenant).tools().stream().map(ToolEntry::exposedName).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ServerCatalogue server(
      String tenant, String name, String version, String... tools) {
    ServerCatalogue.Builder server =
        ServerCatalogue.newBuilder()
            .setTenant(tenant)
            .setServer(name)
            .setServerRevision(1)
            .setCatalogueVersion(version)
            .setCallTimeoutMillis(60_000)
            .setStatus(ServerStatus.newBuilder().setHealth(Health.HEALTH_READY));
    for (String tool : tools) {
      server.addTools(
          ToolDefinition.newBuilder()
              .setName(tool)
              .setDefinition(ByteString.copyFromUtf8("{\"name\":\"" + tool + "\"}")));
    }
    return server.build();
  }

  private static CatalogueSettings settings(Duration patience) {
    return new CatalogueSettings() {
      @Override
      public Duration silenceBound() {
        return Duration.ofSeconds(1);
      }

      @Override
      public Duration saveAfter() {
        return Duration.ofMillis(10);
      }

      @Override
      public Duration patience() {
        return patience;
      }

      @Override
      public boolean bareNames() {
        return false;
      }
    };
  }

  /** Registry as a test scripts it. */
  private static final class FakeRegistry implements RegistryPeer {
    final AtomicInteger streams = new AtomicInteger();
    volatile MultiEmitter<? super CatalogueEvent> stream;
    volatile boolean away;

    void server(long sequence, ServerCatalogue server) {
      stream.emit(CatalogueEvent.newBuilder().setSequence(sequence).setServer(server).build());
    }

    void removed(long sequence, String tenant, String server) {
      stream.emit(
          CatalogueEvent.newBuilder()
              .setSequence(sequence)
              .setRemoved(ServerRemoved.newBuilder().setTenant(tenant).setServer(server))
              .build());
    }

    void complete(long sequence) {
      stream.emit(
          CatalogueEvent.newBuilder()
              .setSequence(sequence)
              .setComplete(SnapshotComplete.getDefaultInstance())
              .build());
    }

    void beat(long sequence) {
      stream.emit(
          CatalogueEvent.newBuilder()
              .setSequence(sequence)
              .setHeartbeat(Heartbeat.getDefaultInstance())
              .build());
    }

    @Override
    public Multi<CatalogueEvent> watchCatalogue(WatchCatalogueRequest request) {
      if (away) {
        return Multi.createFrom().failure(new IllegalStateException("away"));
      }
      return Multi.createFrom()
          .emitter(
              emitter -> {
                stream = emitter;
                streams.incrementAndGet();
              });
    }

    @Override
    public Uni<ListServersResponse> listServers(ListServersRequest request) {
      throw new AssertionError("not asked by catalogues");
    }

    @Override
    public Uni<PutServerResponse> putServer(PutServerRequest request) {
      throw new AssertionError("not asked by catalogues");
    }

    @Override
    public Uni<DeleteServerResponse> deleteServer(DeleteServerRequest request) {
      throw new AssertionError("not asked by catalogues");
    }

    @Override
    public Uni<ApplyServersResponse> applyServers(ApplyServersRequest request) {
      throw new AssertionError("not asked by catalogues");
    }
  }
}
