package dev.sallyport.edge.evidence;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One file of the spool. It begins with a header of {@link #HEADER_BYTES}; its first byte has the
 * position {@code base} in the stream of all segments.
 */
record Segment(long base, Path path) {

  static final int HEADER_BYTES = 16;

  private static final byte[] MAGIC = "SALLYSP1".getBytes(StandardCharsets.US_ASCII);
  private static final String SUFFIX = ".spool";
  private static final int SCAN_BYTES = 1024 * 1024;

  static Segment at(Path folder, long base) {
    return new Segment(base, folder.resolve(String.format(Locale.ROOT, "%020d", base) + SUFFIX));
  }

  /** The segments of a folder, oldest first. */
  static List<Segment> in(Path folder) throws IOException {
    List<Segment> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.matches("\\d{20}\\" + SUFFIX)) {
          found.add(
              new Segment(
                  Long.parseLong(name.substring(0, name.length() - SUFFIX.length())), file));
        }
      }
    }
    found.sort(Comparator.comparingLong(Segment::base));
    return found;
  }

  /** Creates the file with its header, ready to be appended to. */
  RandomAccessFile create() throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      file.setLength(0);
      file.write(ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putLong(base).array());
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Position of the first record. */
  long firstRecord() {
    return base + HEADER_BYTES;
  }

  /**
   * Finds where the whole, unchanged frames of this file end.
   *
   * @return offset in the file; 0 when not even the header is whole
   */
  long wholeBytes() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] header = new byte[HEADER_BYTES];
      if (readFully(file, header, HEADER_BYTES) < HEADER_BYTES || !isHeader(header)) {
        return 0;
      }
      byte[] window = new byte[SCAN_BYTES];
      long start = HEADER_BYTES;
      while (true) {
        file.seek(start);
        int read = readFully(file, window, window.length);
        int used = 0;
        int length;
        while ((length = SpoolFrame.payloadLength(window, used, read - used)) >= 0) {
          used += SpoolFrame.HEADER_BYTES + length;
        }
        start += used;
        if (length == SpoolFrame.BROKEN || read < window.length) {
          return start;
        }
        if (used == 0) {
          int claimed = SpoolFrame.claimedBytes(window, 0);
          if (file.length() - start < claimed) {
            return start;
          }
          window = new byte[claimed];
        }
      }
    }
  }

  private boolean isHeader(byte[] header) {
    ByteBuffer buffer = ByteBuffer.wrap(header);
    byte[] magic = new byte[MAGIC.length];
    buffer.get(magic);
    return java.util.Arrays.equals(magic, MAGIC) && buffer.getLong() == base;
  }

  /** Reads until {@code wanted} bytes are there or the file ends. */
  static int readFully(RandomAccessFile file, byte[] into, int wanted) throws IOException {
    int have = 0;
    while (have < wanted) {
      int read = file.read(into, have, wanted - have);
      if (read < 0) {
        break;
      }
      have += read;
    }
    return have;
  }
}
