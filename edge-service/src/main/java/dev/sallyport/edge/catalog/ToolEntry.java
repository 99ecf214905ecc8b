package dev.sallyport.edge.catalog;

/**
 * One tool as edge serves it. The byte arrays are shared and must not be written to.
 *
 * @param server name of the upstream
 * @param tool the name that the upstream knows
 * @param exposedName the name on the aggregate endpoint (features A4)
 * @param definition the definition as received, one JSON object
 * @param exposedDefinition the same with the exposed name spliced in
 * @param repeatable the tool says readOnlyHint or idempotentHint
 */
public record ToolEntry(
    String server,
    String tool,
    String exposedName,
    byte[] definition,
    byte[] exposedDefinition,
    boolean repeatable)
    implements Listed {

  @Override
  public String toolName() {
    return tool;
  }

  /** A tool that is not listed any more, of which only the name is known. */
  public static ToolEntry gone(String server, String tool) {
    byte[] nothing = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new ToolEntry(server, tool, tool, nothing, nothing, false);
  }

  /** The same under its own name, where no other server has a tool of that name. */
  ToolEntry bare() {
    return new ToolEntry(server, tool, tool, definition, definition, repeatable);
  }
}
