package dev.sallyport.edge.caller;

import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.rules.Condition;
import java.time.Duration;
import java.util.List;

/**
 * A rule over calls of tools, as edge evaluates it (features B6). Immutable.
 *
 * @param tools of which tools it counts; empty: of all
 * @param reason one sentence for the caller; may be empty
 * @param expires how long an approval may wait; zero for any effect but ask
 */
public record Rule(
    String name,
    List<ToolPattern> tools,
    When when,
    Effect effect,
    int priority,
    String reason,
    Duration expires) {

  /** What it does with a call; the strictest first. */
  public enum Effect {
    DENY,
    ASK,
    ALLOW
  }

  /** When it holds. */
  public sealed interface When {

    /** Whatever the call. */
    record Always() implements When {}

    record If(Condition condition) implements When {}

    /**
     * It is not understood here.
     *
     * @param why one sentence for records
     */
    record Unknown(String why) implements When {}
  }

  public Rule {
    tools = List.copyOf(tools);
  }

  boolean counts(String server, String tool) {
    return tools.isEmpty() || ToolPattern.anyMatches(tools, server, tool);
  }

  public boolean needsArguments() {
    return when instanceof When.If(Condition condition) && condition.needsArguments();
  }

  /** What it says is known only when a tool is called. */
  public boolean needsCall() {
    return when instanceof When.If(Condition condition)
        && (condition.needsArguments() || condition.needsRequest());
  }

  boolean needsCaller() {
    return when instanceof When.If(Condition condition) && condition.needsCaller();
  }

  public boolean needsAnnotations() {
    return when instanceof When.If(Condition condition) && condition.needsAnnotations();
  }
}
