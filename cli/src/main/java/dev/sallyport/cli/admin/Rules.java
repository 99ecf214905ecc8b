package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport rules}. */
@Command(
    name = "rules",
    description = "Rules: which calls are allowed, denied, or asked of a person.",
    mixinStandardHelpOptions = true,
    subcommands = {Rules.ListAll.class, Rules.Show.class, Rules.Set.class, Rules.Remove.class})
public final class Rules implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "rules takes one of: list, show, set, rm");
  }

  @Command(name = "list", description = "All rules.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.getAll("rules", "rules");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "PRIORITY", "EFFECT", "TOOLS", "WHEN", "SOURCE");
      for (JsonNode rule : answer.path("rules")) {
        table.row(
            text(rule, "name"),
            text(rule, "priority"),
            text(rule, "effect"),
            tools(rule),
            when(rule),
            text(rule, "source"));
      }
      table.print(
          out,
          "There is no rule yet. Set one: ./sallyport rules set NAME --deny --tools 'fs__*'"
              + " --when \"args.path.startsWith('/etc')\"");
    }
  }

  @Command(name = "show", description = "One rule.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the rule.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("rules", name));
    }

    @Override
    void print(JsonNode rule, PrintWriter out) {
      line(out, "name", text(rule, "name"));
      line(out, "id", text(rule, "id"));
      line(out, "effect", text(rule, "effect"));
      line(out, "priority", text(rule, "priority"));
      line(out, "tools", tools(rule));
      line(out, "when", when(rule));
      line(out, "reason", text(rule, "reason"));
      line(out, "expires", text(rule, "expires"));
      line(out, "source", text(rule, "source"));
      line(out, "revision", text(rule, "revision"));
    }
  }

  @Command(
      name = "set",
      description =
          "Makes or replaces a rule. Of the rules that match a call the highest priority at which one holds"
              + " decides: deny before ask before allow.",
      mixinStandardHelpOptions = true)
  static final class Set extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "What the rule is called.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private Effect effect = new Effect();

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

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (tools != null) {
        tools.forEach(body.putArray("tools")::add);
      }
      put(body, "when", when);
      body.put("effect", effect.text());
      if (priority != null) {
        body.put("priority", priority);
      }
      put(body, "reason", reason);
      put(body, "expires", expires);
      return admin.put(AdminClient.one("rules", name), body);
    }

    @Override
    void print(JsonNode rule, PrintWriter out) {
      out.println(
          "The rule "
              + text(rule, "name")
              + " is set: "
              + text(rule, "effect")
              + " "
              + tools(rule)
              + " when "
              + when(rule)
              + ", priority "
              + text(rule, "priority")
              + ".");
    }
  }

  @Command(
      name = "rm",
      aliases = "remove",
      description = "Removes a rule.",
      mixinStandardHelpOptions = true)
  static final class Remove extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the rule.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("rules", name));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println("The rule " + name + " is removed.");
    }
  }

  private static String tools(JsonNode rule) {
    return rule.has("tools") ? GatewayCommand.list(rule.path("tools")) : "all";
  }

  private static String when(JsonNode rule) {
    return rule.has("when") ? GatewayCommand.text(rule, "when").replaceAll("\\s+", " ") : "always";
  }
}
