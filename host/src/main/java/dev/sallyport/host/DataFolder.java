package dev.sallyport.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Where one gateway keeps everything: stores, spool, keys, credentials, logs. One process uses it
 * at a time, which {@link #lock} guarantees; the operating system drops the lock with the process,
 * however that ends.
 */
public final class DataFolder {

  private final Path root;

  private DataFolder(Path root) {
    this.root = root;
  }

  /**
   * Creates the folder where needed, closed to other users.
   *
   * @throws StartFailed if it cannot be created or written
   */
  public static DataFolder open(Path root) {
    Path absolute = root.toAbsolutePath().normalize();
    try {
      PrivateFiles.folder(absolute);
      DataFolder data = new DataFolder(absolute);
      for (Path part : new Path[] {data.logs(), data.run(), data.keys(), data.spool()}) {
        PrivateFiles.folder(part);
      }
      return data;
    } catch (IOException e) {
      throw new StartFailed(
          "The data folder " + absolute + " cannot be written. Choose another with --data DIR.", e);
    }
  }

  /** {@code ~/.sallyport}. */
  public static Path usual() {
    return Path.of(System.getProperty("user.home", "."), ".sallyport");
  }

  /**
   * Takes the folder for this process until {@link Lock#close}.
   *
   * @throws StartFailed naming the process that has it
   */
  public Lock lock() {
    Path file = root.resolve("lock");
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock taken = tryLock(channel);
      if (taken == null) {
        String holder = Files.readString(file, StandardCharsets.UTF_8).strip();
        channel.close();
        throw new StartFailed(
            "The data folder "
                + root
                + " is in use by process "
                + (holder.isEmpty() ? "(unknown)" : holder)
                + ". End it first, or choose another folder with --data DIR.");
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
      // What an earlier run said of its processes.
      Files.deleteIfExists(run().resolve("services.json"));
      return new Lock(channel);
    } catch (IOException e) {
      throw new StartFailed("The data folder " + root + " cannot be locked: " + e.getMessage(), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  public Path root() {
    return root;
  }

  public Path postgres() {
    return root.resolve("postgres");
  }

  public Path redis() {
    return root.resolve("redis");
  }

  public Path spool() {
    return root.resolve("spool");
  }

  public Path catalogue() {
    return root.resolve("catalogue");
  }

  public Path keys() {
    return root.resolve("keys");
  }

  public Path keyRing() {
    return root.resolve("keyring.json");
  }

  public Path credentials() {
    return root.resolve("credentials");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** What runs now: process ids for the watcher and for tests. */
  public Path run() {
    return root.resolve("run");
  }

  /** Holds the folder until closed. */
  public static final class Lock implements AutoCloseable {

    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
