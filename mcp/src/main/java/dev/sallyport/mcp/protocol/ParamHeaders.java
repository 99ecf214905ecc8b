package dev.sallyport.mcp.protocol;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code x-mcp-header} annotations of one tool's inputSchema (2026-07-28 streamable-http,
 * "Custom Headers from Tool Parameters"): which arguments are mirrored into which headers.
 */
public final class ParamHeaders {

  private static final String ANNOTATION = "x-mcp-header";
  private static final int DEEP_ENOUGH = 512;

  /** Keywords whose value is data, in which the annotation's name means nothing. */
  private static final Set<String> DATA = Set.of("const", "default", "enum", "examples");

  /** Keywords whose members are schemas under names of the server's choosing. */
  private static final Set<String> MAPS =
      Set.of("$defs", "definitions", "dependentSchemas", "patternProperties");

  private static final Set<String> PRIMITIVES = Set.of("string", "integer", "boolean");

  /** No annotation at all. */
  public static final ParamHeaders NONE = new ParamHeaders(List.of());

  private record Mirrored(List<String> path, String header) {}

  /** What a definition came to. */
  public sealed interface Read {}

  public record Usable(ParamHeaders headers) implements Read {}

  /**
   * The specification asks to leave the tool out.
   *
   * @param reason one sentence for an operator
   */
  public record Invalid(String reason) implements Read {}

  private static final class Violation extends Exception {

    private static final long serialVersionUID = 1L;

    Violation(String reason) {
      super(reason, null, false, false);
    }
  }

  private final List<Mirrored> mirrored;

  private ParamHeaders(List<Mirrored> mirrored) {
    this.mirrored = mirrored;
  }

  public boolean isEmpty() {
    return mirrored.isEmpty();
  }

  /** Whether the same arguments go into the same headers. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ParamHeaders headers && headers.mirrored.equals(mirrored);
  }

  @Override
  public int hashCode() {
    return mirrored.hashCode();
  }

  /** Reads a tool definition that the scanner found valid. */
  public static Read of(byte[] data, Span definition) {
    if (!mentions(data, definition)) {
      return new Usable(NONE);
    }
    JsonObject tool = JsonObject.at(data, definition);
    Span schema = tool == null ? null : tool.get("inputSchema");
    if (schema == null) {
      return new Usable(NONE);
    }
    Walk walk = new Walk(data);
    try {
      walk.schema(schema, List.of(), true);
      return new Usable(new ParamHeaders(List.copyOf(walk.found)));
    } catch (Violation e) {
      return new Invalid("Its x-mcp-header is not valid: " + e.getMessage());
    }
  }

  /** The headers of one call, values encoded; an argument that is absent or null has none. */
  public Map<String, String> headers(byte[] data, @Nullable Span arguments) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Mirrored one : mirrored) {
      Span value = at(data, arguments, one.path());
      String text = value == null ? null : text(data, value);
      if (text != null) {
        headers.put(
            (McpHeaders.PARAM_PREFIX + one.header()).toLowerCase(Locale.ROOT),
            HeaderRules.encode(text));
      }
    }
    return headers;
  }

  private static @Nullable Span at(byte[] data, @Nullable Span from, List<String> path) {
    Span at = from;
    for (String name : path) {
      JsonObject object = JsonObject.at(data, at);
      if (object == null) {
        return null;
      }
      at = object.get(name);
    }
    return at;
  }

  private static @Nullable String text(byte[] data, Span value) {
    String raw = new String(data, value.start(), value.length(), StandardCharsets.UTF_8);
    return switch (data[value.start()]) {
      case '"' -> JsonText.string(data, value);
      case 't', 'f' -> raw;
      case 'n', '{', '[' -> null;
      default -> integer(raw);
    };
  }

  private static @Nullable String integer(String raw) {
    if (raw.matches("-?[0-9]{1,16}")) {
      return raw;
    }
    if (raw.length() > 32) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(raw);
      return Math.abs((long) number.scale()) > 32 ? null : number.toBigIntegerExact().toString();
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  /** Cheap: most definitions have no annotation, and are not looked into. */
  private static boolean mentions(byte[] data, Span definition) {
    String text =
        new String(data, definition.start(), definition.length(), StandardCharsets.ISO_8859_1);
    return text.contains("mcp-header") || text.contains("\\u");
  }

  /** One walk over a schema. */
  private static final class Walk {

    private final byte[] data;
    private final List<Mirrored> found = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    Walk(byte[] data) {
      this.data = data;
    }

    /**
     * @param path names of the properties on the way here
     * @param reachable only {@code properties} were passed on the way
     */
    void schema(Span span, List<String> path, boolean reachable) throws Violation {
      if (data[span.start()] != '{') {
        return;
      }
      for (Map.Entry<String, Span> member : members(span).entrySet()) {
        Span value = member.getValue();
        switch (member.getKey()) {
          case ANNOTATION -> annotation(span, value, path, reachable);
          case "properties" -> {
            for (Map.Entry<String, Span> property : members(value).entrySet()) {
              List<String> further = new ArrayList<>(path);
              further.add(property.getKey());
              schema(property.getValue(), further, reachable);
            }
          }
          default -> other(member.getKey(), value);
        }
      }
    }

    private void other(String keyword, Span value) throws Violation {
      if (DATA.contains(keyword)) {
        return;
      }
      if (MAPS.contains(keyword)) {
        for (Span schema : members(value).values()) {
          schema(schema, List.of(), false);
        }
      } else if (data[value.start()] == '[') {
        JsonReader reader = new JsonReader(data, value.start(), value.end(), DEEP_ENOUGH);
        reader.enterArray();
        while (reader.nextElement()) {
          int start = reader.skipValue();
          schema(new Span(start, reader.position()), List.of(), false);
        }
      } else {
        schema(value, List.of(), false);
      }
    }

    private void annotation(Span schema, Span value, List<String> path, boolean reachable)
        throws Violation {
      String header = JsonText.string(data, value);
      if (header == null || !header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
        throw new Violation("it must be a header name.");
      }
      if (!reachable || path.isEmpty()) {
        throw new Violation(header + " is not on a property that is always there.");
      }
      JsonObject object = JsonObject.at(data, schema);
      String type = object == null ? null : object.string("type");
      if (type == null || !PRIMITIVES.contains(type)) {
        throw new Violation(header + " is not on a string, integer or boolean.");
      }
      if (!names.add(header.toLowerCase(Locale.ROOT))) {
        throw new Violation(header + " stands twice.");
      }
      found.add(new Mirrored(path, header));
    }

    private Map<String, Span> members(Span object) {
      Map<String, Span> members = new LinkedHashMap<>();
      if (data[object.start()] != '{') {
        return members;
      }
      JsonReader reader = new JsonReader(data, object.start(), object.end(), DEEP_ENOUGH);
      reader.enterObject();
      while (reader.nextMember()) {
        String name = JsonText.content(data, reader.nameStart(), reader.nameEnd());
        int start = reader.skipValue();
        if (name != null) {
          members.put(name, new Span(start, reader.position()));
        }
      }
      return members;
    }
  }
}
