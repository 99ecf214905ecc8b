package dev.sallyport.codemode;

import dev.sallyport.mcp.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The tools that a model has in Code Mode in place of all others, as they are listed. */
public final class MetaTools {

  public static final MetaTool LIST_TOOL_FILES =
      new MetaTool(
          "listToolFiles",
          """
          Start here. Lists the servers whose tools scripts can call, one stub file each. With query: the tools that \
          match the words best, with signatures.""",
          """
          {"type":"object","properties":{"query":{"type":"string","description":"Words to search for, such as: create issue"}}}""",
          true);

  public static final MetaTool READ_TOOL_FILE =
      new MetaTool(
          "readToolFile",
          """
          Reads typed stubs: servers/SERVER.pyi has a line for each tool of a server, servers/SERVER/TOOL.pyi one tool. \
          "key"? in a type may be missing.""",
          """
          {"type":"object","properties":{"fileName":{"type":"string"},"startLine":{"type":"integer","minimum":1},\
          "endLine":{"type":"integer","minimum":1}},"required":["fileName"]}""",
          true);

  public static final MetaTool GET_TOOL_DOCS =
      new MetaTool(
          "getToolDocs",
          """
          The whole documentation of one tool: parameters with their limits, what it returns, an example call. For \
          when its stub does not say enough.""",
          """
          {"type":"object","properties":{"server":{"type":"string"},"tool":{"type":"string"}},"required":["server","tool"]}""",
          true);

  public static final MetaTool EXECUTE_TOOL_CODE =
      new MetaTool(
          "executeToolCode",
          """
          Runs a script that calls tools and returns what it assigns to `result`. Do as much of the task as you can in \
          one script: call, filter, combine. Only `result` and prints come back, so keep them small. Read the stubs \
          before you call a tool.
          The language is Starlark, which is like Python:
          - `server.tool(arg=value)`, arguments always by name; those that are no identifiers as `**{"odd-name": value}`. \
          Returns structured content (dict), else parsed JSON, else text. A call that fails stops the script.
          - `try_call(server.tool, arg=value)` returns {"ok": True, "value": …} or {"ok": False, "error": "…"}.
          - `parallel([call(server.tool, arg=value), …])` runs calls side by side and returns their results in order.
          - `print(x)` writes to the log. Modules json, math, re and time are there.
          - if, for, def, lambda and comprehensions work, also at the top level. There is no import, while, try, class, \
          with, recursion, f-string (write "%s" % x), set or sum. d["key"] fails where d.get("key") is None.""",
          """
          {"type":"object","properties":{"code":{"type":"string"}},"required":["code"]}""",
          false);

  private static final List<MetaTool> ALL =
      List.of(LIST_TOOL_FILES, READ_TOOL_FILE, GET_TOOL_DOCS, EXECUTE_TOOL_CODE);

  private MetaTools() {}

  /** In the order in which they are listed. */
  public static List<MetaTool> all() {
    return ALL;
  }

  /**
   * One of them.
   *
   * @param inputSchema JSON
   * @param readOnly that it changes nothing, whoever calls it
   */
  public record MetaTool(String name, String description, String inputSchema, boolean readOnly) {

    /** The tool's JSON object as {@code tools/list} has it. */
    public byte[] definition() {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("name", name)
              .member("description", description)
              .member("inputSchema", inputSchema.getBytes(StandardCharsets.UTF_8));
      if (readOnly) {
        json.name("annotations")
            .beginObject()
            .member("readOnlyHint", true)
            .member("openWorldHint", false)
            .endObject();
      }
      return json.endObject().toBytes();
    }
  }
}
