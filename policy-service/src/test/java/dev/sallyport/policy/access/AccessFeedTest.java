package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.CreateKeyResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.testkit.stores.EmbeddedPostgresResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas of policy over one PostgreSQL: the application's own, and a second one. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class AccessFeedTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Inject PolicyOperations policy;
  @Inject KeyStore store;
  @Inject AccessLog log;
  @Inject AccessFeed feed;
  @Inject PolicySettings settings;
  @Inject Vertx vertx;

  private final CallContext acme = CallContext.ofService(Peer.EDGE, "acme-" + UUID.randomUUID());
  private final CallContext globex =
      CallContext.ofService(Peer.EDGE, "globex-" + UUID.randomUUID());

  private AccessFeed otherFeed;
  private PolicyOperations otherPolicy;

  @BeforeEach
  void startSecondReplica() {
    otherFeed = new AccessFeed(vertx, log, settings);
    otherPolicy = new PolicyOperations(store, otherFeed, settings);
    otherFeed.start();
  }

  @AfterEach
  void stopSecondReplica() {
    otherFeed.stop();
  }

  @Test
  void aRevocationThroughOneReplicaIsSeenByTheOtherInUnderASecond() {
    ByteString hash = create(policy, acme, "agent");
    Watch watch = new Watch(otherFeed, 0);
    watch.awaitHeartbeat();

    long start = System.nanoTime();
    revoke(policy, acme, "agent");

    AccessEvent seen = watch.awaitEnded(hash);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(seen.getKeyChanged().getTenant()).isEqualTo(acme.tenant());
    watch.stop();
  }

  @Test
  void eventsOfManyWritersOnTwoReplicasArriveEverywhereInOneOrderWithoutGaps() {
    Watch one = new Watch(feed, 0);
    Watch two = new Watch(otherFeed, 0);
    one.awaitHeartbeat();
    two.awaitHeartbeat();

    List<Uni<CreateKeyResponse>> writes =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    (i % 2 == 0 ? policy : otherPolicy)
                        .createKey(i % 3 == 0 ? globex : acme, request("key-" + i, hash())))
            .toList();
    Uni.join().all(writes).andCollectFailures().await().atMost(Duration.ofSeconds(30));

    await().atMost(PATIENCE).until(() -> one.changes().size() >= 40 && two.changes().size() >= 40);
    List<Long> sequences = one.changes().stream().map(AccessEvent::getSequence).toList();
    assertThat(sequences)
        .isEqualTo(IntStream.range(0, 40).mapToObj(i -> sequences.getFirst() + i).toList());
    assertThat(two.changes()).isEqualTo(one.changes());
    one.stop();
    two.stop();
  }

  @Test
  void aWatcherThatComesBackGetsWhatItMissedAndNothingTwice() {
    Watch before = new Watch(feed, 0);
    before.awaitHeartbeat();
    long seen = before.awaitChange(create(policy, acme, "agent")).getSequence();
    before.stop();
    ByteString missed = create(policy, acme, "missed");
    await().atMost(PATIENCE).until(() -> new Watch(otherFeed, 0).stopAfterHeartbeat() > seen);

    Watch after = new Watch(otherFeed, seen);

    after.awaitChange(missed);
    assertThat(after.changes()).hasSize(1);
    assertThat(after.resets()).isZero();
    after.stop();
  }

  @Test
  void aWatcherThatAsksForMoreThanIsKeptIsTold() {
    create(policy, acme, "first");
    AccessFeed forgetful = new AccessFeed(vertx, log, keeping(2));
    forgetful.start();
    for (int i = 0; i < 5; i++) {
      create(policy, acme, "key-" + i);
    }
    Watch now = new Watch(forgetful, 0);
    long head = now.awaitHeartbeat();
    await().atMost(PATIENCE).until(() -> new Watch(forgetful, 0).stopAfterHeartbeat() >= 6);

    Watch old = new Watch(forgetful, 1);

    await().atMost(PATIENCE).until(() -> old.resets() == 1);
    assertThat(head).isPositive();
    assertThat(old.changes()).isEmpty();
    now.stop();
    old.stop();
    forgetful.stop();
  }

  @Test
  void aWatcherThatClaimsAFutureSequenceIsTold() {
    Watch watch = new Watch(feed, Long.MAX_VALUE);

    await().atMost(PATIENCE).until(() -> watch.resets() == 1);
    ByteString hash = create(policy, acme, "agent");
    watch.awaitChange(hash);
    watch.stop();
  }

  @Test
  void heartbeatsStopWhenTheLogCannotBeRead() {
    FailingLog failing = new FailingLog(log);
    AccessFeed blind = new AccessFeed(vertx, failing, settings);
    blind.start();
    Watch watch = new Watch(blind, 0);
    watch.awaitHeartbeat();

    failing.broken = true;

    Duration silence = Duration.ofMillis(1_500);
    await().atMost(PATIENCE).until(() -> System.nanoTime() - watch.lastNanos > silence.toNanos());
    failing.broken = false;
    int silent = watch.events.size();
    await().atMost(PATIENCE).until(() -> watch.events.size() > silent);
    watch.stop();
    blind.stop();
  }

  @Test
  void anUpdateIsToldAsAChangeThatDoesNotEndTheKey() {
    ByteString hash = create(policy, acme, "agent");
    Watch watch = new Watch(feed, 0);
    watch.awaitHeartbeat();

    policy
        .updateKey(acme, UpdateKeyRequest.newBuilder().setKey("agent").addTools("fs__*").build())
        .await()
        .atMost(PATIENCE);

    assertThat(watch.awaitChange(hash).getKeyChanged().getEnded()).isFalse();
    watch.stop();
  }

  // --- fixture ---

  private static ByteString hash() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static CreateKeyRequest request(String name, ByteString hash) {
    return CreateKeyRequest.newBuilder()
        .setName(name)
        .setCredentialHash(hash)
        .addTools("*")
        .build();
  }

  private static ByteString create(PolicyOperations policy, CallContext context, String name) {
    ByteString hash = hash();
    policy.createKey(context, request(name, hash)).await().atMost(PATIENCE);
    return hash;
  }

  private static void revoke(PolicyOperations policy, CallContext context, String name) {
    policy
        .revokeKey(context, RevokeKeyRequest.newBuilder().setKey(name).build())
        .await()
        .atMost(PATIENCE);
  }

  private PolicySettings keeping(int kept) {
    return new PolicySettings() {
      @Override
      public Approvals approvals() {
        return settings.approvals();
      }

      @Override
      public Duration operationTimeout() {
        return settings.operationTimeout();
      }

      @Override
      public Watch watch() {
        return new Watch() {
          @Override
          public Duration poll() {
            return settings.watch().poll();
          }

          @Override
          public Duration heartbeat() {
            return settings.watch().heartbeat();
          }

          @Override
          public int kept() {
            return kept;
          }
        };
      }
    };
  }

  private static final class FailingLog implements AccessLog {
    private final AccessLog real;
    volatile boolean broken;

    FailingLog(AccessLog real) {
      this.real = real;
    }

    @Override
    public Uni<Tail> after(long sequence, int limit) {
      return broken
          ? Uni.createFrom().failure(new IllegalStateException("no store"))
          : real.after(sequence, limit);
    }

    @Override
    public Uni<Tail> last(int limit) {
      return real.last(limit);
    }

    @Override
    public Uni<Void> prune(int kept) {
      return real.prune(kept);
    }
  }

  private static final class Watch {
    final List<AccessEvent> events = new CopyOnWriteArrayList<>();
    private final Cancellable subscription;
    volatile long lastNanos;

    Watch(AccessFeed feed, long after) {
      subscription =
          feed.watch(after)
              .subscribe()
              .with(
                  event -> {
                    lastNanos = System.nanoTime();
                    events.add(event);
                  });
    }

    List<AccessEvent> changes() {
      return events.stream().filter(AccessEvent::hasKeyChanged).toList();
    }

    long resets() {
      return events.stream().filter(AccessEvent::hasReset).count();
    }

    long awaitHeartbeat() {
      await().atMost(PATIENCE).until(() -> events.stream().anyMatch(AccessEvent::hasHeartbeat));
      return events.stream()
          .filter(AccessEvent::hasHeartbeat)
          .findFirst()
          .orElseThrow()
          .getSequence();
    }

    long stopAfterHeartbeat() {
      long sequence = awaitHeartbeat();
      stop();
      return sequence;
    }

    AccessEvent awaitChange(ByteString hash) {
      await().atMost(PATIENCE).until(() -> changes().stream().anyMatch(e -> isOf(e, hash)));
      return changes().stream().filter(e -> isOf(e, hash)).findFirst().orElseThrow();
    }

    AccessEvent awaitEnded(ByteString hash) {
      await()
          .pollInterval(Duration.ofMillis(10))
          .atMost(PATIENCE)
          .until(
              () ->
                  changes().stream().anyMatch(e -> isOf(e, hash) && e.getKeyChanged().getEnded()));
      return changes().stream()
          .filter(e -> isOf(e, hash) && e.getKeyChanged().getEnded())
          .findFirst()
          .orElseThrow();
    }

    private static boolean isOf(AccessEvent event, ByteString hash) {
      return event.getKeyChanged().getCredentialHash().equals(hash);
    }

    void stop() {
      subscription.cancel();
    }
  }
}
