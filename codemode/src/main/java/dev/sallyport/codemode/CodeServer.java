package dev.sallyport.codemode;

import dev.sallyport.mcp.name.ExposedNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server and its tools, in order of their names in scripts. */
final class CodeServer {

  private final String namespace;
  private final String server;
  private final List<Entry> tools;
  private final Map<String, Entry> byName = new HashMap<>();

  /** A tool and what scripts call it. Its definition is read again at each use. */
  record Entry(CodeServer of, String function, CodeTool tool) {

    ToolDefinition definition() {
      return ToolDefinition.read(tool.definition());
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return function.hashCode();
    }
  }

  private CodeServer(String namespace, String server, Map<String, CodeTool> byTool) {
    this.namespace = namespace;
    this.server = server;
    Map<String, String> functions =
        ScriptNames.ofTools(
            byTool.keySet(), (tool, round) -> ExposedNames.hash(server, tool + "\0".repeat(round)));
    List<Entry> entries = new ArrayList<>();
    functions.forEach(
        (tool, function) -> {
          CodeTool named = byTool.get(tool);
          if (named != null) {
            entries.add(new Entry(this, function, named));
          }
        });
    entries.sort(Comparator.comparing(Entry::function));
    this.tools = List.copyOf(entries);
    tools.forEach(entry -> byName.put(entry.function, entry));
    // Where a tool has by itself what another is called in scripts, its own name counts.
    tools.forEach(entry -> byName.put(entry.tool.tool(), entry));
  }

  static CodeServer of(@Nullable String namespace, String server, Map<String, CodeTool> tools) {
    if (namespace == null) {
      throw new IllegalArgumentException("no name was made for " + server);
    }
    return new CodeServer(namespace, server, tools);
  }

  String namespace() {
    return namespace;
  }

  String server() {
    return server;
  }

  List<Entry> tools() {
    return tools;
  }

  @Nullable Entry tool(String name) {
    return byName.get(name);
  }

  /** The name of the file with the stubs of a server, or of {@code SERVER/FUNCTION}. */
  static String file(String path) {
    return "servers/" + PlainText.line(path, 200) + ".pyi";
  }
}
