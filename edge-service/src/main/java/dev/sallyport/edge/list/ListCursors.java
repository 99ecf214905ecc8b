package dev.sallyport.edge.list;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.dialect.Dialect;
import dev.sallyport.kit.seal.Envelope;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cursors of lists: sealed for one list, key, profile, endpoint and dialect, and pinned to the
 * catalogue version that the first page came from, so that pages never mix two lists.
 */
@Singleton
public class ListCursors {

  private static final String PURPOSE = "list-cursor";

  private final Envelope envelope;
  private final VisibleLists lists;

  ListCursors(Envelope envelope, VisibleLists lists) {
    this.envelope = envelope;
    this.lists = lists;
  }

  /** A page of a list. */
  public record Page(ListKind kind, CompiledList list, int number) {

    public boolean isLast() {
      return number + 1 >= list.pageCount();
    }
  }

  public Page first(
      ListKind kind, AccessProfile profile, @Nullable String server, Dialect dialect) {
    return new Page(kind, lists.current(kind, profile, server, dialect), 0);
  }

  /** The cursor of the page after this one. */
  public String next(AccessProfile profile, @Nullable String server, Dialect dialect, Page page) {
    byte[] content =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
            .putLong(page.list().version())
            .putInt(page.number() + 1)
            .array();
    return envelope.sealText(PURPOSE, binding(page.kind(), profile, server, dialect), content);
  }

  /** Empty for a cursor that is not ours, not this caller's, or of a list that has passed. */
  public Optional<Page> resume(
      ListKind kind,
      AccessProfile profile,
      @Nullable String server,
      Dialect dialect,
      String cursor) {
    return envelope
        .openText(PURPOSE, binding(kind, profile, server, dialect), cursor)
        .filter(content -> content.length == Long.BYTES + Integer.BYTES)
        .flatMap(
            content -> {
              ByteBuffer read = ByteBuffer.wrap(content);
              CompiledList list = lists.at(kind, profile, server, dialect, read.getLong());
              int page = read.getInt();
              return list == null || page >= list.pageCount()
                  ? Optional.empty()
                  : Optional.of(new Page(kind, list, page));
            });
  }

  private static String binding(
      ListKind kind, AccessProfile profile, @Nullable String server, Dialect dialect) {
    String plain =
        kind.member()
            + '\n'
            + profile.tenant()
            + '\n'
            + profile.keyId()
            + '\n'
            + profile.digest()
            + '\n'
            + (server == null ? "" : server);
    // Pages are cut differently, so a cursor of one dialect means nothing in another.
    Dialect shown = dialect.in(kind);
    return shown.equals(Dialect.PLAIN) ? plain : plain + '\n' + shown.id();
  }
}
