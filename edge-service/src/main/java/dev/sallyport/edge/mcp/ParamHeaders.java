package dev.sallyport.edge.mcp;

import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.HeaderRules;
import dev.sallyport.mcp.protocol.McpHeaders;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool that a modern client mirrors in {@code Mcp-Param-*} headers, because the
 * tool's schema says so with {@code x-mcp-header} (2026-07-28 streamable-http, "Custom Headers from
 * Tool Parameters"). Read from the schema once per tool.
 *
 * @param params empty for almost every tool
 */
record ParamHeaders(List<Param> params) {

  private static final ParamHeaders NONE = new ParamHeaders(List.of());
  private static final byte[] MARK = "x-mcp-header".getBytes(StandardCharsets.US_ASCII);
  private static final int DEEPEST = 128;
  private static final int LONGEST_NUMBER = 32;

  /**
   * @param header whole name of the header
   * @param path names of the properties that lead to the value
   */
  record Param(String header, List<String> path) {}

  static ParamHeaders of(ToolEntry tool) {
    if (!contains(tool.definition())) {
      return NONE;
    }
    byte[] definition = tool.definition();
    JsonObject schema = JsonObject.of(definition).object("inputSchema");
    List<Param> params = new ArrayList<>();
    if (schema != null) {
      collect(schema, List.of(), params);
    }
    return new ParamHeaders(List.copyOf(params));
  }

  private static boolean contains(byte[] definition) {
    for (int i = 0; i <= definition.length - MARK.length; i++) {
      int j = 0;
      while (j < MARK.length && definition[i + j] == MARK[j]) {
        j++;
      }
      if (j == MARK.length) {
        return true;
      }
    }
    return false;
  }

  private static void collect(JsonObject schema, List<String> path, List<Param> params) {
    JsonObject properties = schema.object("properties");
    if (properties == null || path.size() >= DEEPEST) {
      return;
    }
    JsonReader reader =
        new JsonReader(properties.data(), properties.span().start(), properties.span().end(), 1024);
    reader.enterObject();
    while (reader.nextMember()) {
      String name = JsonText.content(properties.data(), reader.nameStart(), reader.nameEnd());
      int start = reader.skipValue();
      JsonObject property = JsonObject.at(properties.data(), new Span(start, reader.position()));
      if (name == null || property == null) {
        continue;
      }
      List<String> further = new ArrayList<>(path);
      further.add(name);
      String header = property.string("x-mcp-header");
      if (header != null && !header.isEmpty()) {
        params.add(new Param(McpHeaders.PARAM_PREFIX + header, List.copyOf(further)));
      }
      collect(property, further, params);
    }
  }

  /** Why headers and arguments do not agree; null when they do. */
  @Nullable String mismatch(Frame.Request request, McpHeaders headers) {
    for (Param param : params) {
      byte[] data = request.data();
      Span value = request.params().arguments();
      for (String name : param.path()) {
        Members members = Members.of(data, value, name);
        if (members.ambiguous()) {
          return "Header mismatch: an argument that " + param.header() + " mirrors occurs twice.";
        }
        value = members.value();
      }
      String text = value == null ? null : text(data, value);
      if (value != null
          && text != null
          && data[value.start()] != '"'
          && isSameNumber(text, param, headers)) {
        continue;
      }
      if (HeaderRules.checkParam(param.header(), headers, text)
          instanceof HeaderRules.Result.Mismatch(String why)) {
        return why;
      }
    }
    return null;
  }

  /** As a header says it; null for null and for what no header can say. */
  private static @Nullable String text(byte[] data, Span value) {
    return switch (data[value.start()]) {
      case '"' -> JsonText.string(data, value);
      case '{', '[', 'n' -> null;
      default -> value.text(data);
    };
  }

  /** Integers are compared as numbers: 42.0 is 42. */
  private static boolean isSameNumber(String inBody, Param param, McpHeaders headers) {
    List<String> values = headers.all(param.header());
    String header = values.size() == 1 ? HeaderRules.decode(values.getFirst()) : null;
    if (header == null || !isPlainNumber(inBody) || !isPlainNumber(header)) {
      return false;
    }
    return new BigDecimal(inBody).compareTo(new BigDecimal(header)) == 0;
  }

  private static boolean isPlainNumber(String text) {
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (!(c == '-' && i == 0) && !(c == '.' && digits > 0)) {
        return false;
      }
    }
    return digits > 0
        && text.length() <= LONGEST_NUMBER
        && text.indexOf('.') == text.lastIndexOf('.');
  }

  /** A member of an object, and whether its name stands there twice. */
  private record Members(@Nullable Span value, boolean ambiguous) {

    static Members of(byte[] data, @Nullable Span object, String name) {
      if (object == null || data[object.start()] != '{') {
        return new Members(null, false);
      }
      JsonReader reader = new JsonReader(data, object.start(), object.end(), 1024);
      reader.enterObject();
      Span found = null;
      boolean twice = false;
      while (reader.nextMember()) {
        boolean wanted = name.equals(JsonText.content(data, reader.nameStart(), reader.nameEnd()));
        int start = reader.skipValue();
        if (wanted) {
          twice |= found != null;
          found = new Span(start, reader.position());
        }
      }
      return new Members(found, twice);
    }
  }
}
