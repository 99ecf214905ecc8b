package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sallyport calls}. */
@Command(
    name = "calls",
    description = "Recorded calls: who called what, and what came of it.",
    mixinStandardHelpOptions = true,
    subcommands = {Calls.ListAll.class, Calls.Show.class})
public final class Calls implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "calls takes one of: list, show");
  }

  @Command(name = "list", description = "Calls, newest first.", mixinStandardHelpOptions = true)
  static final class ListAll extends AdminCommand {

    @Option(names = "--key", paramLabel = "NAME", description = "Only of this key.")
    private @Nullable String key;

    @Option(names = "--server", paramLabel = "NAME", description = "Only to this server.")
    private @Nullable String server;

    @Option(names = "--tool", paramLabel = "NAME", description = "Only of this tool.")
    private @Nullable String tool;

    @Option(
        names = "--outcome",
        paramLabel = "OUTCOME",
        description =
            "ok, tool_error, protocol_error, refused, upstream_failed, timed_out, cancelled, internal or"
                + " unknown.")
    private @Nullable String outcome;

    @Option(names = "--from", paramLabel = "WHEN", description = "Such as 2026-11-21T08:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "WHEN", description = "Not included.")
    private @Nullable String to;

    @Option(names = "--before", paramLabel = "ID", description = "Only calls before this one.")
    private @Nullable String before;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Override
    JsonNode ask(AdminClient admin) {
      Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
      parameters.put("key", key);
      parameters.put("server", server);
      parameters.put("tool", tool);
      parameters.put("outcome", outcome);
      parameters.put("from", from);
      parameters.put("to", to);
      parameters.put("before", before);
      parameters.put("limit", limit);
      return admin.get(AdminClient.with("calls", parameters));
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
      Table table = new Table("TIME", "KEY", "TOOL", "OUTCOME", "MS", "ARGUMENTS", "ID");
      for (JsonNode call : answer.path("calls")) {
        table.row(
            time(call, "time"),
            call.has("key") ? text(call, "key") : text(call, "caller"),
            tool(call),
            outcome(call),
            millis(call),
            text(call, "arguments"),
            text(call, "callId"));
      }
      table.print(out, "There is no such call.");
      long total = answer.path("total").asLong();
      if (total > answer.path("calls").size()) {
        out.println(
            answer.path("calls").size()
                + " of "
                + total
                + " calls; --limit or --before shows more.");
      }
    }
  }

  @Command(name = "show", description = "One call.", mixinStandardHelpOptions = true)
  static final class Show extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "Call id.")
    private String id = "";

    @Override
    JsonNode ask(AdminClient admin) {
      return admin.get(AdminClient.one("calls", id));
    }

    @Override
    void print(JsonNode call, PrintWriter out) {
      line(out, "call", text(call, "callId"));
      line(out, "time", time(call, "time"));
      line(out, "key", text(call, "key"));
      line(out, "caller", text(call, "caller"));
      line(out, "server", text(call, "server"));
      line(out, "tool", tool(call));
      line(out, "outcome", outcome(call));
      line(out, "decision", (text(call, "decision") + " " + text(call, "rule")).strip());
      line(out, "milliseconds", millis(call));
      line(out, "came in at", text(call, "door") + " " + text(call, "clientProtocolVersion"));
      line(out, "group", text(call, "group"));
      line(out, "client", text(call, "clientInfo"));
      line(out, "isolation", text(call, "isolation"));
      line(out, "arguments", content(call, "arguments"));
      line(out, "result", content(call, "result"));
    }

    private static String content(JsonNode call, String member) {
      JsonNode facts = call.path(member + "Content");
      return facts.path("truncated").asBoolean()
          ? text(call, member) + "… (" + facts.path("length").asLong() + " bytes in all)"
          : text(call, member);
    }
  }

  private static String tool(JsonNode call) {
    return GatewayCommand.text(call, call.has("exposedName") ? "exposedName" : "method");
  }

  private static String outcome(JsonNode call) {
    String code = GatewayCommand.text(call, "errorCode");
    return GatewayCommand.text(call, "outcome") + (code.isEmpty() ? "" : " (" + code + ")");
  }

  private static String millis(JsonNode call) {
    return call.has("latencyMicros")
        ? String.format(Locale.ROOT, "%.1f", call.path("latencyMicros").asLong() / 1000.0)
        : "";
  }
}
