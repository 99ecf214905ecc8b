package dev.sallyport.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.feed.Presence;
import dev.sallyport.executor.feed.Reports;
import dev.sallyport.executor.upstream.UpstreamKey;
import dev.sallyport.executor.upstream.UpstreamState;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.PresenceNote;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an executor does whose servers another one owns, and how it shows that it is there. */
class OwnershipTest {

  private static final String TENANT = ExecutorUnderTest.TENANT;

  private final RegistryInMemory registry = new RegistryInMemory();
  private final Reports reports = new Reports(registry, "standby", 7);

  @AfterEach
  void stop() {
    reports.close();
  }

  @Test
  void serversOfAnotherAreAskedAboutAndAllToldWhenThatOneIsAway() {
    // Given three servers that another executor owns
    registry.ownedBy("first@3");
    reports.start();
    List.of("a", "b", "c").forEach(this::down);
    awaitReports(3);

    // When some time passes, then it asks about one of them only
    awaitReports(4);
    assertThat(registry.health().getLast().getServer()).isEqualTo("a");

    // When the owner is away
    registry.ownedBy("");

    // Then all three are told
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () ->
                assertThat(registry.health())
                    .extracting(HealthReport::getServer)
                    .endsWith("a", "a", "b", "c"));
  }

  @Test
  void aServerThatIsGoneIsNotAskedAbout() {
    registry.ownedBy("first@3");
    reports.start();
    down("a");
    down("b");
    awaitReports(2);
    reports.forget(new UpstreamKey(TENANT, "a"));
    awaitReports(3);
    assertThat(registry.health().getLast().getServer()).isEqualTo("b");
  }

  @Test
  void presenceIsNotedAgainAndAgainAndTheEndToo() {
    Presence presence = new Presence(registry, "executor-1", 7);
    presence.start();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> registry.presence().size() >= 2);
    presence.close();
    assertThat(registry.presence())
        .extracting(PresenceNote::getExecutor, PresenceNote::getOwnerEpoch)
        .containsOnly(org.assertj.core.groups.Tuple.tuple("executor-1", 7L));
    assertThat(registry.presence()).extracting(PresenceNote::getLeaving).startsWith(false, false);
    assertThat(registry.presence().getLast().getLeaving()).isTrue();
  }

  private void down(String server) {
    Instant now = Instant.now();
    reports.health(
        new UpstreamKey(TENANT, server), 1, new UpstreamState.Quarantined(now, "no"), null);
  }

  private void awaitReports(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> registry.health().size() >= count);
  }
}
