package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import java.util.List;

/**
 * A limit that may count calls of a key. Immutable.
 *
 * @param id the same for every key that it counts
 * @param owner whose it is, in words: {@code key dev}, {@code server github}, {@code everyone}
 * @param tools which calls it counts; owner and patterns of the limit are both in it
 * @param units calls, permits, millionths of the currency unit, or tokens
 * @param text the limit in words: {@code 60 calls per minute}
 * @param reserved tokens that a call takes before it is dispatched, 1 to {@code units}; 0 of all
 *     other kinds
 */
public record Limit(
    String id,
    String name,
    String owner,
    Kind kind,
    Counted tools,
    long units,
    String text,
    long reserved) {

  /** What is reserved for a call where the limit does not say it. */
  public static final long USUALLY_RESERVED = 1_000;

  /** What the units of a limit are. */
  public enum Kind {
    RATE,
    CONCURRENCY,
    BUDGET,
    /** Of what goes back to the agent: known only when the call has ended. */
    TOKENS
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

  /**
   * What a call takes of it before it is dispatched.
   *
   * @param costMicros its price
   */
  public long takes(long costMicros) {
    return switch (kind) {
      case RATE, CONCURRENCY -> 1;
      case BUDGET -> costMicros;
      case TOKENS -> reserved;
    };
  }

  /** What is no tool has the empty name, which patterns of a whole server match. */
  public boolean counts(String server, String tool) {
    return tools.matches(server, tool);
  }
}
