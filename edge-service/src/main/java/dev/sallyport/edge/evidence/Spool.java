package dev.sallyport.edge.evidence;

import dev.sallyport.edge.evidence.Evidence.Appended;
import dev.sallyport.edge.evidence.SpoolLimits.Durability;
import dev.sallyport.edge.evidence.SpoolLimits.WhenFull;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The append-only file of records, in segments. Promises: see the package.
 *
 * <p>Threads that append at the same time are served by one of them: each puts its frame on a
 * stack, the one that finds nobody writing writes all of them with one system call, and the others
 * see their outcome without having taken a lock. In {@code fsync} mode the same makes one flush for
 * all who wait.
 *
 * <p>Files are written through {@link RandomAccessFile}: unlike a channel it is not closed under
 * everyone when one of the appending threads is interrupted.
 */
final class Spool implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Spool.class);

  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int SPINS = 200;

  private final SpoolFolder folder;
  private final SpoolLimits limits;
  private final Dropped dropped;
  private final ConcurrentNavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
  private final LongAdder refused = new LongAdder();
  private final LongAdder counted = new LongAdder();

  private final AtomicReference<@Nullable Pending> waiting = new AtomicReference<>();
  private final AtomicBoolean writing = new AtomicBoolean();

  // Owned by whoever holds `writing`.
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int buffered;
  private @Nullable Pending inBuffer;
  private Segment active;
  private RandomAccessFile file;
  private boolean closed;
  private long nextComplaint;

  private volatile boolean gapsOwed;
  private volatile long end;
  private volatile long acknowledged;
  private volatile Runnable onAppend = () -> {};

  /** One thread's wish to append. A null frame only asks for owed GAP records to be written. */
  private static final class Pending {
    final byte @Nullable [] frame;
    final String tenant;
    final RecordKind kind;
    @Nullable Pending below;
    @Nullable Pending nextInBuffer;
    volatile @Nullable Appended outcome;
    volatile @Nullable Thread parked;

    Pending(byte @Nullable [] frame, String tenant, RecordKind kind) {
      this.frame = frame;
      this.tenant = tenant;
      this.kind = kind;
    }
  }

  private Spool(
      SpoolFolder folder,
      SpoolLimits limits,
      Dropped dropped,
      List<Segment> old,
      Segment active,
      RandomAccessFile file,
      long acknowledged) {
    this.folder = folder;
    this.limits = limits;
    this.dropped = dropped;
    this.active = active;
    this.file = file;
    this.acknowledged = acknowledged;
    old.forEach(segment -> segments.put(segment.base(), segment));
    segments.put(active.base(), active);
    gapsOwed = !dropped.isEmpty();
    end = active.firstRecord();
  }

  /**
   * Opens the spool of a folder: cuts a torn tail, begins a new epoch in a new segment and appends
   * its EDGE_STARTED record.
   *
   * @param tenant whose chain the records about the edge itself belong to
   * @throws IllegalStateException if another process has the folder
   */
  static Spool open(Path path, SpoolLimits limits, String tenant) throws IOException {
    SpoolFolder folder = SpoolFolder.open(path);
    try {
      List<Segment> old = Segment.in(path);
      long base = 0;
      if (!old.isEmpty()) {
        base = cutTornTail(old);
      }
      long acknowledged = folder.readAcknowledged();
      base = Math.max(base, acknowledged);
      Segment active = Segment.at(path, base);
      Spool spool =
          new Spool(folder, limits, new Dropped(path), old, active, active.create(), acknowledged);
      spool.acknowledge(acknowledged);
      spool.append(EdgeRecords.started(folder.edge(), folder.epoch(), tenant));
      return spool;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** Leaves only whole frames in the newest segment, and says where the stream ends. */
  private static long cutTornTail(List<Segment> old) throws IOException {
    Segment last = old.getLast();
    long whole = last.wholeBytes();
    long stored = Files.size(last.path());
    if (whole < stored) {
      LOG.infof("the spool ended in a torn record: %d bytes cut from %s", stored - whole, last);
      try (RandomAccessFile file = new RandomAccessFile(last.path().toFile(), "rw")) {
        file.setLength(whole);
      }
    }
    if (whole <= Segment.HEADER_BYTES) {
      Files.delete(last.path());
      old.removeLast();
      return last.base();
    }
    return last.base() + whole;
  }

  /** Appends a record. Any thread. */
  Appended append(AuditRecord record) {
    if (record.getSerializedSize() > SpoolFrame.MAX_PAYLOAD_BYTES) {
      refused.increment();
      return Appended.REFUSED;
    }
    return submit(new Pending(SpoolFrame.encode(record), record.getTenant(), record.getKind()));
  }

  private Appended submit(Pending mine) {
    Pending top;
    do {
      top = waiting.get();
      mine.below = top;
    } while (!waiting.compareAndSet(top, mine));

    int spins = 0;
    Appended outcome;
    while ((outcome = mine.outcome) == null) {
      if (!writing.get() && writing.compareAndSet(false, true)) {
        try {
          serve();
        } finally {
          writing.set(false);
          wakeWaiting();
        }
      } else if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        mine.parked = Thread.currentThread();
        if (mine.outcome == null && writing.get()) {
          LockSupport.parkNanos(this, 1_000_000);
        }
        mine.parked = null;
      }
    }
    return outcome;
  }

  /** Those who came while the last round was written: one of them must write the next. */
  private void wakeWaiting() {
    for (Pending p = waiting.get(); p != null; p = p.below) {
      Thread parked = p.parked;
      if (parked != null) {
        LockSupport.unpark(parked);
        return;
      }
    }
  }

  private void serve() {
    Pending newest = waiting.getAndSet(null);
    Pending oldest = null;
    while (newest != null) {
      Pending below = newest.below;
      newest.below = oldest;
      oldest = newest;
      newest = below;
    }
    try {
      for (Pending p = oldest; p != null; p = p.below) {
        take(p);
      }
      flush();
    } catch (RuntimeException | Error e) {
      // Nobody may wait for ever for a writer that failed.
      LOG.error("the spool failed; the records of this round are refused", e);
      buffered = 0;
      inBuffer = null;
      for (Pending p = oldest; p != null; p = p.below) {
        if (p.outcome == null) {
          complete(p, Appended.REFUSED);
        }
      }
    }
  }

  private void take(Pending pending) {
    if (closed) {
      complete(pending, Appended.REFUSED);
      return;
    }
    writeOwedGaps();
    byte[] frame = pending.frame;
    if (frame == null) {
      complete(pending, Appended.YES);
    } else if (!makeRoom(frame.length, pending.kind) || !place(frame, pending)) {
      complete(pending, full(pending.tenant));
    }
  }

  private boolean makeRoom(int bytes, RecordKind kind) {
    if (hasRoom(bytes, kind)) {
      return true;
    }
    // A segment that one large record filled is acknowledged but still active: leave it.
    return flush()
        && acknowledged >= end
        && end > active.firstRecord()
        && rotate()
        && hasRoom(bytes, kind);
  }

  private boolean hasRoom(int bytes, RecordKind kind) {
    long used = usedBytes() + buffered + bytes;
    return switch (kind) {
      case RECORD_KIND_EDGE_STARTED -> true;
      case RECORD_KIND_CLOSE, RECORD_KIND_GAP -> used <= limits.totalBytes();
      default -> used <= limits.openBytes();
    };
  }

  private Appended full(String tenant) {
    if (limits.whenFull() == WhenFull.REFUSE) {
      refused.increment();
      return Appended.REFUSED;
    }
    counted.increment();
    gapsOwed = true;
    try {
      dropped.count(tenant);
    } catch (IOException e) {
      complain("the count of dropped records could not be stored", e);
    }
    return Appended.COUNTED;
  }

  private void writeOwedGaps() {
    if (!gapsOwed) {
      return;
    }
    // Room for a few hundred records, not for one, or a full spool would fill with gaps.
    if (usedBytes() + buffered > limits.openBytes() - limits.segmentBytes() / 2) {
      return;
    }
    flush();
    boolean all = true;
    for (Dropped.Gap gap : dropped.gaps()) {
      byte[] frame = SpoolFrame.encode(EdgeRecords.gap(folder.edge(), folder.epoch(), gap));
      all &= place(frame, new Pending(frame, gap.tenant(), RecordKind.RECORD_KIND_GAP)) && flush();
    }
    if (all) {
      try {
        dropped.clear();
        gapsOwed = false;
      } catch (IOException e) {
        complain("the count of dropped records could not be cleared", e);
      }
    }
  }

  /** Puts a frame into the buffer, or into the file when it is larger than the buffer. */
  private boolean place(byte[] frame, Pending pending) {
    if (buffered + frame.length > buffer.length && !flush()) {
      return false;
    }
    long offset = end - active.base() + buffered;
    if (offset + frame.length > limits.segmentBytes() && offset > Segment.HEADER_BYTES) {
      if (!flush() || !rotate()) {
        return false;
      }
    }
    if (frame.length > buffer.length) {
      if (!write(frame, frame.length)) {
        return false;
      }
      complete(pending, Appended.YES);
      return true;
    }
    System.arraycopy(frame, 0, buffer, buffered, frame.length);
    buffered += frame.length;
    pending.nextInBuffer = inBuffer;
    inBuffer = pending;
    return true;
  }

  /** Writes the buffer and tells its threads. */
  private boolean flush() {
    if (buffered == 0) {
      return true;
    }
    boolean written = write(buffer, buffered);
    Pending p = inBuffer;
    inBuffer = null;
    buffered = 0;
    while (p != null) {
      Pending next = p.nextInBuffer;
      if (written) {
        complete(p, Appended.YES);
      } else {
        complete(p, p.kind == RecordKind.RECORD_KIND_GAP ? Appended.REFUSED : full(p.tenant));
      }
      p = next;
    }
    return written;
  }

  private boolean write(byte[] bytes, int length) {
    try {
      file.write(bytes, 0, length);
      if (limits.durability() == Durability.FSYNC) {
        file.getFD().sync();
      }
    } catch (IOException e) {
      complain("the spool could not be written", e);
      undo();
      return false;
    }
    long after = end + length;
    end = after;
    onAppend.run();
    return true;
  }

  /** After a failed write: whatever part of it is in the file must not stay. */
  private void undo() {
    try {
      long whole = end - active.base();
      file.setLength(whole);
      file.seek(whole);
    } catch (IOException e) {
      complain("the spool could not be cut back after a failed write", e);
    }
  }

  private boolean rotate() {
    Segment next = Segment.at(folder.path(), end);
    try {
      RandomAccessFile opened = next.create();
      if (limits.durability() == Durability.FSYNC) {
        try (FileChannel directory = FileChannel.open(folder.path(), StandardOpenOption.READ)) {
          directory.force(true);
        }
      }
      file.close();
      file = opened;
    } catch (IOException e) {
      complain("a new segment of the spool could not be made", e);
      return false;
    }
    segments.put(next.base(), next);
    active = next;
    end = next.firstRecord();
    deleteAcknowledged();
    return true;
  }

  private static void complete(Pending pending, Appended outcome) {
    pending.outcome = outcome;
    Thread parked = pending.parked;
    if (parked != null) {
      LockSupport.unpark(parked);
    }
  }

  private void complain(String what, IOException e) {
    long now = System.nanoTime();
    if (nextComplaint == 0 || now - nextComplaint > 0) {
      nextComplaint = now + 10_000_000_000L;
      LOG.errorf(e, "%s (%s)", what, folder.path());
    }
  }

  /**
   * Everything before {@code position} is in audit's hands. Never goes back. One thread at a time.
   */
  void acknowledge(long position) throws IOException {
    if (position > acknowledged) {
      folder.writeAcknowledged(position);
      acknowledged = position;
    }
    deleteAcknowledged();
    if (gapsOwed) {
      submit(new Pending(null, "", RecordKind.RECORD_KIND_GAP));
    }
  }

  /** A segment is done when the next one begins at or before the acknowledged position. */
  private void deleteAcknowledged() {
    Map.Entry<Long, Segment> oldest;
    while ((oldest = segments.firstEntry()) != null) {
      Long next = segments.higherKey(oldest.getKey());
      if (next == null || next > acknowledged) {
        return;
      }
      if (segments.remove(oldest.getKey(), oldest.getValue())) {
        try {
          Files.deleteIfExists(oldest.getValue().path());
        } catch (IOException e) {
          LOG.warnf(e, "an acknowledged segment could not be deleted: %s", oldest.getValue());
        }
      }
    }
  }

  /** Called after every write, by the thread that wrote; must be cheap. */
  void onAppend(Runnable listener) {
    onAppend = listener;
  }

  SpoolReader reader() {
    return new SpoolReader(segments, this::end);
  }

  String edge() {
    return folder.edge();
  }

  long epoch() {
    return folder.epoch();
  }

  /** Position after the last appended record. */
  long end() {
    return end;
  }

  long acknowledged() {
    return acknowledged;
  }

  /** What the segments take on the disk. */
  long usedBytes() {
    Map.Entry<Long, Segment> oldest = segments.firstEntry();
    return oldest == null ? 0 : end - oldest.getKey();
  }

  /** Appended and not yet acknowledged, in bytes. */
  long depthBytes() {
    long depth = end - Math.max(acknowledged, segments.firstKey());
    return depth <= Segment.HEADER_BYTES ? 0 : depth;
  }

  SpoolLimits limits() {
    return limits;
  }

  long refused() {
    return refused.sum();
  }

  long counted() {
    return counted.sum();
  }

  static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /** Appends nothing any more; later appends are refused. */
  @Override
  public void close() throws IOException {
    while (!writing.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
    try {
      if (!closed) {
        closed = true;
        file.close();
        dropped.close();
        folder.close();
      }
    } finally {
      writing.set(false);
      wakeWaiting();
    }
  }
}
