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

/** {@code sallyport owners}. */
@Command(
    name = "owners",
    description = "Customers, teams and users: whom keys belong to.",
    mixinStandardHelpOptions = true,
    subcommands = {Owners.ListAll.class, Owners.Show.class, Owners.Set.class, Owners.Remove.class})
public final class Owners implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "owners takes one of: list, show, set, remove");
  }

  @Command(name = "list", description = "All owners.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.getAll("owners", "owners");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "OF", "ROLES", "SOURCE");
      for (JsonNode owner : answer.path("owners")) {
        table.row(
            text(owner, "name"),
            text(owner, "parent"),
            list(owner.path("roles")),
            text(owner, "source"));
      }
      table.print(out, "There is no owner yet. Set one: ./sallyport owners set team:NAME");
    }
  }

  @Command(name = "show", description = "One owner.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(
        paramLabel = "OWNER",
        description = "customer:NAME, team:NAME, user:NAME, or an id.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("owners", name));
    }

    @Override
    void print(JsonNode owner, PrintWriter out) {
      line(out, "name", text(owner, "name"));
      line(out, "id", text(owner, "id"));
      line(out, "of", text(owner, "parent"));
      line(out, "roles", list(owner.path("roles")));
      line(out, "source", text(owner, "source"));
      line(out, "revision", text(owner, "revision"));
    }
  }

  @Command(
      name = "set",
      description = "Makes or replaces a customer, team or user.",
      mixinStandardHelpOptions = true)
  static final class Set extends AdminCommand {

    @Parameters(paramLabel = "OWNER", description = "customer:NAME, team:NAME or user:NAME.")
    private String name = "";

    @Option(
        names = "--of",
        paramLabel = "OWNER",
        description = "Of a team a customer or a team, of a user a team or a customer.")
    private @Nullable String parent;

    @Option(
        names = "--roles",
        split = ",",
        paramLabel = "ROLE",
        description = "Roles that all keys of it have; groups can be attached to them.")
    private List<String> roles = new ArrayList<>();

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      put(body, "parent", parent);
      body.set("roles", array(roles));
      return admin.put(AdminClient.one("owners", name), body);
    }

    @Override
    void print(JsonNode owner, PrintWriter out) {
      out.println(
          text(owner, "name")
              + " is set"
              + (owner.has("parent") ? ", of " + text(owner, "parent") : "")
              + ".");
    }
  }

  @Command(
      name = "remove",
      description = "Removes one that nothing belongs to.",
      mixinStandardHelpOptions = true)
  static final class Remove extends AdminCommand {

    @Parameters(
        paramLabel = "OWNER",
        description = "customer:NAME, team:NAME, user:NAME, or an id.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("owners", name));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println(name + " is removed.");
    }
  }
}
