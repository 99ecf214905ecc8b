package dev.sallyport.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.dialect.Clients;
import dev.sallyport.edge.dialect.Dialect;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.kit.seal.Envelope;
import dev.sallyport.kit.seal.KeyRing;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two edges are two {@link Sessions} over one Redis and one key ring. */
@QuarkusTest
@TestProfile(McpSurface.class)
@SuppressWarnings("NullAway.Init")
class SessionsAcrossEdgesTest {

  private static final AccessProfile ADA = Fixture.profile(Fixture.ACME, "vk_ada", "*");

  /** A key of the same id in another tenant. */
  private static final AccessProfile TWIN = Fixture.profile(Fixture.GLOBEX, "vk_ada", "*");

  private static final Clients CLIENTS = Clients.builtIn();

  @Inject Tombstones redis;
  @Inject SessionMemories memories;

  private final Envelope envelope = new Envelope(KeyRing.random());

  private static final class Settings implements SessionSettings {

    @Override
    public Duration life() {
      return Duration.ofDays(7);
    }

    @Override
    public Duration keepEvents() {
      return Duration.ofMinutes(5);
    }

    @Override
    public int cached() {
      return 1000;
    }
  }

  private Sessions edge(Tombstones tombstones) {
    Sessions sessions = new Sessions(envelope, tombstones, memories, CLIENTS, new Settings());
    sessions.start(new StartupEvent());
    return sessions;
  }

  private static Optional<Session> find(Sessions sessions, AccessProfile profile, String id) {
    Future<Optional<Session>> found = sessions.find(profile, id);
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(found::isComplete);
    assertThat(found.succeeded()).isTrue();
    return found.result();
  }

  private static String create(Sessions sessions) {
    return sessions.create(
        ADA,
        ProtocolVersion.V2025_06_18,
        "{\"roots\":{}}".getBytes(StandardCharsets.UTF_8),
        CLIENTS.named("cursor-vscode", "1.7.2"));
  }

  @Test
  void anyEdgeGoesOnWithASession() {
    String id = create(edge(redis));

    Optional<Session> found = find(edge(redis), ADA, id);

    assertThat(found).isPresent();
    assertThat(found.get().version()).isEqualTo(ProtocolVersion.V2025_06_18);
    assertThat(new String(found.get().capabilities(), StandardCharsets.UTF_8))
        .isEqualTo("{\"roots\":{}}");
    assertThat(found.get().client().text()).isEqualTo("cursor-vscode 1.7.2");
    assertThat(found.get().client()).isEqualTo(CLIENTS.named("cursor-vscode", "1.7.2"));
  }

  /** As edges sealed them before there were dialects; a client sees the same names to the end. */
  @Test
  void aSessionOfAnOlderEdgeGoesOnWithoutADialect() {
    byte[] info = "cursor-vscode 1.7.2".getBytes(StandardCharsets.UTF_8);
    byte[] content =
        ByteBuffer.allocate(3 * Long.BYTES + 1 + 2 * Short.BYTES + info.length)
            .putLong(7)
            .putLong(7)
            .putLong(System.currentTimeMillis())
            .put((byte) ProtocolVersion.V2025_06_18.ordinal())
            .putShort((short) 0)
            .putShort((short) info.length)
            .put(info)
            .array();
    String id = envelope.sealText("session", "acme\nvk_ada", content);

    Session found = find(edge(redis), ADA, id).orElseThrow();

    assertThat(found.client().text()).isEqualTo("cursor-vscode 1.7.2");
    assertThat(found.client().dialect()).isEqualTo(Dialect.PLAIN);
  }

  @Test
  void aSessionIsOfOneKeyInOneTenant() {
    Sessions first = edge(redis);
    String id = create(first);

    assertThat(find(first, TWIN, id)).isEmpty();
    assertThat(find(edge(redis), TWIN, id)).isEmpty();
    assertThat(find(first, Fixture.profile(Fixture.ACME, "vk_alice", "*"), id)).isEmpty();
    assertThat(find(first, ADA, id)).isPresent();
  }

