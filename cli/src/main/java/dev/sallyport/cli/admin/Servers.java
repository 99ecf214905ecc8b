package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport servers}. */
@Command(
    name = "servers",
    description = "Upstream MCP servers and their health.",
    mixinStandardHelpOptions = true,
    subcommands = {
      Servers.ListAll.class,
      Servers.Add.class,
      Servers.Show.class,
      Servers.Remove.class
    })
public final class Servers implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "servers takes one of: list, add, show, remove");
  }

  @Command(name = "list", description = "All servers.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get("servers");
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "HEALTH", "TOOLS", "WHAT", "SOURCE", "REASON");
      for (JsonNode server : answer.path("servers")) {
        table.row(
            text(server, "name"),
            text(server, "health"),
            text(server, "toolCount") + quarantined(server),
            what(server.path("definition")),
            text(server, "source"),
            text(server, "reason"));
      }
      table.print(out, "There is no server yet. Add one: ./sallyport servers add NAME --url URL");
    }
  }

  @Command(
      name = "add",
      description = "Adds or replaces a server: --url URL, or -- COMMAND ARGUMENTS.",
      mixinStandardHelpOptions = true)
  static final class Add extends GatewayCommand {

    @SuppressWarnings("NullAway.Init")
    @Spec
    private CommandSpec spec;

    @Parameters(
        index = "0",
        paramLabel = "NAME",
        description = "Lower-case letters, digits and hyphens; stands in the names of its tools.")
    private String name = "";

    @Parameters(
        index = "1..*",
        paramLabel = "COMMAND",
        description = "After --: the program that is the server, with its arguments.")
    private List<String> command = new ArrayList<>();

    @Option(names = "--url", paramLabel = "URL", description = "Where the server is.")
    private @Nullable String url;

    @Option(names = "--type", paramLabel = "TYPE", description = "http (default) or sse.")
    private @Nullable String type;

    @Option(
        names = "--header",
        paramLabel = "NAME=VALUE",
        description = "Header of every request; the value may be env:VARIABLE or file:PATH.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(
        names = "--env",
        paramLabel = "NAME=VALUE",
        description = "Environment of the program; the value may be env:VARIABLE or file:PATH.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--cwd", paramLabel = "DIR", description = "Working directory, absolute.")
    private @Nullable String directory;

    @Option(
        names = "--protocol-version",
        paramLabel = "REVISION",
        description = "auto or a revision of MCP.")
    private @Nullable String protocolVersion;

    @Option(names = "--isolation", paramLabel = "HOW", description = "shared, caller or session.")
    private @Nullable String isolation;

    @Option(names = "--call-timeout", paramLabel = "TIME", description = "Such as 60s.")
    private @Nullable String callTimeout;

    @Option(
        names = "--prefix",
        paramLabel = "PREFIX",
        description = "Instead of NAME in tool names.")
    private @Nullable String prefix;

    @Option(
        names = "--tools",
        split = ",",
        paramLabel = "PATTERN",
        description = "Tools that are offered, such as read_*; by default all.")
    private @Nullable List<String> tools;

    @Option(
        names = "--price",
        paramLabel = "MONEY",
        description = "What a call costs, such as 0.001; by default nothing.")
    private @Nullable String price;

    @Option(
        names = "--prices",
        split = ",",
        paramLabel = "TOOL=MONEY",
        description = "What a call of these tools costs instead, such as search_*=0.01.")
    private Map<String, String> prices = new LinkedHashMap<>();

    @Option(
        names = "--approval",
        split = ",",
        paramLabel = "PATTERN",
        description = "Tools of which every call needs an approval, such as delete_*.")
    private @Nullable List<String> approval;

    @Option(
        names = "--code-mode",
        description = "Scripts call its tools; lists that join servers do not have them.")
    private boolean codeMode;

    @Option(names = "--disabled", description = "Registered, but not used.")
    private boolean disabled;

    @Override
    JsonNode ask(AdminClient admin) {
      if (command.isEmpty() == (url == null)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "Give either --url URL or -- COMMAND ARGUMENTS.");
      }
      ObjectNode body = AdminClient.JSON.createObjectNode();
      if (!command.isEmpty()) {
        body.put("command", command.getFirst());
        command.subList(1, command.size()).forEach(body.putArray("args")::add);
      }
      put(body, "url", url);
      put(body, "type", type);
      put(body, "headers", headers);
      put(body, "env", environment);
      put(body, "cwd", directory);
      put(body, "protocolVersion", protocolVersion);
      put(body, "isolation", isolation);
      put(body, "callTimeout", callTimeout);
      put(body, "prefix", prefix);
      if (tools != null) {
        tools.forEach(body.putArray("tools")::add);
      }
      put(body, "price", price);
      put(body, "prices", prices);
      if (approval != null) {
        approval.forEach(body.putArray("approval")::add);
      }
      if (codeMode) {
        body.put("codeMode", true);
      }
      body.put("enabled", !disabled);
      return admin.put(AdminClient.one("servers", name), body);
    }

    @Override
    void print(JsonNode server, PrintWriter out) {
      out.println(
          "The server "
              + text(server, "name")
              + " is registered. How it is: ./sallyport servers show "
              + text(server, "name"));
    }

    private static void put(ObjectNode body, String member, Map<String, String> values) {
      if (!values.isEmpty()) {
        values.forEach(body.putObject(member)::put);
      }
    }
  }

  @Command(name = "show", description = "One server.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the server.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("servers", name));
    }

    @Override
    void print(JsonNode server, PrintWriter out) {
      JsonNode definition = server.path("definition");
      line(out, "name", text(server, "name"));
      line(out, "health", text(server, "health"));
      line(out, "reason", text(server, "reason"));
      line(out, "since", time(server, "since"));
      line(out, "tools", text(server, "toolCount") + quarantined(server));
      line(out, "speaks", text(server, "protocolVersion"));
      line(out, "what", what(definition));
      line(out, "env", pairs(definition.path("env")));
      line(out, "headers", pairs(definition.path("headers")));
      line(out, "cwd", text(definition, "cwd"));
      line(out, "isolation", text(definition, "isolation"));
      line(out, "call timeout", text(definition, "callTimeout"));
      line(out, "prefix", text(definition, "prefix"));
      line(out, "offered", GatewayCommand.list(definition.path("tools")));
      line(out, "price", text(definition, "price"));
      line(out, "prices", pairs(definition.path("prices")));
      line(out, "approval", GatewayCommand.list(definition.path("approval")));
      line(out, "code mode", definition.path("codeMode").asBoolean() ? "yes" : "");
      line(out, "source", text(server, "source"));
      line(out, "revision", text(server, "revision"));
    }

    private static String pairs(JsonNode values) {
      StringBuilder text = new StringBuilder();
      values
          .properties()
          .forEach(
              value ->
                  text.append(text.isEmpty() ? "" : ", ")
                      .append(value.getKey())
                      .append('=')
                      .append(value.getValue().asText()));
      return text.toString();
    }
  }

  @Command(
      name = "remove",
      description = "Removes a server and its tools.",
      mixinStandardHelpOptions = true)
  static final class Remove extends AdminCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the server.")
    private String name = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.delete(AdminClient.one("servers", name));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println("The server " + name + " is removed.");
    }
  }

  private static String quarantined(JsonNode server) {
    int count = server.path("quarantinedCount").asInt();
    return count == 0 ? "" : " (+" + count + " quarantined)";
  }

  private static String what(JsonNode definition) {
    return definition.has("url")
        ? GatewayCommand.text(definition, "url")
        : (GatewayCommand.text(definition, "command")
                + " "
                + GatewayCommand.list(definition.path("args")).replace(", ", " "))
            .strip();
  }
}
