package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the result of {@code resources/list}, {@code resources/templates/list} or {@code
 * prompts/list} apart without taking the definitions apart: each stays the bytes that the server
 * sent. One bad entry is reported as such and never costs the others.
 */
public final class OfferListScanner {

  private static final int LONGEST_NAME = 8 * 1024;
  private static final int DEEP_ENOUGH = 1024;

  /** What is listed, with the member that holds the list and the one by which each is named. */
  public enum Kind {
    RESOURCES("resources", "uri"),
    TEMPLATES("resourceTemplates", "uriTemplate"),
    PROMPTS("prompts", "name");

    private final String list;
    private final String name;

    Kind(String list, String name) {
      this.list = list;
      this.name = name;
    }

    /** Member of the result that holds the list. */
    public String list() {
      return list;
    }

    /** Member of a definition that names it. */
    public String nameMember() {
      return name;
    }
  }

  /**
   * An entry.
   *
   * @param name URI, URI template or name, decoded; empty where there is none
   * @param problem why it cannot be offered, one sentence; empty when it can
   */
  public record Listed(Span definition, String name, String problem) {}

  /**
   * One page.
   *
   * @param nextCursor the cursor as it stands, a JSON string; null on the last page
   */
  public record Page(List<Listed> entries, @Nullable Span nextCursor) {}

  private OfferListScanner() {}

  /**
   * Scans the result of a response that passed the {@link FrameScanner}.
   *
   * @return null if there is no such list in it
   */
  public static @Nullable Page scan(byte[] data, Span result, Kind kind) {
    try {
      return page(data, result, kind);
    } catch (MalformedJson e) {
      return null;
    }
  }

  private static @Nullable Page page(byte[] data, Span result, Kind kind) {
    JsonReader reader = new JsonReader(data, result.start(), result.end(), DEEP_ENOUGH);
    if (reader.peek() != '{') {
      return null;
    }
    List<Listed> entries = null;
    Span nextCursor = null;
    reader.enterObject();
    while (reader.nextMember()) {
      String member = JsonText.content(data, reader.nameStart(), reader.nameEnd());
      if (kind.list.equals(member) && reader.peek() == '[') {
        entries = new ArrayList<>();
        reader.enterArray();
        while (reader.nextElement()) {
          int start = reader.skipValue();
          entries.add(entry(data, new Span(start, reader.position()), kind));
        }
      } else {
        int start = reader.skipValue();
        if ("nextCursor".equals(member) && data[start] == '"') {
          nextCursor = new Span(start, reader.position());
        }
      }
    }
    return entries == null ? null : new Page(List.copyOf(entries), nextCursor);
  }

  private static Listed entry(byte[] data, Span definition, Kind kind) {
    if (data[definition.start()] != '{') {
      return new Listed(definition, "", "The definition is not an object.");
    }
    Set<String> seen = new HashSet<>();
    String name = null;
    JsonReader reader = new JsonReader(data, definition.start(), definition.end(), DEEP_ENOUGH);
    reader.enterObject();
    while (reader.nextMember()) {
      String member = JsonText.content(data, reader.nameStart(), reader.nameEnd());
      int start = reader.skipValue();
      if (member == null || !seen.add(member)) {
        return new Listed(
            definition,
            "",
            "The definition is ambiguous: a member name occurs twice or is not valid text.");
      }
      if (kind.name.equals(member)) {
        name = JsonText.string(data, new Span(start, reader.position()));
      }
    }
    if (name == null || name.isEmpty()) {
      return new Listed(definition, "", "The definition has no " + kind.name + ".");
    }
    if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      return new Listed(
          definition, "", "Its " + kind.name + " is too long or holds a control character.");
    }
    return new Listed(definition, name, "");
  }
}
