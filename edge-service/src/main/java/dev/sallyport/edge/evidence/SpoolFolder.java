package dev.sallyport.edge.evidence;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * What the spool folder keeps besides the segments: the lock, who this edge is, and how far it was
 * acknowledged. The lock is held until {@link #close}, or until the process is gone.
 */
final class SpoolFolder implements AutoCloseable {

  private static final int ACKNOWLEDGED_BYTES = 16;

  private final Path path;
  private final FileChannel lock;
  private final String edge;
  private final long epoch;
  private final RandomAccessFile acknowledged;

  private SpoolFolder(
      Path path, FileChannel lock, String edge, long epoch, RandomAccessFile acknowledged) {
    this.path = path;
    this.lock = lock;
    this.edge = edge;
    this.epoch = epoch;
    this.acknowledged = acknowledged;
  }

  /**
   * Takes the folder, makes it when it is new, and begins a new epoch.
   *
   * @throws IllegalStateException if another process has it
   */
  static SpoolFolder open(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel lock =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!locked(lock)) {
        throw new IllegalStateException(
            "the spool folder "
                + path
                + " is used by another process; give every edge its own sallyport.edge.data");
      }
      String edge = edgeId(path.resolve("edge-id"));
      long epoch = nextEpoch(path.resolve("epoch"));
      return new SpoolFolder(
          path,
          lock,
          edge,
          epoch,
          new RandomAccessFile(path.resolve("acknowledged").toFile(), "rw"));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String edgeId(Path file) throws IOException {
    if (Files.exists(file)) {
      String text = Files.readString(file).strip();
      if (!text.isEmpty()) {
        return text;
      }
    }
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String id = "edge_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    replace(file, id + "\n");
    return id;
  }

  private static long nextEpoch(Path file) throws IOException {
    long last = 0;
    if (Files.exists(file)) {
      String text = Files.readString(file).strip();
      try {
        last = Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new IOException("the epoch file " + file + " holds no number", e);
      }
    }
    replace(file, (last + 1) + "\n");
    return last + 1;
  }

  /** Written whole or not at all, and on the disk when it returns. */
  static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  Path path() {
    return path;
  }

  String edge() {
    return edge;
  }

  long epoch() {
    return epoch;
  }

  /** The stored position; 0 when there is none or it cannot be trusted: then more is sent again. */
  long readAcknowledged() throws IOException {
    byte[] stored = new byte[ACKNOWLEDGED_BYTES];
    acknowledged.seek(0);
    if (Segment.readFully(acknowledged, stored, stored.length) < stored.length) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.wrap(stored);
    long position = buffer.getLong();
    return buffer.getLong() == checksum(stored) ? position : 0;
  }

  void writeAcknowledged(long position) throws IOException {
    byte[] stored = new byte[ACKNOWLEDGED_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(stored).putLong(position);
    buffer.putLong(checksum(stored));
    acknowledged.seek(0);
    acknowledged.write(stored);
  }

  private static long checksum(byte[] stored) {
    CRC32C crc = new CRC32C();
    crc.update(stored, 0, Long.BYTES);
    return crc.getValue();
  }

  @Override
  public void close() throws IOException {
    acknowledged.close();
    lock.close();
  }
}
