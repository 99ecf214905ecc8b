package dev.sallyport.edge.lease;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Which leases this edge holds and how much of each no call has taken, in a file of fixed slots
 * that is mapped into memory: what is written is the kernel's at once, and outlives the process.
 * What calls used beyond a lease is there too. The next process on the same folder settles what it
 * finds. Thread-safe.
 *
 * <p>A lease that finds no slot is held without being written down; a crash leaves all of it in
 * doubt.
 */
final class LeaseJournal implements AutoCloseable {

  /** None. */
  static final int NO_SLOT = -1;

  private static final String FILE = "leases";
  private static final int SLOTS = 4_096;
  private static final int SLOT_BYTES = 256;
  private static final int RETURNABLE_AT = 8;
  private static final int TEXT_AT = 16;
  private static final int OVERDRAWN_AT = SLOT_BYTES - 8;
  private static final int MOST_TEXT = OVERDRAWN_AT - TEXT_AT;

  private static final int FREE = 0;
  private static final int HELD = 1;

  private final FileChannel channel;
  private final MappedByteBuffer memory;
  private final Deque<Integer> free = new ArrayDeque<>();

  /** A lease that a process before left behind. */
  record Left(
      int slot, String tenant, String limitId, String leaseId, long returnable, long overdrawn) {}

  private LeaseJournal(FileChannel channel, MappedByteBuffer memory) {
    this.channel = channel;
    this.memory = memory;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (memory.getInt(slot * SLOT_BYTES) != HELD) {
        free.add(slot);
      }
    }
  }

  /**
   * Opens the journal of this folder, which belongs to one process.
   *
   * @throws IOException if it cannot be written
   */
  static LeaseJournal open(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    return new LeaseJournal(
        channel, channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) SLOTS * SLOT_BYTES));
  }

  /** What the process before did not settle. Asked once, before anything is written. */
  synchronized List<Left> left() {
    List<Left> left = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      int at = slot * SLOT_BYTES;
      if (memory.getInt(at) != HELD) {
        continue;
      }
      int length = memory.getInt(at + 4);
      if (length < 0 || length > MOST_TEXT) {
        release(slot);
        continue;
      }
      byte[] text = new byte[length];
      memory.get(at + TEXT_AT, text);
      String[] parts = new String(text, StandardCharsets.UTF_8).split("\n", -1);
      if (parts.length != 3) {
        release(slot);
        continue;
      }
      left.add(
          new Left(
              slot,
              parts[0],
              parts[1],
              parts[2],
              memory.getLong(at + RETURNABLE_AT),
              memory.getLong(at + OVERDRAWN_AT)));
    }
    return left;
  }

  /** Writes down a lease of which no call has taken anything; {@link #NO_SLOT} when it is full. */
  synchronized int write(String tenant, String limitId, String leaseId, long units) {
    byte[] text = (tenant + '\n' + limitId + '\n' + leaseId).getBytes(StandardCharsets.UTF_8);
    Integer slot = text.length > MOST_TEXT ? null : free.poll();
    if (slot == null) {
      return NO_SLOT;
    }
    int at = slot * SLOT_BYTES;
    memory.putLong(at + RETURNABLE_AT, units);
    memory.putLong(at + OVERDRAWN_AT, 0);
    memory.putInt(at + 4, text.length);
    memory.put(at + TEXT_AT, text);
    // Last: a slot counts when all of it is there.
    memory.putInt(at, HELD);
    return slot;
  }

  /**
   * How much policy may have back. Called for one slot by one thread at a time, before a call is
   * given what it takes.
   */
  void returnable(int slot, long units) {
    if (slot != NO_SLOT) {
      memory.putLong(slot * SLOT_BYTES + RETURNABLE_AT, units);
    }
  }

  /** How much calls used beyond the lease. Called for one slot by one thread at a time. */
  void overdrawn(int slot, long units) {
    if (slot != NO_SLOT) {
      memory.putLong(slot * SLOT_BYTES + OVERDRAWN_AT, units);
    }
  }

  /** Policy has heard the last of it. */
  synchronized void release(int slot) {
    if (slot != NO_SLOT) {
      memory.putInt(slot * SLOT_BYTES, FREE);
      free.add(slot);
    }
  }

  /** What was written stays. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
