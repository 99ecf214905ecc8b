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

/** {@code sallyport limits}. */
@Command(
    name = "limits",
    description =
        "Limits: how many calls, at which rate, for how much money, returning how many tokens.",
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

  @Command(name = "list", description = "All limits.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.getAll("limits", "limits");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "FOR", "TOOLS", "LIMIT", "USED", "FREE", "RESETS", "SOURCE");
      for (JsonNode limit : answer.path("limits")) {
        JsonNode standing = limit.path("standing");
        table.row(
            text(limit, "name"),
            owner(limit),
            tools(limit),
            amount(limit),
            text(standing, "used"),
            text(standing, "free"),
            time(standing, "resetsAt"),
            text(limit, "source"));
      }
      table.print(
          out,
          "There is no limit yet. Set one: ./sallyport limits set NAME --server SERVER --calls 60 --per 1m");
    }
  }

  @Command(
      name = "show",
      description = "One limit and how it stands.",
      mixinStandardHelpOptions = true)
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
      line(out, "for", owner(limit));
      line(out, "tools", tools(limit));
      line(out, "limit", amount(limit));
      line(out, "used", text(standing, "used"));
      line(out, "in doubt", text(standing, "inDoubt"));
      line(out, "free", text(standing, "free"));
      line(out, "resets", time(standing, "resetsAt"));
      line(out, "source", text(limit, "source"));
      line(out, "revision", text(limit, "revision"));
    }
  }

  @Command(
      name = "set",
      description = "Makes or replaces a limit. What was counted stays counted.",
      mixinStandardHelpOptions = true)
  static final class Set extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "What the limit is called.")
    private String name = "";

    @ArgGroup private Owner owner = new Owner();

    @Option(
        names = "--tools",
        split = ",",
        paramLabel = "PATTERN",
        description = "Only calls of these tools count: 'server__tool' with *. Without: all.")
    private @Nullable List<String> tools;

    @ArgGroup(multiplicity = "1")
    private Amount amount = new Amount();

    @Option(
        names = "--per",
        paramLabel = "TIME",
        description =
            "A rolling duration (1s to 366d, such as 1m), or hour, day, week, month of the calendar."
                + " Without, a budget or tokens are used once.")
    private @Nullable String per;

    @Option(
        names = "--reserve",
        paramLabel = "N",
        description = "Of --tokens: what a call takes before it runs (default: 1000).")
    private @Nullable Long reserve;

    @Option(
        names = "--zone",
        paramLabel = "ZONE",
        description = "Time zone of the calendar, such as Europe/Berlin (default: UTC).")
    private @Nullable String zone;

    /** Whose calls count together. */
    static final class Owner {

      @Option(
          names = "--customer",
          paramLabel = "CUSTOMER",
          description = "Calls of all keys of this customer count.")
      private @Nullable String customer;

      @Option(names = "--team", paramLabel = "TEAM", description = "Calls of all keys of a team.")
      private @Nullable String team;

      @Option(names = "--user", paramLabel = "USER", description = "Calls of all keys of a user.")
      private @Nullable String user;

      @Option(names = "--key", paramLabel = "KEY", description = "Calls of this key count.")
      private @Nullable String key;

      @Option(names = "--server", paramLabel = "SERVER", description = "Calls to this server.")
      private @Nullable String server;

      @Option(names = "--tool", paramLabel = "TOOL", description = "Calls of server__tool.")
      private @Nullable String tool;
    }

    /** How much there is. */
    static final class Amount {

      @Option(names = "--calls", paramLabel = "N", description = "Calls in the time of --per.")
      private @Nullable Long calls;

      @Option(
          names = "--budget",
          paramLabel = "MONEY",
          description = "Money, such as 10.00, with at most 6 decimals.")
      private @Nullable String budget;

      @Option(
          names = "--tokens",
          paramLabel = "N",
          description = "Estimated tokens of what goes back to agents.")
      private @Nullable Long tokens;

      @Option(
          names = "--concurrent",
          paramLabel = "N",
          description = "Calls that run at the same time.")
      private @Nullable Long concurrent;
    }

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      put(body, "customer", owner.customer);
      put(body, "team", owner.team);
      put(body, "user", owner.user);
      put(body, "key", owner.key);
      put(body, "server", owner.server);
      put(body, "tool", owner.tool);
      if (tools != null) {
        tools.forEach(body.putArray("tools")::add);
      }
      put(body, "calls", amount.calls);
      put(body, "budget", amount.budget);
      put(body, "tokens", amount.tokens);
      put(body, "concurrent", amount.concurrent);
      put(body, "reserve", reserve);
      put(body, "per", per);
      put(body, "zone", zone);
      return admin.put(AdminClient.one("limits", name), body);
    }

    @Override
    void print(JsonNode limit, PrintWriter out) {
      out.println(
          "The limit "
              + text(limit, "name")
              + " is set: "
              + amount(limit)
              + " for "
              + owner(limit)
              + ".");
    }

    private static void put(ObjectNode body, String member, @Nullable Long value) {
      if (value != null) {
        body.put(member, value);
      }
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
      out.println("The limit " + name + " is removed.");
    }
  }

  /** Whose calls count, such as {@code server github}. */
  private static String owner(JsonNode limit) {
    for (String kind : List.of("customer", "team", "user", "key", "server", "tool")) {
      if (limit.has(kind)) {
        return kind + " " + GatewayCommand.text(limit, kind);
      }
    }
    return "everyone";
  }

  private static String tools(JsonNode limit) {
    return limit.has("tools") ? GatewayCommand.list(limit.path("tools")) : "all";
  }

  private static String counted(JsonNode limit) {
    for (String what : List.of("calls", "tokens")) {
      if (limit.has(what)) {
        return GatewayCommand.text(limit, what) + " " + what;
      }
    }
    return GatewayCommand.text(limit, "budget");
  }

  /** Such as {@code 60 calls per 1m}, {@code 10.00 per month (UTC)}, {@code 4 at once}. */
  private static String amount(JsonNode limit) {
    if (limit.has("concurrent")) {
      return GatewayCommand.text(limit, "concurrent") + " at once";
    }
    String zone = GatewayCommand.text(limit, "zone");
    return counted(limit)
        + (limit.has("per") ? " per " + GatewayCommand.text(limit, "per") : " in all")
        + (zone.isEmpty() ? "" : " (" + zone + ")");
  }
}
