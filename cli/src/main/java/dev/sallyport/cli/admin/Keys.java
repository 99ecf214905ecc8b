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

/** {@code sallyport keys}. */
@Command(
    name = "keys",
    description = "Virtual keys: who may use which tools.",
    mixinStandardHelpOptions = true,
    subcommands = {
      Keys.ListAll.class,
      Keys.Create.class,
      Keys.Show.class,
      Keys.Update.class,
      Keys.Rotate.class,
      Keys.Revoke.class
    })
public final class Keys implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "keys takes one of: list, create, show, update, rotate, revoke");
  }

  @Command(name = "list", description = "All keys.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.getAll("keys", "keys");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "STATE", "KEY", "TOOLS", "OWNER", "EXPIRES", "SOURCE", "ID");
      for (JsonNode key : answer.path("keys")) {
        table.row(
            text(key, "name"),
            text(key, "state"),
            text(key, "prefix") + "…",
            allowed(key),
            text(key, "owner"),
            time(key, "expiresAt"),
            text(key, "source"),
            text(key, "id"));
      }
      table.print(out, "There is no key yet. Make one: ./sallyport keys create NAME --tools '*'");
    }
  }

  @Command(
      name = "create",
      description = "Makes a key and shows it, this once.",
      mixinStandardHelpOptions = true)
  static final class Create extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "What the key is called.")
    private String name = "";

    @Option(
        names = "--tools",
        split = ",",
        paramLabel = "PATTERN",
        description =
            "Tools that the key may use: 'server__tool' with *; '*' is everything. Without: none.")
    private List<String> tools = new ArrayList<>();

    @Option(
        names = "--owner",
        paramLabel = "OWNER",
        description = "Whom it belongs to: customer:NAME, team:NAME or user:NAME.")
    private @Nullable String owner;

    @Option(
        names = "--expires",
        paramLabel = "WHEN",
        description = "A day (2027-01-01) or a moment (2027-01-01T12:00:00Z).")
    private @Nullable String expires;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode().put("name", name);
      body.set("tools", array(tools));
      put(body, "owner", owner);
      if (expires != null) {
        body.put("expiresAt", expires);
      }
      return admin.post("keys", body);
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println(text(answer, "key"));
      out.println(
          "This is the key "
              + text(answer, "name")
              + " ("
              + text(answer, "id")
              + "), for "
              + allowed(answer)
              + ". Keep it: it is not shown again.");
    }
  }

  @Command(name = "show", description = "One key.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the key.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("keys", name));
    }

    @Override
    void print(JsonNode key, PrintWriter out) {
      line(out, "name", text(key, "name"));
      line(out, "id", text(key, "id"));
      line(out, "key", text(key, "prefix") + "…");
      line(out, "state", text(key, "state"));
      line(out, "tools", allowed(key));
      line(out, "owner", text(key, "owner"));
      line(out, "created", time(key, "createdAt"));
      line(out, "expires", time(key, "expiresAt"));
      line(out, "revoked", time(key, "revokedAt"));
      line(out, "replaced one until", time(key, "replacedUntil"));
      line(out, "source", text(key, "source"));
    }
  }

  @Command(
      name = "update",
      description = "Replaces the tools that a key may use, or whom it belongs to.",
      mixinStandardHelpOptions = true)
  static final class Update extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the key.")
    private String name = "";

    @Option(
        names = "--tools",
        split = ",",
        paramLabel = "PATTERN",
        description = "Tools that the key may use from now on; '' for none.")
    private @Nullable List<String> tools;

    @Option(
        names = "--owner",
        paramLabel = "OWNER",
        description = "Whom it belongs to: customer:NAME, team:NAME or user:NAME; '' for nobody.")
    private @Nullable String owner;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (tools != null) {
        body.set("tools", array(tools));
      }
      put(body, "owner", owner);
      return admin.patch(AdminClient.one("keys", name), body);
    }

    @Override
    void print(JsonNode key, PrintWriter out) {
      out.println(
          "The key "
              + text(key, "name")
              + " is now for "
              + allowed(key)
              + (key.has("owner") ? ", and of " + text(key, "owner") : "")
              + ".");
    }
  }

  @Command(
      name = "rotate",
      description = "Replaces a key by another one and shows that, this once.",
      mixinStandardHelpOptions = true)
  static final class Rotate extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the key.")
    private String name = "";

    @Option(
        names = "--grace",
        paramLabel = "TIME",
        description =
            "How long the key of before goes on: 24h, 7d; 0s for not at all. Without: 24h.")
    private @Nullable String grace;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (grace != null) {
        body.put("grace", grace);
      }
      return admin.post(AdminClient.one("keys", name) + "/rotate", body);
    }

    @Override
    void print(JsonNode key, PrintWriter out) {
      out.println(text(key, "key"));
      out.println(
          "This is the key "
              + text(key, "name")
              + " ("
              + text(key, "id")
              + ") from now on. Keep it: it is not shown again. "
              + (key.hasNonNull("replacedUntil")
                  ? "The one before goes on until " + time(key, "replacedUntil") + "."
                  : "The one before has ended."));
    }
  }

  @Command(
      name = "revoke",
      description = "Ends a key, everywhere in under a second.",
      mixinStandardHelpOptions = true)
  static final class Revoke extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name or id of the key.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("keys", name));
    }

    @Override
    void print(JsonNode key, PrintWriter out) {
      out.println("The key " + text(key, "name") + " (" + text(key, "id") + ") is revoked.");
    }
  }
}
