package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport administrators}. */
@Command(
    name = "administrators",
    description = "Administrators: who may change what, with a key of their own.",
    mixinStandardHelpOptions = true,
    subcommands = {
      Administrators.ListAll.class,
      Administrators.Create.class,
      Administrators.Show.class,
      Administrators.Update.class,
      Administrators.Revoke.class
    })
public final class Administrators implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "administrators takes one of: list, create, show, update, revoke");
  }

  @Command(name = "list", description = "All administrators.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.getAll("administrators", "administrators");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "ROLE", "STATE", "KEY", "EXPIRES", "ID");
      for (JsonNode one : answer.path("administrators")) {
        table.row(
            text(one, "name"),
            text(one, "role"),
            text(one, "state"),
            text(one, "prefix") + "…",
            time(one, "expiresAt"),
            text(one, "id"));
      }
      table.print(
          out,
          "There is none but those of the configuration. Make one: ./sallyport administrators create"
              + " NAME --role auditor");
    }
  }

  @Command(
      name = "create",
      description = "Makes somebody an administrator and shows the key, this once.",
      mixinStandardHelpOptions = true)
  static final class Create extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "What the administrator is called.")
    private String name = "";

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        description = "administrator, auditor, operator, approver, or a role of your own.")
    private String role = "";

    @Option(
        names = "--expires",
        paramLabel = "WHEN",
        description = "A day (2027-01-01) or a moment (2027-01-01T12:00:00Z). Without: never.")
    private @Nullable String expires;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode().put("name", name).put("role", role);
      if (expires != null) {
        body.put("expiresAt", expires);
      }
      return admin.post("administrators", body);
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println(text(answer, "key"));
      out.println(
          "This is the key of the administrator "
              + text(answer, "name")
              + " ("
              + text(answer, "id")
              + ") in the role "
              + text(answer, "role")
              + ". Keep it: it is not shown again.");
    }
  }

  @Command(name = "show", description = "One administrator.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the administrator.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("administrators", name));
    }

    @Override
    void print(JsonNode one, PrintWriter out) {
      line(out, "name", text(one, "name"));
      line(out, "id", text(one, "id"));
      line(out, "role", text(one, "role"));
      line(out, "key", text(one, "prefix") + "…");
      line(out, "state", text(one, "state"));
      line(out, "created", time(one, "createdAt"));
      line(out, "expires", time(one, "expiresAt"));
      line(out, "revoked", time(one, "revokedAt"));
    }
  }

  @Command(
      name = "update",
      description = "Gives an administrator another role or expiry.",
      mixinStandardHelpOptions = true)
  static final class Update extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the administrator.")
    private String name = "";

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Change change = new Change();

    /** What becomes another. */
    static final class Change {

      @Option(names = "--role", paramLabel = "ROLE", description = "The role from now on.")
      private @Nullable String role;

      @Option(names = "--expires", paramLabel = "WHEN", description = "A day, a moment, or never.")
      private @Nullable String expires;
    }

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (change.role != null) {
        body.put("role", change.role);
      }
      if (change.expires != null) {
        body.put("expiresAt", change.expires);
      }
      return admin.patch(AdminClient.one("administrators", name), body);
    }

    @Override
    void print(JsonNode one, PrintWriter out) {
      out.println(
          "The administrator "
              + text(one, "name")
              + " is in the role "
              + text(one, "role")
              + (one.hasNonNull("expiresAt") ? ", until " + time(one, "expiresAt") : "")
              + ".");
    }
  }

  @Command(
      name = "revoke",
      description = "Ends an administrator's key at once.",
      mixinStandardHelpOptions = true)
  static final class Revoke extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the administrator.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("administrators", name));
    }

    @Override
    void print(JsonNode one, PrintWriter out) {
      out.println(
          "The administrator " + text(one, "name") + " (" + text(one, "id") + ") is revoked.");
    }
  }
}
