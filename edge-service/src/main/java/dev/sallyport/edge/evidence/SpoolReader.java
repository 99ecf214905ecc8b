package dev.sallyport.edge.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the spool forward from any position that a record begins at. One thread. */
final class SpoolReader implements AutoCloseable {

  /**
   * Records that follow each other.
   *
   * @param next position after them; where it equals the position asked for, there is nothing
   * @param damaged the segment could not be read to its end: what follows it comes next
   */
  record Run(List<ByteString> records, long next, boolean damaged) {}

  private final ConcurrentNavigableMap<Long, Segment> segments;
  private final LongSupplier end;
  private @Nullable Segment open;
  private @Nullable RandomAccessFile file;

  SpoolReader(ConcurrentNavigableMap<Long, Segment> segments, LongSupplier end) {
    this.segments = segments;
    this.end = end;
  }

  /** Reads at most so many records, and, but for one larger record, so many bytes. */
  Run read(long position, int maxRecords, int maxBytes) throws IOException {
    long limit = end.getAsLong();
    Map.Entry<Long, Segment> entry = segments.floorEntry(position);
    Segment segment = entry == null ? segments.firstEntry().getValue() : entry.getValue();
    long from = Math.max(position, segment.firstRecord());
    // The order matters: the next segment is looked for after the end was read.
    Long next = segments.higherKey(segment.base());
    long stop = next == null ? limit : next;
    if (next != null && from >= stop) {
      return read(next, maxRecords, maxBytes);
    }
    if (from >= stop) {
      return new Run(List.of(), position, false);
    }
    return slice(segment, from, stop, next, maxRecords, maxBytes);
  }

  private Run slice(
      Segment segment, long from, long stop, @Nullable Long next, int maxRecords, int maxBytes)
      throws IOException {
    int wanted = (int) Math.min(maxBytes, stop - from);
    byte[] bytes = bytes(segment, from, wanted);
    List<ByteString> records = new ArrayList<>();
    int used = 0;
    while (records.size() < maxRecords) {
      int length = SpoolFrame.payloadLength(bytes, used, bytes.length - used);
      if (length == SpoolFrame.INCOMPLETE && records.isEmpty()) {
        int claimed =
            bytes.length < SpoolFrame.HEADER_BYTES ? 0 : SpoolFrame.claimedBytes(bytes, 0);
        if (claimed > bytes.length && claimed <= stop - from && bytes.length == wanted) {
          return slice(segment, from, stop, next, 1, claimed);
        }
        length = SpoolFrame.BROKEN;
      }
      if (length == SpoolFrame.BROKEN && records.isEmpty()) {
        return next == null ? new Run(List.of(), stop, true) : new Run(List.of(), next, true);
      }
      if (length < 0) {
        break;
      }
      records.add(UnsafeByteOperations.unsafeWrap(bytes, used + SpoolFrame.HEADER_BYTES, length));
      used += SpoolFrame.HEADER_BYTES + length;
      if (used == bytes.length) {
        break;
      }
    }
    return new Run(records, from + used, false);
  }

  private byte[] bytes(Segment segment, long from, int wanted) throws IOException {
    RandomAccessFile source = file;
    if (source == null || !segment.equals(open)) {
      close();
      source = new RandomAccessFile(segment.path().toFile(), "r");
      file = source;
      open = segment;
    }
    source.seek(from - segment.base());
    byte[] bytes = new byte[wanted];
    int have = Segment.readFully(source, bytes, wanted);
    return have == wanted ? bytes : java.util.Arrays.copyOf(bytes, have);
  }

  @Override
  public void close() throws IOException {
    RandomAccessFile source = file;
    file = null;
    open = null;
    if (source != null) {
      source.close();
    }
  }
}
