package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.util.List;

/**
 * A limit that may count calls of a key. Immutable.
 *
 * @param id the same for every key that it counts
 * @param owner whose it is, in words: {@code key dev}, {@code server github}, {@code everyone}
 * @param tools which calls it counts; owner and patterns of the limit are both in it
 * @param units calls, permits, or millionths of the currency unit
 * @param text the limit in words: {@code 60 calls per minute}
 */
public record Limit(
    String id, String name, String owner, Kind kind, Counted tools, long units, String text) {

  /** What the units of a limit are. */
  public enum Kind {
    RATE,
    CONCURRENCY,
    BUDGET
  }

  /**
   * Which tools a limit counts: those that a pattern of both lists matches. An empty list leaves
   * all.
   */
  public record Counted(List<ToolPattern> owner, List<ToolPattern> of) {

    public static final Counted ALL = new Counted(List.of(), List.of());

    public boolean matches(String server, String tool) {
      return matches(owner, server, tool) && matches(of, server, tool);
    }

    private static boolean matches(List<ToolPattern> patterns, String server, String tool) {
      return patterns.isEmpty() || ToolPattern.anyMatches(patterns, server, tool);
    }
  }

  /** What is no tool has the empty name, which patterns of a whole server match. */
  public boolean counts(String server, String tool) {
    return tools.matches(server, tool);
  }
}
