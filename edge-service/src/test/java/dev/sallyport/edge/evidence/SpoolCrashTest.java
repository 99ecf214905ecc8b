package dev.sallyport.edge.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.evidence.Evidence.Appended;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolCrashTest {

  private static final Logger SPOOL_LOG = Logger.getLogger(Spool.class.getName());

  @TempDir Path temp;

  /** Some hundred cuts, each logged as it should be, would bury the report. */
  @BeforeAll
  static void quiet() {
    SPOOL_LOG.setLevel(Level.SEVERE);
  }

  @AfterAll
  static void loud() {
    SPOOL_LOG.setLevel(null);
  }

  @Test
  void cutsATornRecordAtWhateverByteItWasTornAndNothingBefore() throws Exception {
    // Given a spool whose last record is known
    Path original = temp.resolve("original");
    long before;
    long after;
    try (Spool spool = SpoolFixture.open(original)) {
      for (int i = 0; i < 5; i++) {
        spool.append(SpoolFixture.open(i));
      }
      before = spool.end();
      spool.append(SpoolFixture.open(5));
      after = spool.end();
    }

    for (long cut = before; cut <= after; cut++) {
      // When the file ends after any byte of it
      Path copy = copy(original, temp.resolve("cut-" + cut));
      try (RandomAccessFile file =
          new RandomAccessFile(Segment.in(copy).getFirst().path().toFile(), "rw")) {
        file.setLength(cut);
      }

      // Then the five before it are there, it is there only when whole, and appending goes on
      try (Spool spool = SpoolFixture.open(copy)) {
        spool.append(SpoolFixture.open(6));
        assertThat(SpoolFixture.numbers(SpoolFixture.read(spool)))
            .as("cut at %d of %d", cut - before, after - before)
            .isEqualTo(cut == after ? List.of(0, 1, 2, 3, 4, 5, 6) : List.of(0, 1, 2, 3, 4, 6));
      }
    }
  }

  @Test
  void recognisesAChangedByteAnywhereInTheLastRecord() throws Exception {
    // Given a spool whose last record is known
    Path original = temp.resolve("original");
    long before;
    long after;
    try (Spool spool = SpoolFixture.open(original)) {
      spool.append(SpoolFixture.open(0));
      before = spool.end();
      spool.append(SpoolFixture.open(1));
      after = spool.end();
    }

    for (long at = before; at < after; at++) {
      // When any byte of it is another (a block that never reached the disk, for example)
      Path copy = copy(original, temp.resolve("flip-" + at));
      try (RandomAccessFile file =
          new RandomAccessFile(Segment.in(copy).getFirst().path().toFile(), "rw")) {
        file.seek(at);
        int value = file.read();
        file.seek(at);
        file.write(value ^ 0x40);
      }

      // Then it is cut off
      try (Spool spool = SpoolFixture.open(copy)) {
        assertThat(SpoolFixture.numbers(SpoolFixture.read(spool))).containsExactly(0);
      }
    }
  }

  @Test
  void aSegmentWithoutAWholeHeaderIsNoObstacle() throws Exception {
    for (int length = 0; length <= Segment.HEADER_BYTES; length++) {
      // Given a process killed while it made a new segment
      Path folder = temp.resolve("header-" + length);
      long end;
      try (Spool spool = SpoolFixture.open(folder)) {
        spool.append(SpoolFixture.open(0));
        end = spool.end();
      }
      Segment next = Segment.at(folder, end);
      next.create().close();
      try (RandomAccessFile file = new RandomAccessFile(next.path().toFile(), "rw")) {
        file.setLength(length);
      }

      // When the edge starts, then it goes on
      try (Spool spool = SpoolFixture.open(folder)) {
        spool.append(SpoolFixture.open(1));
        assertThat(SpoolFixture.numbers(SpoolFixture.read(spool))).containsExactly(0, 1);
      }
    }
  }

  @Test
  void damageInTheMiddleIsToldAndTheSegmentsAfterItStillLeave() throws Exception {
    // Given three epochs, the middle one damaged on the disk
    long damagedBase = 0;
    for (int epoch = 0; epoch < 3; epoch++) {
      try (Spool spool = SpoolFixture.open(temp)) {
        if (epoch == 1) {
          damagedBase = spool.end();
        }
        spool.append(SpoolFixture.open(epoch));
      }
    }
    Segment middle = Segment.in(temp).get(1);
    try (RandomAccessFile file = new RandomAccessFile(middle.path().toFile(), "rw")) {
      file.seek(damagedBase - middle.base() + 20);
      file.write(0xff);
    }

    // When the spool is read
    try (Spool spool = SpoolFixture.open(temp);
        SpoolReader reader = spool.reader()) {
      boolean told = false;
      long position = 0;
      for (int i = 0; i < 10; i++) {
        SpoolReader.Run run = reader.read(position, 100, 65536);
        told |= run.damaged();
        position = run.next();
      }

      // Then what is whole is there, and the damage was told
      assertThat(told).isTrue();
      assertThat(SpoolFixture.numbers(SpoolFixture.read(spool))).containsExactly(0, 2);
    }
  }

  @Test
  void everyRecordReportedAsAppendedSurvivesAKill() throws Exception {
    // Given a process that appends on three threads and reports each record after append returned
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                AppendForEver.class.getName(),
                temp.resolve("spool").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Integer> reported = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        reported.add(Integer.valueOf(line.strip()));

        // When it is killed in the middle
        if (reported.size() == 20_000) {
          // Not Process.destroyForcibly, which would also close the stream that is read here.
          process.toHandle().destroyForcibly();
        }
      }
    }
    process.waitFor();
    assertThat(reported).hasSizeGreaterThanOrEqualTo(20_000);

    // Then every reported record is in the spool, once
    try (Spool spool = SpoolFixture.open(temp.resolve("spool"))) {
      List<Integer> kept = SpoolFixture.numbers(SpoolFixture.read(spool));
      assertThat(kept).doesNotHaveDuplicates();
      assertThat(new java.util.HashSet<>(kept)).containsAll(reported);
      assertThat(spool.epoch()).isEqualTo(2);
    }
  }

  /** The process that is killed. */
  static final class AppendForEver {

    public static void main(String[] args) throws Exception {
      Spool spool = SpoolFixture.open(Path.of(args[0]));
      FileOutputStream out = new FileOutputStream(FileDescriptor.out);
      AtomicInteger next = new AtomicInteger();
      for (int thread = 0; thread < 3; thread++) {
        Thread.ofPlatform()
            .start(
                () -> {
                  while (true) {
                    int number = next.getAndIncrement();
                    if (spool.append(SpoolFixture.open(number)) != Appended.YES) {
                      throw new IllegalStateException("not appended");
                    }
                    try {
                      out.write((number + "\n").getBytes(StandardCharsets.US_ASCII));
                    } catch (java.io.IOException e) {
                      System.exit(1);
                    }
                  }
                });
      }
    }
  }

  private static Path copy(Path from, Path to) throws Exception {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }
}
