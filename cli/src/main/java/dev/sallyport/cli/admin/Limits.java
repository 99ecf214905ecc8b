package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport limits}. */
@Command(
    name = "limits",
    description = "Limits: how many calls, at which rate, for how much money.",
    mixinStandardHelpOptions = true,
    subcommands = {Limits.ListAll.class, Limits.Show.class, Limits.Set.class, Limits.Remove.class})
public final class Limits implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "limits takes one of: list, show, set, remove");
  }

  @Command(
      name = "list",
      description = "All limits, and how they stand.",
      mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get("limits");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "OF", "LIMIT", "USED", "FREE", "RESETS", "SOURCE");
      for (JsonNode limit : answer.path("limits")) {
        JsonNode standing = limit.path("standing");
        table.row(
            text(limit, "name"),
            owner(limit),
            amount(limit),
            text(standing, "used"),
            text(standing, "free"),
            time(standing, "resetsAt"),
            text(limit, "source"));
      }
      table.print(
          out, "There is no limit yet. Make one: ./sallyport limits set NAME --calls 60 --per 1m");
    }
  }

  @Command(name = "show", description = "One limit.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the limit.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("limits", name));
    }

    @Override
    void print(JsonNode limit, PrintWriter out) {
      JsonNode standing = limit.path("standing");
      line(out, "name", text(limit, "name"));
      line(out, "id", text(limit, "id"));
      line(out, "of", owner(limit));
      line(out, "limit", amount(limit));
      line(out, "used", text(standing, "used"));
      line(out, "in doubt", text(standing, "inDoubt"));
      line(out, "free", text(standing, "free"));
      line(out, "resets", time(standing, "resetsAt"));
      line(out, "source", text(limit, "source"));
    }
  }

  @Command(
      name = "set",
      description = "Makes a limit, or puts another one in its place.",
      mixinStandardHelpOptions = true)
  static final class Set extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "What the limit is called.")
    private String name = "";

    @ArgGroup private @Nullable Owner owner;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Amount amount;

    @Option(
        names = "--tools",
        split = ",",
        paramLabel = "PATTERN",
        description = "Only calls of these tools count: 'server__tool' with *.")
    private List<String> tools = new ArrayList<>();

    @Option(
        names = "--per",
        paramLabel = "WINDOW",
        description =
            "90s, 1m, 24h, 30d for a window that rolls; hour, day, week, month of the calendar.")
    private @Nullable String per;

    @Option(
        names = "--zone",
        paramLabel = "ZONE",
        description = "Time zone of a calendar window, such as Europe/Berlin. Without: UTC.")
    private @Nullable String zone;

    /** Whose calls count together; without: everybody's. */
    static final class Owner {
      @Option(names = "--key", paramLabel = "KEY", description = "Calls of this key count.")
      private @Nullable String key;

      @Option(
          names = "--server",
          paramLabel = "SERVER",
          description = "Calls to this server count.")
      private @Nullable String server;

      @Option(
          names = "--tool",
          paramLabel = "TOOL",
          description = "Calls of this tool (server__tool) count.")
      private @Nullable String tool;
    }

    /** How much. */
    static final class Amount {
      @Option(names = "--calls", paramLabel = "N", description = "Calls in the window.")
      private @Nullable Long calls;

      @Option(
          names = "--budget",
          paramLabel = "MONEY",
          description = "Money in the window, or in all without --per; such as 10.00.")
      private @Nullable String budget;

      @Option(names = "--concurrent", paramLabel = "N", description = "Calls at the same time.")
      private @Nullable Long concurrent;
    }

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (owner != null) {
        put(body, "key", owner.key);
        put(body, "server", owner.server);
        put(body, "tool", owner.tool);
      }
      if (!tools.isEmpty()) {
        ArrayNode patterns = body.putArray("tools");
        tools.forEach(patterns::add);
      }
      if (amount.calls != null) {
        body.put("calls", amount.calls);
      }
      put(body, "budget", amount.budget);
      if (amount.concurrent != null) {
        body.put("concurrent", amount.concurrent);
      }
      put(body, "per", per);
      put(body, "zone", zone);
      return admin.put(AdminClient.one("limits", name), body);
    }

    private static void put(ObjectNode body, String member, @Nullable String value) {
      if (value != null) {
        body.put(member, value);
      }
    }

    @Override
    void print(JsonNode limit, PrintWriter out) {
      out.println(
          "The limit "
              + text(limit, "name")
              + " of "
              + owner(limit)
              + " is "
              + amount(limit)
              + ".");
    }
  }

  @Command(name = "remove", description = "Removes a limit.", mixinStandardHelpOptions = true)
  static final class Remove extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the limit.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("limits", name));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println("The limit " + name + " is gone: it counts nothing any more.");
    }
  }

  private static String owner(JsonNode limit) {
    for (String kind : List.of("key", "server", "tool")) {
      if (limit.hasNonNull(kind)) {
        return kind + " " + limit.path(kind).asText();
      }
    }
    return "everyone";
  }

  private static String amount(JsonNode limit) {
    String per =
        limit.hasNonNull("per")
            ? " per "
                + limit.path("per").asText()
                + (limit.hasNonNull("zone") ? " (" + limit.path("zone").asText() + ")" : "")
            : "";
    String of = limit.hasNonNull("tools") ? " of " + GatewayCommand.list(limit.path("tools")) : "";
    if (limit.hasNonNull("calls")) {
      return limit.path("calls").asLong() + " calls" + per + of;
    }
    if (limit.hasNonNull("concurrent")) {
      return limit.path("concurrent").asLong() + " calls at the same time" + of;
    }
    return limit.path("budget").asText() + (per.isEmpty() ? " in all" : per) + of;
  }
}
