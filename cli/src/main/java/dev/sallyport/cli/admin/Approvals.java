package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport approvals}. */
@Command(
    name = "approvals",
    description = "Calls that wait for a person, and what became of them.",
    mixinStandardHelpOptions = true,
    subcommands = {
      Approvals.ListAll.class,
      Approvals.Show.class,
      Approvals.Approve.class,
      Approvals.Deny.class
    })
public final class Approvals implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "approvals takes one of: list, show, approve, deny");
  }

  @Command(
      name = "list",
      description = "Those that wait, newest first; or others.",
      mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Option(
        names = "--state",
        paramLabel = "STATE",
        description =
            "pending, approved, denied, used, expired or all (default: ${DEFAULT-VALUE}).")
    private String state = "pending";

    @Option(names = "--key", paramLabel = "KEY", description = "Name or id of a key.")
    private @Nullable String key;

    @Option(names = "--server", paramLabel = "SERVER", description = "Name of a server.")
    private @Nullable String server;

    @Option(names = "--tool", paramLabel = "TOOL", description = "Name as the server says it.")
    private @Nullable String tool;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit = 50;

    @Override
    JsonNode ask(AdminClient admin) {
      Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
      parameters.put("state", state.equals("all") ? null : state);
      parameters.put("key", key);
      parameters.put("server", server);
      parameters.put("tool", tool);
      parameters.put("limit", limit);
      return admin.get(AdminClient.with("approvals", parameters));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("ASKED", "KEY", "TOOL", "STATE", "EXPIRES", "BY", "ID");
      for (JsonNode approval : answer.path("approvals")) {
        table.row(
            time(approval, "askedAt"),
            text(approval, "key"),
            tool(approval),
            text(approval, "state"),
            time(approval, "expiresAt"),
            text(approval, "decidedBy"),
            text(approval, "id"));
      }
      table.print(out, "There is no such approval.");
      if (answer.hasNonNull("next")) {
        out.println("There are more; see them with --limit.");
      }
    }
  }

  @Command(
      name = "show",
      description = "One approval with the arguments of the call.",
      mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "Id of the approval.")
    private String id = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("approvals", id));
    }

    @Override
    void print(JsonNode approval, PrintWriter out) {
      line(out, "id", text(approval, "id"));
      line(out, "state", text(approval, "state"));
      line(out, "key", text(approval, "key"));
      line(out, "tool", tool(approval));
      line(out, "arguments", visible(text(approval, "arguments")));
      line(out, "asked by", text(approval, "rule"));
      line(out, "reason", text(approval, "reason"));
      line(out, "asked", time(approval, "askedAt"));
      line(out, "expires", time(approval, "expiresAt"));
      line(out, "decided by", text(approval, "decidedBy"));
      line(out, "decided", time(approval, "decidedAt"));
      line(out, "comment", text(approval, "comment"));
      line(out, "valid until", time(approval, "validUntil"));
      line(out, "used", time(approval, "usedAt"));
      line(out, "call", text(approval, "callId"));
    }
  }

  @Command(
      name = "approve",
      description = "One call of the same key, tool and arguments may run.",
      mixinStandardHelpOptions = true)
  static final class Approve extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "Id of the approval.")
    private String id = "";

    @Option(names = "--comment", paramLabel = "TEXT", description = "Kept with the decision.")
    private @Nullable String comment;

    @Option(
        names = "--valid-for",
        paramLabel = "TIME",
        description = "How long the call may be made, 1s to 7d (default: 1h).")
    private @Nullable String validFor;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (comment != null) {
        body.put("comment", comment);
      }
      if (validFor != null) {
        body.put("validFor", validFor);
      }
      return admin.post(AdminClient.one("approvals", id) + "/approve", body);
    }

    @Override
    void print(JsonNode approval, PrintWriter out) {
      out.println(
          "Approved: "
              + text(approval, "key")
              + " may call "
              + tool(approval)
              + " with these arguments once, until "
              + time(approval, "validUntil")
              + ".");
    }
  }

  @Command(
      name = "deny",
      description = "The agent is told with its next call.",
      mixinStandardHelpOptions = true)
  static final class Deny extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "Id of the approval.")
    private String id = "";

    @Option(names = "--comment", paramLabel = "TEXT", description = "The agent is told it.")
    private @Nullable String comment;

    @Override
    JsonNode ask(AdminClient admin) {
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (comment != null) {
        body.put("comment", comment);
      }
      return admin.post(AdminClient.one("approvals", id) + "/deny", body);
    }

    @Override
    void print(JsonNode approval, PrintWriter out) {
      out.println("Denied: the call of " + tool(approval) + " by " + text(approval, "key") + ".");
    }
  }

  private static String tool(JsonNode approval) {
    return GatewayCommand.text(approval, "server") + "__" + GatewayCommand.text(approval, "tool");
  }

  /**
   * An agent wrote it, and a person decides by it: what would turn it around on a terminal stands
   * as its escape in JSON.
   */
  private static String visible(String arguments) {
    StringBuilder visible = new StringBuilder();
    arguments
        .codePoints()
        .forEach(
            c -> {
              if (Character.getType(c) == Character.FORMAT) {
                for (char unit : Character.toChars(c)) {
                  visible.append("\\u%04x".formatted((int) unit));
                }
              } else {
                visible.appendCodePoint(c);
              }
            });
    return visible.toString();
  }
}
