package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.AttachedGroup;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.rule.Looked;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.edge.rule.Rules.Foreseen;
import dev.sallyport.edge.rule.Verdict;
import dev.sallyport.mcp.protocol.Methods;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Looks at recorded calls again: what key, rules and definitions would say of them, by the code
 * that decides on calls that come in. Nothing is called, reserved, asked of a person or recorded.
 * Evaluating takes as long as {@link dev.sallyport.rules.Work} allows: not for an event loop.
 */
@Singleton
public class Replays {

  private final Rules rules;

  public Replays(Rules rules) {
    this.rules = rules;
  }

  /**
   * A call as it was made.
   *
   * @param server name of the upstream
   * @param tool name of the upstream; empty for what takes the whole server
   * @param door as the record names it
   * @param group at whose endpoint it, or the script that made it, came in; empty elsewhere
   * @param arguments as they were sent, empty for none; null: not known
   */
  public record Made(
      String method,
      String server,
      String tool,
      String door,
      String group,
      Instant time,
      byte @Nullable [] arguments) {

    public boolean isToolCall() {
      return method.equals(Methods.TOOLS_CALL);
    }

    /** Releases of before did not record of which group a call was. */
    public boolean isOfUnknownGroup() {
      return group.isEmpty() && door.equals(ToolCall.Door.MCP_GROUP.wireName());
    }
  }

  /** What is said of a call, in the words of the record. */
  public enum Answer {
    ALLOW,
    DENY,
    ASK
  }

  /** What comes of looking at a call again. */
  public sealed interface Replayed {

    /**
     * @param rule as the record names it
     */
    record Decided(Answer answer, String rule) implements Replayed {}

    /** It depends on arguments that are not known. */
    record Open() implements Replayed {}
  }

  /** What is said of a call under one profile. */
  public Replayed decide(
      AccessProfile profile, ServerEntry server, @Nullable ToolEntry tool, Made call) {
    if (profile.expiresAt() instanceof Instant expires && !call.time().isBefore(expires)) {
      return denied("key");
    }
    Target target =
        tool == null ? new Target(server.name(), "", "", call.tool(), null) : Target.of(tool);
    if (!Targets.isAllowed(profile, server, target)) {
      return denied("tools");
    }
    if (!call.group().isEmpty() && !isLeftByGroup(profile, call)) {
      return denied("group");
    }
    if (tool == null) {
      return decided(
          server,
          call,
          call.tool().isEmpty()
              ? Looked.NONE
              : Judgement.ofTask(rules, profile, server, call.tool()));
    }
    return switch (rules.lookAgain(profile, tool, call.arguments(), call.door(), call.time())) {
      case Foreseen.Certain(Looked looked) -> decided(server, call, looked);
      case Foreseen.Open _ -> new Replayed.Open();
    };
  }

  private static Replayed decided(ServerEntry server, Made call, Looked looked) {
    if (looked.verdict() instanceof Verdict.Deny(String rule, String reason, boolean hides)) {
      return denied(rule.isEmpty() ? "arguments" : looked.rule());
    }
    Verdict.Ask ask = Judgement.asked(server, call.tool(), call.isToolCall(), looked);
    if (ask != null) {
      return new Replayed.Decided(Answer.ASK, ask.rule());
    }
    return new Replayed.Decided(Answer.ALLOW, looked.rule().isEmpty() ? "tools" : looked.rule());
  }

  private static Replayed denied(String rule) {
    return new Replayed.Decided(Answer.DENY, rule);
  }

  /** Of a key that there is no more. */
  public static Replayed withoutKey() {
    return denied("key");
  }

  private static boolean isLeftByGroup(AccessProfile profile, Made call) {
    AttachedGroup group = profile.group(call.group());
    return group != null && group.leaves(call.server(), call.tool());
  }
}
