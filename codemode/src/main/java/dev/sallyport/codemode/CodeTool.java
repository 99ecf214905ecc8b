package dev.sallyport.codemode;

/**
 * One tool that a script may call.
 *
 * @param server name of the upstream
 * @param tool the name that the upstream knows, anything
 * @param definition the tool's JSON object as it is listed: {@code name}, {@code title}, {@code
 *     description}, {@code inputSchema}, {@code outputSchema}, {@code annotations}. It is kept, not
 *     copied: do not write to it. What cannot be read is a tool that takes anything.
 */
public record CodeTool(String server, String tool, byte[] definition) {}
