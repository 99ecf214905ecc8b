package dev.sallyport.edge.http;

import dev.sallyport.edge.caller.Narrowing;
import dev.sallyport.mcp.name.ToolPattern;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The headers by which a request narrows what its caller may use (features B5): {@code
 * x-sallyport-include-servers} with names of servers, {@code x-sallyport-include-tools} with tool
 * patterns, separated by commas, {@code *} for any run of characters. An empty header leaves
 * nothing.
 */
public sealed interface IncludeHeaders {

  String SERVERS = "x-sallyport-include-servers";
  String TOOLS = "x-sallyport-include-tools";

  /** How many names and patterns a header may have. */
  int MOST = 256;

  /**
   * @param narrowing null: neither header came
   */
  record Read(@Nullable Narrowing narrowing) implements IncludeHeaders {}

  /**
   * @param message names the header and the fix
   */
  record Wrong(String message) implements IncludeHeaders {}

  /** The rule as the headers say it. */
  static IncludeHeaders of(MultiMap headers) {
    return headers.contains(SERVERS) || headers.contains(TOOLS)
        ? of(headers.getAll(SERVERS), headers.getAll(TOOLS))
        : new Read(null);
  }

  /**
   * The rule as these values of the headers say it.
   *
   * @param servers empty: the header did not come
   * @param tools likewise
   */
  static IncludeHeaders of(List<String> servers, List<String> tools) {
    if (servers.isEmpty() && tools.isEmpty()) {
      return new Read(null);
    }
    try {
      return new Read(
          new Narrowing(
              patterns(servers, SERVERS, name -> name.equals("*") ? name : name + "__*"),
              patterns(tools, TOOLS, pattern -> pattern)));
    } catch (IllegalArgumentException e) {
      return new Wrong(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable List<ToolPattern> patterns(
      List<String> values, String header, UnaryOperator<String> pattern) {
    if (values.isEmpty()) {
      return null;
    }
    List<ToolPattern> patterns = new ArrayList<>();
    for (String line : values) {
      for (String item : line.split(",")) {
        String text = item.strip();
        if (!text.isEmpty()) {
          patterns.add(parse(header, text, pattern));
        }
      }
    }
    if (patterns.size() > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has more than %d entries; use \"*\" to say it with fewer.",
              header,
              MOST));
    }
    return List.copyOf(patterns);
  }

  private static ToolPattern parse(String header, String text, UnaryOperator<String> pattern) {
    try {
      if (header.equals(SERVERS) && text.contains("__")) {
        throw new IllegalArgumentException(
            "\""
                + text.substring(0, Math.min(80, text.length()))
                + "\" is no name of a server; "
                + TOOLS
                + " takes tools.");
      }
      return ToolPattern.parse(pattern.apply(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(header + ": " + e.getMessage(), e);
    }
  }
}
