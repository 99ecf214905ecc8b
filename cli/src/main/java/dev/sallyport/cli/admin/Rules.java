package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin private RuleOptions definition = new RuleOptions();

    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @Override
    JsonNode ask(AdminClient admin) {
      if (!definition.hasEffect()) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "rules set takes one of --allow, --deny and --ask.");
      }
      return admin.put(AdminClient.one("rules", name), definition.body());
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
