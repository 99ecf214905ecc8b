package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a rule says, as options. */
final class RuleOptions {

  @ArgGroup private @Nullable Effect effect;

  @Option(
      names = "--tools",
      split = ",",
      paramLabel = "PATTERN",
      description = "Only calls of these tools: 'server__tool' with *. Without: all.")
  private @Nullable List<String> tools;

  @Option(
      names = "--when",
      paramLabel = "CEL",
      description = "A condition over tool, args, caller and request. Without: always.")
  private @Nullable String when;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "0 to 1000, the highest first (default: 0).")
  private @Nullable Integer priority;

  @Option(
      names = "--reason",
      paramLabel = "SENTENCE",
      description = "Told to the caller of what is denied or asked.")
  private @Nullable String reason;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "How long an approval may wait, 1m to 7d (with --ask; default: 15m).")
  private @Nullable String expires;

  /** What the rule does. */
  static final class Effect {

    @Option(names = "--allow", description = "Such calls may go on.")
    private boolean allow;

    @Option(names = "--deny", description = "Such calls are refused.")
    private boolean deny;

    @Option(names = "--ask", description = "A person decides on such calls.")
    private boolean ask;

    private String text() {
      return allow ? "allow" : deny ? "deny" : "ask";
    }
  }

  boolean hasEffect() {
    return effect != null;
  }

  /** Anything of it. */
  boolean isGiven() {
    return effect != null
        || tools != null
        || when != null
        || priority != null
        || reason != null
        || expires != null;
  }

  /** As the admin API takes it; without an effect where none was given. */
  ObjectNode body() {
    ObjectNode body = AdminClient.JSON.createObjectNode();
    if (tools != null) {
      tools.forEach(body.putArray("tools")::add);
    }
    GatewayCommand.put(body, "when", when);
    if (effect != null) {
      body.put("effect", effect.text());
    }
    if (priority != null) {
      body.put("priority", priority);
    }
    GatewayCommand.put(body, "reason", reason);
    GatewayCommand.put(body, "expires", expires);
    return body;
  }
}
