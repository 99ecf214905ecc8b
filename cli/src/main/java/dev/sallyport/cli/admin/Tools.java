package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
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

/** {@code sallyport tools}. */
@Command(
    name = "tools",
    description = "Tools, whole or as one key sees them.",
    mixinStandardHelpOptions = true,
    subcommands = {Tools.ListAll.class, Tools.Explain.class})
public final class Tools implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "tools takes: list, explain");
  }

  @Command(name = "list", description = "All tools.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Option(names = "--key", paramLabel = "NAME", description = "Only what this key sees.")
    private @Nullable String key;

    @Option(names = "--server", paramLabel = "NAME", description = "Only of this server.")
    private @Nullable String server;

    @Override
    JsonNode ask(AdminClient admin) {
      Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
      parameters.put("key", key);
      parameters.put("server", server);
      return admin.get(AdminClient.with("tools", parameters));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("NAME", "SERVER", "STATE", "DESCRIPTION");
      for (JsonNode tool : answer.path("tools")) {
        boolean quarantined = tool.path("quarantined").asBoolean();
        table.row(
            text(tool, "name"),
            text(tool, "server"),
            quarantined ? "quarantined" : "served",
            quarantined
                ? text(tool, "reason")
                : text(tool, tool.has("description") ? "description" : "title"));
      }
      String state = text(answer, "keyState");
      table.print(
          out,
          key == null
              ? "There is no tool. How the servers are: ./sallyport servers list"
              : state.equals("active")
                  ? "This key sees no tool. What it may use: ./sallyport keys show " + key
                  : "This key is " + state + " and sees no tool.");
    }
  }

  @Command(
      name = "explain",
      description = "Why a key may call a tool, or may not.",
      mixinStandardHelpOptions = true)
  static final class Explain extends AdminCommand {

    @Parameters(paramLabel = "TOOL", description = "Its name, such as fs__read_file.")
    private String tool = "";

    @Option(names = "--key", required = true, paramLabel = "NAME", description = "Of this key.")
    private String key = "";

    @Option(
        names = "--include-servers",
        paramLabel = "NAMES",
        description = "As the header x-sallyport-include-servers.")
    private @Nullable String servers;

    @Option(
        names = "--include-tools",
        paramLabel = "PATTERNS",
        description = "As the header x-sallyport-include-tools.")
    private @Nullable String tools;

    @Override
    JsonNode ask(AdminClient admin) {
      Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
      parameters.put("key", key);
      parameters.put("tool", tool);
      parameters.put("includeServers", servers);
      parameters.put("includeTools", tools);
      return admin.get(AdminClient.with("access/explain", parameters));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      out.println(text(answer, "decision") + ": " + text(answer, "reason"));
      Table table = new Table("RULE", "", "WHAT IT SAYS");
      for (JsonNode step : answer.path("steps")) {
        table.row(
            text(step, "step"),
            step.path("passes").asBoolean() ? "passes" : "stops",
            text(step, "detail"));
      }
      table.print(out, "");
    }
  }
}
