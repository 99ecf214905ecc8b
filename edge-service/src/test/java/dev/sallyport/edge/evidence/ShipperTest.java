package dev.sallyport.edge.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipperTest {

  @TempDir Path folder;

  private final RecordingAudit audit = new RecordingAudit();

  @Test
  void everythingArrivesInOrderAndIsAcknowledged() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      // Given records appended before and after the shipper starts
      append(spool, 0, 500);
      shipper.start();
      append(spool, 500, 1000);

      // When it has caught up
      await().until(() -> spool.depthBytes() == 0);

      // Then audit has them in order
      assertThat(audit.numbers()).isEqualTo(IntStream.range(0, 1000).boxed().toList());
      assertThat(shipper.shipped()).isEqualTo(1001);
    }
  }

  @Test
  void sendsAgainWhatWasCommittedButNotAcknowledged() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      // Given an audit that commits three batches and dies before it acknowledges the third
      audit.acknowledgements = 2;
      append(spool, 0, 300);
      shipper.start();
      await().until(() -> audit.streams() >= 2);

      // When it is back
      audit.heal();
      await().until(() -> spool.depthBytes() == 0);

      // Then nothing is missing, and what was not acknowledged came twice
      assertThat(audit.numbers()).isEqualTo(IntStream.range(0, 300).boxed().toList());
      assertThat(audit.received()).isGreaterThan(301);
    }
  }

  @Test
  void keepsTryingAnAuditThatIsAwayAndDelivers() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      // Given no audit-service
      audit.away = true;
      append(spool, 0, 50);
      shipper.start();
      await().until(() -> shipper.failures() >= 3);
      assertThat(spool.depthBytes()).isPositive();

      // When it comes
      audit.away = false;

      // Then everything arrives
      await().until(() -> spool.depthBytes() == 0);
      assertThat(audit.numbers()).isEqualTo(IntStream.range(0, 50).boxed().toList());
    }
  }

  @Test
  void givesUpAStreamThatNeverAcknowledges() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      // Given an audit that takes batches and says nothing
      audit.silent = true;
      append(spool, 0, 50);
      shipper.start();
      await().until(() -> audit.streams() >= 2);

      // When a stream answers again
      audit.silent = false;

      // Then everything is acknowledged
      await().until(() -> spool.depthBytes() == 0);
      assertThat(audit.numbers()).isEqualTo(IntStream.range(0, 50).boxed().toList());
    }
  }

  @Test
  void drainSendsTheRestAndIsBounded() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      append(spool, 0, 400);
      shipper.start();
      shipper.drain(Duration.ofSeconds(20));
      assertThat(spool.depthBytes()).isZero();
      assertThat(audit.numbers()).hasSize(400);
    }
    audit.away = true;
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      append(spool, 0, 10);
      shipper.start();
      long begun = System.nanoTime();
      shipper.drain(Duration.ofMillis(200));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
      assertThat(spool.depthBytes()).isPositive();
    }
  }

  @Test
  void continuesAfterARestartWhereAuditStopped() throws Exception {
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      append(spool, 0, 100);
      shipper.start();
      await().until(() -> spool.depthBytes() == 0);
    }
    int before = audit.received();
    try (Spool spool = SpoolFixture.open(folder);
        Shipper shipper = shipper(spool)) {
      shipper.start();
      append(spool, 100, 150);
      await().until(() -> spool.depthBytes() == 0);

      // Only the new ones and the new EDGE_STARTED were sent
      assertThat(audit.received() - before).isEqualTo(51);
      assertThat(audit.numbers()).isEqualTo(IntStream.range(0, 150).boxed().toList());
    }
  }

  static EvidenceSettings.Ship impatient() {
    return new Impatient();
  }

  private Shipper shipper(Spool spool) {
    return new Shipper(spool, audit, new Impatient(), SpoolFixture.TENANT);
  }

  private static void append(Spool spool, int from, int to) {
    for (int i = from; i < to; i++) {
      spool.append(SpoolFixture.open(i));
    }
  }

  /** An audit that can be away, silent, or lose acknowledgements; it removes duplicates. */
  private static final class RecordingAudit implements AuditPeer {

    volatile boolean away;
    volatile boolean silent;
    volatile int acknowledgements = Integer.MAX_VALUE;
    private final Set<AuditRecord> records = new LinkedHashSet<>();
    private int received;
    private int streams;

    @Override
    public Multi<AppendAck> append(Multi<AppendBatch> batches) {
      if (away) {
        return Multi.createFrom().failure(new IllegalStateException("away"));
      }
      synchronized (this) {
        streams++;
      }
      return batches
          .onItem()
          .transformToUniAndConcatenate(
              batch -> {
                commit(batch);
                if (silent) {
                  return Uni.createFrom().nothing();
                }
                if (acknowledgements-- <= 0) {
                  return Uni.createFrom().failure(new IllegalStateException("killed"));
                }
                return Uni.createFrom()
                    .item(AppendAck.newBuilder().setPosition(batch.getPosition()).build());
              });
    }

    private synchronized void commit(AppendBatch batch) {
      for (ByteString record : batch.getRecordsList()) {
        records.add(SpoolFixture.parse(record));
        received++;
      }
    }

    synchronized List<Integer> numbers() {
      return SpoolFixture.numbers(new ArrayList<>(records));
    }

    synchronized int received() {
      return received;
    }

    synchronized int streams() {
      return streams;
    }

    void heal() {
      acknowledgements = Integer.MAX_VALUE;
    }

    @Override
    public Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request) {
      return Uni.createFrom().failure(new UnsupportedOperationException());
    }
  }

  private record Impatient() implements EvidenceSettings.Ship {
    @Override
    public Duration gather() {
      return Duration.ofMillis(2);
    }

    @Override
    public int batchRecords() {
      return 64;
    }

    @Override
    public MemorySize batchSize() {
      return new MemorySize(BigInteger.valueOf(16 * 1024));
    }

    @Override
    public int window() {
      return 3;
    }

    @Override
    public Duration patience() {
      return Duration.ofMillis(300);
    }

    @Override
    public Duration retryFirst() {
      return Duration.ofMillis(5);
    }

    @Override
    public Duration retryMost() {
      return Duration.ofMillis(40);
    }

    @Override
    public Duration drain() {
      return Duration.ofSeconds(1);
    }
  }
}
