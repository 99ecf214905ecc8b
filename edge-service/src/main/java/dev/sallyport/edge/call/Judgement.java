package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.rule.Looked;
import dev.sallyport.edge.rule.Rules;
import dev.sallyport.edge.rule.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is said alike of a call that comes in and of a recorded one that is looked at again. */
final class Judgement {

  private Judgement() {}

  /**
   * A task is as hidden as its tool; that it may go on was decided when the tool was called.
   *
   * @param tool name of the upstream
   */
  static Looked ofTask(Rules rules, AccessProfile profile, ServerEntry server, String tool) {
    ToolEntry listed = server.tool(tool);
    Looked hidden =
        rules.hiddenBy(profile, listed == null ? ToolEntry.gone(server.name(), tool) : listed);
    return hidden == null ? Looked.NONE : hidden;
  }

  /** Who has a person decide: a rule, or else the definition of the server. Null: nobody. */
  static Verdict.@Nullable Ask asked(
      ServerEntry server, String tool, boolean toolCall, Looked looked) {
    if (looked.verdict() instanceof Verdict.Ask(String rule, String reason, Duration expiresIn)) {
      return new Verdict.Ask("rule:" + rule, reason, expiresIn);
    }
    return toolCall && server.asking().has(tool)
        ? new Verdict.Ask("tool", "Its server's definition asks for it.", Duration.ZERO)
        : null;
  }
}
