package dev.sallyport.edge.evidence;

import dev.sallyport.kit.call.CallId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * How many records a full spool had to drop, by tenant, until a GAP record says so. Kept in a small
 * file, written before the drop is reported, so that a crash does not forget a count. The id of the
 * GAP record is chosen at the first drop: should it be appended twice, audit keeps one.
 *
 * <p>Used by one thread at a time.
 */
final class Dropped implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Dropped.class);

  /** What a GAP record will say. */
  record Gap(CallId id, String tenant, long records) {}

  private final RandomAccessFile file;
  private final Map<String, Gap> gaps = new LinkedHashMap<>();

  Dropped(Path folder) throws IOException {
    file = new RandomAccessFile(folder.resolve("dropped").toFile(), "rw");
    byte[] stored = new byte[(int) Math.min(file.length(), 1024 * 1024)];
    int length = Segment.readFully(file, stored, stored.length);
    for (String line : new String(stored, 0, length, StandardCharsets.UTF_8).split("\n", -1)) {
      String[] parts = line.split("\t", 3);
      if (parts.length == 3) {
        read(parts);
      }
    }
  }

  private void read(String[] parts) {
    try {
      Gap gap = new Gap(CallId.parse(parts[0]), parts[2], Long.parseLong(parts[1]));
      gaps.put(gap.tenant(), gap);
    } catch (IllegalArgumentException e) {
      LOG.warn("a line of the spool's count of dropped records is not readable", e);
    }
  }

  boolean isEmpty() {
    return gaps.isEmpty();
  }

  Iterable<Gap> gaps() {
    return gaps.values();
  }

  void count(String tenant) throws IOException {
    gaps.compute(
        tenant,
        (name, gap) ->
            gap == null
                ? new Gap(CallId.next(), name, 1)
                : new Gap(gap.id(), name, gap.records() + 1));
    write();
  }

  /** The GAP records are in the spool. */
  void clear() throws IOException {
    gaps.clear();
    write();
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Gap gap : gaps.values()) {
      text.append(gap.id()).append('\t').append(gap.records()).append('\t');
      text.append(gap.tenant().replace('\n', ' ')).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    file.seek(0);
    file.write(bytes);
    file.setLength(bytes.length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
