package dev.sallyport.edge.evidence;

import dev.sallyport.edge.evidence.SpoolLimits.Durability;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jboss.logging.Logger;

/**
 * Writes the newest segment. One thread at a time; only {@link #end} may be read by any.
 *
 * <p>Files are written through {@link RandomAccessFile}: unlike a channel it is not closed under
 * everyone when one of the appending threads is interrupted.
 */
final class SegmentWriter implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SegmentWriter.class);

  private static final long COMPLAINT_NANOS = 10_000_000_000L;

  private final Path folder;
  private final Durability durability;
  private final ConcurrentNavigableMap<Long, Segment> segments;
  private Segment active;
  private RandomAccessFile file;
  private long lastComplaint = System.nanoTime() - COMPLAINT_NANOS;
  private volatile long end;

  /** Begins {@code first}, and notes it and every later segment in {@code segments}. */
  SegmentWriter(
      Path folder,
      Durability durability,
      ConcurrentNavigableMap<Long, Segment> segments,
      Segment first)
      throws IOException {
    this.folder = folder;
    this.durability = durability;
    this.segments = segments;
    active = first;
    file = first.create();
    segments.put(first.base(), first);
    end = first.firstRecord();
  }

  /** Position after the last byte that was written. */
  long end() {
    return end;
  }

  /** Bytes of the newest segment, its header included. */
  long offset() {
    return end - active.base();
  }

  /** False when they could not be written; then none of them is in the file. */
  boolean write(byte[] bytes, int length) {
    try {
      file.write(bytes, 0, length);
      if (durability == Durability.FSYNC) {
        file.getFD().sync();
      }
    } catch (IOException e) {
      complain("the spool could not be written", e);
      undo();
      return false;
    }
    long after = end + length;
    end = after;
    return true;
  }

  /** Whatever was written behind the end must not stay. */
  void undo() {
    try {
      file.setLength(offset());
      file.seek(offset());
    } catch (IOException e) {
      complain("the spool could not be cut back after a failed write", e);
    }
  }

  /** Begins the next segment. False when it could not be made: then the newest stays. */
  boolean rotate() {
    Segment next = Segment.at(folder, end);
    try {
      RandomAccessFile opened = next.create();
      if (durability == Durability.FSYNC) {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
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
    return true;
  }

  /** Logs, but not for every record of a full disk. */
  void complain(String what, IOException e) {
    long now = System.nanoTime();
    if (now - lastComplaint >= COMPLAINT_NANOS) {
      lastComplaint = now;
      LOG.errorf(e, "%s (%s)", what, folder);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
