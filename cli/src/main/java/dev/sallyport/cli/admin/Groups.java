package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport groups}. */
@Command(
    name = "groups",
    description = "Tool groups: collections of tools, and whom they are for.",
    mixinStandardHelpOptions = true,
    subcommands = {Groups.ListAll.class, Groups.Show.class, Groups.Set.class, Groups.Remove.class})
public final class Groups implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "groups takes one of: list, show, set, remove");
  }

  @Command(name = "list", description = "All groups.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.getAll("groups", "groups");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "TOOLS", "FOR", "ENDPOINT", "SOURCE");
      for (JsonNode group : answer.path("groups")) {
        table.row(
            text(group, "name"),
            allowed(group),
            attached(group),
            text(group, "endpoint"),
            text(group, "source"));
      }
      table.print(
          out,
          "There is no group yet. Set one: ./sallyport groups set NAME --tools 'server__*' --for team:NAME");
    }
  }

  @Command(name = "show", description = "One group.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the group.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("groups", name));
    }

    @Override
    void print(JsonNode group, PrintWriter out) {
      line(out, "name", text(group, "name"));
      line(out, "id", text(group, "id"));
      line(out, "title", text(group, "title"));
      line(out, "tools", allowed(group));
      line(out, "for", attached(group));
      line(out, "endpoint", text(group, "endpoint"));
      line(out, "source", text(group, "source"));
      line(out, "revision", text(group, "revision"));
    }
  }

  @Command(
      name = "set",
      description = "Makes or replaces a group.",
      mixinStandardHelpOptions = true)
  static final class Set extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "What the group is called: a-z, 0-9 and -.")
    private String name = "";

    @Option(
        names = "--tools",
        split = ",",
        paramLabel = "PATTERN",
        description = "Tools of the group: 'server__tool' with *.")
    private List<String> tools = new ArrayList<>();

    @Option(
        names = "--for",
        split = ",",
        paramLabel = "WHOM",
        description =
            "Whom it is for: tenant (everybody), or customer:, team:, user:, key:, role: and a name.")
    private List<String> attachedTo = new ArrayList<>();

    @Option(names = "--title", paramLabel = "TEXT", description = "For people.")
    private @Nullable String title;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      put(body, "title", title);
      body.set("tools", array(tools));
      body.set("attachedTo", array(attachedTo));
      return admin.put(AdminClient.one("groups", name), body);
    }

    @Override
    void print(JsonNode group, PrintWriter out) {
      out.println(
          "The group "
              + text(group, "name")
              + " is set: "
              + allowed(group)
              + " for "
              + attached(group)
              + ", at "
              + text(group, "endpoint")
              + ".");
    }
  }

  @Command(name = "remove", description = "Removes a group.", mixinStandardHelpOptions = true)
  static final class Remove extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the group.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("groups", name));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println("The group " + name + " is removed.");
    }
  }

  private static String attached(JsonNode group) {
    return group.path("attachedTo").isEmpty()
        ? "nobody"
        : GatewayCommand.list(group.path("attachedTo"));
  }
}
