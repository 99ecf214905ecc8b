package dev.sallyport.edge.list;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One list that one profile sees at one catalogue version, on one endpoint, in one dialect.
 * Immutable; pages are joined when first asked for and kept.
 */
public final class CompiledList {

  private final long version;
  private final int pageSize;
  private final List<byte[]> definitions;
  private final AtomicReferenceArray<byte @Nullable []> pages;
  private final long bytes;
  private volatile long digest;

  private CompiledList(long version, int pageSize, List<byte[]> definitions) {
    this.version = version;
    this.pageSize = pageSize;
    this.definitions = definitions;
    this.pages =
        new AtomicReferenceArray<>(Math.max(1, (definitions.size() + pageSize - 1) / pageSize));
    this.bytes = 64 + definitions.stream().mapToLong(definition -> definition.length + 1).sum();
  }

  /**
   * @param definitions in the order of the list; shared, not written to
   */
  static CompiledList of(long version, int pageSize, List<byte[]> definitions) {
    return new CompiledList(version, pageSize, definitions);
  }

  public long version() {
    return version;
  }

  public int size() {
    return definitions.size();
  }

  public int pageCount() {
    return pages.length();
  }

  /** Memory of this list when all its pages are joined, roughly. */
  long bytes() {
    return bytes;
  }

  /**
   * The JSON array of a page. Shared, must not be written to.
   *
   * @param page from 0, less than {@link #pageCount}
   */
  public byte[] page(int page) {
    byte[] known = pages.get(page);
    if (known == null) {
      known = join(page);
      pages.set(page, known);
    }
    return known;
  }

  private byte[] join(int page) {
    List<byte[]> some =
        definitions.subList(page * pageSize, Math.min(definitions.size(), (page + 1) * pageSize));
    int length = 2 + Math.max(0, some.size() - 1);
    for (byte[] definition : some) {
      length += definition.length;
    }
    byte[] joined = new byte[length];
    int at = 0;
    joined[at++] = '[';
    for (byte[] definition : some) {
      if (at > 1) {
        joined[at++] = ',';
      }
      System.arraycopy(definition, 0, joined, at, definition.length);
      at += definition.length;
    }
    joined[at] = ']';
    return joined;
  }

  /** Equal for lists with the same definitions in the same order, whatever their version. */
  public long digest() {
    long known = digest;
    if (known == 0) {
      known = 1;
      CRC32C crc = new CRC32C();
      for (byte[] definition : definitions) {
        crc.reset();
        crc.update(definition, 0, definition.length);
        long one = crc.getValue() << 32 | (Arrays.hashCode(definition) & 0xffff_ffffL);
        known = (known ^ one) * 0x9E37_79B9_7F4A_7C15L;
        known ^= known >>> 29;
      }
      known = known == 0 ? 1 : known;
      digest = known;
    }
    return known;
  }
}
