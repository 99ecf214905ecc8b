package dev.sallyport.edge.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.edge.evidence.Evidence.Appended;
import dev.sallyport.edge.evidence.SpoolLimits.Durability;
import dev.sallyport.edge.evidence.SpoolLimits.WhenFull;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.RecordKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpoolTest {

  @TempDir Path folder;

  @Test
  void keepsOrderOverSegmentsAndRestarts() throws Exception {
    // Given records that fill several segments, before and after a restart
    try (Spool spool = SpoolFixture.open(folder)) {
      for (int i = 0; i < 1000; i++) {
        assertThat(spool.append(SpoolFixture.open(i))).isEqualTo(Appended.YES);
      }
    }
    try (Spool spool = SpoolFixture.open(folder)) {
      for (int i = 1000; i < 1500; i++) {
        spool.append(SpoolFixture.open(i));
      }

      // When all is read
      List<AuditRecord> read = SpoolFixture.read(spool);

      // Then nothing is missing, twice or out of order
      assertThat(SpoolFixture.numbers(read)).isEqualTo(IntStream.range(0, 1500).boxed().toList());
      assertThat(Segment.in(folder)).hasSizeGreaterThan(4);
    }
  }

  @Test
  void everyStartIsAnEpochOfTheSameEdgeAndSaysSoFirst() throws Exception {
    // Given two starts
    String edge;
    try (Spool first = SpoolFixture.open(folder)) {
      edge = first.edge();
      assertThat(first.epoch()).isEqualTo(1);
    }
    try (Spool second = SpoolFixture.open(folder)) {

      // When the records are read
      List<AuditRecord> read = SpoolFixture.read(second);

      // Then each epoch begins with EDGE_STARTED
      assertThat(second.edge()).isEqualTo(edge);
      assertThat(read).extracting(AuditRecord::getEdgeEpoch).containsExactly(1L, 2L);
      assertThat(read)
          .extracting(AuditRecord::getKind)
          .containsOnly(RecordKind.RECORD_KIND_EDGE_STARTED);
    }
  }

  @Test
  void refusesAFolderThatAnotherProcessHas() throws Exception {
    try (Spool ignored = SpoolFixture.open(folder)) {
      assertThatThrownBy(() -> SpoolFixture.open(folder))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sallyport.edge.data");
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingWhenManyThreadsAppend(Durability durability) throws Exception {
    // Given eight threads that append at the same time
    int each = durability == Durability.FSYNC ? 100 : 3000;
    SpoolLimits limits = new SpoolLimits(1 << 30, 256 * 1024, durability, WhenFull.REFUSE);
    try (Spool spool = Spool.open(folder, limits, SpoolFixture.TENANT);
        var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Void>> work = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int thread = t;
        work.add(
            () -> {
              for (int i = 0; i < each; i++) {
                assertThat(spool.append(SpoolFixture.open(thread * each + i)))
                    .isEqualTo(Appended.YES);
              }
              return null;
            });
      }

      // When they are done
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }

      // Then each record is there once, and each thread's are in its order
      List<Integer> numbers = SpoolFixture.numbers(SpoolFixture.read(spool));
      assertThat(numbers).hasSize(8 * each).doesNotHaveDuplicates();
      for (int t = 0; t < 8; t++) {
        int thread = t;
        assertThat(numbers.stream().filter(n -> n / each == thread).toList()).isSorted();
      }
    }
  }

  @Test
  void survivesTheInterruptOfAnAppendingThread() throws Exception {
    try (Spool spool = SpoolFixture.open(folder)) {
      // Given a thread that was interrupted
      Thread.currentThread().interrupt();

      // When it appends, and another does after it
      Appended interrupted = spool.append(SpoolFixture.open(1));
      boolean stillInterrupted = Thread.interrupted();
      Appended next = spool.append(SpoolFixture.open(2));

      // Then both are there, and the interrupt was not swallowed
      assertThat(interrupted).isEqualTo(Appended.YES);
      assertThat(next).isEqualTo(Appended.YES);
      assertThat(stillInterrupted).isTrue();
      assertThat(SpoolFixture.numbers(SpoolFixture.read(spool))).containsExactly(1, 2);
    }
  }

  @Test
  void keepsRecordsLargerThanBufferAndSegment() throws Exception {
    try (Spool spool = SpoolFixture.open(folder)) {
      // Given records of all sizes
      int[] sizes = {10, 300_000, 20, 70_000, 262_144, 5_000_000, 30};
      for (int i = 0; i < sizes.length; i++) {
        AuditRecord record = SpoolFixture.record(RecordKind.RECORD_KIND_CLOSE, i, sizes[i]);
        assertThat(spool.append(record)).isEqualTo(Appended.YES);
      }

      // When they are read
      List<AuditRecord> read = SpoolFixture.read(spool);

      // Then they are whole
      assertThat(SpoolFixture.numbers(read)).containsExactly(0, 1, 2, 3, 4, 5, 6);
      assertThat(read.get(6).getArguments().getData().size()).isEqualTo(5_000_000);
    }
  }

  @Test
  void deletesWhatIsAcknowledgedAndContinuesThereAfterARestart() throws Exception {
    long half;
    try (Spool spool = SpoolFixture.open(folder)) {
      // Given records in several segments, the first half acknowledged
      for (int i = 0; i < 500; i++) {
        spool.append(SpoolFixture.open(i));
      }
      half = spool.end();
      for (int i = 500; i < 1000; i++) {
        spool.append(SpoolFixture.open(i));
      }
      int segments = Segment.in(folder).size();
      spool.acknowledge(half);
      assertThat(Segment.in(folder)).hasSizeLessThan(segments);
    }

    // When the edge starts again
    try (Spool spool = SpoolFixture.open(folder)) {

      // Then exactly the other half is waiting
      assertThat(spool.acknowledged()).isEqualTo(half);
      assertThat(SpoolFixture.numbers(SpoolFixture.read(spool)))
          .isEqualTo(IntStream.range(500, 1000).boxed().toList());
    }
  }

  @Test
  void sendsEverythingAgainWhenThePositionIsUnreadable() throws Exception {
    try (Spool spool = SpoolFixture.open(folder)) {
      for (int i = 0; i < 10; i++) {
        spool.append(SpoolFixture.open(i));
      }
      spool.acknowledge(spool.end());
    }
    // Given a position file with a flipped bit
    byte[] stored = Files.readAllBytes(folder.resolve("acknowledged"));
    stored[6] ^= 1;
    Files.write(folder.resolve("acknowledged"), stored);

    // When the edge starts
    try (Spool spool = SpoolFixture.open(folder)) {

      // Then nothing that is still on the disk is skipped
      assertThat(SpoolFixture.numbers(SpoolFixture.read(spool)))
          .isEqualTo(IntStream.range(0, 10).boxed().toList());
    }
  }

  @Test
  void refusesWhenFullButLetsCallsThatRunClose() throws Exception {
    SpoolLimits limits = SpoolFixture.limits(64 * 1024, 8 * 1024, WhenFull.REFUSE);
    try (Spool spool = Spool.open(folder, limits, SpoolFixture.TENANT)) {
      // Given a spool in which no call may begin any more
      int opened = fill(spool, RecordKind.RECORD_KIND_OPEN);
      assertThat(opened).isPositive();

      // When a running call closes, and then ever more
      Appended close = spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_CLOSE, 0, 200));
      int closed = 1 + fill(spool, RecordKind.RECORD_KIND_CLOSE);

      // Then the close is kept, up to the size of the spool, and every refusal is counted
      assertThat(close).isEqualTo(Appended.YES);
      assertThat(spool.usedBytes()).isLessThanOrEqualTo(64 * 1024);
      assertThat(spool.refused()).isEqualTo(2);
      assertThat(SpoolFixture.numbers(SpoolFixture.read(spool))).hasSize(opened + closed);

      // And when there is room again, calls begin again
      spool.acknowledge(spool.end());
      assertThat(spool.append(SpoolFixture.open(1))).isEqualTo(Appended.YES);
    }
  }

  @Test
  void countsWhenFullAndSaysSoInAGapRecordOfEachTenant() throws Exception {
    SpoolLimits limits = SpoolFixture.limits(64 * 1024, 8 * 1024, WhenFull.GAP);
    // Given a full spool that dropped 3 records of one tenant and 2 of another, and a restart
    try (Spool spool = Spool.open(folder, limits, SpoolFixture.TENANT)) {
      fill(spool, RecordKind.RECORD_KIND_OPEN, 0);
      spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_OPEN, 2, 200));
      spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_OPEN, 4, 200));
      spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_OPEN, 1, 200));
      assertThat(spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_OPEN, 3, 200)))
          .isEqualTo(Appended.COUNTED);
    }
    try (Spool spool = Spool.open(folder, limits, SpoolFixture.TENANT)) {
      assertThat(gaps(spool)).isEmpty();

      // When there is room
      spool.acknowledge(spool.end());

      // Then the gaps are told once
      assertThat(gaps(spool))
          .extracting(AuditRecord::getTenant, AuditRecord::getDropped)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(SpoolFixture.TENANT, 3L),
              org.assertj.core.groups.Tuple.tuple(SpoolFixture.OTHER_TENANT, 2L));
      spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_OPEN, 1, 200));
      spool.acknowledge(spool.acknowledged());
      assertThat(gaps(spool)).hasSize(2);
    }
  }

  @Test
  void aSegmentFilledByOneLargeRecordDoesNotBlockForEver() throws Exception {
    SpoolLimits limits = SpoolFixture.limits(64 * 1024, 8 * 1024, WhenFull.REFUSE);
    try (Spool spool = Spool.open(folder, limits, SpoolFixture.TENANT)) {
      // Given one record that takes nearly the whole spool, acknowledged
      assertThat(spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_OPEN, 0, 60_000)))
          .isEqualTo(Appended.YES);
      spool.acknowledge(spool.end());

      // When the next comes, then it has room
      assertThat(spool.append(SpoolFixture.record(RecordKind.RECORD_KIND_OPEN, 1, 30_000)))
          .isEqualTo(Appended.YES);
    }
  }

  @Test
  void refusesAfterItWasClosed() throws Exception {
    Spool spool = SpoolFixture.open(folder);
    spool.close();
    assertThat(spool.append(SpoolFixture.open(1))).isEqualTo(Appended.REFUSED);
  }

  private static int fill(Spool spool, RecordKind kind) {
    return fill(spool, kind, 2);
  }

  private static int fill(Spool spool, RecordKind kind, int number) {
    int fitted = 0;
    while (spool.append(SpoolFixture.record(kind, number, 200)) == Appended.YES) {
      fitted++;
    }
    return fitted;
  }

  private static List<AuditRecord> gaps(Spool spool) throws Exception {
    return SpoolFixture.read(spool).stream()
        .filter(record -> record.getKind() == RecordKind.RECORD_KIND_GAP)
        .toList();
  }
}
