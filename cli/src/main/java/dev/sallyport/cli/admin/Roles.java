package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport roles}. */
@Command(
    name = "roles",
    description = "Roles: what administrators may do.",
    mixinStandardHelpOptions = true,
    subcommands = {Roles.ListAll.class, Roles.Show.class, Roles.Set.class, Roles.Remove.class})
public final class Roles implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "roles takes one of: list, show, set, remove");
  }

  @Command(name = "list", description = "All roles.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get("roles");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "PERMISSIONS", "SOURCE");
      for (JsonNode role : answer.path("roles")) {
        table.row(text(role, "name"), permissions(role), text(role, "source"));
      }
      table.print(out, "There is no role.");
    }
  }

  @Command(name = "show", description = "One role.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the role.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("roles", name));
    }

    @Override
    void print(JsonNode role, PrintWriter out) {
      line(out, "name", text(role, "name"));
      line(out, "permissions", permissions(role));
      line(out, "source", text(role, "source"));
      line(out, "revision", text(role, "revision"));
    }
  }

  @Command(name = "set", description = "Makes or replaces a role.", mixinStandardHelpOptions = true)
  static final class Set extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "What the role is called.")
    private String name = "";

    @Option(
        names = "--permissions",
        split = ",",
        required = true,
        paramLabel = "PERMISSION",
        description = "What the role allows, such as keys:read,calls:read; '' for nothing.")
    private List<String> permissions = new ArrayList<>();

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      ArrayNode array = body.putArray("permissions");
      permissions.stream().filter(permission -> !permission.isEmpty()).forEach(array::add);
      return admin.put(AdminClient.one("roles", name), body);
    }

    @Override
    void print(JsonNode role, PrintWriter out) {
      out.println("The role " + text(role, "name") + " now allows " + permissions(role) + ".");
    }
  }

  @Command(
      name = "remove",
      description = "Removes a role that nobody holds.",
      mixinStandardHelpOptions = true)
  static final class Remove extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the role.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("roles", name));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println("The role " + name + " is removed.");
    }
  }

  private static String permissions(JsonNode role) {
    return role.path("permissions").isEmpty()
        ? "nothing"
        : GatewayCommand.list(role.path("permissions"));
  }
}
