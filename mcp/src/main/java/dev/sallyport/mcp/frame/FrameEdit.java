package dev.sallyport.mcp.frame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Declared changes to a frame, made in one go: {@link #apply} copies everything else byte for byte
 * into one new array. Positions are those of the original throughout, whatever was declared before.
 *
 * <p>Values are raw JSON; whoever passes them answers for their being JSON. Changes that overlap
 * are a programming error: an {@link IllegalStateException} at {@link #apply}, which may be called
 * once. Not thread-safe.
 */
public final class FrameEdit {

  private final byte[] data;
  private final int start;
  private final int end;
  private final @Nullable Frame frame;

  // The changes by position; what is put in at a position comes before what is replaced there.
  private long[] places = new long[4];
  private byte[][] replacements = new byte[4][];
  private int size;

  private @Nullable List<MemberEdits> objects;
  private @Nullable MemberEdits newMeta;
  private boolean applied;

  private FrameEdit(byte[] data, int start, int end, @Nullable Frame frame) {
    this.data = data;
    this.start = start;
    this.end = end;
    this.frame = frame;
  }

  /** Edits of bytes that are known to be JSON. */
  public FrameEdit(byte[] data, int offset, int length) {
    this(data, offset, offset + length, null);
  }

  /** Edits of a scanned frame; the result has no white space around it. */
  public static FrameEdit of(Frame frame) {
    return new FrameEdit(frame.data(), frame.whole().start(), frame.whole().end(), frame);
  }

  /** Puts other bytes in the place of the span. */
  public FrameEdit replace(Span span, byte[] json) {
    return put(span.start(), span.end(), json);
  }

  /** Puts bytes before the byte at the index. Several at one place keep their order. */
  public FrameEdit insert(int at, byte[] bytes) {
    return put(at, at, bytes);
  }

  /** Sets a member of the object at the span: its value is replaced, or the member is added. */
  public FrameEdit setMember(Span object, String name, byte[] json) {
    edits(object).set(name, json);
    return this;
  }

  /** Removes a member of the object at the span; does nothing where there is none. */
  public FrameEdit removeMember(Span object, String name) {
    edits(object).set(name, null);
    return this;
  }

  /**
   * Sets a member of {@code _meta}: of {@code params} for a request or notification, of {@code
   * result} for a response. An object that is missing on the way there is added.
   *
   * @throws IllegalStateException if this is not an edit of a scanned frame, or of an error
   *     response
   */
  public FrameEdit setMeta(String name, byte[] json) {
    Span meta = metaSpan();
    if (meta != null) {
      return setMember(meta, name, json);
    }
    MemberEdits added = newMeta;
    if (added == null) {
      added = new MemberEdits(new Span(0, 0));
      newMeta = added;
    }
    added.set(name, json);
    return this;
  }

  /** Removes a member of {@code _meta}; does nothing where there is none. */
  public FrameEdit removeMeta(String name) {
    Span meta = metaSpan();
    if (meta != null) {
      return removeMember(meta, name);
    }
    if (newMeta != null) {
      newMeta.set(name, null);
    }
    return this;
  }

  /** The frame with all changes made, in a new array of exactly its size. */
  public byte[] apply() {
    if (applied) {
      throw new IllegalStateException("an edit is applied once");
    }
    applied = true;
    if (newMeta != null && newMeta.addsSomething()) {
      addMeta(newMeta.asObject());
    }
    if (objects != null) {
      for (MemberEdits edits : objects) {
        edits.declare(data, this);
      }
    }
    return splice();
  }

  private void addMeta(byte[] made) {
    Span holder = metaHolder();
    if (holder != null) {
      edits(holder).set("_meta", made);
    } else {
      MemberEdits params = new MemberEdits(new Span(0, 0));
      params.set("_meta", made);
      edits(new Span(start, end)).set("params", params.asObject());
    }
  }

  private @Nullable Span metaSpan() {
    return switch (frame) {
      case Frame.Request request -> request.params().meta().span();
      case Frame.Notification notification -> notification.params().meta().span();
      case Frame.Response response -> {
        if (response.result() == null) {
          throw new IllegalStateException("an error response has no _meta");
        }
        yield response.resultMeta();
      }
      case null -> throw new IllegalStateException("only a scanned frame has a known _meta");
    };
  }

  private @Nullable Span metaHolder() {
    return switch (frame) {
      case Frame.Request request -> request.params().span();
      case Frame.Notification notification -> notification.params().span();
      case Frame.Response response -> response.result();
      case null -> null;
    };
  }

  private MemberEdits edits(Span object) {
    if (objects == null) {
      objects = new ArrayList<>(2);
    }
    for (MemberEdits known : objects) {
      if (known.object().equals(object)) {
        return known;
      }
    }
    MemberEdits added = new MemberEdits(object);
    objects.add(added);
    return added;
  }

  FrameEdit put(int from, int to, byte[] bytes) {
    if (from < start || to < from || to > end) {
      throw new IndexOutOfBoundsException("edit from " + from + " to " + to);
    }
    if (size == places.length) {
      places = Arrays.copyOf(places, size * 2);
      replacements = Arrays.copyOf(replacements, size * 2);
    }
    int slot = size++;
    while (slot > 0
        && (start(slot - 1) > from
            || (start(slot - 1) == from && from == to && end(slot - 1) > from))) {
      places[slot] = places[slot - 1];
      replacements[slot] = replacements[slot - 1];
      slot--;
    }
    places[slot] = Span.pack(from, to);
    replacements[slot] = bytes;
    return this;
  }

  private int start(int slot) {
    return (int) (places[slot] >>> 32);
  }

  private int end(int slot) {
    return (int) places[slot];
  }

  private byte[] splice() {
    int length = end - start;
    for (int i = 0; i < size; i++) {
      if (i > 0 && start(i) < end(i - 1)) {
        throw new IllegalStateException("two edits overlap at byte " + start(i));
      }
      length = Math.addExact(length, replacements[i].length - (end(i) - start(i)));
    }
    byte[] out = new byte[length];
    int from = start;
    int to = 0;
    for (int i = 0; i < size; i++) {
      int kept = start(i) - from;
      System.arraycopy(data, from, out, to, kept);
      to += kept;
      System.arraycopy(replacements[i], 0, out, to, replacements[i].length);
      to += replacements[i].length;
      from = end(i);
    }
    System.arraycopy(data, from, out, to, end - from);
    return out;
  }
}
