package dev.sallyport.edge.dialect;

import dev.sallyport.edge.catalog.ListKind;

/**
 * What a client cannot take, or forgets. Two clients with the same quirks speak the same dialect
 * and share what is compiled for it. Immutable.
 *
 * @param maxToolNameLength how many characters the name of a tool may have; {@link #ANY_LENGTH} for
 *     no limit
 * @param inlineRefs {@code $ref} in input schemas is replaced by what it refers to
 * @param wrapTopLevelUnion {@code oneOf}, {@code anyOf} and {@code allOf} at the top of an input
 *     schema become one object
 * @param flattenPages a list comes on one page, as long as it has no more entries than {@link
 *     DialectSettings#mostOnPage}
 * @param tolerateMissingMethodHeader {@code server/discover} may come without {@code Mcp-Method}
 */
public record Dialect(
    int maxToolNameLength,
    boolean inlineRefs,
    boolean wrapTopLevelUnion,
    boolean flattenPages,
    boolean tolerateMissingMethodHeader) {

  /** No limit to the length of a name. */
  public static final int ANY_LENGTH = Integer.MAX_VALUE;

  /** Of a client that takes everything as MCP has it, and of every client that is not known. */
  public static final Dialect PLAIN = new Dialect(ANY_LENGTH, false, false, false, false);

  private static final Dialect FLAT = new Dialect(ANY_LENGTH, false, false, true, false);

  /** Whether names of tools are shortened. */
  public boolean limitsNames() {
    return maxToolNameLength != ANY_LENGTH;
  }

  /** Whether input schemas of tools are rewritten. */
  public boolean rewritesSchemas() {
    return inlineRefs || wrapTopLevelUnion;
  }

  /** What of it shows in a list of this kind. Allocates nothing. */
  public Dialect in(ListKind kind) {
    if (kind == ListKind.TOOLS) {
      return this;
    }
    return flattenPages ? FLAT : PLAIN;
  }

  /** In a few characters, the same on every edge; different for dialects that differ. */
  public String id() {
    return (limitsNames() ? Integer.toString(maxToolNameLength) : "")
        + (inlineRefs ? "r" : "")
        + (wrapTopLevelUnion ? "u" : "")
        + (flattenPages ? "p" : "")
        + (tolerateMissingMethodHeader ? "h" : "");
  }
}
