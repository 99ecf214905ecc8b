package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes to the members of one object. New members come first in it, so that nothing but the
 * text of changed members and the commas next to removed ones is touched.
 */
final class MemberEdits {

  private static final byte[] NOTHING = {};
  private static final int DEEP_ENOUGH = 1024;

  private final Span object;
  private final List<String> names = new ArrayList<>(2);
  private final List<byte @Nullable []> values = new ArrayList<>(2);

  MemberEdits(Span object) {
    this.object = object;
  }

  Span object() {
    return object;
  }

  /** The last word on a name counts. A null value removes the member. */
  void set(String name, byte @Nullable [] value) {
    int known = names.indexOf(name);
    if (known >= 0) {
      values.set(known, value);
    } else {
      names.add(name);
      values.add(value);
    }
  }

  boolean addsSomething() {
    for (byte[] value : values) {
      if (value != null) {
        return true;
      }
    }
    return false;
  }

  /** What is set, as an object of its own. */
  byte[] asObject() {
    JsonWriter writer = new JsonWriter().beginObject();
    for (int i = 0; i < names.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        writer.member(names.get(i), value);
      }
    }
    return writer.endObject().toBytes();
  }

  /** Finds the members in the object and declares what has to happen to its bytes. */
  void declare(byte[] data, FrameEdit edit) {
    boolean[] found = new boolean[names.size()];
    JsonReader reader = new JsonReader(data, object.start(), object.end(), DEEP_ENOUGH);
    reader.enterObject();
    int survivors = 0;
    int lastSurvivorEnd = -1;
    int removedFrom = -1;
    int removedTo = -1;
    while (reader.nextMember()) {
      int memberStart = reader.nameStart() - 1;
      int wanted = indexOf(data, reader);
      int valueStart = reader.skipValue();
      int valueEnd = reader.position();
      byte[] value = null;
      if (wanted >= 0) {
        found[wanted] = true;
        value = values.get(wanted);
        if (value == null) {
          removedFrom = removedFrom < 0 ? memberStart : removedFrom;
          removedTo = valueEnd;
          continue;
        }
        edit.put(valueStart, valueEnd, value);
      }
      if (removedFrom >= 0) {
        // Up to the next member that stays, the comma between them included.
        edit.put(removedFrom, memberStart, NOTHING);
        removedFrom = -1;
      }
      survivors++;
      lastSurvivorEnd = valueEnd;
    }
    if (removedFrom >= 0) {
      edit.put(survivors > 0 ? lastSurvivorEnd : removedFrom, removedTo, NOTHING);
    }
    addMissing(found, survivors > 0, edit);
  }

  private int indexOf(byte[] data, JsonReader reader) {
    String name = JsonText.content(data, reader.nameStart(), reader.nameEnd());
    return name == null ? -1 : names.indexOf(name);
  }

  private void addMissing(boolean[] found, boolean followed, FrameEdit edit) {
    JsonWriter writer = null;
    for (int i = 0; i < found.length; i++) {
      byte[] value = values.get(i);
      if (!found[i] && value != null) {
        writer = writer == null ? new JsonWriter() : writer;
        writer.member(names.get(i), value);
      }
    }
    if (writer != null) {
      if (followed) {
        writer.comma();
      }
      edit.put(object.start() + 1, object.start() + 1, writer.toBytes());
    }
  }
}