  @Test
  void anEdgeThatKnowsASessionHearsOfItsEndAtOnce() {
    Sessions here = edge(redis);
    Sessions there = edge(redis);
    List<UUID> heard = new CopyOnWriteArrayList<>();
    there.onEnded(heard::add);
    String id = create(here);
    Session session = find(there, ADA, id).orElseThrow();

    here.end(session);

    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> heard.contains(session.id()));
    assertThat(find(here, ADA, id)).isEmpty();
    assertThat(find(there, ADA, id)).isEmpty();
  }

  @Test
  void anEdgeThatStartsLaterAsksAndLearnsOfIt() {
    Sessions here = edge(redis);
    String id = create(here);
    Future<Void> told = here.end(find(here, ADA, id).orElseThrow());
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(told::isComplete);

    assertThat(find(edge(redis), ADA, id)).isEmpty();
  }

  @Test
  void whatASessionSetsOnOneEdgeHoldsOnAllAtOnce() {
    Sessions here = edge(redis);
    Sessions there = edge(redis);
    String id = create(here);
    Session session = find(there, ADA, id).orElseThrow();
    var watched = new SessionMemory.Subscription("files", "file:///a");

    done(here.setLevel(session, "warning"));
    done(here.subscribe(session, watched));

    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              SessionMemory memory = find(there, ADA, id).orElseThrow().memory();
              assertThat(memory.logLevel()).isEqualTo("warning");
              assertThat(memory.subscriptions()).containsExactly(watched);
            });
    done(there.unsubscribe(session, watched));
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> find(here, ADA, id).orElseThrow().memory().subscriptions().isEmpty());
  }

  @Test
  void anEdgeThatStartsLaterKnowsWhatWasSet() {
    Sessions here = edge(redis);
    String id = create(here);
    done(here.setLevel(find(here, ADA, id).orElseThrow(), "error"));

    assertThat(find(edge(redis), ADA, id).orElseThrow().memory().logLevel()).isEqualTo("error");
  }

  private static void done(Future<Void> future) {
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(future::isComplete);
    assertThat(future.succeeded()).isTrue();
  }

  @Test
  void whenRedisIsAwayLivingSessionsGoOnAndEndingSaysSo() {
    Sessions here = edge(new Away());
    String id = create(here);

    assertThat(find(here, ADA, id)).isPresent();
    assertThat(find(edge(new Away()), ADA, id)).isPresent();
    assertThat(here.end(find(here, ADA, id).orElseThrow()).failed()).isTrue();
    assertThat(find(here, ADA, id)).isEmpty();
  }

  @Test
  void aSessionOfAnotherKeyRingOrPurposeIsUnknown() {
    Sessions here = edge(redis);
    Sessions stranger =
        new Sessions(new Envelope(KeyRing.random()), redis, memories, CLIENTS, new Settings());

    assertThat(find(here, ADA, create(stranger))).isEmpty();
    assertThat(find(here, ADA, envelope.sealText("tools-cursor", "acme\nvk_ada", new byte[40])))
        .isEmpty();
    assertThat(find(here, ADA, "x".repeat(100_000))).isEmpty();
  }

  @Test
  void capabilitiesThatAreTooLargeForAHeaderAreLeftOut() {
    Sessions here = edge(redis);
    String id =
        here.create(
            ADA,
            ProtocolVersion.LATEST_LEGACY,
            new byte[5000],
            CLIENTS.named("c".repeat(500), "1".repeat(500)));

    assertThat(id.length()).isLessThan(1000);
    assertThat(find(here, ADA, id).orElseThrow().capabilities()).isEmpty();
  }

  /** Redis that does not answer. */
  private static final class Away implements Tombstones {

    @Override
    public Future<Void> put(String tenant, UUID session, Duration keep) {
      return Future.failedFuture("away");
    }

    @Override
    public Future<Boolean> exists(String tenant, UUID session) {
      return Future.failedFuture("away");
    }

    @Override
    public void onEnded(Consumer<UUID> listener) {}
  }
}
