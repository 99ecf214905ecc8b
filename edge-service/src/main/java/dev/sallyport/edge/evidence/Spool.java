package dev.sallyport.edge.evidence;

import dev.sallyport.edge.evidence.AppendQueue.Pending;
import dev.sallyport.edge.evidence.Evidence.Appended;
import dev.sallyport.edge.evidence.SpoolLimits.WhenFull;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The append-only file of records, in segments. Promises: see the package.
 *
 * <p>Threads that append at the same time are served by one of them (see {@link AppendQueue}), with
 * one system call for all; in {@code fsync} mode with one flush.
 */
final class Spool implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Spool.class);

  private static final int BUFFER_BYTES = 256 * 1024;

  private final SpoolFolder folder;
  private final SpoolLimits limits;
  private final Dropped dropped;
  private final ConcurrentNavigableMap<Long, Segment> segments;
  private final SegmentWriter writer;
  private final AppendQueue queue = new AppendQueue(this::take, this::flush, this::abandon);
  private final LongAdder refused = new LongAdder();
  private final LongAdder counted = new LongAdder();

  // Owned by the thread that the queue lets in.
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int buffered;
  private @Nullable Pending inBuffer;
  private boolean closed;

  private volatile boolean gapsOwed;
  private volatile long acknowledged;
  private volatile Runnable onAppend = () -> {};

  private Spool(
      SpoolFolder folder,
      SpoolLimits limits,
      Dropped dropped,
      ConcurrentNavigableMap<Long, Segment> segments,
      SegmentWriter writer,
      long acknowledged) {
    this.folder = folder;
    this.limits = limits;
    this.dropped = dropped;
    this.segments = segments;
    this.writer = writer;
    this.acknowledged = acknowledged;
    gapsOwed = !dropped.isEmpty();
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
      ConcurrentNavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
      old.forEach(segment -> segments.put(segment.base(), segment));
      SegmentWriter writer =
          new SegmentWriter(path, limits.durability(), segments, Segment.at(path, base));
      Spool spool = new Spool(folder, limits, new Dropped(path), segments, writer, acknowledged);
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
    return queue.submit(
        new Pending(SpoolFrame.encode(record), record.getTenant(), record.getKind()));
  }

  private void take(Pending pending) {
    if (closed) {
      pending.complete(Appended.REFUSED);
      return;
    }
    writeOwedGaps();
    byte[] frame = pending.frame;
    if (frame == null) {
      pending.complete(Appended.YES);
    } else if (!makeRoom(frame.length, pending.kind) || !place(frame, pending)) {
      pending.complete(full(pending.tenant));
    }
  }

  private boolean makeRoom(int bytes, RecordKind kind) {
    if (hasRoom(bytes, kind)) {
      return true;
    }
    // A segment that one large record filled is acknowledged but still active: leave it.
    return flush()
        && acknowledged >= writer.end()
        && writer.offset() > Segment.HEADER_BYTES
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
      writer.complain("the count of dropped records could not be stored", e);
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
        writer.complain("the count of dropped records could not be cleared", e);
      }
    }
  }

  /** Puts a frame into the buffer, or into the file when it is larger than the buffer. */
  private boolean place(byte[] frame, Pending pending) {
    if (buffered + frame.length > buffer.length && !flush()) {
      return false;
    }
    long offset = writer.offset() + buffered;
    if (offset + frame.length > limits.segmentBytes() && offset > Segment.HEADER_BYTES) {
      if (!flush() || !rotate()) {
        return false;
      }
    }
    if (frame.length > buffer.length) {
      if (!write(frame, frame.length)) {
        return false;
      }
      pending.complete(Appended.YES);
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
        p.complete(Appended.YES);
      } else {
        p.complete(p.kind == RecordKind.RECORD_KIND_GAP ? Appended.REFUSED : full(p.tenant));
      }
      p = next;
    }
    return written;
  }

  private boolean write(byte[] bytes, int length) {
    if (!writer.write(bytes, length)) {
      return false;
    }
    onAppend.run();
    return true;
  }

  private boolean rotate() {
    if (!writer.rotate()) {
      return false;
    }
    deleteAcknowledged();
    return true;
  }

  /** After an error nobody knows what is in the buffer. */
  private void abandon() {
    buffered = 0;
    inBuffer = null;
    writer.undo();
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
      queue.submit(new Pending(null, "", RecordKind.RECORD_KIND_GAP));
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
    return writer.end();
  }

  long acknowledged() {
    return acknowledged;
  }

  /** What the segments take on the disk. */
  long usedBytes() {
    Map.Entry<Long, Segment> oldest = segments.firstEntry();
    return oldest == null ? 0 : writer.end() - oldest.getKey();
  }

  /** Appended and not yet acknowledged, in bytes. */
  long depthBytes() {
    long depth = writer.end() - Math.max(acknowledged, segments.firstKey());
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
    IOException[] failure = new IOException[1];
    queue.alone(
        () -> {
          if (!closed) {
            closed = true;
            try {
              writer.close();
              dropped.close();
              folder.close();
            } catch (IOException e) {
              failure[0] = e;
            }
          }
        });
    if (failure[0] != null) {
      throw failure[0];
    }
  }
}
