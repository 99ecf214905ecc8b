package dev.sallyport.edge.list;

import dev.sallyport.edge.RecentlyUsed;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One list as some profiles see it at one catalogue version, on one endpoint, in one dialect:
 * references to definitions that all lists share. Immutable; pages are joined when asked for, and
 * kept as long as there is room.
 */
public final class CompiledList {

  /** A page of a list; two lists are never equal, so each has pages of its own. */
  record Page(CompiledList list, int number) {}

  private static final int OVERHEAD_BYTES = 256;

  private final long version;
  private final int pageSize;
  private final RecentlyUsed<Page, byte[]> pages;
  private final List<byte[]> definitions;
  private volatile long digest;

  private CompiledList(
      long version, int pageSize, RecentlyUsed<Page, byte[]> pages, List<byte[]> definitions) {
    this.version = version;
    this.pageSize = pageSize;
    this.pages = pages;
    this.definitions = definitions;
  }

  /**
   * @param pages where joined pages are kept
   * @param definitions in the order of the list; shared, not written to
   */
  static CompiledList of(
      long version, int pageSize, RecentlyUsed<Page, byte[]> pages, List<byte[]> definitions) {
    return new CompiledList(version, pageSize, pages, definitions);
  }

  public long version() {
    return version;
  }

  public int size() {
    return definitions.size();
  }

  public int pageCount() {
    return Math.max(1, (definitions.size() + pageSize - 1) / pageSize);
  }

  /** Memory of this list without its pages, roughly. */
  long bytes() {
    return OVERHEAD_BYTES + (long) Long.BYTES * definitions.size();
  }

  /**
   * The JSON array of a page. Shared, must not be written to.
   *
   * @param page from 0, less than {@link #pageCount}
   */
  public byte[] page(int page) {
    Page key = new Page(this, page);
    byte[] known = pages.get(key);
    if (known == null) {
      known = join(page);
      pages.put(key, known);
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
