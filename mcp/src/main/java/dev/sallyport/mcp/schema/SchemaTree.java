package dev.sallyport.mcp.schema;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a schema that is looked at or rewritten. Number text, the order of members and what
 * is in strings stay; white space and the way in which strings are escaped do not.
 */
public sealed interface SchemaTree {

  /** Deeper ones are not read. */
  int DEEPEST = 128;

  /**
   * A value without values in it.
   *
   * @param json as it stands
   */
  record Leaf(String json) implements SchemaTree {

    /** Null for anything but a string, and for one with a lone surrogate. */
    public @Nullable String text() {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      return JsonText.string(bytes, new Span(0, bytes.length));
    }
  }

  record Listing(List<SchemaTree> items) implements SchemaTree {}

  /**
   * @param members in their order; equality does not see it
   */
  record Members(Map<String, SchemaTree> members) implements SchemaTree {

    public @Nullable SchemaTree get(String name) {
      return members.get(name);
    }

    /** Null if there is no such member or it is no string. */
    public @Nullable String text(String name) {
      return members.get(name) instanceof Leaf leaf ? leaf.text() : null;
    }

    /** Empty if there is no such member or it is no object. */
    public Map<String, SchemaTree> map(String name) {
      return members.get(name) instanceof Members map ? map.members : Map.of();
    }

    /** The strings of a list; empty if there is none. */
    public List<String> texts(String name) {
      List<String> texts = new ArrayList<>();
      if (members.get(name) instanceof Listing listing) {
        for (SchemaTree item : listing.items) {
          String text = item instanceof Leaf leaf ? leaf.text() : null;
          if (text != null) {
            texts.add(text);
          }
        }
      }
      return texts;
    }
  }

  static Leaf text(String text) {
    return new Leaf(new String(JsonText.quote(text), StandardCharsets.UTF_8));
  }

  static Listing texts(Iterable<String> texts) {
    List<SchemaTree> items = new ArrayList<>();
    texts.forEach(text -> items.add(text(text)));
    return new Listing(items);
  }

  /**
   * Reads one value.
   *
   * @throws MalformedJson for text that has no faithful tree: too deep, with a name twice in one
   *     object, or with a lone surrogate
   */
  static SchemaTree read(byte[] data, Span span) {
    return read(data, new JsonReader(data, span.start(), span.end(), DEEPEST));
  }

  private static SchemaTree read(byte[] data, JsonReader reader) {
    switch (reader.peek()) {
      case '{' -> {
        Map<String, SchemaTree> members = new LinkedHashMap<>();
        reader.enterObject();
        while (reader.nextMember()) {
          int at = reader.nameStart();
          String name = JsonText.content(data, at, reader.nameEnd());
          if (name == null) {
            throw new MalformedJson(MalformedJson.Kind.LONE_SURROGATE, "a lone surrogate", at);
          }
          if (members.put(name, read(data, reader)) != null) {
            throw new MalformedJson(MalformedJson.Kind.DUPLICATE_MEMBER, "a name twice", at);
          }
        }
        return new Members(members);
      }
      case '[' -> {
        List<SchemaTree> items = new ArrayList<>();
        reader.enterArray();
        while (reader.nextElement()) {
          items.add(read(data, reader));
        }
        return new Listing(items);
      }
      default -> {
        int start = reader.skipValue();
        return new Leaf(new Span(start, reader.position()).text(data));
      }
    }
  }

  default byte[] toBytes() {
    JsonWriter json = new JsonWriter();
    write(json);
    return json.toBytes();
  }

  private void write(JsonWriter json) {
    switch (this) {
      case Leaf leaf -> json.raw(leaf.json.getBytes(StandardCharsets.UTF_8));
      case Listing listing -> {
        json.beginArray();
        listing.items.forEach(item -> item.write(json));
        json.endArray();
      }
      case Members members -> {
        json.beginObject();
        members.members.forEach(
            (name, value) -> {
              json.name(name);
              value.write(json);
            });
        json.endObject();
      }
    }
  }
}
