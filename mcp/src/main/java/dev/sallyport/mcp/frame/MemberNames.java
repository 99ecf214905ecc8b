package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A fixed set of member names, each with its place, looked up by bytes. */
final class MemberNames {

  private final byte[][] names;

  MemberNames(String... names) {
    this.names = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      this.names[i] = names[i].getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The place of the name just read, decoded where it has escapes; -1 if it is not in the set. */
  int indexOf(byte[] data, JsonReader reader) {
    int start = reader.nameStart();
    int end = reader.nameEnd();
    if (reader.nameEscaped()) {
      byte[] decoded = NameSet.decode(data, start, end);
      return indexOf(decoded, 0, decoded.length);
    }
    return indexOf(data, start, end);
  }

  int indexOf(byte[] data, int start, int end) {
    int length = end - start;
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i];
      // Differing last bytes are the common case and the cheapest to see.
      if (name.length == length
          && length > 0
          && name[length - 1] == data[end - 1]
          && Arrays.equals(name, 0, length, data, start, end)) {
        return i;
      }
    }
    return -1;
  }
}
